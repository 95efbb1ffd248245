package intake

import (
	"fmt"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// clockOf tells when a ticket is due, given all its events, with the clock of
// the partner who has it. Without a ledger nothing is due.
func (r Rules) clockOf(events []tracker.Event, now time.Time) (tracker.TicketClock, error) {
	states, err := r.Clock.Ledger.Clocks(events, now)
	if err != nil {
		return tracker.TicketClock{}, fmt.Errorf("reckon when the ticket is due: %w", err)
	}
	var c tracker.TicketClock
	for _, s := range states {
		if s.Name == sla.Pickup {
			c.Pickup = pending(s)
		} else {
			c.Due, c.State = s.Due, string(s.Status)
		}
	}
	own, _ := sla.PartnerClocks(events, r.Clock.Ledger, now)
	for _, s := range own {
		if c.Partner == nil {
			c.Partner = &tracker.PartnerClock{Partner: s.Partner}
		}
		if s.Name == sla.Pickup {
			c.Partner.PickupDue, c.Partner.PickupState = pending(s), string(s.Status)
		} else {
			c.Partner.DoneDue, c.Partner.DoneState = s.Due, string(s.Status)
		}
	}
	return c, nil
}

// pending is the due instant of a clock that has not been stopped.
func pending(s sla.State) time.Time {
	if s.Ended.IsZero() {
		return s.Due
	}
	return time.Time{}
}
