package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"envdesk/tracker"
)

// summaryDays is how far back a summary counts what was opened and resolved.
const summaryDays = 7

// report answers /report: how things stand with the tickets that the sender may
// see. A stakeholder gets the counts of all tickets, and none of them.
func (r *run) report() (string, error) {
	v, err := r.viewer()
	if err != nil {
		return "", err
	}
	s := tracker.Summary{Scope: r.scope(v), Since: r.in.seen().AddDate(0, 0, -summaryDays)}
	counts := v != nil && r.cred.Sender.Has(tracker.RoleStakeholder)
	if counts {
		s.Scope, v = r.scope(nil), nil
	}
	r.countRecent(&s, v)
	var late tracker.Answer
	for _, one := range r.search(filter{}, v) {
		if !one.ticket.Admitted {
			continue
		}
		r.count(&s, one)
		if one.late() && !counts {
			r.add(&late, one, v)
		}
	}
	slices.SortStableFunc(s.Lines, func(a, b tracker.SummaryLine) int { return cmp.Compare(a.Priority, b.Priority) })
	s.Late, s.Clocks = late.Tickets, late.Clocks
	r.totals = &s
	if r.in.Shell {
		return r.inLines(s), nil
	}
	return "how things stand with " + s.Scope, nil
}

// scope names whose tickets a viewer sees.
func (r *run) scope(v *tracker.Viewer) string {
	switch {
	case v == nil:
		return "all requests"
	case v.Partner == "":
		return "your requests"
	case !r.cred.Sender.Has(tracker.RoleRequester):
		return "requests with " + v.Partner
	}
	return "your requests and those with " + v.Partner
}

// countRecent counts what was opened and what was resolved of late.
func (r *run) countRecent(s *tracker.Summary, v *tracker.Viewer) {
	for _, t := range r.in.list(tracker.TicketQuery{Since: s.Since, For: v}) {
		if !t.Admitted || v != nil && !v.Sees(t) {
			continue
		}
		if !t.OpenedAt.Before(s.Since) {
			s.Opened++
		}
		if !t.ResolvedAt.Before(s.Since) {
			s.Resolved++
		}
	}
}

// count adds an open ticket to the line of its priority.
func (r *run) count(s *tracker.Summary, f found) {
	i := slices.IndexFunc(s.Lines, func(l tracker.SummaryLine) bool { return l.Priority == f.ticket.Priority })
	if i < 0 {
		i = len(s.Lines)
		s.Lines = append(s.Lines, tracker.SummaryLine{Priority: f.ticket.Priority})
	}
	l := &s.Lines[i]
	l.Open++
	tally := func(n *int, is bool) {
		if is {
			*n++
		}
	}
	tally(&l.Late, f.late())
	tally(&l.DueToday, r.dueToday(f))
	tally(&l.Waiting, f.ticket.Status == tracker.StatusWaiting)
	tally(&l.Blocked, f.ticket.Status == tracker.StatusBlocked)
	tally(&l.Unowned, f.ticket.Status == tracker.StatusNew)
}

// inLines writes a summary for the command line.
func (r *run) inLines(s tracker.Summary) string {
	since := s.Since.In(zone(r.in.Rules)).Format("Mon 2 Jan")
	lines := []string{fmt.Sprintf("%s: since %s %d opened and %d resolved", s.Scope, since, s.Opened, s.Resolved)}
	for _, l := range s.Lines {
		words := []string{fmt.Sprintf("%s: %d open", l.Priority, l.Open)}
		for _, c := range []struct {
			n    int
			what string
		}{{l.Late, "late"}, {l.DueToday, "due today"}, {l.Waiting, "waiting"}, {l.Blocked, "blocked"}, {l.Unowned, "with nobody"}} {
			if c.n > 0 {
				words = append(words, fmt.Sprintf("%d %s", c.n, c.what))
			}
		}
		lines = append(lines, strings.Join(words, ", "))
	}
	for _, t := range s.Late {
		lines = append(lines, r.line(t, s.Clocks[t.Key]))
	}
	return strings.Join(lines, "\n  ")
}
