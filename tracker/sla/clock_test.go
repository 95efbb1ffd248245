package sla

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// randomTimeline is two weeks of whatever can happen, without a reopening.
func randomTimeline(rnd *rand.Rand, start time.Time, terms []Edit) Timeline {
	instant := func() time.Time { return start.Add(time.Duration(rnd.Int64N(int64(14 * 24 * time.Hour)))) }
	names := []string{"P0", "P1", "P2", "P3", "P4"}
	tl := Timeline{Received: start, Priority: names[rnd.IntN(5)]}
	for range rnd.IntN(5) {
		tl.Changes = append(tl.Changes, Change{At: instant(), To: names[rnd.IntN(5)]})
	}
	for range rnd.IntN(5) {
		a, b := instant(), instant()
		tl.Pauses = append(tl.Pauses, Pause{From: earlier(a, b), To: later(a, b), Why: WaitingForApproval})
	}
	if rnd.IntN(4) == 0 {
		tl.Pauses = append(tl.Pauses, Pause{From: instant(), Why: WaitingOnRequester})
	}
	if rnd.IntN(3) == 0 {
		tl.Targets = append(tl.Targets, Override{At: instant(), Due: instant()}, Override{At: instant(), Extend: Span{Days: 1}})
	}
	if rnd.IntN(3) == 0 {
		e := terms[rnd.IntN(len(terms))]
		e.At = instant()
		tl.Edits = append(tl.Edits, e)
	}
	if rnd.IntN(2) == 0 {
		tl.PickedUp = instant()
	}
	if rnd.IntN(3) == 0 {
		tl.Ends = append(tl.Ends, End{At: instant(), Done: rnd.IntN(3) > 0})
	}
	slices.SortFunc(tl.Changes, func(a, b Change) int { return a.At.Compare(b.At) })
	return tl
}

// Whatever happens, what was late stays late since then, the past does not
// depend on the future, and durations are not negative.
func TestClocksHoldTogether(t *testing.T) {
	in := india(t)
	berlin := calendarOf(t, Schedule{Version: "DE", Zone: zone(t, "Europe/Berlin"), Days: workweek, Hours: []Window{{8 * 60, 12 * 60}, {13 * 60, 17 * 60}}})
	terms := []Edit{{Policy: withFloor(2 * time.Hour)}, {Calendar: berlin}, {Policy: Standard(), Calendar: in.AroundTheClock()}}
	rnd := rand.New(rand.NewPCG(5, 8))
	start := local(t, in, "2026-03-20 10:00")
	for range 1000 {
		tl := randomTimeline(rnd, start.Add(time.Duration(rnd.IntN(7*24))*time.Hour), terms)
		known := tl.Received
		before := Clocks(tl, Standard(), in, known)
		for range 12 {
			known = known.Add(time.Duration(rnd.Int64N(int64(40 * time.Hour))))
			states := Clocks(tl, Standard(), in, known)
			require.Equal(t, states, Clocks(upTo(tl, known), Standard(), in, known), "%+v", tl)
			for i, s := range states {
				requireSound(t, s, known)
				if was := before[i]; was.Status == Late {
					require.Equal(t, Late, s.Status, "%s at %s: %+v", s.Name, known, tl)
					require.Equal(t, was.LateSince, s.LateSince, "%s at %s: %+v", s.Name, known, tl)
				}
				require.GreaterOrEqual(t, s.Version, before[i].Version)
			}
			before = states
		}
	}
}

// upTo is the timeline as it was known at now.
func upTo(tl Timeline, now time.Time) Timeline {
	tl.Changes = slices.DeleteFunc(slices.Clone(tl.Changes), func(c Change) bool { return c.At.After(now) })
	tl.Targets = slices.DeleteFunc(slices.Clone(tl.Targets), func(o Override) bool { return o.At.After(now) })
	tl.Edits = slices.DeleteFunc(slices.Clone(tl.Edits), func(e Edit) bool { return e.At.After(now) })
	tl.Ends = slices.DeleteFunc(slices.Clone(tl.Ends), func(e End) bool { return e.At.After(now) })
	tl.Pauses = slices.DeleteFunc(slices.Clone(tl.Pauses), func(p Pause) bool { return p.From.After(now) })
	for i, p := range tl.Pauses {
		if p.To.After(now) {
			tl.Pauses[i].To = time.Time{}
		}
	}
	if tl.PickedUp.After(now) {
		tl.PickedUp = time.Time{}
	}
	return tl
}

func requireSound(t *testing.T, s State, now time.Time) {
	t.Helper()
	require.GreaterOrEqual(t, s.Used, time.Duration(0))
	require.GreaterOrEqual(t, s.Left, time.Duration(0))
	require.GreaterOrEqual(t, s.Paused, time.Duration(0))
	require.Equal(t, s.Status == Late, !s.LateSince.IsZero())
	require.False(t, s.LateSince.After(now))
	require.True(t, slices.IsSortedFunc(s.Marks, func(a, b Mark) int { return a.At.Compare(b.At) }))
	for _, m := range s.Marks {
		require.False(t, m.At.After(s.Due), "%+v", s)
	}
	switch s.Status {
	case Running, Paused:
		require.True(t, now.Before(s.Due))
		require.Zero(t, s.Ended)
		require.Equal(t, s.Status == Paused, !s.Pausing.IsZero())
	case Met:
		require.True(t, s.Ended.Before(s.Due))
	}
}
