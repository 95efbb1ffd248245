//go:build servers

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// TestServersJoining answers the first mail of a request itself, which carries no
// word of the desk: what its requester adds goes on to the partner, what a
// colleague in copy adds waits for the manager.
func TestServersJoining(t *testing.T) {
	r := newRoad(t)
	r.log = r.desk.serve(t)
	first := rigMail{
		from: "ravi@egov.test", to: rigAddress, id: "disk@egov.test", subject: "[P2] More disk for Punjab",
		more: "Cc: nisha@egov.test", body: "200 GB please.\n",
	}
	r.p.swaks(t, r.p.border, first)
	r.taken(t, 1)
	answers := []string{first.id}
	t.Run("the requester answers the own first mail", func(t *testing.T) {
		r.p.swaks(t, r.p.border, rigMail{
			from: "ravi@egov.test", to: rigAddress, id: "more@egov.test", subject: "Re: " + first.subject, answers: answers, noInReplyTo: true,
			body: "Make it 300 GB.\n",
		})
		r.taken(t, 2)
		r.wrote(t, tracker.Public, "answers a stored mail of ROAD-1")
		r.d.awaitMail(t, "desk@optit.test", "[ROAD-1]", "Make it 300 GB.")
	})
	t.Run("a colleague in copy answers all", func(t *testing.T) {
		r.p.swaks(t, r.p.border, rigMail{
			from: "nisha@egov.test", to: "ravi@egov.test, " + rigAddress, id: "all@egov.test", subject: "Re: " + first.subject, answers: answers,
			body: "/priority P0\n\nA terabyte would be better.\n",
		})
		r.taken(t, 3)
		r.wrote(t, tracker.Unverified, "answers a stored mail of ROAD-1")
		r.d.awaitMail(t, "asha@egov.test", "to look at", "nisha@egov.test")
		ticket := r.desk.awaitTicket(t, "ROAD-1", tracker.StatusAssigned)
		assert.Equal(t, "P2", ticket.Priority)
		for _, user := range []string{"desk@optit.test", "nisha@egov.test"} {
			for _, m := range r.d.inbox(t, user) {
				assert.NotContains(t, m.Text, "terabyte", user)
			}
		}
		for _, m := range r.d.inbox(t, "ravi@egov.test") {
			assert.True(t, m.ID == "all@egov.test" || m.Auto == tracker.AutoReply, "the desk passes it on to nobody: %s", m.Subject)
		}
	})
	assert.Equal(t, 1, r.desk.count(t))
	r.desk.verified(t)
}

// wrote wants the newest mail in the history of ROAD-1, as visible as this and
// joined by that evidence.
func (r *road) wrote(t *testing.T, visibility tracker.Visibility, evidence string) {
	t.Helper()
	history := r.desk.awaitTicket(t, "ROAD-1", "").History
	last := history[len(history)-1]
	require.Equal(t, "replied", last.Change)
	assert.Equal(t, visibility, last.Detail.Visibility)
	assert.Contains(t, last.Reason, evidence)
}
