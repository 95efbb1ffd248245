package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var noticeTests = map[string]func(*testing.T, store){
	"a key is taken once": aKeyIsTakenOnce,
	"alerts":              alerts,
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
