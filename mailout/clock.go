package mailout

import (
	"strings"
	"time"

	"envdesk/tracker"
)

// clock is when a ticket is due, as far as this reader may know: requesters by
// when it should be done, who works on it also by when it is to be picked up,
// partner and manager the partner's own clock where it says something else.
type clock struct {
	Due, Away          string // when it should be done, and how far that is: "in 3 h 20 min"
	Late               bool   // that time has come
	Pickup, PickupAway string // by when it is to be picked up
	Unpicked           bool   // that time has come
	Own                ownClock
}

// ownClock is the clock of the partner.
type ownClock struct {
	Partner      string
	Yours        bool // the reader is the partner
	Pickup, Done string
}

// clockOf words the clock of the notice. It is empty where nothing runs: without
// a policy, when the work is done, and while the clock stands still, since nobody
// knows then when it will be due.
func clockOf(n tracker.Notice, t tracker.Ticket, zone *time.Location) clock {
	c := n.Data.Clock
	if c == nil || t.Status == tracker.StatusResolved || t.Status.Ended() {
		return clock{}
	}
	tell := answering{now: n.At.In(zone), reader: n.As}
	var one clock
	if runs(*c) {
		one.Due, one.Away, one.Late = tell.at(c.Due), distance(c.Due.Sub(n.At)), !n.At.Before(c.Due)
	}
	if n.As == tracker.RoleRequester || n.As == tracker.RoleStakeholder {
		return one
	}
	pickup := c.Pickup
	if tell.seesOwn(*c) && strings.EqualFold(c.Partner.Partner, t.Partner) {
		own := *c.Partner
		if n.As == tracker.RolePartner && !own.PickupDue.IsZero() {
			pickup = own.PickupDue // what this reader is held to
		}
		one.Own = tell.own(own, pickup, c.Due)
		one.Own.Yours = n.As == tracker.RolePartner
	}
	if !pickup.IsZero() {
		one.Pickup, one.PickupAway, one.Unpicked = tell.at(pickup), distance(pickup.Sub(n.At)), !n.At.Before(pickup)
	}
	return one
}

// runs reports whether the time until the due instant is running, or over.
func runs(c tracker.TicketClock) bool {
	return !c.Due.IsZero() && c.State != "met" && c.State != "none" && c.State != "paused"
}

// own tells what the partner's clock says besides the instants that are told
// already.
func (a answering) own(c tracker.PartnerClock, pickup, due time.Time) ownClock {
	var one ownClock
	if !c.PickupDue.Equal(pickup) {
		one.Pickup = a.at(c.PickupDue)
	}
	if !c.DoneDue.Equal(due) && c.DoneState != "paused" {
		one.Done = a.at(c.DoneDue)
	}
	one.Partner = oneLine(c.Partner, 100)
	return one
}

// renew tells of a new target that was given as working time when it is due now.
func (n news) renew(c *tracker.TicketClock, now time.Time) news {
	if n.Kind != "due" || n.New != "" || c == nil || c.Due.IsZero() || c.State == "met" || c.State == "none" {
		return n
	}
	n.New = dueTime(c.Due.In(now.Location()), now)
	if c.State != "paused" {
		n.Away = distance(c.Due.Sub(now))
	}
	return n
}

// noBreak is a space at which no line ends. It keeps times and distances
// together; the text part has plain spaces in its place.
const noBreak = "\u00a0"

// held keeps the words together.
func held(s string) string { return strings.ReplaceAll(s, " ", noBreak) }

// dueTime is an instant with its zone, and its year where that is not the
// present one.
func dueTime(t, now time.Time) string {
	day := t.Format("Mon 2 Jan")
	if t.Year() != now.Year() {
		day = t.Format("Mon 2 Jan 2006")
	}
	return held(day) + ", " + held(t.Format("15:04 MST"))
}
