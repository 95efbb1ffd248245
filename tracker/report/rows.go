package report

import (
	"slices"
	"time"
)

// Row is a ticket of the week, for a table of all of them. The rows add up: to
// Open.Now by IsOpen, to LateNow.Now by Late, to InTime.Now by Due and Met.
type Row struct {
	Key         string    `json:"key"`
	Title       string    `json:"title"`
	Priority    string    `json:"priority"`
	Type        string    `json:"type"`
	Environment string    `json:"environment"`
	Stack       string    `json:"stack"`
	Status      string    `json:"status"` // given: to another partner or back, told to the one who had it
	Who         string    `json:"who"`
	Opened      time.Time `json:"opened"`
	Ended       time.Time `json:"ended,omitzero"` // of the reader's work on it; zero while it goes on
	IsOpen      bool      `json:"open"`
	Late        bool      `json:"late"`
	Deadline    time.Time `json:"deadline,omitzero"` // the first that was missed when late, else the next
	LateBy      int64     `json:"late_by_seconds"`
	Due         int       `json:"due"` // deadlines that fell into the week
	Met         int       `json:"met"` // of those
	Why         string    `json:"why"`
}

// rows are the tickets that were the reader's open work at some time of the week,
// or of which a deadline fell into it, in the order of their numbers.
func (v *view) rows() []Row {
	var of []*seen
	for i := range v.tickets {
		if s := &v.tickets[i]; s.touches(v.weeks[horizon-1]) || s.wasDue(v.Collector) {
			of = append(of, s)
		}
	}
	rows := make([]Row, 0, len(of))
	for _, s := range of {
		rows = append(rows, v.row(s))
	}
	return rows
}

// wasDue reports whether a deadline fell into the week.
func (s *seen) wasDue(c *Collector) bool {
	return slices.ContainsFunc(s.due, func(d deadline) bool { return c.thisWeek(d.fell) })
}

// touches reports whether the ticket was the reader's open work at or behind t.
func (s *seen) touches(t time.Time) bool {
	for _, p := range s.spans {
		if p.to.IsZero() || !p.to.Before(t) {
			return true
		}
	}
	return false
}

func (v *view) row(s *seen) Row {
	r := Row{
		Key: s.key, Title: s.title, Priority: s.priority, Type: s.kind, Environment: s.env, Stack: s.stack,
		Status: string(s.status), Who: v.who(s.facts), Opened: v.local(s.opened), IsOpen: s.openAt(v.asOf),
	}
	for _, d := range s.due {
		if v.thisWeek(d.fell) {
			r.Due++
			if d.met {
				r.Met++
			}
		}
	}
	if n := len(s.spans); n > 0 {
		r.Ended = v.local(s.spans[n-1].to)
	}
	if r.IsOpen {
		_, r.Deadline, r.LateBy = v.deadline(s)
		since, _ := s.lateAt(v.asOf)
		r.Late, r.Why = !since.IsZero(), v.why(s.facts)
	} else if v.edition == PartnerEdition && !same(s.partner, v.name) {
		r.Status, r.Who = "given", ""
	}
	return r
}
