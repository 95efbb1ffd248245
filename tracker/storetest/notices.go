package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var noticeTests = map[string]func(*testing.T, store){
	"a key is taken once": aKeyIsTakenOnce,
	"alerts":              alerts,
	"alerts added once":   alertsAddedOnce,
}

func aKeyIsTakenOnce(t *testing.T, s store) {
	n := tracker.Notice{Key: "1/receipt", Kind: tracker.KindReceipt, At: noon}
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		there, err := tx.HasNotice(ctx, n.Key)
		require.NoError(t, err)
		assert.False(t, there)
		fresh, err := tx.Enqueue(ctx, n, tracker.Mail{Subject: "first", Raw: []byte("first")})
		require.NoError(t, err)
		assert.True(t, fresh)
	})
	mail := claim(t, s, noon, 9)[0]
	require.NoError(t, s.outbox.Committing(t.Context(), mail.ID))
	require.NoError(t, s.outbox.Sent(t.Context(), mail.ID, noon))
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		there, err := tx.HasNotice(ctx, n.Key)
		require.NoError(t, err)
		assert.True(t, there)
		fresh, err := tx.Enqueue(ctx, n, tracker.Mail{Subject: "second", Raw: []byte("second")})
		require.NoError(t, err)
		assert.False(t, fresh)
	})
	assert.Empty(t, claim(t, s, noon.Add(time.Hour), 9))
	all := listed(t, s, "")
	require.Len(t, all, 1)
	assert.Equal(t, "first", all[0].Mail.Subject)
}

func alerts(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		pending, told, err := tx.PendingAlerts(ctx)
		require.NoError(t, err)
		assert.Empty(t, pending)
		assert.True(t, told.IsZero())

		first := tracker.Alert{At: noon, Kind: tracker.AlertForgery, Ticket: "REQ-1", Line: "forged", Waits: true, Subject: "s", Text: "two\nlines"}
		second := tracker.Alert{At: noon.Add(time.Second), Kind: tracker.AlertBounce, Line: "bounced"}
		require.NoError(t, tx.AddAlert(ctx, first))
		require.NoError(t, tx.AddAlert(ctx, second))
		pending, told, err = tx.PendingAlerts(ctx)
		require.NoError(t, err)
		require.Len(t, pending, 2)
		assert.Less(t, pending[0].ID, pending[1].ID)
		assert.True(t, told.IsZero())
		first.ID, second.ID = pending[0].ID, pending[1].ID
		assert.Equal(t, []tracker.Alert{first, second}, pending)

		require.NoError(t, tx.AlertsTold(ctx, first.ID, noon.Add(time.Minute)))
		pending, told, err = tx.PendingAlerts(ctx)
		require.NoError(t, err)
		assert.Equal(t, []tracker.Alert{second}, pending)
		assert.Equal(t, noon.Add(time.Minute), told)

		require.NoError(t, tx.AlertsTold(ctx, second.ID, noon.Add(time.Hour)))
		pending, told, err = tx.PendingAlerts(ctx)
		require.NoError(t, err)
		assert.Empty(t, pending)
		assert.Equal(t, noon.Add(time.Hour), told)
	})
}

func alertsAddedOnce(t *testing.T, s store) {
	a := tracker.Alert{At: noon, Kind: tracker.AlertTemplate, Line: "note.md:3: no"}
	once := func(a tracker.Alert, start string, now time.Time) (waiting int) {
		s.update(t, func(ctx context.Context, tx tracker.Tx) {
			require.NoError(t, tx.AddAlertOnce(ctx, a, start, now.Add(-24*time.Hour)))
			pending, _, err := tx.PendingAlerts(ctx)
			require.NoError(t, err)
			waiting = len(pending)
		})
		return waiting
	}
	assert.Equal(t, 1, once(a, "note.md:", noon))
	assert.Equal(t, 1, once(a, "note.md:", noon.Add(48*time.Hour)), "it still waits")
	other := a
	other.Line = "not.md: no"
	assert.Equal(t, 2, once(other, "not.md:", noon), "another line")
	other.Line = "a note.md:3: no"
	assert.Equal(t, 3, once(other, "a note.md:", noon), "the line has the words elsewhere")
	other = a
	other.Kind = tracker.AlertBounce
	assert.Equal(t, 4, once(other, "note.md:", noon), "another kind")

	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		pending, _, err := tx.PendingAlerts(ctx)
		require.NoError(t, err)
		require.NoError(t, tx.AlertsTold(ctx, pending[len(pending)-1].ID, noon))
	})
	assert.Zero(t, once(a, "note.md:", noon.Add(24*time.Hour-time.Second)), "it was told within the day")
	assert.Equal(t, 1, once(a, "note.md:", noon.Add(24*time.Hour)))

	undone := errors.New("undone")
	a.Line = "help.md:1: no"
	err := s.Update(t.Context(), func(tx tracker.Tx) error {
		require.NoError(t, tx.AddAlertOnce(t.Context(), a, "help.md:", noon))
		return undone
	})
	require.ErrorIs(t, err, undone)
	assert.Equal(t, 2, once(a, "help.md:", noon), "a transaction that came to nothing told nothing")
}
