package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var mailTests = map[string]func(*testing.T, store){
	"a mail read back":           aMailReadBack,
	"bytes of every size":        bytesOfEverySize,
	"bytes that do not come":     bytesThatDoNotCome,
	"bytes that are not told":    bytesThatAreNotTold,
	"one row a position":         oneRowAPosition,
	"same mail":                  sameMail,
	"same mail, nothing to tell": sameMailNothingToTell,
	"ticket of mail":             ticketOfMail,
	"state gives a ticket":       stateGivesATicket,
	"unproved mails tie nothing": untiedMail,
	"no text":                    mailNoText,
	"quarantine":                 quarantine,
	"mails of a ticket":          mailsOfATicket,
	"cursor":                     cursor,
	"attempts":                   attempts,
}

func at(uid uint32) tracker.Position {
	return tracker.Position{Mailbox: mailbox, UIDValidity: 7, UID: uid}
}

func sum(raw []byte) string {
	s := sha256.Sum256(raw)
	return hex.EncodeToString(s[:])
}

// added stores a mail; its SHA-256 is that of the bytes.
func added(t *testing.T, ctx context.Context, tx tracker.Tx, m tracker.Inbound, raw string) tracker.Inbound {
	t.Helper()
	m.SHA256, m.Size = sum([]byte(raw)), int64(len(raw))
	var err error
	m.Ties = true
	m.ID, err = tx.AddMail(ctx, m, strings.NewReader(raw))
	require.NoError(t, err)
	m.Ties = false // is not stored
	return m
}

// An unproved mail ties nothing but its own id, and that only to the ticket that
// it opens.
func untiedMail(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for _, m := range []tracker.Inbound{
			{MessageID: "opens@x", Mentions: []string{"root@x"}, Ticket: 1, State: tracker.ActionOpen, SHA256: sum([]byte("a"))},
			{MessageID: "replies@x", Mentions: []string{"root@x"}, Ticket: 1, State: tracker.ActionReply, SHA256: sum([]byte("a"))},
		} {
			_, err := tx.AddMail(ctx, m, strings.NewReader("a"))
			require.NoError(t, err)
		}
		refs, err := tx.TicketOfMail(ctx, []string{"opens@x", "replies@x", "root@x"})
		require.NoError(t, err)
		assert.Equal(t, []tracker.MailRef{{MessageID: "opens@x", Ticket: 1, Kind: tracker.RefReceived}}, refs)
	})
}

func aMailReadBack(t *testing.T, s store) {
	raw := "Subject: restart\r\n\r\nplease\r\n"
	want := tracker.Inbound{
		Position: tracker.Position{Mailbox: mailbox, UIDValidity: 1<<32 - 1, UID: 1<<32 - 1}, SHA256: sum([]byte(raw)), Size: 9000, Received: noon,
		MessageID: "1@egov.test", Fingerprint: "f1", From: asha, To: "desk@mail.test, x@y.test", Subject: "restart", Text: "please\n",
		State: tracker.ActionOpen, Reason: "a new request", Ticket: 1, Visibility: tracker.Public,
		Mentions: []string{"a@b", "c@d"}, HeadersOnly: true,
	}
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		var err error
		want.ID, err = tx.AddMail(ctx, want, strings.NewReader(raw))
		require.NoError(t, err)
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		got, err := v.OpeningMail(ctx, 1)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		got, err = v.SameMail(ctx, tracker.Inbound{Position: want.Position})
		require.NoError(t, err)
		assert.Equal(t, want, got)
		_, err = v.OpeningMail(ctx, 2)
		require.ErrorIs(t, err, tracker.ErrNotFound)
	})
}

