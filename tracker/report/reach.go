package report

import (
	"maps"
	"slices"
	"sort"
	"time"

	"envdesk/tracker/sla"
)

// ownReach is an instant so early that work which ended before it has no deadline
// of a partner's own clock at or behind the given one. Work is done before its
// deadline by at most the whole target; a target of the end of the day ends with
// the business day that holds the end of the work or follows it, so within two
// days' working time.
func ownReach(ledger sla.Ledger, week time.Time) time.Time {
	reach := week
	for _, terms := range ledger {
		calendars := slices.AppendSeq([]*sla.Calendar{terms.Calendar}, maps.Values(terms.Partners))
		for _, c := range calendars {
			if t := before(c, longest(terms.Policy, c), week); t.Before(reach) {
				reach = t
			}
		}
	}
	return reach
}

// longest is more than any working time that the policy promises on the calendar.
func longest(p *sla.Policy, c *sla.Calendar) time.Duration {
	var most time.Duration
	for _, r := range p.Rules {
		on := c
		if r.Continuous {
			on = c.AroundTheClock()
		}
		most = max(most, r.Pickup.On(on), r.Resolve.On(on), r.Floor)
	}
	return most + 2*wholeDay
}

// before is so many whole days before t that the working time is used up by then.
func before(c *sla.Calendar, d time.Duration, t time.Time) time.Time {
	back := func(days int) time.Time { return t.Add(-time.Duration(days) * wholeDay) }
	return back(sort.Search(int(sla.Horizon/wholeDay), func(days int) bool {
		end := c.Add(back(days), d)
		return !end.IsZero() && end.Before(t)
	}))
}

// ownCounts reports whether the partners' own clocks can still tell something of
// the week: a partner has the ticket, or had it lately.
func (c *Collector) ownCounts(f *facts) bool {
	last := len(f.holds) - 1
	return last >= 0 && (f.holds[last].to.IsZero() || !f.holds[last].to.Before(c.ownFrom))
}
