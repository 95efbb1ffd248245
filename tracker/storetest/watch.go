package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"envdesk/tracker"
)

var watchTests = map[string]func(*testing.T, store){
	"downtime":                  downtime,
	"downtime to the moment":    downtimeToTheMoment,
	"downtime of a transaction": downtimeOfATransaction,
	"downtime by minutes":       downtimeByMinutes,
}

// pastNoon is an instant so many minutes after noon.
func pastNoon(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// watched notes that all mail up to these minutes after noon is known.
func watched(ctx context.Context, tx tracker.Tx, minutes ...int) error {
	for _, m := range minutes {
		if err := tx.Watched(ctx, pastNoon(m)); err != nil {
			return err
		}
	}
	return nil
}

func downtime(t *testing.T, s store) {
	for _, tt := range []struct {
		name     string
		calls    []int
		from, to int
		want     int
	}{
		{"never watched", nil, 0, 1000, 0},
		{"a first call tells nothing of the time before", []int{500}, 0, 510, 0},
		{"watched all the time", []int{0, 10, 20, 30}, 0, 30, 0},
		{"the longest lapse", []int{0, 15, 30}, 0, 45, 0},
		{"a longer one is downtime", []int{0, 16}, 0, 16, 16},
		{"two gaps", []int{0, 10, 40, 50, 100}, 0, 100, 80},
		{"since the last call", []int{0, 10}, 0, 60, 50},
		{"since the last call, not long", []int{0, 10}, 0, 25, 0},
		{"a gap that began before", []int{0, 100}, 60, 200, 40 + 100},
		{"a gap that ends behind", []int{0, 100}, 0, 60, 60},
		{"a short part of a long gap", []int{0, 100}, 95, 110, 5},
		{"within a gap", []int{0, 100}, 20, 30, 10},
		{"between the spans of others", []int{0, 100, 110, 300}, 101, 109, 0},
		{"before the first call", []int{500, 600}, 0, 400, 0},
		{"long after the last call", []int{0}, 1000, 1100, 100},
		{"earlier instants change nothing", []int{0, 100, 50, 99, 100, 110}, 0, 110, 100},
		{"no time at all", []int{0, 100}, 50, 50, 0},
	} {
		got, err := s.downtimeOf(t.Context(), tt.calls, [2]int{tt.from, tt.to})
		require.NoError(t, err, tt.name)
		assert.Equal(t, []time.Duration{time.Duration(tt.want) * time.Minute}, got, tt.name)
	}
}

// downtimeOf gives the downtime of spans of minutes after calls, and leaves the
// store as it was.
func (s store) downtimeOf(ctx context.Context, calls []int, spans ...[2]int) (out []time.Duration, err error) {
	undo := errors.New("undo")
	err = s.Update(ctx, func(tx tracker.Tx) error {
		if err := watched(ctx, tx, calls...); err != nil {
			return err
		}
		for _, span := range spans {
			c, err := tx.MailCount(ctx, pastNoon(span[0]), pastNoon(span[1]))
			if err != nil {
				return err
			}
			out = append(out, c.Downtime)
		}
		return undo
	})
	if errors.Is(err, undo) {
		err = nil
	}
	return out, err
}

func downtimeToTheMoment(t *testing.T, s store) {
	end := noon.Add(tracker.WatchLapse)
	again := end.Add(tracker.WatchLapse + time.Microsecond)
	s.update(t, func(ctx context.Context, tx tracker.Tx) {
		for _, upTo := range []time.Time{noon, end, again.In(time.FixedZone("IST", 19800))} {
			require.NoError(t, tx.Watched(ctx, upTo))
		}
	})
	s.view(t, func(ctx context.Context, v tracker.View) {
		for to, want := range map[time.Time]time.Duration{
			end.Add(tracker.WatchLapse): tracker.WatchLapse, again: again.Sub(end), again.Add(tracker.WatchLapse): again.Sub(end),
			again.Add(tracker.WatchLapse + time.Microsecond): again.Sub(end) + tracker.WatchLapse + time.Microsecond,
		} {
			c, err := v.MailCount(ctx, noon, to)
			require.NoError(t, err)
			assert.Equal(t, want, c.Downtime, "up to %s", to)
		}
	})
}

// What is undone was not watched; what is durable goes on in the next transaction.
func downtimeOfATransaction(t *testing.T, s store) {
	s.update(t, func(ctx context.Context, tx tracker.Tx) { require.NoError(t, watched(ctx, tx, 0, 10)) })
	_, err := s.downtimeOf(t.Context(), []int{20, 30, 40})
	require.NoError(t, err)
	s.update(t, func(ctx context.Context, tx tracker.Tx) { require.NoError(t, watched(ctx, tx, 40, 50)) })
	s.view(t, func(ctx context.Context, v tracker.View) {
		c, err := v.MailCount(ctx, pastNoon(0), pastNoon(60))
		require.NoError(t, err)
		assert.Equal(t, 30*time.Minute, c.Downtime)
	})
}

// Whatever the calls, the downtime is that of a count minute by minute.
func downtimeByMinutes(t *testing.T, s store) {
	rapid.Check(t, func(rt *rapid.T) {
		var calls []int
		now := 0
		for range rapid.IntRange(0, 12).Draw(rt, "calls") {
			now += rapid.OneOf(rapid.IntRange(-20, 17), rapid.IntRange(10, 90)).Draw(rt, "step")
			calls = append(calls, now)
		}
		var spans [][2]int
		var want []time.Duration
		for range 8 {
			from := rapid.IntRange(-60, 600).Draw(rt, "from")
			to := from + rapid.IntRange(0, 300).Draw(rt, "minutes")
			spans = append(spans, [2]int{from, to})
			want = append(want, countDowntime(calls, from, to))
		}
		got, err := s.downtimeOf(t.Context(), calls, spans...)
		require.NoError(rt, err)
		require.Equal(rt, want, got)
	})
}

// countDowntime looks at each minute: which calls stand around it, or that none
// came behind it up to the end.
func countDowntime(calls []int, from, to int) time.Duration {
	var known []int // calls that were news
	for _, c := range calls {
		if len(known) == 0 || c > slices.Max(known) {
			known = append(known, c)
		}
	}
	down := 0
	for minute := from; minute < to; minute++ {
		behind := slices.IndexFunc(known, func(c int) bool { return c > minute })
		next := to
		if behind >= 0 {
			next = known[behind]
		} else {
			behind = len(known)
		}
		if behind > 0 && pastNoon(next).Sub(pastNoon(known[behind-1])) > tracker.WatchLapse {
			down++
		}
	}
	return time.Duration(down) * time.Minute
}