func bytesOfEverySize(t *testing.T, s store) {
	noise := make([]byte, 5<<20)
	rand.NewChaCha8([32]byte{}).Read(noise) // never gives an error
	for _, size := range []int{0, 1, 2000, 1<<20 - 1, 1 << 20, 1<<20 + 1, 5 << 20} {
		for name, raw := range map[string][]byte{"noise": noise[:size], "one letter": bytes.Repeat([]byte{'a'}, size)} {
			s.update(t, func(ctx context.Context, tx tracker.Tx) {
				m := tracker.Inbound{SHA256: sum(raw), Size: int64(size)}
				id, err := tx.AddMail(ctx, m, iotest.HalfReader(bytes.NewReader(raw)))
				require.NoError(t, err, "%d of %s", size, name)
				sameBytes(t, ctx, tx, id, raw)
			})
		}
	}
	s.view(t, func(ctx context.Context, v tracker.View) {
		require.ErrorIs(t, v.Raw(ctx, 99, io.Discard), tracker.ErrNotFound)
		full := errors.New("no room")
		require.ErrorIs(t, v.Raw(ctx, 14, writerFunc(func([]byte) (int, error) { return 0, full })), full)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func sameBytes(t *testing.T, ctx context.Context, v tracker.View, id int64, want []byte) {
	t.Helper()
	var got bytes.Buffer
	require.NoError(t, v.Raw(ctx, id, &got))
	require.True(t, bytes.Equal(want, got.Bytes()), "%d bytes differ", len(want))
}

func bytesThatDoNotCome(t *testing.T, s store) {
	cut := errors.New("the spool is gone")
	err := s.Update(t.Context(), func(tx tracker.Tx) error {
		raw := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut))
		_, err := tx.AddMail(t.Context(), tracker.Inbound{Position: at(1)}, raw)
		return err
	})
	require.ErrorIs(t, err, cut)
	err = s.Update(t.Context(), func(tx tracker.Tx) error {
		_, err := tx.AddMail(t.Context(), tracker.Inbound{Position: at(1), SHA256: sum([]byte("whole"))}, strings.NewReader("who"))
		return err
	})
	require.ErrorContains(t, err, "SHA-256")
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		_, err := tx.SameMail(ctx, tracker.Inbound{Position: at(1)})
		require.ErrorIs(t, err, tracker.ErrNotFound)
		added(t, ctx, tx, tracker.Inbound{Position: at(1)}, "whole")
	})
}

func bytesThatAreNotTold(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		id, err := tx.AddMail(ctx, tracker.Inbound{Position: at(1)}, strings.NewReader("abc"))
		require.NoError(t, err)
		got, err := tx.SameMail(ctx, tracker.Inbound{Position: at(1)})
		require.NoError(t, err)
		assert.Equal(t, sum([]byte("abc")), got.SHA256)
		assert.EqualValues(t, 3, got.Size)
		sameBytes(t, ctx, tx, id, []byte("abc"))
	})
}

func oneRowAPosition(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		added(t, ctx, tx, tracker.Inbound{Position: at(1)}, "a")
		require.Error(t, tx.Savepoint(ctx, func() error {
			_, err := tx.AddMail(ctx, tracker.Inbound{Position: at(1)}, strings.NewReader("b"))
			return err
		}))
		added(t, ctx, tx, tracker.Inbound{Position: at(2)}, "b")
		added(t, ctx, tx, tracker.Inbound{Position: tracker.Position{Mailbox: mailbox, UIDValidity: 8, UID: 1}}, "c")
		added(t, ctx, tx, tracker.Inbound{Position: tracker.Position{Mailbox: "other", UIDValidity: 7, UID: 1}}, "d")
		added(t, ctx, tx, tracker.Inbound{}, "e")
		added(t, ctx, tx, tracker.Inbound{}, "f")
	})
}

