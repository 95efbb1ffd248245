package intake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// clockOf tells when a ticket is due, given all its events, with the clock of
// the partner who has it. Without a ledger nothing is due.
func (r Rules) clockOf(events []tracker.Event, now time.Time) (tracker.TicketClock, error) {
	c, err := r.promiseOf(events, now)
	if err == nil {
		c.Partner = r.partnerClockOf(events, now)
	}
	return c, err
}

// promiseOf is clockOf without the partner's own.
func (r Rules) promiseOf(events []tracker.Event, now time.Time) (tracker.TicketClock, error) {
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
	return c, nil
}

// partnerClockOf is the own clock of the partner who has the ticket; nil where
// none has it.
func (r Rules) partnerClockOf(events []tracker.Event, now time.Time) *tracker.PartnerClock {
	var c *tracker.PartnerClock
	own, _ := sla.PartnerClocks(events, r.Clock.Ledger, now)
	for _, s := range own {
		if c == nil {
			c = &tracker.PartnerClock{Partner: s.Partner}
		}
		if s.Name == sla.Pickup {
			c.PickupDue, c.PickupState = pending(s), string(s.Status)
		} else {
			c.DoneDue, c.DoneState = s.Due, string(s.Status)
		}
	}
	return c
}

// pending is the due instant of a clock that has not been stopped.
func pending(s sla.State) time.Time {
	if s.Ended.IsZero() {
		return s.Due
	}
	return time.Time{}
}

// clockFor is what a reader of a mail about the ticket may know of its clock: of
// the partner's own only who works for that partner, and the manager. Nil where
// nothing is due any more, or nothing was promised.
func (r Rules) clockFor(t tracker.Ticket, c tracker.TicketClock, to tracker.Address, as tracker.Role) *tracker.TicketClock {
	who := r.Directory.Lookup(to)
	if !t.Status.Open() || as == tracker.RolePartner && !t.AssignedTo(who) {
		return nil
	}
	own := as == tracker.RolePartner || as == tracker.RoleManager
	if p := c.Partner; p != nil && (!own || !strings.EqualFold(p.Partner, t.Partner) || p.PickupDue.IsZero() && p.DoneDue.IsZero()) {
		c.Partner = nil
	}
	if t.Status == tracker.StatusApproval || c.Pickup.Before(t.Approval.At) { // it could not be picked up before
		c.Pickup = time.Time{}
	}
	if c.Due.IsZero() && c.Pickup.IsZero() && c.Partner == nil {
		return nil
	}
	return &c
}

// tellClocks puts into the mails that ask for work, or tell of another target,
// when the ticket is due as this mail leaves it.
func (r *run) tellClocks() {
	var clock *tracker.TicketClock // reckoned once, and only for a mail that takes it
	for i := range r.notices {
		n := &r.notices[i]
		if n.Ticket != r.id() || !tellsClock(*n) || len(r.in.Rules.Clock.Ledger) == 0 {
			continue
		}
		if clock == nil {
			c, _ := r.in.Rules.clockOf(r.history(), r.in.seen()) // a damaged history holds up no mail
			clock = &c
		}
		n.Data.Clock = r.in.Rules.clockFor(r.t, *clock, n.To, n.As)
	}
}

// tellsClock reports whether the mail says when the ticket is due.
func tellsClock(n tracker.Notice) bool {
	switch n.Kind {
	case tracker.KindReceipt, tracker.KindAssignment, tracker.KindUnassigned, tracker.KindApprovalResult:
		return true
	case tracker.KindStatus:
		return slices.ContainsFunc(n.Data.Changes, setsClock)
	}
	return false
}

// setsClock reports whether the change gives another target, or somebody else the
// ticket.
func setsClock(c tracker.Change) bool {
	switch c := c.(type) {
	case tracker.Classified:
		return c.Field == tracker.FieldPriority
	case tracker.TargetChanged, tracker.Reopened, tracker.Declined:
		return true
	}
	return false
}
