package intake

import (
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// noticeDays is how many days of notice the policy in force asks for a priority;
// 0: none.
func (r Rules) noticeDays(priority string) int {
	policy := r.Clock.Ledger.Now().Policy
	if policy == nil {
		return 0
	}
	return policy.Rules[priority].Notice
}

// needsDate reports whether the ticket is planned work that names no date yet.
func (r Rules) needsDate(t tracker.Ticket) bool {
	return t.Status.Open() && t.NeededBy == "" && r.noticeDays(t.Priority) > 0
}

// planOf says how a ticket keeps the notice period of its priority, given all
// its events; nil where none is asked for.
func (r Rules) planOf(events []tracker.Event, at time.Time) *tracker.Plan {
	if len(r.Clock.Ledger) == 0 || len(events) == 0 {
		return nil
	}
	states, err := r.Clock.Ledger.Clocks(events, at)
	if err != nil {
		return nil
	}
	for _, s := range states {
		if n := s.Notice; s.Name == sla.Resolve && n != nil {
			return &tracker.Plan{
				Days: r.noticeDays(s.Priority), NeededBy: dateText(n.Planned), Before: n.By, Short: n.Short, FirstCompliant: dateText(n.FirstCompliant),
			}
		}
	}
	return nil
}

func dateText(d sla.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// planning is planOf the ticket as the mail leaves it.
func (r *run) planning() *tracker.Plan {
	if r.in.Rules.noticeDays(r.t.Priority) == 0 {
		return nil
	}
	return r.in.Rules.planOf(r.history(), r.in.Received)
}

// replan says, behind all commands, whether the sender must hear at once how the
// notice period is kept: when the request comes at short notice, or names no date.
func (r *run) replan() {
	if !r.dated {
		return
	}
	p := r.planning()
	r.plans = p != nil && (p.Short || p.NeededBy == "")
}

// planWords says in a sentence what is wrong with the date of planned work.
func planWords(p *tracker.Plan) string {
	switch {
	case p == nil:
		return ""
	case p.NeededBy == "":
		return "It is planned work without a date: say by /needed when it is needed."
	case p.Short:
		return "It comes at short notice: the first date in time would be " + p.FirstCompliant + "."
	}
	return ""
}
