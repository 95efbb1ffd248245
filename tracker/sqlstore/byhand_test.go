package sqlstore

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestRetryAndDropByHand(t *testing.T) {
	s := newTestStore(t)
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		_, err := tx.Enqueue(t.Context(), tracker.Notice{Key: "k"}, tracker.Mail{Raw: []byte("raw")})
		return err
	}))
	claim := func() []tracker.OutboxMail {
		mails, err := s.Outbox().Claim(t.Context(), noon, 1)
		require.NoError(t, err)
		return mails
	}
	id := claim()[0].ID
	require.Error(t, s.RetryMail(t.Context(), id), "it is being sent")
	require.Error(t, s.DropMail(t.Context(), id), "it is being sent")

	require.NoError(t, s.Outbox().Defer(t.Context(), id, time.Time{}, "550"))
	assert.Empty(t, claim())
	require.NoError(t, s.RetryMail(t.Context(), id))
	again := claim()
	require.Len(t, again, 1)
	assert.Equal(t, "raw", string(again[0].Mail.Raw))

	require.NoError(t, s.Outbox().Defer(t.Context(), id, noon.Add(time.Hour), "451"))
	require.NoError(t, s.DropMail(t.Context(), id))
	assert.Empty(t, claim())
	dropped, err := s.Outbox().List(t.Context(), tracker.OutboxDropped)
	require.NoError(t, err)
	assert.Len(t, dropped, 1)
	require.NoError(t, s.RetryMail(t.Context(), id), "a person may think again")
	assert.Len(t, claim(), 1)

	require.NoError(t, s.Outbox().Committing(t.Context(), id))
	require.NoError(t, s.Outbox().Sent(t.Context(), id, noon))
	require.Error(t, s.RetryMail(t.Context(), id), "it was sent")
	require.ErrorIs(t, s.DropMail(t.Context(), 99), tracker.ErrNotFound)
}
