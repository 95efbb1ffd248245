package storetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var outboxTests = map[string]func(*testing.T, store){
	"a mail claimed as composed": aMailClaimedAsComposed,
	"oldest first":               oldestFirst,
	"deferred":                   deferredMails,
	"transitions":                transitions,
	"recover":                    recoverMails,
	"in doubt but sent":          inDoubtButSent,
	"bytes are read back":        outboxBytes,
	"undone with its change":     undoneWithItsChange,
	"large mails one by one":     largeMailsOneByOne,
}

// Several large mails must not lie in memory together.
func largeMailsOneByOne(t *testing.T, s store) {
	large := bytes.Repeat([]byte("0123456789abcde\n"), 20<<20/16)
	for i := range 3 {
		enqueue(t, s, tracker.Notice{Key: fmt.Sprint(i)}, tracker.Mail{Raw: large})
	}
	for i := range 3 {
		got := claim(t, s, time.Now(), 50)
		assert.Equal(t, []string{fmt.Sprint(i)}, keys(got))
		assert.Len(t, got[0].Mail.Raw, len(large))
	}
	assert.Empty(t, claim(t, s, time.Now(), 50))
}

func enqueue(t *testing.T, s store, n tracker.Notice, m tracker.Mail) {
	t.Helper()
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		fresh, err := tx.Enqueue(ctx, n, m)
		require.NoError(t, err)
		require.True(t, fresh)
	})
}

func claim(t *testing.T, s store, now time.Time, n int) []tracker.OutboxMail {
	t.Helper()
	mails, err := s.outbox.Claim(t.Context(), now, n)
	require.NoError(t, err)
	return mails
}

func listed(t *testing.T, s store, state tracker.OutboxState) []tracker.OutboxMail {
	t.Helper()
	mails, err := s.outbox.List(t.Context(), state)
	require.NoError(t, err)
	return mails
}

func keys(mails []tracker.OutboxMail) []string {
	var out []string
	for _, m := range mails {
		out = append(out, m.Key)
	}
	return out
}

func aMailClaimedAsComposed(t *testing.T, s store) {
	mail := tracker.Mail{
		MessageID: "req-1.token.1@desk.test", From: "desk@desk.test", To: "asha@egov.test", Subject: "[REQ-1] läuft", Text: "hello\n",
		Raw: []byte("Subject: x\r\n\r\nhello\r\n"),
	}
	// A notice from a clock that is ahead is due at once all the same.
	enqueue(t, s, tracker.Notice{Key: "1/receipt", Kind: tracker.KindReceipt, Ticket: 1, At: noon.Add(time.Hour)}, mail)
	want := tracker.OutboxMail{
		Key: "1/receipt", Kind: tracker.KindReceipt, Ticket: 1, State: tracker.OutboxPending, CreatedAt: noon.Add(time.Hour), Mail: mail,
	}
	pending := listed(t, s, tracker.OutboxPending)
	require.Len(t, pending, 1)
	want.ID, want.Mail.Raw = pending[0].ID, nil
	assert.Equal(t, want, pending[0])

	want.State, want.Mail.Raw = tracker.OutboxSending, mail.Raw
	assert.Equal(t, []tracker.OutboxMail{want}, claim(t, s, noon, 10))
	assert.Empty(t, claim(t, s, noon, 10), "a mail is claimed once")

	require.NoError(t, s.outbox.Committing(t.Context(), want.ID))
	require.NoError(t, s.outbox.Sent(t.Context(), want.ID, noon.Add(time.Second)))
	want.State, want.SentAt, want.Mail.Raw = tracker.OutboxSent, noon.Add(time.Second), nil
	assert.Equal(t, []tracker.OutboxMail{want}, listed(t, s, ""))
	assert.Empty(t, listed(t, s, tracker.OutboxSending))
}