func sameMail(t *testing.T, s store) {
	var byPosition, byBytes, byID tracker.Inbound
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		byID = added(t, ctx, tx, tracker.Inbound{Position: at(1), MessageID: "m@x", Fingerprint: "f"}, "one")
		byBytes = added(t, ctx, tx, tracker.Inbound{Position: at(2), MessageID: "n@x", Fingerprint: "g"}, "two")
		byPosition = added(t, ctx, tx, tracker.Inbound{Position: at(3), MessageID: "o@x", Fingerprint: "h"}, "three")
	})
	two := byBytes.SHA256
	for name, c := range map[string]struct {
		m    tracker.Inbound
		want int64
	}{
		"position before all":            {tracker.Inbound{Position: at(3), SHA256: two, MessageID: "m@x", Fingerprint: "f"}, byPosition.ID},
		"bytes before id":                {tracker.Inbound{Position: at(9), SHA256: two, MessageID: "m@x", Fingerprint: "f"}, byBytes.ID},
		"id with content":                {tracker.Inbound{Position: at(9), SHA256: sum(nil), MessageID: "m@x", Fingerprint: "f"}, byID.ID},
		"another epoch, the same bytes":  {tracker.Inbound{Position: tracker.Position{Mailbox: mailbox, UIDValidity: 8, UID: 3}, SHA256: two}, byBytes.ID},
		"the same id with other content": {tracker.Inbound{Position: at(9), MessageID: "m@x", Fingerprint: "g"}, 0},
		"the same content, another id":   {tracker.Inbound{Position: at(9), MessageID: "z@x", Fingerprint: "f"}, 0},
		"nothing in common":              {tracker.Inbound{Position: at(9), SHA256: sum(nil), MessageID: "z@x", Fingerprint: "z"}, 0},
		"not the row itself":             {tracker.Inbound{ID: byPosition.ID, Position: at(3), SHA256: byPosition.SHA256}, 0},
	} {
		s.view(t, func(ctx context.Context, v tracker.View) {
			got, err := v.SameMail(ctx, c.m)
			if c.want == 0 {
				require.ErrorIs(t, err, tracker.ErrNotFound, name)
				return
			}
			require.NoError(t, err, name)
			assert.Equal(t, c.want, got.ID, name)
		})
	}
}

func sameMailNothingToTell(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		added(t, ctx, tx, tracker.Inbound{}, "")
		added(t, ctx, tx, tracker.Inbound{Fingerprint: "f"}, "b")
		added(t, ctx, tx, tracker.Inbound{MessageID: "m@x"}, "c")
		for _, m := range []tracker.Inbound{{}, {Fingerprint: "f"}, {MessageID: "m@x"}} {
			_, err := tx.SameMail(ctx, m)
			require.ErrorIs(t, err, tracker.ErrNotFound, "%+v", m)
		}
	})
}

func ticketOfMail(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		added(t, ctx, tx, tracker.Inbound{MessageID: "in@x", Ticket: 2, Mentions: []string{"root@x", "out@desk"}}, "a")
		added(t, ctx, tx, tracker.Inbound{MessageID: "root@x", Ticket: 1}, "b")
		added(t, ctx, tx, tracker.Inbound{MessageID: "again@x", Ticket: 2, Mentions: []string{"root@x", "", "root@x"}}, "c")
		added(t, ctx, tx, tracker.Inbound{MessageID: "stray@x", Mentions: []string{"lost@x"}}, "d")
		added(t, ctx, tx, tracker.Inbound{Ticket: 3, Mentions: []string{"lost@y"}}, "e")
		n := tracker.Notice{Key: "1/receipt", Kind: tracker.KindReceipt, Ticket: 1, At: noon}
		_, err := tx.Enqueue(ctx, n, tracker.Mail{MessageID: "out@desk", To: "asha@egov.test"})
		require.NoError(t, err)
		_, err = tx.Enqueue(ctx, tracker.Notice{Key: "alerts", Kind: tracker.KindAlert}, tracker.Mail{MessageID: "none@desk"})
		require.NoError(t, err)
	})
	sent := tracker.MailRef{MessageID: "out@desk", Ticket: 1, Kind: tracker.RefSent, Recipient: "asha@egov.test"}
	root := tracker.MailRef{MessageID: "root@x", Ticket: 1, Kind: tracker.RefReceived}
	toRoot := tracker.MailRef{MessageID: "root@x", Ticket: 2, Kind: tracker.RefMentioned}
	toSent := tracker.MailRef{MessageID: "out@desk", Ticket: 2, Kind: tracker.RefMentioned}
	for _, c := range []struct {
		ids  []string
		want []tracker.MailRef
	}{
		{nil, nil},
		{[]string{"unknown@x", "", "stray@x", "lost@x", "none@desk", "ROOT@x"}, nil},
		{[]string{"root@x", "out@desk", "root@x"}, []tracker.MailRef{sent, root, toRoot, toSent}},
		{[]string{"out@desk", "root@x"}, []tracker.MailRef{sent, root, toSent, toRoot}},
		{[]string{"lost@y"}, []tracker.MailRef{{MessageID: "lost@y", Ticket: 3, Kind: tracker.RefMentioned}}},
	} {
		s.view(t, func(ctx context.Context, v tracker.View) {
			got, err := v.TicketOfMail(ctx, c.ids)
			require.NoError(t, err)
			assert.Equal(t, c.want, got, "%q", c.ids)
		})
	}
}

