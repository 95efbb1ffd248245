package report

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// horizon is how many weeks a report looks back, its own included: twelve of
// which the outlook draws and as many again as its hit rate needs.
const horizon = 16

// Setup is what a report is made of besides the histories.
type Setup struct {
	Week      Week
	AsOf      time.Time // zero, or behind the end of the week: the end of the week
	Zone      *time.Location
	Ledger    sla.Ledger
	Directory tracker.Directory
	Mails     Mails // of the week, for the honesty line
}

// Since is the instant from which on a ticket with an event is needed for the
// report on a week. All open tickets are needed besides.
func Since(w Week, zone *time.Location) time.Time {
	from, _ := w.Back(horizon - 1).Bounds(zone)
	return from
}

// Collector takes the histories of tickets and keeps of each what the reports
// and digests as of one instant need. It is not safe for concurrent use.
type Collector struct {
	setup   Setup
	weeks   []time.Time // where the weeks of the horizon begin, and at last asOf
	asOf    time.Time
	ownFrom time.Time // see ownReach
	kept    []*facts
	outside []*facts // of unknown senders, not let in yet
	sorted  bool
	reader  reader // of the ticket that is being added
}

// NewCollector checks the setup.
func NewCollector(s Setup) (*Collector, error) {
	switch {
	case s.Zone == nil:
		return nil, errors.New("report: no time zone")
	case len(s.Ledger) == 0:
		return nil, errors.New("report: no terms")
	case weekOf(s.Week.monday()) != s.Week:
		return nil, errors.New("report: there is no week " + s.Week.String())
	}
	s.Ledger = s.Ledger.WithoutMarks()
	c := &Collector{setup: s}
	for back := horizon - 1; back >= 0; back-- {
		from, _ := s.Week.Back(back).Bounds(s.Zone)
		c.weeks = append(c.weeks, from)
	}
	from, to := s.Week.Bounds(s.Zone)
	c.asOf = to
	if !s.AsOf.IsZero() && s.AsOf.Before(to) {
		c.asOf = s.AsOf.UTC()
	}
	if c.asOf.Before(from) {
		return nil, errors.New("report: week " + s.Week.String() + " has not begun")
	}
	c.weeks, c.ownFrom = append(c.weeks, c.asOf), ownReach(s.Ledger, from)
	return c, nil
}

// Add takes all events of a ticket, in Seq order. It keeps nothing of the slice.
func (c *Collector) Add(events []tracker.Event) error {
	events = cut(events, c.asOf)
	if len(events) == 0 || asleep(events, c.weeks[0]) {
		return nil
	}
	r := &c.reader
	if err := r.read(events); err != nil {
		return err
	}
	switch {
	case !r.admitted && r.status.Open():
		c.outside, c.sorted = append(c.outside, r.facts), false
		return nil
	case !r.admitted || !open(r.t) && r.last.Before(c.weeks[0]):
		return nil
	}
	r.withOwn = c.ownCounts(r.facts)
	if err := r.clocks(c.setup.Ledger, c.asOf.Add(-1)); err != nil {
		return err
	}
	c.kept, c.sorted = append(c.kept, r.facts), false
	return nil
}

// asleep reports whether a ticket counts nowhere, at a glance: nothing happened to
// it since, and the last that did ended the work.
func asleep(events []tracker.Event, since time.Time) bool {
	for i := range events {
		if !events[i].At.Before(since) {
			return false
		}
	}
	for i := len(events) - 1; i >= 0; i-- {
		switch events[i].Change.(type) {
		case tracker.Closed, tracker.Cancelled, tracker.Merged, tracker.Rejected, tracker.Resolved:
			return true
		case tracker.Replied, tracker.Noted, tracker.Reminded, tracker.Linked:
		default:
			return false
		}
	}
	return false
}

// cut is the history as it was just before an instant.
func cut(events []tracker.Event, at time.Time) []tracker.Event {
	for i, e := range events {
		if !e.At.Before(at) {
			return events[:i]
		}
	}
	return events
}

// terms are those in force just before the instant of the report.
func (c *Collector) terms() sla.Terms { return c.setup.Ledger.At(c.asOf.Add(-1)) }

// tickets are the facts in the order of the tickets' numbers.
func (c *Collector) tickets() []*facts {
	c.sort()
	return c.kept
}

func (c *Collector) sort() {
	if c.sorted {
		return
	}
	for _, list := range [][]*facts{c.kept, c.outside} {
		slices.SortFunc(list, func(a, b *facts) int { return cmp.Compare(a.id, b.id) })
	}
	c.sorted = true
}