func oldestFirst(t *testing.T, s store) {
	for i := range 7 {
		enqueue(t, s, tracker.Notice{Key: fmt.Sprint(i)}, tracker.Mail{})
	}
	assert.Equal(t, []string{"0", "1"}, keys(claim(t, s, noon, 2)))
	first := listed(t, s, tracker.OutboxSending)
	require.NoError(t, s.outbox.Defer(t.Context(), first[0].ID, noon.Add(time.Minute), "451"))
	assert.Equal(t, []string{"0", "2", "3"}, keys(claim(t, s, noon.Add(time.Minute), 3)), "a mail that is due again goes before newer ones")
	assert.Empty(t, claim(t, s, noon, 0))
	assert.Equal(t, []string{"4", "5", "6"}, keys(claim(t, s, noon, 10)))
	assert.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6"}, keys(listed(t, s, "")))
}

func deferredMails(t *testing.T, s store) {
	enqueue(t, s, tracker.Notice{Key: "k", Kind: tracker.KindRelay}, tracker.Mail{Raw: []byte("raw")})
	id := claim(t, s, noon, 1)[0].ID
	next := noon.Add(5 * time.Minute)
	require.NoError(t, s.outbox.Defer(t.Context(), id, next, "451 try later"))
	waiting := listed(t, s, tracker.OutboxDeferred)
	require.Len(t, waiting, 1)
	assert.Equal(t, 1, waiting[0].Attempts)
	assert.Equal(t, next, waiting[0].NextAt)
	assert.Equal(t, "451 try later", waiting[0].LastError)

	assert.Empty(t, claim(t, s, next.Add(-time.Microsecond), 1))
	again := claim(t, s, next, 1)
	require.Len(t, again, 1)
	assert.Equal(t, "raw", string(again[0].Mail.Raw))
	require.NoError(t, s.outbox.Committing(t.Context(), id))
	require.NoError(t, s.outbox.Defer(t.Context(), id, time.Time{}, "550 no such user"))
	assert.Empty(t, claim(t, s, next.Add(24*time.Hour), 1))
	failed := listed(t, s, tracker.OutboxFailed)
	require.Len(t, failed, 1)
	assert.Equal(t, 2, failed[0].Attempts)
	assert.Equal(t, "550 no such user", failed[0].LastError)
}

// reach brings a new mail of the kind to a state and returns its id.
func reach(t *testing.T, s store, kind tracker.NoticeKind, state tracker.OutboxState) int64 {
	t.Helper()
	enqueue(t, s, tracker.Notice{Key: string(kind) + "/" + string(state), Kind: kind}, tracker.Mail{})
	pending := listed(t, s, tracker.OutboxPending)
	id := pending[len(pending)-1].ID
	if state == tracker.OutboxPending {
		return id
	}
	require.Len(t, claim(t, s, noon, 1), 1)
	var err error
	switch state {
	case tracker.OutboxDeferred:
		err = s.outbox.Defer(t.Context(), id, noon.Add(time.Hour), "")
	case tracker.OutboxFailed:
		err = s.outbox.Defer(t.Context(), id, time.Time{}, "")
	case tracker.OutboxCommitting:
		err = s.outbox.Committing(t.Context(), id)
	case tracker.OutboxSent:
		require.NoError(t, s.outbox.Committing(t.Context(), id))
		err = s.outbox.Sent(t.Context(), id, noon)
	}
	require.NoError(t, err)
	return id
}

