package intake

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

// Who wrote a request in the name of another decides it as little as who asks.
func TestWhoSplitsDoesNotDecide(t *testing.T) {
	split := func(rules ...Approval) (*world, tracker.Decision) {
		w := approvalWorld(t, rules...)
		w.open()
		return w, w.mail(mailTo{from: "ops@egov.test", answers: "m1@test", text: "/split [AccessOps] Root for Ops\nGive ops@egov.test root everywhere."})
	}
	devops := Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}
	w, d := split(devops)
	assert.Equal(t, []string{"kiran@egov.test"}, w.tickets[2].Approval.Approvers)
	assert.Equal(t, []string{"ops@egov.test"}, w.tickets[2].Approval.Barred)
	assert.NotContains(t, told(d), "approval ops@egov.test")
	d = w.shell(2, "ops@egov.test", tracker.Command{Verb: "approve"})
	assert.Contains(t, why(d), "you wrote it yourself")
	assert.Equal(t, tracker.StatusApproval, w.status(2))
	w.shell(2, "kiran@egov.test", tracker.Command{Verb: "approve"})
	assert.Equal(t, tracker.StatusAssigned, w.status(2))

	w, _ = split(Approval{Type: "AccessOps", Address: "ciso@egov.test", Quorum: 1, Delegate: "Ops+me@egov.test"})
	assert.Equal(t, []string{"ciso@egov.test"}, w.tickets[2].Approval.Approvers)
	assert.Equal(t, []tracker.Address{{Name: "Asha Rao", Address: "asha@egov.test"}}, w.rules.delegates(w.rules.Approvals[0], w.tickets[2]), "nor as a delegate")

	w, _ = split(Approval{Priority: "P0", Role: tracker.RoleDevOps, Quorum: 1})
	assert.Equal(t, tracker.StatusAssigned, w.status(2))
	d = w.shell(2, "asha@egov.test", tracker.Command{Verb: "priority", Value: "P0"})
	assert.Empty(t, why(d))
	assert.Equal(t, []string{"kiran@egov.test"}, w.tickets[2].Approval.Approvers, "nor when the need comes later")
	w.shell(2, "asha@egov.test", tracker.Command{Verb: "priority", Value: "P1"})
	w.shell(2, "asha@egov.test", tracker.Command{Verb: "priority", Value: "P0"})
	assert.Equal(t, []string{"ops@egov.test"}, w.tickets[2].Approval.Barred, "in no later round")
}

// Who lets a request in, or makes the approval necessary, has not asked for it.
func TestWhoMayDecideAllTheSame(t *testing.T) {
	w := approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1})
	w.mail(mailTo{from: "eve@evil.test", subject: "[AccessOps][Punjab] let me in", text: "x"})
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/accept"})
	w.decide(noticeTo(t, d, "asha@egov.test"), "/approve")
	assert.Equal(t, tracker.StatusAssigned, w.status(1))

	w = approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1})
	w.open()
	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/type AccessOps"})
	w.decide(noticeTo(t, d, "asha@egov.test"), "/approve")
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
}

func TestOnePersonCountsOnce(t *testing.T) {
	devops := func(emails ...string) (out []tracker.Person) {
		for _, e := range emails {
			out = append(out, tracker.Person{Email: e, Role: tracker.RoleDevOps})
		}
		return out
	}
	w := approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 2})
	w.rules.Directory.People = append(w.rules.Directory.People, devops("ops+pager@egov.test")...)
	d := w.needed()
	assert.Equal(t, []string{"ops@egov.test", "kiran@egov.test"}, w.tickets[1].Approval.Approvers)
	w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	d = w.shell(1, "ops+pager@egov.test", tracker.Command{Verb: "approve"})
	assert.Contains(t, why(d), "you approved it already")
	assert.Equal(t, tracker.StatusApproval, w.status(1))

	w = approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 2})
	w.rules.Directory.People = append(w.rules.Directory.People[:1:1], append(devops("ops@egov.test", "Ops+pager@egov.test"), tracker.Person{Email: "*@egov.test", Role: tracker.RoleRequester})...)
	w.needed()
	assert.Equal(t, []string{"ops@egov.test", "asha@egov.test"}, w.tickets[1].Approval.Approvers, "the manager makes up for it")
}

