package report

import (
	"slices"
	"sort"
	"time"
)

// tally are the numbers of one week.
type tally struct {
	opened, reopened       int
	solved, dropped, given int
	open, late             int // at its end
	due, met               int
	firstRight, cameBack   int
	urgentIn, urgentOut    int // of P0 and P1
	urgentOpen             int
}

func (t tally) in() int  { return t.opened + t.reopened }
func (t tally) out() int { return t.solved + t.dropped + t.given }

// weekOf is the week of the horizon in which an instant lies, or -1.
func (c *Collector) weekOf(t time.Time) int {
	last := len(c.weeks) - 1
	if t.Before(c.weeks[0]) || !t.Before(c.weeks[last]) {
		return -1
	}
	return sort.Search(last, func(i int) bool { return t.Before(c.weeks[i+1]) })
}

// thisWeek reports whether an instant lies in the week of the report.
func (c *Collector) thisWeek(t time.Time) bool { return c.weekOf(t) == horizon-1 }

// tally counts the tickets of a view by weeks, all of the horizon.
func (v *view) tally() []tally {
	weeks := make([]tally, horizon)
	for i := range v.tickets {
		v.tickets[i].count(v.Collector, weeks)
	}
	return weeks
}

func (s *seen) count(c *Collector, weeks []tally) {
	urgent := isUrgent(s.priority)
	for i, p := range s.spans {
		if w := c.weekOf(p.from); w >= 0 {
			weeks[w].enter(p, urgent)
			if p.again && i > 0 && s.spans[i-1].exit == solved && p.from.Sub(s.spans[i-1].to) <= 7*wholeDay {
				weeks[w].cameBack++
			}
		}
		if w := c.weekOf(p.to); w >= 0 {
			p.right = p.right && !s.reopenedBefore(c.weeks[w+1])
			weeks[w].leave(p, urgent)
		}
	}
	for _, d := range s.due {
		if w := c.weekOf(d.fell); w >= 0 {
			weeks[w].due++
			if d.met {
				weeks[w].met++
			}
		}
	}
	s.stand(c, weeks, urgent)
}

// reopenedBefore reports whether the ticket was ever reopened before t.
func (f *facts) reopenedBefore(t time.Time) bool {
	return !f.reopened.IsZero() && f.reopened.Before(t)
}

// stand counts what the ticket was at the end of each week.
func (s *seen) stand(c *Collector, weeks []tally, urgent bool) {
	for w := range weeks {
		end := c.weeks[w+1]
		if !s.openAt(end) {
			continue
		}
		weeks[w].open++
		if urgent {
			weeks[w].urgentOpen++
		}
		if since, _ := s.lateAt(end); !since.IsZero() {
			weeks[w].late++
		}
	}
}

func (t *tally) enter(p span, urgent bool) {
	if p.again {
		t.reopened++
	} else {
		t.opened++
	}
	if urgent {
		t.urgentIn++
	}
}

func (t *tally) leave(p span, urgent bool) {
	switch p.exit {
	case solved:
		t.solved++
		if p.right {
			t.firstRight++
		}
	case dropped:
		t.dropped++
	case given:
		t.given++
	}
	if urgent {
		t.urgentOut++
	}
}

// isUrgent reports whether a priority is one of those that are due within a day.
func isUrgent(priority string) bool { return priority == "P0" || priority == "P1" }

// begin is the first week of the horizon in which the view had work; the last
// one when it never had any.
func (v *view) begin() int {
	first := v.asOf
	for _, s := range v.tickets {
		if len(s.spans) > 0 && s.spans[0].from.Before(first) {
			first = s.spans[0].from
		}
	}
	if first.Before(v.weeks[0]) {
		return 0
	}
	if w := v.weekOf(first); w >= 0 {
		return w
	}
	return horizon - 1
}

// each picks a number of every week.
func each(weeks []tally, pick func(tally) int) []int {
	out := make([]int, len(weeks))
	for i, w := range weeks {
		out[i] = pick(w)
	}
	return out
}

// inTime is the share met of the deadlines of the last week.
func inTime(weeks []tally) InTime {
	var ratios []Ratio
	for _, w := range weeks {
		ratios = append(ratios, ratio(w.met, w.due))
	}
	last := len(ratios) - 1
	t := InTime{Now: ratios[last], LastWeek: ratio(0, 0), Usual: medianRatio(ratios[max(0, last-4):last])}
	if last > 0 {
		t.LastWeek = ratios[last-1]
	}
	return t
}

// flow is what went in and out in the last week.
func flow(weeks []tally) Flow {
	w := weeks[len(weeks)-1]
	return Flow{
		In: figure(each(weeks, tally.in)), Out: figure(each(weeks, tally.out)),
		Opened: w.opened, Reopened: w.reopened, Resolved: w.solved, Dropped: w.dropped, Given: w.given,
	}
}

// priorities are the lines by priority: those of the policy and any others.
func (v *view) priorities() []PriorityLine {
	policy := v.terms().Policy
	names := map[string]*priorityCount{}
	at := func(p string) *priorityCount {
		if names[p] == nil {
			names[p] = &priorityCount{}
		}
		return names[p]
	}
	for p := range policy.Rules {
		at(p)
	}
	for i := range v.tickets {
		v.tickets[i].byPriority(v.Collector, at)
	}
	var order []string
	for p := range names {
		order = append(order, p)
	}
	slices.Sort(order)
	var lines []PriorityLine
	for _, p := range order {
		lines = append(lines, v.priorityLine(p, names[p]))
	}
	return lines
}

// priorityCount gathers what a priority line tells.
type priorityCount struct {
	due, met, open, late int
	pickup, resolve      []outcome
	notice               Notice
}