func stateGivesATicket(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		m := added(t, ctx, tx, tracker.Inbound{MessageID: "q@x", Mentions: []string{"root@x"}, State: tracker.ActionQuarantine}, "a")
		m.State, m.Ticket, m.Reason, m.Text, m.Ties = tracker.ActionOpen, 5, "released", "read anew", true
		require.NoError(t, tx.UpdateMail(ctx, m))
		m.Ties = false
		refs, err := tx.TicketOfMail(ctx, []string{"root@x", "q@x"})
		require.NoError(t, err)
		assert.Equal(t, []tracker.MailRef{
			{MessageID: "q@x", Ticket: 5, Kind: tracker.RefReceived}, {MessageID: "root@x", Ticket: 5, Kind: tracker.RefMentioned},
		}, refs)
		got, err := tx.OpeningMail(ctx, 5)
		require.NoError(t, err)
		assert.Equal(t, m, got)
		require.ErrorIs(t, tx.UpdateMail(ctx, tracker.Inbound{ID: 99}), tracker.ErrNotFound)
	})
}

// A mail is kept whatever is in it.
func mailNoText(t *testing.T, s store) {
	bad := "a\x00b\xff\xfec\U0010ffff\u202e"
	good := "ab\ufffd\ufffdc\U0010ffff\u202e"
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		m := tracker.Inbound{
			Position: tracker.Position{Mailbox: bad, UIDValidity: 1, UID: 1}, MessageID: bad, Fingerprint: "f", To: bad, Subject: bad, Text: bad,
			From: tracker.Address{Name: bad, Address: bad}, Reason: bad, Ticket: 1, State: tracker.ActionOpen, Mentions: []string{"x" + bad},
		}
		added(t, ctx, tx, m, bad)
		got, err := tx.OpeningMail(ctx, 1)
		require.NoError(t, err)
		for _, text := range []string{got.MessageID, got.To, got.Subject, got.Text, got.From.Name, got.From.Address, got.Reason, got.Position.Mailbox} {
			assert.Equal(t, good, text)
		}
		for what, again := range map[string]tracker.Inbound{"position": {Position: m.Position}, "id": {MessageID: bad, Fingerprint: "f"}} {
			_, err = tx.SameMail(ctx, again)
			require.NoError(t, err, what)
		}
		refs, err := tx.TicketOfMail(ctx, []string{bad, "x" + bad})
		require.NoError(t, err)
		assert.Len(t, refs, 2)
		fresh, err := tx.Enqueue(ctx, tracker.Notice{Key: bad}, tracker.Mail{MessageID: bad, To: bad, Subject: bad, Text: bad})
		require.NoError(t, err)
		assert.True(t, fresh)
		there, err := tx.HasNotice(ctx, bad)
		require.NoError(t, err)
		assert.True(t, there)
		require.NoError(t, tx.AddAlert(ctx, tracker.Alert{Line: bad}))
		require.NoError(t, tx.SetCursor(ctx, bad, tracker.Cursor{UID: 4}))
		c, err := tx.Cursor(ctx, bad)
		require.NoError(t, err)
		assert.EqualValues(t, 4, c.UID)
	})
}

