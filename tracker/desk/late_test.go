package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
)

// history lists the kinds of a ticket's events.
func (r *rig) history(ticket int64) (kinds []string, events []tracker.Event) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) (err error) {
		events, err = v.Events(r.t.Context(), ticket)
		return err
	}))
	for _, e := range events {
		kinds = append(kinds, e.Change.Kind())
	}
	return kinds, events
}

// A request that came while the desk was down counts from its receipt; the
// partner, who was told hours later, has the whole pickup time all the same.
func TestARequestOfADowntimeIsNotHandedBackAtOnce(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 12:00")
	request := r.delivery(mail("ravi@egov.test", "a@egov.test", "[P0][Punjab] Outage", "x"))
	r.at("24 18:00")
	_, err := r.Receive(t.Context(), []tracker.Delivery{request})
	require.NoError(t, err)
	kinds, events := r.history(1)
	assert.Equal(t, []string{"opened", "first_seen", "assigned"}, kinds)
	assert.Equal(t, tracker.FirstSeen{At: r.now.UTC()}, events[1].Change)
	assert.Equal(t, r.now.Add(-6*time.Hour).UTC(), events[0].At)
	r.tick(r.now)
	assert.Equal(t, tracker.StatusAssigned, r.ticket("REQ-1").Status)
	r.tick(r.now.Add(4*time.Hour - time.Second))
	assert.Equal(t, tracker.StatusAssigned, r.ticket("REQ-1").Status)
	r.tick(r.now.Add(4 * time.Hour))
	assert.Equal(t, tracker.StatusNew, r.ticket("REQ-1").Status, "four hours after it was told")
	r.sound()
}

func TestAReceiptInTheFutureIsNow(t *testing.T) {
	r := newTimedRig(t)
	r.at("25 12:00")
	d := r.delivery(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	r.at("24 12:00")
	out, err := r.Receive(t.Context(), []tracker.Delivery{d})
	require.NoError(t, err)
	assert.Equal(t, "REQ-1", out[0].Key)
	kinds, events := r.history(1)
	assert.Equal(t, []string{"opened", "assigned"}, kinds)
	assert.Equal(t, r.now.UTC(), events[0].At)
	assert.Equal(t, desk.Pass{}, r.tick(r.now))
}
