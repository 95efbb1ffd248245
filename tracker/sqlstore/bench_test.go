package sqlstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// BenchmarkIntakeBatch100 takes 100 mails in with one transaction, as a busy
// desk does; ns/op ÷ 100 is the store's share of a mail.
func BenchmarkIntakeBatch100(b *testing.B) {
	s := newTestStore(b)
	words := strings.Fields(strings.Repeat("please restart the pods of punjab uat because they crash again since the last deployment ", 4))
	prose := func(size int) []byte {
		var t bytes.Buffer
		for t.Len() < size {
			fmt.Fprintf(&t, "%s %x ", words[rand.IntN(len(words))], rand.Uint32())
		}
		return t.Bytes()[:size]
	}
	mails, outs := make([][]byte, 100), make([][]byte, 200)
	for i := range mails {
		mails[i], outs[2*i], outs[2*i+1] = prose(2048), prose(6144), prose(6144)
	}
	uid := uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.Update(b.Context(), func(tx tracker.Tx) error {
			for i := range mails {
				uid++
				if err := takeIn(b.Context(), tx, uid, mails[i], outs[2*i:2*i+2]); err != nil {
					return err
				}
			}
			return tx.SetCursor(b.Context(), "desk@mail.test/INBOX", tracker.Cursor{UIDValidity: 1, UID: uid})
		}))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/100, "µs/mail")
}

func takeIn(ctx context.Context, tx tracker.Tx, uid uint32, raw []byte, outs [][]byte) error {
	raw = append([]byte(fmt.Sprintf("%08d", uid)), raw[8:]...)
	sum := sha256.Sum256(raw)
	m := tracker.Inbound{
		Position: tracker.Position{Mailbox: "desk@mail.test/INBOX", UIDValidity: 1, UID: uid}, SHA256: hex.EncodeToString(sum[:]),
		Size: int64(len(raw)), Received: time.Unix(1e9, 0), MessageID: fmt.Sprintf("%x@mail.egov.test", sum[:8]),
		Fingerprint: hex.EncodeToString(sum[:]), From: tracker.Address{Name: "Asha", Address: "asha@egov.test"}, To: "desk@mail.test",
		Subject: "please restart the pods", Text: string(raw[:1500]), State: tracker.ActionOpen, Visibility: tracker.Public,
	}
	if _, err := tx.SameMail(ctx, m); !errors.Is(err, tracker.ErrNotFound) {
		return err
	}
	if _, err := tx.TicketOfMail(ctx, []string{m.MessageID}); err != nil {
		return err
	}
	id, err := tx.NextTicket(ctx)
	if err != nil {
		return err
	}
	m.Ticket = id
	if _, err := tx.AddMail(ctx, m, bytes.NewReader(raw)); err != nil {
		return err
	}
	template := tracker.Event{Ticket: id, At: m.Received, Cause: m.MessageID, Reason: "a new request"}
	ticket, events, err := tracker.Record(tracker.Ticket{}, template, []tracker.Change{
		tracker.Opened{Key: fmt.Sprintf("REQ-%d", id), Title: m.Subject, Requester: m.From, Priority: "P2"},
		tracker.Classified{Field: tracker.FieldType, New: "access"}, tracker.Assigned{Partner: "Acme"},
	})
	if err != nil {
		return err
	}
	if err := tx.Append(ctx, ticket, events); err != nil {
		return err
	}
	for i, out := range outs {
		n := tracker.Notice{Key: fmt.Sprintf("%d/%d", id, i), Kind: tracker.KindReceipt, Ticket: id, At: m.Received}
		mail := tracker.Mail{MessageID: fmt.Sprintf("%d.%d.%s", id, i, m.MessageID), To: "asha@egov.test", Text: string(out[:1500]), Raw: out}
		if _, err := tx.Enqueue(ctx, n, mail); err != nil {
			return err
		}
	}
	return nil
}