func transitions(t *testing.T, s store) {
	allowed := map[tracker.OutboxState]string{
		tracker.OutboxSending: "committing sent deferred", tracker.OutboxCommitting: "sent deferred",
		tracker.OutboxDeferred: "", tracker.OutboxFailed: "", tracker.OutboxSent: "", tracker.OutboxPending: "",
	}
	for _, from := range []tracker.OutboxState{
		tracker.OutboxSending, tracker.OutboxCommitting, tracker.OutboxDeferred, tracker.OutboxFailed, tracker.OutboxSent, tracker.OutboxPending,
	} {
		for name, move := range map[string]func(id int64) error{
			"committing": func(id int64) error { return s.outbox.Committing(t.Context(), id) },
			"sent":       func(id int64) error { return s.outbox.Sent(t.Context(), id, noon) },
			"deferred":   func(id int64) error { return s.outbox.Defer(t.Context(), id, noon.Add(time.Hour), "") },
		} {
			id := reach(t, s, tracker.NoticeKind(name), from)
			err := move(id)
			if bytes.Contains([]byte(allowed[from]), []byte(name)) {
				require.NoError(t, err, "%s to %s", from, name)
				continue
			}
			require.Error(t, err, "%s to %s", from, name)
			all := listed(t, s, from)
			assert.Equal(t, id, all[len(all)-1].ID, "a refused step changes nothing")
			if from == tracker.OutboxPending {
				claim(t, s, noon, 1)
			}
		}
	}
	require.ErrorIs(t, s.outbox.Committing(t.Context(), 999), tracker.ErrNotFound)
}

func recoverMails(t *testing.T, s store) {
	want := map[int64]tracker.OutboxState{}
	want[reach(t, s, tracker.KindRelay, tracker.OutboxSent)] = tracker.OutboxSent
	want[reach(t, s, tracker.KindRelay, tracker.OutboxFailed)] = tracker.OutboxFailed
	want[reach(t, s, tracker.KindRelay, tracker.OutboxDeferred)] = tracker.OutboxDeferred
	want[reach(t, s, tracker.KindRelay, tracker.OutboxCommitting)] = tracker.OutboxPending
	want[reach(t, s, tracker.KindDigest, tracker.OutboxCommitting)] = tracker.OutboxInDoubt
	want[reach(t, s, tracker.KindRelay, tracker.OutboxSending)] = tracker.OutboxPending
	want[reach(t, s, tracker.KindDigest, tracker.OutboxSending)] = tracker.OutboxPending
	want[reach(t, s, tracker.KindReceipt, tracker.OutboxPending)] = tracker.OutboxPending

	pending, inDoubt, err := s.outbox.Recover(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, pending)
	assert.Equal(t, 1, inDoubt)
	got := map[int64]tracker.OutboxState{}
	for _, m := range listed(t, s, "") {
		got[m.ID] = m.State
	}
	assert.Equal(t, want, got)

	pending, inDoubt, err = s.outbox.Recover(t.Context())
	require.NoError(t, err)
	assert.Zero(t, pending+inDoubt, "a second time there is nothing left")
	assert.Len(t, claim(t, s, noon, 10), 4)
}

func inDoubtButSent(t *testing.T, s store) {
	id := reach(t, s, tracker.KindDigest, tracker.OutboxCommitting)
	_, _, err := s.outbox.Recover(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.outbox.Sent(t.Context(), id, noon), "it was found in the folder of sent mail")
	assert.Len(t, listed(t, s, tracker.OutboxSent), 1)
}

func outboxBytes(t *testing.T, s store) {
	for _, size := range []int{0, 1, 6000, 1 << 20, 3<<20 + 1} {
		raw := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		enqueue(t, s, tracker.Notice{Key: fmt.Sprint(size)}, tracker.Mail{Raw: raw})
		got := claim(t, s, noon, 1)
		require.Len(t, got, 1)
		require.True(t, bytes.Equal(raw, got[0].Mail.Raw), "%d bytes differ", size)
	}
}

func undoneWithItsChange(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		_ = tx.Savepoint(ctx, func() error {
			_, err := tx.Enqueue(ctx, tracker.Notice{Key: "k", Ticket: 1}, tracker.Mail{MessageID: "m@desk", Raw: []byte("x")})
			require.NoError(t, err)
			return context.Canceled
		})
		refs, err := tx.TicketOfMail(ctx, []string{"m@desk"})
		require.NoError(t, err)
		assert.Empty(t, refs)
	})
	assert.Empty(t, claim(t, s, noon, 1))
	enqueue(t, s, tracker.Notice{Key: "k"}, tracker.Mail{Raw: []byte("y")})
	assert.Equal(t, "y", string(claim(t, s, noon, 1)[0].Mail.Raw))
}
