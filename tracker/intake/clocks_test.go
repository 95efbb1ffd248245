package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestClockOf(t *testing.T) {
	r := timedRules(t)
	at := func(s string) time.Time { return clockAt(t, r, s) }
	var ticket tracker.Ticket
	var events []tracker.Event
	happen := func(when string, c tracker.Change) {
		var more []tracker.Event
		ticket, more = recorded(t, ticket, at(when), "desk@gwl.test", c)
		events = append(events, more...)
	}
	check := func(now string, want tracker.TicketClock) {
		t.Helper()
		got, err := r.clockOf(events, at(now))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	happen("24 10:00", opened("P2"))
	check("24 11:00", tracker.TicketClock{Due: at("27 10:00").UTC(), State: "running", Pickup: at("25 10:00").UTC()})
	happen("24 12:00", tracker.Assigned{Partner: "GWL"}) // works from 07:00 to 18:00
	own := tracker.PartnerClock{Partner: "GWL", PickupDue: at("25 12:00").UTC(), PickupState: "running", DoneDue: at("27 12:00").UTC(), DoneState: "running"}
	check("24 13:00", tracker.TicketClock{Due: at("27 10:00").UTC(), State: "running", Pickup: at("25 10:00").UTC(), Partner: &own})
	happen("24 14:00", tracker.PickedUp{})
	own.PickupDue, own.PickupState = time.Time{}, "met"
	check("24 15:00", tracker.TicketClock{Due: at("27 10:00").UTC(), State: "running", Partner: &own})
	happen("30 10:00", tracker.Resolved{})
	own.DoneState = "late"
	check("30 11:00", tracker.TicketClock{Due: at("27 10:00").UTC(), State: "late", Partner: &own})

	_, err := r.clockOf(events[1:], at("30 11:00"))
	require.ErrorContains(t, err, "reckon when the ticket is due")
	r.Clock.Ledger = nil
	got, err := r.clockOf(events, at("30 11:00"))
	require.NoError(t, err)
	assert.Zero(t, got, "without a ledger")
}