// What was approved counts by the rules of the day on which the last one approves.
func TestQuorumOfToday(t *testing.T) {
	two := Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 2}
	w := approvalWorld(t, two)
	d := w.needed()
	kiran := noticeTo(t, d, "kiran@egov.test")
	w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	w.rules.Directory.People = append([]tracker.Person{}, w.rules.Directory.People...)
	w.rules.Directory.People[1].Role = tracker.RoleRequester // ops
	d = w.decide(kiran, "/approve")
	assert.Equal(t, "approval_asked approved", kinds(d))
	assert.Equal(t, tracker.StatusApproval, w.status(1), "who left the role does not count")
	assert.Equal(t, []string{"kiran@egov.test"}, w.tickets[1].Approval.Given)
	assert.Equal(t, []string{"approval asha@egov.test"}, told(d), "too few were left, so the managers are asked")
	w.decide(noticeTo(t, d, "asha@egov.test"), "/approve")
	assert.Equal(t, tracker.StatusAssigned, w.status(1))

	w = approvalWorld(t)
	d = w.needed()
	w.rules.Approvals[0].Quorum = 2
	w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Equal(t, tracker.StatusApproval, w.status(1), "it takes two today")
	d = w.decide(noticeTo(t, d, "kiran@egov.test"), "/approve")
	assert.Equal(t, "approved assigned", kinds(d))

	w = approvalWorld(t, two)
	d = w.needed()
	w.rules.Approvals[0].Quorum = 1
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "assignment desk@optit.test"}, told(d), "it takes one today")
}

// A partner who keeps the ticket hears of the decision, not of who decides it.
func TestQuorumOfTodayOnATicketInWork(t *testing.T) {
	w := approvalWorld(t)
	w.open()
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/type AccessOps"})
	ops, kiran := noticeTo(t, d, "ops@egov.test"), noticeTo(t, d, "kiran@egov.test")
	w.rules.Approvals[0].Quorum = 2
	d = w.decide(ops, "/approve")
	assert.Empty(t, told(d))
	w.rules.Approvals[0].Quorum = 1
	d = w.decide(kiran, "/approve")
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "status desk@optit.test"}, told(d))
	assert.Len(t, noticeTo(t, d, "desk@optit.test").Data.Changes, 1)
}

// An approver without a role is somebody on the ticket while a question waits.
func TestApproverBehindTheDecision(t *testing.T) {
	w := approvalWorld(t, Approval{Type: "AccessOps", Address: "ciso@state.test", Quorum: 1})
	ask := noticeTo(t, w.needed(), "ciso@state.test")
	d := w.decide(ask, "Why so late?")
	assert.Equal(t, []string{"relay ravi@egov.test"}, told(d))
	w.decide(ask, "/approve")
	for _, m := range []mailTo{
		{from: "ciso@state.test", to: w.replyTo(ask), text: "Who works on it?"},
		{from: "ciso@state.test", to: w.replyTo(ask), text: "/show"},
		{from: "ciso@state.test", to: w.replyTo(ask), text: "Or so says a forger.", dmarc: tracker.None},
	} {
		d = w.mail(m)
		assert.Empty(t, told(d), m.text)
		assert.Equal(t, tracker.Unverified, d.Changes[0].(tracker.Replied).Visibility, m.text)
	}
	assert.Equal(t, tracker.ActionOpen, w.mail(mailTo{from: "ciso@state.test", subject: "Re: [REQ-1] x", text: "And now?"}).Action, "nor does the key lead there")
}

// A requester's changes bring a request before its approvers so often and no more.
func TestRequesterCannotFloodApprovers(t *testing.T) {
	w := approvalWorld(t)
	w.needed()
	asked := 0
	flip := func(from, line string) string {
		d := w.mail(mailTo{from: from, answers: "m1@test", text: line})
		for _, n := range d.Notices {
			if n.Kind == tracker.KindApproval {
				asked++
			}
		}
		return why(d)
	}
	for i := range 20 {
		for _, line := range []string{fmt.Sprintf("/p%d", 3-i%2), "/type GitOps\n/type AccessOps", fmt.Sprintf("/env %s", []string{"AP", "Punjab"}[i%2])} {
			flip("ravi@egov.test", line)
		}
	}
	assert.Equal(t, 2*maxFlips, asked)
	assert.Equal(t, maxFlips+1, w.tickets[1].Approval.Round)
	assert.Equal(t, "the approvers were asked anew 5 times; ask the programme manager", flip("ravi@egov.test", "/p1"))
	assert.Empty(t, flip("ravi@egov.test", "/needed 20 Dec"), "which they do not decide by")
	assert.Empty(t, flip("asha@egov.test", "/p1"))
	assert.Equal(t, tracker.StatusApproval, w.status(1))
}

// A delegate reads why it is his turn.
func TestDelegateReadsWhy(t *testing.T) {
	w := approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 2, Delegate: "cto@egov.test"})
	d := w.mail(mailTo{from: "ops@egov.test", subject: "[AccessOps][Punjab] x", text: "x"})
	assert.Equal(t, "you are asked in place of DevOps (type AccessOps)", noticeTo(t, d, "cto@egov.test").Data.Reason)
	assert.Equal(t, "it needs the approval of DevOps (type AccessOps)", noticeTo(t, d, "kiran@egov.test").Data.Reason)
}
