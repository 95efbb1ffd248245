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
	h, err := ReadHistory(events)
	if err != nil {
		return nil, false
	}
	return h.PartnerClocks(ledger, now)
}

// PartnerClocks are what the function of that name gives.
func (h History) PartnerClocks(l Ledger, now time.Time) ([]State, bool) {
	tl, partner, err := h.partnerFacts()
	if err != nil || partner == "" || len(l) == 0 {
		return nil, false
	}
	terms := l.At(tl.Start())
	tl.Edits = l.edits(terms, tl.Start(), func(t Terms) *Calendar { return t.CalendarOf(partner) })
	states := Clocks(tl, terms.Policy, terms.CalendarOf(partner), now)
	for i := range states {
		states[i].Partner, states[i].Notice, states[i].Tags = partner, nil, nil
	}
	return states, true
}

// partnerFacts is what happened since the partner got the ticket, and the
// partner: "" when none has it.
func (h History) partnerFacts() (tl Timeline, partner string, err error) {
	var received, seen time.Time // of the last mail that was taken in late
	for i := range h {
		e := &h[i]
		at := e.event.At
		if c, ok := e.event.Change.(tracker.FirstSeen); ok {
			received, seen = at, c.At
		}
		if strings.EqualFold(partner, e.partner) {
			tl.readStatus(e.was, e.is, at)
			err = tl.read(e.event)
		} else {
			tl, partner = e.handover(), e.partner
			if at.Equal(received) { // the partner was told no earlier
				tl.Received = seen
			}
		}
		if err != nil {
			return tl, partner, err
		}
	}
	tl.Targets, tl.Wishes = nil, nil
	return tl, partner, nil
}

// handover begins the timeline of the partner who gets the ticket by the event.
func (e *HistoryEvent) handover() Timeline {
	tl := Timeline{Received: e.event.At, Priority: e.priority}
	if w := why(e.is); w != "" {
		tl.Pauses = []Pause{{From: tl.Received, Why: w}}
	}
	return tl
}
