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
	"downtime and ingestion":    downtimeAndIngestion,
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
		{"a clock that is set back a little", []int{0, 10, 5, 9, 10, 15}, 0, 30, 0},
		{"and by the longest lapse", []int{0, 10, 20, 5}, 0, 35, 0},
		{"and by more", []int{0, 10, 20, 4}, 0, 35, 31},
		{"a clock that was ahead", []int{0, 10, 5000, 20, 30}, 0, 30, 0},
		{"and for long", []int{0, 10, 5000, 5010, 5020, 20, 30}, 0, 50, 20},
		{"and often", []int{0, 5000, 9000, 10, 5000, 9000, 20}, 0, 20, 0},
		{"and from the first on", []int{5000, 5010, 0, 10}, 0, 10, 0},
		{"a gap that was true before", []int{0, 100, 5000, 110}, 0, 110, 100},
		{"set back into a gap", []int{0, 100, 50, 60}, 0, 60, 50},
		{"set back a little into a gap", []int{0, 100, 99, 110}, 0, 110, 99},
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
			now += rapid.OneOf(rapid.IntRange(-20, 17), rapid.IntRange(10, 90), rapid.IntRange(-200, -10)).Draw(rt, "step")
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
	known := knownOf(calls)
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

// knownOf are the calls that count, in their order. One that comes with others ahead
// of it stands in their place, unless it lies among them and they are at most a
// lapse ahead.
func knownOf(calls []int) (known []int) {
	const lapse = int(tracker.WatchLapse / time.Minute)
	for _, c := range calls {
		n := len(known)
		for n > 0 && known[n-1] > c {
			n--
		}
		near := n // the end of what hangs together from the call before on
		for near > 0 && near < len(known) && known[near]-known[near-1] <= lapse {
			near++
		}
		if near > 0 && known[near-1]-c > lapse {
			near = n
		}
		if known = known[:near]; near == n && !slices.Contains(known, c) {
			known = append(known, c)
		}
	}
	return known
}

// A desk that takes mail in without a server does not watch any more: from the first
// such mail on, the time since the last call is no downtime.
func downtimeAndIngestion(t *testing.T, s store) {
	for _, step := range []struct {
		what     string
		uid      uint32
		received int
		want     int // of the minutes from 10 to 1000
	}{
		{"from a server", 1, 500, 990},
		{"ingested, of before", 0, 10, 990},
		{"ingested, of later", 0, 1000, 990},
		{"ingested since", 0, 11, 0},
	} {
		s.update(t, func(ctx context.Context, tx tracker.Tx) {
			at := tracker.Position{Mailbox: mailbox, UIDValidity: 1, UID: step.uid}
			_, err := tx.AddMail(ctx, tracker.Inbound{Position: at, Received: pastNoon(step.received), State: tracker.ActionIgnore}, nil)
			require.NoError(t, err)
		})
		got, err := s.downtimeOf(t.Context(), []int{0, 10}, [2]int{10, 1000})
		require.NoError(t, err)
		assert.Equal(t, time.Duration(step.want)*time.Minute, got[0], step.what)
	}
	got, err := s.downtimeOf(t.Context(), []int{0, 10, 40, 600, 610}, [2]int{0, 610}, [2]int{600, 1000})
	require.NoError(t, err)
	assert.Equal(t, []time.Duration{(30 + 560) * time.Minute, 390 * time.Minute}, got, "it watches again")
}
