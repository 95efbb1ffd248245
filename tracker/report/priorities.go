package report

import (
	"fmt"

	"envdesk/tracker/sla"
)

// byPriority counts a ticket: its deadlines and results under the priority that
// it had then, all else under that of now.
func (s *seen) byPriority(c *Collector, at func(string) *priorityCount) {
	for _, d := range s.due {
		if c.thisWeek(d.fell) {
			n := at(d.priority)
			n.due++
			if d.met {
				n.met++
			}
		}
	}
	for _, o := range s.done {
		switch n := at(o.priority); {
		case !c.thisWeek(o.at):
		case o.clock == sla.Pickup:
			n.pickup = append(n.pickup, o)
		default:
			n.resolve = append(n.resolve, o)
		}
	}
	n := at(s.priority)
	if s.openAt(c.asOf) {
		n.open++
		if since, _ := s.lateAt(c.asOf); !since.IsZero() {
			n.late++
		}
	}
	if s.notice != nil && len(s.spans) > 0 && c.thisWeek(s.spans[0].from) {
		n.notice.count(s.notice)
	}
}

func (n *Notice) count(of *sla.Notice) {
	switch {
	case of.Planned.IsZero():
		n.NeedsDate++
	case of.Short:
		n.Short++
	default:
		n.InTime++
	}
}

func (v *view) priorityLine(p string, n *priorityCount) PriorityLine {
	terms := v.terms()
	rule := terms.Policy.Rules[p]
	l := PriorityLine{
		Priority: p, Target: targetWords(rule), Due: n.due, Met: n.met, Late: n.due - n.met, InTime: ratio(n.met, n.due),
		Open: n.open, LateNow: n.late, Pickup: lengths(n.pickup), Resolve: lengths(n.resolve), Day: seconds(terms.Calendar.FullDay()),
	}
	if rule.Continuous {
		l.Day = seconds(wholeDay)
	}
	if rule.Notice > 0 {
		l.Notice = &n.notice
	}
	return l
}

// targetWords tell what is promised for a priority.
func targetWords(r sla.Rule) string {
	words := ""
	switch {
	case r.EndOfDay:
		words = "same day"
	case !r.Resolve.IsZero():
		words = "< " + r.Resolve.String()
	case r.Notice > 0:
		return fmt.Sprintf("%d days’ notice", r.Notice)
	case !r.Pickup.IsZero():
		words = "pickup < " + r.Pickup.String()
	}
	if r.Continuous && words != "" {
		words += ", 24×7"
	}
	return words
}
