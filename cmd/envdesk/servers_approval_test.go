//go:build servers

package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

const approver = "ops@egov.test"

// TestServersApproval takes a request for access over the whole road: forged
// decisions change nothing and are reported, the approver's own reply counts
// once, and the request ends resolved.
func TestServersApproval(t *testing.T) {
	r := &approvalRoad{road: newRoad(t, "types: [{name: AccessOps, approval: {by: devops}}]")}
	r.log = r.desk.serve(t)
	t.Run("the approver is asked, the partner is not", r.ask)
	t.Run("forged decisions change nothing", r.forgeries)
	t.Run("the approver's reply decides", r.approve)
	t.Run("the same reply a second time changes nothing", r.replay)
	t.Run("the partner does the work", r.work)
	t.Run("the manager was told of every forgery", r.reported)
	r.desk.verified(t)
}

// approvalRoad is a road on which ROAD-1 waits for an approval.
type approvalRoad struct {
	*road
	uid      int             // of the newest mail to the desk
	question tracker.Message // as it came to the approver
	decision rigMail         // the approver's true answer
}

// send lets a mail go in at a port and waits until the desk has decided on it.
func (r *approvalRoad) send(t *testing.T, port int, m rigMail) {
	t.Helper()
	r.p.swaks(t, port, m)
	r.uid++
	r.taken(t, r.uid)
}

func (r *approvalRoad) ask(t *testing.T) {
	r.send(t, r.p.border, rigMail{
		from: "ravi@egov.test", to: rigAddress, id: "access@egov.test", subject: "[AccessOps] VPN to Punjab for Harpreet", body: "From Monday on, please.\n",
	})
	r.question = r.d.awaitMail(t, approver, "[ROAD-1]", "From Monday on, please.")
	assert.Contains(t, r.question.Text, "/approve")
	r.d.awaitMail(t, "ravi@egov.test", "[ROAD-1]", "approval")
	r.waits(t)
}

// waits wants the request to wait for its decision, and nobody to work on it.
func (r *approvalRoad) waits(t *testing.T) {
	t.Helper()
	ticket := r.desk.awaitTicket(t, "ROAD-1", "")
	assert.Equal(t, tracker.StatusApproval, ticket.Status)
	assert.Equal(t, string(tracker.ApprovalPending), ticket.Approval.State)
	for _, e := range ticket.History {
		assert.Contains(t, []string{"opened", "approval_asked", "replied", "refused"}, e.Change)
	}
	assert.Empty(t, r.d.inbox(t, "desk@optit.test"))
}

func (r *approvalRoad) forgeries(t *testing.T) {
	bare := rigMail{from: approver, to: rigAddress, subject: "Re: [ROAD-1] VPN to Punjab for Harpreet", body: "/approve\n"}
	threaded := bare
	threaded.answers = append(slices.Clone(r.question.References), r.question.ID)
	leaked := answer(approver, r.question, "/approve\n")
	elsewhere := leaked
	elsewhere.envelope = "mallory@optit.test"
	r.send(t, r.p.plain, bare.withID("the-key-alone@forged.test"))
	r.waits(t)
	first := r.d.awaitMail(t, "asha@egov.test", "to look at", "/approve")
	assert.Equal(t, 1, strings.Count(first.Text, "in the name of "+approver), "the first one is reported at once")
	for _, c := range []struct {
		name string
		port int
		mail rigMail
	}{
		{"the key and the id of the question", r.p.plain, threaded},
		{"a verdict of fail", r.p.failing, threaded},
		{"a verdict of fail on the true reply address", r.p.failing, leaked},
		{"the true reply address without a verdict", r.p.plain, leaked},
		{"the true reply address, and a verdict on another domain", r.p.border, elsewhere},
		{"the approver, but without the code", r.p.border, bare},
		{"the approver's reply address in the requester's hands", r.p.border, answer("ravi@egov.test", r.question, "/approve\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.send(t, c.port, c.mail.withID(slug(c.name)+"@forged.test"))
			r.waits(t)
		})
	}
}

func (m rigMail) withID(id string) rigMail {
	m.id = id
	return m
}

func (r *approvalRoad) approve(t *testing.T) {
	r.decision = answer(approver, r.question, "/approve\nOnly to the test network.\n")
	before := time.Now().Truncate(time.Second)
	r.send(t, r.p.border, r.decision)
	ticket := r.desk.awaitTicket(t, "ROAD-1", tracker.StatusAssigned)
	assert.Equal(t, "OptIT", ticket.Partner)
	assert.Equal(t, string(tracker.ApprovalGiven), ticket.Approval.State)
	assert.Equal(t, approver, ticket.Approval.By)
	i := slices.IndexFunc(ticket.History, func(e seenEvent) bool { return e.Change == "approved" })
	require.Positive(t, i)
	e := ticket.History[i]
	assert.Equal(t, []string{approver, r.decision.id}, []string{e.By, e.Cause})
	at, err := time.Parse(time.RFC3339, e.At)
	require.NoError(t, err)
	assert.WithinRange(t, at, before, time.Now())
	r.assignment = r.d.awaitMail(t, "desk@optit.test", "[ROAD-1]", "From Monday on, please.")
	r.d.awaitMail(t, "ravi@egov.test", "[ROAD-1]", "Only to the test network.")
}

func (r *approvalRoad) replay(t *testing.T) {
	before := r.desk.awaitTicket(t, "ROAD-1", "")
	r.send(t, r.p.border, r.decision.withID("replayed@egov.test"))
	after := r.desk.awaitTicket(t, "ROAD-1", "")
	assert.Equal(t, before.Status, after.Status)
	assert.Equal(t, before.Approval, after.Approval)
	assert.Equal(t, before.History, after.History[:len(before.History)])
	for _, e := range after.History[len(before.History):] {
		assert.Contains(t, []string{"replied", "refused"}, e.Change)
	}
	r.d.awaitMail(t, approver, "[ROAD-1]", "/approve does not fit")
	assert.Len(t, r.d.inbox(t, "desk@optit.test"), 1)
}

func (r *approvalRoad) work(t *testing.T) {
	r.send(t, r.p.border, answer("meera@optit.test", r.assignment, "/ack\n"))
	assert.Equal(t, "meera@optit.test", r.desk.awaitTicket(t, "ROAD-1", tracker.StatusWorking).Assignee)
	r.send(t, r.p.border, answer("meera@optit.test", r.assignment, "/done Harpreet has the profile.\n"))
	r.desk.awaitTicket(t, "ROAD-1", tracker.StatusResolved)
	r.d.awaitMail(t, "ravi@egov.test", "[ROAD-1]", "Harpreet has the profile.")
	for _, m := range r.d.inbox(t, "desk@optit.test") {
		assert.NotContains(t, m.Text, "Only to the test network.", "what the approver says is not for the partner")
	}
}

// reported reads the mail that collects what came in the hour behind the first
// forgery.
func (r *approvalRoad) reported(t *testing.T) {
	code, out, errOut := r.desk.run("tick", "--at", time.Now().Add(61*time.Minute).Format(time.RFC3339))
	require.Zero(t, code, "%s%s", out, errOut)
	rest := r.d.awaitMail(t, "asha@egov.test", "to look at", "(DMARC)")
	assert.Equal(t, 5, strings.Count(strings.Join(strings.Fields(rest.Text), " "), "in the name of "+approver))
}
