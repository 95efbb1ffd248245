package sla

import (
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

// Terms are what is promised and when work is done, from an instant on. Their
// JSON form holds all but Since.
type Terms struct {
	Since    time.Time            `json:"-"`
	Version  string               `json:"version"` // names them: other terms have another name
	Policy   *Policy              `json:"policy"`
	Calendar *Calendar            `json:"calendar"`
	Partners map[string]*Calendar `json:"partners,omitempty"` // calendars of their own, by the partner's name in lower case
}

// CalendarOf is the calendar by which a partner works: its own, or the desk's,
// which also counts for nobody ("").
func (t Terms) CalendarOf(partner string) *Calendar {
	if c, ok := t.Partners[strings.ToLower(partner)]; ok {
		return c
	}
	return t.Calendar
}

// Ledger holds all terms there ever were, in the order of time. The first count
// since ever.
type Ledger []Terms

// WithoutMarks is the ledger for who asks the clocks for nothing but their due
// instants: without the marks they are found faster.
func (l Ledger) WithoutMarks() Ledger {
	l = slices.Clone(l)
	for i, t := range l {
		policy := *t.Policy
		policy.Marks = nil
		l[i].Policy = &policy
	}
	return l
}

// Now are the terms in force; zero for an empty ledger.
func (l Ledger) Now() Terms {
	if len(l) == 0 {
		return Terms{}
	}
	return l[len(l)-1]
}

// At are the terms that were in force at an instant.
func (l Ledger) At(t time.Time) Terms {
	for i := len(l) - 1; i > 0; i-- {
		if !l[i].Since.After(t) {
			return l[i]
		}
	}
	if len(l) == 0 {
		return Terms{}
	}
	return l[0]
}

// Timeline reads the timeline from all events of a ticket, with the edits of the
// ledger since then, and gives the terms of its opening.
func (l Ledger) Timeline(events []tracker.Event) (Timeline, Terms, error) {
	h, err := ReadHistory(events)
	if err != nil {
		return Timeline{}, Terms{}, err
	}
	return h.timeline(l)
}

// edits are those that came behind the start, with the calendar that counts.
func (l Ledger) edits(opening Terms, start time.Time, calendar func(Terms) *Calendar) (edits []Edit) {
	for _, t := range l {
		if t.Since.After(start) && t.Since.After(opening.Since) {
			edits = append(edits, Edit{At: t.Since, Version: t.Version, Policy: t.Policy, Calendar: calendar(t)})
		}
	}
	return edits
}

// Clocks are the pickup and the resolve clock of a ticket at now, given all its
// events; none for an empty ledger.
func (l Ledger) Clocks(events []tracker.Event, now time.Time) ([]State, error) {
	h, err := ReadHistory(events)
	if err != nil {
		return nil, err
	}
	return h.Clocks(l, now)
}