func quarantine(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		a := added(t, ctx, tx, tracker.Inbound{State: tracker.ActionQuarantine, Reason: "no sender"}, "a")
		added(t, ctx, tx, tracker.Inbound{State: tracker.ActionIgnore}, "b")
		b := added(t, ctx, tx, tracker.Inbound{State: tracker.ActionQuarantine}, "c")
		got, err := tx.Quarantined(ctx)
		require.NoError(t, err)
		assert.Equal(t, []tracker.Inbound{a, b}, got)
		a.State, a.Reason = tracker.ActionIgnore, "dropped"
		require.NoError(t, tx.UpdateMail(ctx, a))
		got, err = tx.Quarantined(ctx)
		require.NoError(t, err)
		assert.Equal(t, []tracker.Inbound{b}, got)
	})
}

func mailsOfATicket(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		reply := tracker.Inbound{
			MessageID: "2@x", From: asha, To: "desk@mail.test", Subject: "re", Text: "second", State: tracker.ActionReply, Ticket: 1,
			Visibility: tracker.Internal, Received: noon.Add(2),
		}
		reply.Received = noon.Add(1e9)
		added(t, ctx, tx, reply, "b")
		added(t, ctx, tx, tracker.Inbound{Text: "first", State: tracker.ActionOpen, Ticket: 1, Received: noon}, "a")
		added(t, ctx, tx, tracker.Inbound{Text: "elsewhere", Ticket: 2, Received: noon}, "c")
		added(t, ctx, tx, tracker.Inbound{Text: "nowhere", Received: noon}, "d")
		n := tracker.Notice{Key: "1/receipt", Kind: tracker.KindReceipt, Ticket: 1, At: noon}
		_, err := tx.Enqueue(ctx, n, tracker.Mail{MessageID: "o@desk", From: "desk@mail.test", To: asha.Address, Subject: "got it", Text: "thanks"})
		require.NoError(t, err)
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		got, err := v.Mails(ctx, 1)
		require.NoError(t, err)
		assert.Equal(t, []tracker.MailRecord{
			{ID: 2, Direction: "in", At: noon, Text: "first", State: "ticket"},
			{
				ID: 1, Direction: "out", MessageID: "o@desk", From: "desk@mail.test", To: asha.Address, Subject: "got it", At: noon,
				Text: "thanks", State: "pending",
			},
			{
				ID: 1, Direction: "in", MessageID: "2@x", From: asha.Address, To: "desk@mail.test", Subject: "re", At: noon.Add(1e9),
				Text: "second", State: "reply", Visibility: tracker.Internal,
			},
		}, got)
		none, err := v.Mails(ctx, 0)
		require.NoError(t, err)
		assert.Empty(t, none)
	})
}

func cursor(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		first, err := tx.Cursor(ctx, mailbox)
		require.NoError(t, err)
		assert.Zero(t, first)
		for _, want := range []tracker.Cursor{{UIDValidity: 7, UID: 3, FirstSight: 9}, {UIDValidity: 7, UID: 1<<32 - 1}, {UIDValidity: 8, UID: 1}} {
			require.NoError(t, tx.SetCursor(ctx, mailbox, want))
			require.NoError(t, tx.SetCursor(ctx, "other", tracker.Cursor{UIDValidity: 1}))
			got, err := tx.Cursor(ctx, mailbox)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	})
}

func attempts(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		try := func(want []int, ps ...tracker.Position) {
			t.Helper()
			require.NoError(t, tx.Attempt(ctx, ps))
			got, err := tx.Attempts(ctx, ps)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
		try([]int{})
		try([]int{1, 1}, at(1), at(2))
		try([]int{2, 1, 2}, at(2), at(3), at(1))
		require.NoError(t, tx.Forget(ctx, []tracker.Position{at(1), at(99)}))
		try([]int{1, 3}, at(1), at(2))
		try([]int{0, 0}, tracker.Position{}, tracker.Position{})
		got, err := tx.Attempts(ctx, []tracker.Position{at(4), at(3)})
		require.NoError(t, err)
		assert.Equal(t, []int{0, 1}, got)
	})
}
