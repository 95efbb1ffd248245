package sla

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWalkerOfWaits compares the resolve clock of a ticket that waits, in parts
// that may overlap, touch and hold each other, with a walk that asks of each
// minute whether the ticket waits then.
func TestWalkerOfWaits(t *testing.T) {
	policy, compared := Standard(), 0
	eachWalk(t, func(rnd *rand.Rand, s Schedule, from time.Time) {
		c, w := calendarOf(t, s), walk(s, from, 9*24*60)
		for range casesPerWalk {
			wait := randomWait(rnd, w)
			policy.Rules["P2"] = Rule{Resolve: Span{Time: wait.budget * time.Minute}, Continuous: rnd.IntN(3) == 0}
			policy.Rules["P1"] = Rule{EndOfDay: true, Cap: wait.budget * time.Minute}
			policy.Rules["P0"] = Rule{Resolve: Span{Time: wait.budget * time.Minute}, Continuous: rnd.IntN(2) == 0, NeverPauses: true}
			want, ok := wait.due(policy.Rules[wait.priority])
			if !ok {
				continue // behind the walk
			}
			compared++
			tl := wait.timeline()
			_, resolve := clocks(tl, policy, c, tl.last())
			if !assert.Equal(t, want, resolve.Due, "%s %+v", wait.priority, tl) {
				return
			}
		}
	})
	require.Greater(t, compared, *walkerCases/4)
}

// waiting is a ticket that waits, in minutes of a walk.
type waiting struct {
	walked
	priority string
	received int
	parts    [][2]int
	budget   time.Duration // in minutes: the target, or the cap
}

func randomWait(rnd *rand.Rand, w walked) waiting {
	k := waiting{
		walked: w, priority: []string{"P0", "P1", "P1", "P2"}[rnd.IntN(4)], received: rnd.IntN(3 * 24 * 60), budget: time.Duration(1 + rnd.IntN(24*60)),
	}
	at := k.received
	for range rnd.IntN(6) {
		from := max(k.received, at+rnd.IntN(12*60)-2*60)
		to := from + 1 + rnd.IntN(14*60)
		k.parts = append(k.parts, [2]int{from, to})
		if at = to; rnd.IntN(3) == 0 { // the next one touches it, or lies within it
			at = from + rnd.IntN(to-from)
			k.parts = append(k.parts, [2]int{to, to + 1 + rnd.IntN(60)})
		}
	}
	slices.SortFunc(k.parts, func(a, b [2]int) int { return a[0] - b[0] })
	return k
}

func (k waiting) instant(minute int) time.Time {
	return k.from.Add(time.Duration(minute) * time.Minute)
}

func (k waiting) timeline() Timeline {
	tl := Timeline{Received: k.instant(k.received), Priority: k.priority}
	for _, p := range k.parts {
		tl.Pauses = append(tl.Pauses, Pause{k.instant(p[0]), k.instant(p[1]), WaitingOnRequester})
	}
	return tl
}

// waits tells of each minute whether the ticket waits.
func (k waiting) waits() []bool {
	all := make([]bool, len(k.open))
	for _, p := range k.parts {
		for i := p[0]; i < min(p[1], len(all)); i++ {
			all[i] = true
		}
	}
	return all
}

// due is when the walk finds the ticket due; false when it ends before.
func (k waiting) due(rule Rule) (time.Time, bool) {
	waits := k.waits()
	if rule.NeverPauses {
		clear(waits)
	}
	if rule.EndOfDay {
		minute, ok := k.dayDue(waits)
		return k.instant(minute), ok
	}
	left := int(k.budget)
	for i := k.received; i < len(k.open); i++ {
		if !waits[i] && (k.open[i] || rule.Continuous) {
			left--
		}
		if left == 0 {
			return k.instant(i + 1), true
		}
	}
	return time.Time{}, false
}

// dayDue is the end of the day, or of the cap: anew behind each wait that holds
// working time.
func (k waiting) dayDue(waits []bool) (int, bool) {
	left := int(k.budget)
	start, due, ok := k.day(k.received, left)
	for i := k.received; ok && i < due; {
		if !waits[i] {
			i++
			continue
		}
		from, works := i, false
		for ; i < len(waits) && waits[i]; i++ {
			works = works || k.open[i]
		}
		if i == len(waits) {
			return 0, false
		}
		if works {
			left -= max(0, from-start)
			start, due, ok = k.day(i, left)
		}
	}
	return due, ok
}

// day applies the rule of the day to a minute; false when the walk ends before.
func (k waiting) day(minute, left int) (start, due int, ok bool) {
	last := func(d Date) int {
		end := -1
		for i := minute; i < len(k.date) && k.date[i] <= d+1; i++ {
			if k.date[i] == d && k.open[i] {
				end = i + 1
			}
		}
		return end
	}
	start = minute
	if last(k.date[minute]) <= minute {
		for start < len(k.open) && !k.open[start] {
			start++
		}
	}
	if start == len(k.open) || k.date[start] >= k.date[len(k.date)-1] {
		return 0, 0, false
	}
	return start, min(last(k.date[start]), start+left), true
}
