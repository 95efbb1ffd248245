package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

var agendaTests = map[string]func(*testing.T, store){
	"due tickets":  dueTickets,
	"due instants": dueInstants,
	"terms":        terms,
	"agenda":       agenda,
}

func dueTickets(t *testing.T, s store) {
	keys := func(ctx context.Context, v tracker.View, until time.Time, n int) (out []string) {
		list, err := v.Due(ctx, until, n)
		require.NoError(t, err)
		for _, k := range list {
			out = append(out, k.Key)
		}
		return out
	}
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for i := range 4 {
			k := opened(t, ctx, tx, tracker.Opened{Priority: "P2"})
			if i < 3 {
				require.NoError(t, tx.SetDue(ctx, k.ID, noon.Add(time.Duration(-i)*time.Hour)))
			}
		}
		assert.ErrorIs(t, tx.SetDue(ctx, 99, noon), tracker.ErrNotFound)
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		assert.Equal(t, []string{key(3), key(2), key(1)}, keys(ctx, v, noon, 9), "in the order of the instants")
		assert.Equal(t, []string{key(3), key(2)}, keys(ctx, v, noon.Add(-time.Microsecond), 9))
		assert.Equal(t, []string{key(3)}, keys(ctx, v, noon, 1))
		assert.Empty(t, keys(ctx, v, noon.Add(-3*time.Hour), 9))
	})
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		require.NoError(t, tx.SetDue(ctx, 3, time.Time{}))
		k, err := tx.Ticket(ctx, 2)
		require.NoError(t, err)
		appended(t, ctx, tx, k, tracker.Event{Ticket: 2, At: noon}, tracker.Noted{Text: "more"})
		assert.Equal(t, []string{key(2), key(1)}, keys(ctx, tx, noon, 9), "events leave the instant as it is")
	})
}

func dueInstants(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		k := opened(t, ctx, tx, tracker.Opened{Priority: "P2"})
		for _, want := range []time.Time{{}, noon, noon.Add(time.Hour), {}} {
			require.NoError(t, tx.SetDue(ctx, k.ID, want))
			got, err := tx.DueAt(ctx, k.ID)
			require.NoError(t, err)
			assert.True(t, want.Equal(got), "%s: %s", want, got)
		}
		_, err := tx.DueAt(ctx, 99)
		assert.ErrorIs(t, err, tracker.ErrNotFound)
	})
}

func terms(t *testing.T, s store) {
	var want []tracker.StoredTerms
	for _, since := range []time.Time{{}, noon, noon, noon.Add(-time.Hour)} {
		s.view(t, func(ctx context.Context, v tracker.View) {
			got, err := v.Terms(ctx)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
		added := tracker.StoredTerms{Since: since, Version: "v" + since.String(), Data: []byte(`{"is":"kept ⏱"}`)}
		want = append(want, added)
		s.update(t, func(ctx context.Context, tx tracker.Tx) { require.NoError(t, tx.AddTerms(ctx, added)) })
	}
}

func agenda(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for _, want := range []string{"", "first", "second"} {
			if want != "" {
				require.NoError(t, tx.SetAgenda(ctx, want))
			}
			got, err := tx.Agenda(ctx)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	})
}
