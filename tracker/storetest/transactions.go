package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var transactionTests = map[string]func(*testing.T, store){
	"an error undoes all":      anErrorUndoesAll,
	"a panic undoes all":       aPanicUndoesAll,
	"a done context":           aDoneContext,
	"done in the middle":       doneInTheMiddle,
	"savepoints in savepoints": savepointsInSavepoints,
	"read your writes":         readYourWrites,
	"a view does not move":     aViewDoesNotMove,
	"many at once":             manyAtOnce,
	"closed":                   closed,
}

var errUndone = errors.New("undone")

func note(t *testing.T, tx tracker.Tx, uid uint32) {
	t.Helper()
	added(t, context.Background(), tx, tracker.Inbound{Position: at(uid)}, fmt.Sprint(uid))
}

// stored lists which of the first ten UIDs have a row.
func stored(t *testing.T, v tracker.View) []uint32 {
	t.Helper()
	var out []uint32
	for uid := range uint32(10) {
		_, err := v.SameMail(context.Background(), tracker.Inbound{Position: at(uid)})
		if err == nil {
			out = append(out, uid)
			continue
		}
		require.ErrorIs(t, err, tracker.ErrNotFound)
	}
	return out
}

func requireStored(t *testing.T, s store, want ...uint32) {
	t.Helper()
	s.view(t, func(_ context.Context, v tracker.View) { require.Equal(t, want, stored(t, v)) })
	s.update(t, func(_ context.Context, tx tracker.Tx) { require.Equal(t, want, stored(t, tx)) })
}

func anErrorUndoesAll(t *testing.T, s store) {
	require.ErrorIs(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		note(t, tx, 1)
		return errUndone
	}), errUndone)
	requireStored(t, s)
}

func aPanicUndoesAll(t *testing.T, s store) {
	assert.PanicsWithValue(t, "bug", func() {
		_ = s.Update(t.Context(), func(tx tracker.Tx) error {
			note(t, tx, 1)
			return tx.Savepoint(t.Context(), func() error { panic("bug") })
		})
	})
	assert.PanicsWithValue(t, "bug", func() { _ = s.View(t.Context(), func(tracker.View) error { panic("bug") }) })
	requireStored(t, s)
}

func aDoneContext(t *testing.T, s store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Update(ctx, func(tracker.Tx) error { t.Error("called"); return nil }), context.Canceled)
	require.ErrorIs(t, s.View(ctx, func(tracker.View) error { t.Error("called"); return nil }), context.Canceled)
}

func doneInTheMiddle(t *testing.T, s store) {
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx tracker.Tx) error {
		note(t, tx, 1)
		cancel()
		_, err := tx.AddMail(ctx, tracker.Inbound{Position: at(2)}, strings.NewReader("x"))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, tx.Savepoint(ctx, func() error { t.Error("called"); return nil }), context.Canceled)
		return nil
	})
	require.ErrorIs(t, err, context.Canceled, "what is done is not committed")
	requireStored(t, s)

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	err = s.Update(t.Context(), func(tx tracker.Tx) error {
		note(t, tx, 1)
		return tx.Savepoint(ctx, func() error { cancel(); return ctx.Err() })
	})
	require.ErrorIs(t, err, context.Canceled)
	requireStored(t, s)

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	s.update(t, func(_ context.Context, tx tracker.Tx) {
		require.ErrorIs(t, tx.Savepoint(ctx, func() error { note(t, tx, 3); cancel(); return ctx.Err() }), context.Canceled)
		note(t, tx, 4)
	})
	requireStored(t, s, 4)
}

func savepointsInSavepoints(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		note(t, tx, 1)
		require.NoError(t, tx.Savepoint(ctx, func() error {
			note(t, tx, 2)
			err := tx.Savepoint(ctx, func() error { note(t, tx, 3); return errUndone })
			assert.Equal(t, errUndone, err, "the very error comes back")
			return tx.Savepoint(ctx, func() error { note(t, tx, 4); return nil })
		}))
		require.Error(t, tx.Savepoint(ctx, func() error {
			note(t, tx, 5)
			require.NoError(t, tx.Savepoint(ctx, func() error { note(t, tx, 6); return nil }))
			return errUndone
		}))
		note(t, tx, 7)
	})
	requireStored(t, s, 1, 2, 4, 7)
}

func readYourWrites(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		k := opened(t, ctx, tx, tracker.Opened{Title: "own"})
		sameFold(t, ctx, tx, k)
		assert.Equal(t, []int64{k.ID}, ids(t, ctx, tx, tracker.TicketQuery{Search: "own"}))
		note(t, tx, 1)
		assert.Equal(t, []uint32{1}, stored(t, tx))
		require.NoError(t, tx.SetCursor(ctx, mailbox, tracker.Cursor{UID: 1}))
		c, err := tx.Cursor(ctx, mailbox)
		require.NoError(t, err)
		assert.EqualValues(t, 1, c.UID)
		require.NoError(t, s.View(ctx, func(v tracker.View) error {
			assert.Empty(t, stored(t, v), "nobody else sees it yet")
			return nil
		}))
	})
}

func aViewDoesNotMove(t *testing.T, s store) {
	s.view(t, func(_ context.Context, v tracker.View) {
		require.Empty(t, stored(t, v))
		s.update(t, func(_ context.Context, tx tracker.Tx) { note(t, tx, 1) })
		require.Empty(t, stored(t, v), "the view is of one moment")
		requireStored(t, s, 1)
	})
}

func manyAtOnce(t *testing.T, s store) {
	const workers, rounds = 8, 10
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range rounds {
				assert.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
					k := opened(t, t.Context(), tx, tracker.Opened{Title: "many"})
					added(t, t.Context(), tx, tracker.Inbound{Ticket: k.ID, MessageID: k.Key + "@x"}, k.Key)
					_, err := tx.Enqueue(t.Context(), tracker.Notice{Key: k.Key, Ticket: k.ID, At: noon}, tracker.Mail{Raw: []byte(k.Key)})
					return err
				}))
				assert.NoError(t, s.View(t.Context(), func(v tracker.View) error { return wholeTickets(t, v) }))
				_, err := s.outbox.Claim(t.Context(), noon, 1)
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	assert.Len(t, listed(t, s, tracker.OutboxSending), workers*rounds)
	s.view(t, func(ctx context.Context, v tracker.View) {
		assert.Len(t, ids(t, ctx, v, tracker.TicketQuery{}), workers*rounds)
	})
}

// wholeTickets checks that no ticket is seen without its mail.
func wholeTickets(t *testing.T, v tracker.View) error {
	tickets, err := v.Tickets(t.Context(), tracker.TicketQuery{Search: "many"})
	if err != nil || len(tickets) == 0 {
		return err
	}
	last := tickets[len(tickets)-1]
	mails, err := v.Mails(t.Context(), last.ID)
	assert.Len(t, mails, 2)
	assert.EqualValues(t, len(tickets), last.ID)
	return err
}

func closed(t *testing.T, s store) {
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "a second time does no harm")
	require.Error(t, s.Update(t.Context(), func(tracker.Tx) error { t.Error("called"); return nil }))
	require.Error(t, s.View(t.Context(), func(tracker.View) error { t.Error("called"); return nil }))
}
