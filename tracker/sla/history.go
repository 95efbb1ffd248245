package sla

import (
	"fmt"
	"time"

	"envdesk/tracker"
)

// History is the events of a ticket as its clocks read them. A part of it from
// the beginning is the history until then. Who asks the clocks of a ticket more
// than once reads its history once.
type History []HistoryEvent

// HistoryEvent is an event with what the clocks read of the ticket around it.
type HistoryEvent struct {
	event    *tracker.Event
	was, is  tracker.Status
	priority string // behind the event
	partner  string // who has the ticket behind it; "" for nobody
}

// NewHistoryEvent takes an event with the ticket before and after it. It keeps the
// event and not the tickets.
func NewHistoryEvent(was, is *tracker.Ticket, e *tracker.Event) HistoryEvent {
	return HistoryEvent{event: e, was: was.Status, is: is.Status, priority: is.Priority, partner: is.Partner}
}

// ReadHistory reads all events of a ticket, in their order.
func ReadHistory(events []tracker.Event) (History, error) {
	h := make(History, 0, len(events))
	err := tracker.Follow(events, func(was, is *tracker.Ticket, e *tracker.Event) error {
		h = append(h, NewHistoryEvent(was, is, e))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("timeline: %w", err)
	}
	return h, nil
}

// Before is the history as it was just before an instant: until the first event
// at or behind it.
func (h History) Before(at time.Time) History {
	for i := range h {
		if !h[i].event.At.Before(at) {
			return h[:i]
		}
	}
	return h
}

// Clocks are the pickup and the resolve clock of the ticket at now; none for an
// empty ledger.
func (h History) Clocks(l Ledger, now time.Time) ([]State, error) {
	tl, opening, err := h.timeline(l)
	if err != nil || len(l) == 0 {
		return nil, err
	}
	return Clocks(tl, opening.Policy, opening.Calendar, now), nil
}

// timeline is what Ledger.Timeline gives.
func (h History) timeline(l Ledger) (Timeline, Terms, error) {
	tl, err := h.facts()
	if err != nil {
		return Timeline{}, Terms{}, err
	}
	opening := l.At(tl.Start())
	tl.Edits = l.edits(opening, tl.Start(), func(t Terms) *Calendar { return t.Calendar })
	return tl, opening, nil
}

// facts is the timeline without edits of the terms.
func (h History) facts() (tl Timeline, err error) {
	for i := range h {
		e := &h[i]
		tl.readStatus(e.was, e.is, e.event.At)
		if err := tl.read(e.event); err != nil {
			return Timeline{}, fmt.Errorf("timeline: %w", err)
		}
	}
	return tl, nil
}
