package sla

import (
	"strings"
	"time"

	"envdesk/tracker"
)

// PartnerClocks are the pickup and the resolve clock at now of the partner who
// has the ticket, or had it when its work ended: from when it got the ticket,
// by the calendar of that partner. Targets, pauses and changes of the priority are
// those of the desk's promise; notice periods and what the manager sets are not
// the partner's. False when no partner has the ticket, or it has no history.
func PartnerClocks(events []tracker.Event, ledger Ledger, now time.Time) ([]State, bool) {
	tl, partner, err := partnerTimeline(events)
	if err != nil || partner == "" || len(ledger) == 0 {
		return nil, false
	}
	terms := ledger.At(tl.Start())
	tl.Edits = ledger.edits(terms, tl.Start(), func(t Terms) *Calendar { return t.CalendarOf(partner) })
	states := Clocks(tl, terms.Policy, terms.CalendarOf(partner), now)
	for i := range states {
		states[i].Partner, states[i].Notice, states[i].Tags = partner, nil, nil
	}
	return states, true
}

// partnerTimeline is what happened since the partner got the ticket, and the
// partner: "" when none has it.
func partnerTimeline(events []tracker.Event) (tl Timeline, partner string, err error) {
	var received, seen time.Time // of the last mail that was taken in late
	err = follow(events, func(was, is tracker.Ticket, e tracker.Event) error {
		if c, ok := e.Change.(tracker.FirstSeen); ok {
			received, seen = e.At, c.At
		}
		if !strings.EqualFold(partner, is.Partner) {
			tl, partner = Timeline{Received: e.At, Priority: is.Priority}, is.Partner
			if e.At.Equal(received) { // the partner was told no earlier
				tl.Received = seen
			}
			if w := why(is.Status); w != "" {
				tl.Pauses = []Pause{{From: e.At, Why: w}}
			}
			return nil
		}
		tl.readStatus(was.Status, is.Status, e.At)
		return tl.read(e)
	})
	tl.Targets, tl.Wishes = nil, nil
	return tl, partner, err
}
