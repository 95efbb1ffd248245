package intake

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// approvalWorld has two people in DevOps, of whom one must approve AccessOps.
func approvalWorld(t testing.TB, rules ...Approval) *world {
	w := newWorld(t)
	w.rules.Directory.People = append(w.rules.Directory.People, tracker.Person{Name: "Kiran", Email: "kiran@egov.test", Role: tracker.RoleDevOps})
	if rules == nil {
		rules = []Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1, Within: sla.Span{Days: 1}}}
	}
	w.rules.Approvals = rules
	return w
}

// needed opens a request that needs an approval.
func (w *world) needed() tracker.Decision {
	return w.mail(mailTo{from: "ravi@egov.test", subject: "[P2][AccessOps] VPN for Punjab", text: "For the two new colleagues."})
}

// decide is a reply to the mail that asked somebody for a decision.
func (w *world) decide(n tracker.Notice, text string) tracker.Decision {
	return w.mail(mailTo{from: n.To.Address, to: w.replyTo(n), text: text})
}

func (w *world) status(id int64) tracker.Status { return w.tickets[id].Status }

func why(d tracker.Decision) string {
	var out []string
	for _, r := range d.Results {
		if !r.Done {
			out = append(out, r.Why)
		}
	}
	return strings.Join(out, "; ")
}

func alerts(d tracker.Decision) string {
	var out []string
	for _, a := range d.Alerts {
		out = append(out, string(a.Kind)+": "+a.Line)
	}
	return strings.Join(out, "\n")
}

func TestApprovalThenAssignment(t *testing.T) {
	w := approvalWorld(t)
	d := w.needed()
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "receipt ravi@egov.test"}, told(d))
	assert.Equal(t, "opened approval_asked", kinds(d))
	ask := noticeTo(t, d, "ops@egov.test")
	assert.Equal(t, "For the two new colleagues.", ask.Data.Text)
	assert.Contains(t, ask.Data.Reason, "DevOps (type AccessOps)")
	a := w.tickets[1].Approval
	assert.Equal(t, tracker.ApprovalPending, a.State)
	assert.Equal(t, noon.AddDate(0, 0, 1), a.Due, "without a calendar a day has 24 hours")

	d = w.decide(ask, "/approve")
	assert.Equal(t, "approved assigned", kinds(d))
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "assignment desk@optit.test"}, told(d))
	assert.True(t, noticeTo(t, d, "desk@optit.test").Data.WithOpening)
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
	a = w.tickets[1].Approval
	assert.Equal(t, tracker.ApprovalGiven, a.State)
	assert.Equal(t, "ops@egov.test", a.By)
	assert.Equal(t, []string{"type AccessOps"}, a.Granted)

	d = w.decide(ask, "/approve")
	assert.Contains(t, why(d), "does not fit: REQ-1 is assigned", "a decision is made once")
	assert.Equal(t, []string{"transcript ops@egov.test"}, told(d))
}

func TestApprovalDueInBusinessTime(t *testing.T) {
	w := approvalWorld(t)
	c, err := sla.NewCalendar(sla.Schedule{Zone: w.rules.Zone, Days: []time.Weekday{1, 2, 3, 4, 5}, Hours: []sla.Window{{From: 9 * 60, To: 18 * 60}}, Holidays: []sla.Date{sla.NewDate(2026, 11, 24)}})
	require.NoError(t, err)
	w.rules.Calendar = c
	w.needed()
	assert.Equal(t, "2026-11-25 12:00", w.tickets[1].Approval.Due.In(w.rules.Zone).Format("2006-01-02 15:04"), "Tuesday is a holiday")
}

func TestRejection(t *testing.T) {
	w := approvalWorld(t)
	ask := noticeTo(t, w.needed(), "ops@egov.test")
	d := w.decide(ask, "/reject\nNot without a ticket of the CISO.")
	assert.Equal(t, tracker.StatusRejected, w.status(1))
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test"}, told(d))
	result := noticeTo(t, d, "ravi@egov.test").Data
	assert.Equal(t, "Not without a ticket of the CISO.", reasonOf(result.Changes[0]))
	assert.Empty(t, result.Text, "said once")
	assert.Equal(t, "rejected replied", kinds(d))
	assert.Equal(t, tracker.Internal, d.Changes[1].(tracker.Replied).Visibility)

	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/reopen here it is: CISO-7"})
	assert.Equal(t, "reopened approval_asked", kinds(d))
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test"}, told(d))
	assert.Equal(t, 2, w.tickets[1].Approval.Round)
	d = w.mail(mailTo{from: "ops@egov.test", to: tracker.ReplyAddress(w.rules.Desk.Address, "REQ-1", w.code(1, "ops@egov.test", noon)), text: "/approve"})
	assert.Contains(t, why(d), "earlier question", "the first code is worth nothing")
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
	assert.Contains(t, told(d), "assignment desk@optit.test")
}

// code is the code of the first ticket for a round.
func (w *world) code(round int, who string, made time.Time) string {
	return w.rules.Signer.Token(tracker.PurposeApproval(round), "REQ-1", who, made)
}

func TestWhoIsAsked(t *testing.T) {
	devops := Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}
	with := func(f func(*Approval)) Approval { a := devops; f(&a); return a }
	tests := map[string]struct {
		rule  Approval
		from  string
		asked []string
		alert bool
	}{
		"the role":                          {devops, "ravi@egov.test", []string{"ops@egov.test", "kiran@egov.test"}, false},
		"not the requester":                 {devops, "Ops@EGOV.test", []string{"kiran@egov.test"}, false},
		"under a detail of his address":     {devops, "ops+me@egov.test", []string{"kiran@egov.test"}, false},
		"managers where they are too few":   {with(func(a *Approval) { a.Quorum = 2 }), "ops@egov.test", []string{"kiran@egov.test", "asha@egov.test"}, false},
		"first the delegate":                {with(func(a *Approval) { a.Quorum, a.Delegate = 2, "cto@egov.test" }), "ops@egov.test", []string{"kiran@egov.test", "cto@egov.test"}, false},
		"an address":                        {Approval{Type: "AccessOps", Address: "ciso@egov.test", Quorum: 1}, "ravi@egov.test", []string{"ciso@egov.test"}, false},
		"the address asks":                  {Approval{Type: "AccessOps", Address: "ciso@egov.test", Quorum: 1}, "ciso@egov.test", []string{"asha@egov.test"}, false},
		"the only manager asks":             {Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1}, "asha@egov.test", nil, true},
		"the delegate asks for the manager": {Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 2, Delegate: "ravi@egov.test"}, "ravi@egov.test", []string{"asha@egov.test"}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := approvalWorld(t, tt.rule)
			d := w.mail(mailTo{from: tt.from, subject: "[AccessOps][Punjab] x", text: "x"})
			assert.Equal(t, tracker.StatusApproval, w.status(1), "never without a decision")
			assert.Equal(t, tt.asked, w.tickets[1].Approval.Approvers)
			assert.Equal(t, tt.alert, len(d.Alerts) == 1, alerts(d))
			for _, a := range tt.asked {
				assert.Equal(t, tracker.KindApproval, noticeTo(t, d, a).Kind)
			}
		})
	}
}

func TestQuorumOfTwo(t *testing.T) {
	w := approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 2})
	d := w.needed()
	ops, kiran := noticeTo(t, d, "ops@egov.test"), noticeTo(t, d, "kiran@egov.test")
	d = w.decide(ops, "/approve")
	assert.Empty(t, told(d), "nobody is told of a part")
	assert.Equal(t, tracker.StatusApproval, w.status(1))
	d = w.decide(ops, "/approve")
	assert.Contains(t, why(d), "you approved it already")
	assert.Equal(t, []string{"transcript ops@egov.test"}, told(d))
	assert.Equal(t, []string{"ops@egov.test"}, w.tickets[1].Approval.Given)

	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "it is for Meera and Arjun"})
	assert.Equal(t, []string{"relay asha@egov.test", "relay kiran@egov.test"}, told(d), "who has decided needs no answer")
	d = w.decide(kiran, "/approve for a month")
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "assignment desk@optit.test"}, told(d))
}

func TestNeedsOneAfterTheOther(t *testing.T) {
	w := approvalWorld(t,
		Approval{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}, Approval{Environment: "punjab", Address: "ciso@egov.test", Quorum: 1}, Approval{Priority: "P0", Role: tracker.RoleManager, Quorum: 1})
	d := w.needed()
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "receipt ravi@egov.test"}, told(d))
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Equal(t, "approved approval_asked", kinds(d))
	assert.Equal(t, []string{"approval ciso@egov.test", "approval-result asha@egov.test", "approval-result ravi@egov.test"}, told(d))
	ciso := noticeTo(t, d, "ciso@egov.test")
	assert.True(t, ciso.Data.WithOpening)
	assert.Equal(t, tracker.RoleApprover, ciso.As)

	d = w.decide(ciso, "for how long?")
	assert.Equal(t, []string{"relay ravi@egov.test"}, told(d), "who is an approver and nothing else can ask")
	d = w.decide(ciso, "/approve")
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "assignment desk@optit.test"}, told(d))
	assert.Equal(t, tracker.StatusAssigned, w.status(1))

	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/p0"})
	assert.Equal(t, tracker.StatusApproval, w.status(1))
	assert.Equal(t, "OptIT", w.tickets[1].Partner, "the partner keeps it")
	assert.Equal(t, []string{"approval asha@egov.test", "status desk@optit.test", "status ravi@egov.test"}, told(d))
	d = w.decide(noticeTo(t, d, "asha@egov.test"), "/reject not that urgent")
	assert.Equal(t, []string{"approval-result ravi@egov.test", "status desk@optit.test"}, told(d))
	assert.Empty(t, reasonOf(noticeTo(t, d, "desk@optit.test").Data.Changes[0]), "the words are not for the partner")
}

func TestNobodyWorksBeforeTheApproval(t *testing.T) {
	const waits = "it waits for the approval of DevOps (type AccessOps)"
	tests := map[string]string{
		"/ack": "asha@egov.test", "/assign GWL": "asha@egov.test", "/done": "asha@egov.test", "/wait for them": "asha@egov.test", "/eta tomorrow": "ops@egov.test",
		"/status assigned GWL": "asha@egov.test", "/status working": "ops@egov.test", "[GWL]": "asha@egov.test",
	}
	for line, from := range tests {
		w := approvalWorld(t)
		w.needed()
		m := mailTo{from: from, answers: "m1@test", text: line}
		if line[0] == '[' {
			m.subject, m.text = "Re: [GWL] x", "please"
		}
		d := w.mail(m)
		assert.Equal(t, waits, strings.TrimSuffix(why(d), "; your words were kept inside"), line)
		assert.Equal(t, tracker.StatusApproval, w.status(1), line)
		assert.Empty(t, w.tickets[1].Partner, line)
	}
	for _, text := range []string{"/type AccessOps\n/assign GWL", "/type AccessOps\n/ack", "/type AccessOps\n/done", "/assign GWL\n/type AccessOps"} {
		w := approvalWorld(t)
		d := w.mail(mailTo{from: "asha@egov.test", subject: "[Punjab] x", text: text})
		assert.Equal(t, tracker.StatusApproval, w.status(1), text)
		assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "receipt asha@egov.test"}, told(d), text)

		w = approvalWorld(t)
		w.open()
		d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: text})
		assert.Equal(t, tracker.StatusApproval, w.status(1), text)
		assert.NotContains(t, told(d), "assignment desk@gwl.test", text)
	}
	w := approvalWorld(t)
	w.open()
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/assign GWL\n/type AccessOps\nOptIT is too slow"})
	assert.Empty(t, w.tickets[1].Partner, "who got it by the same mail has it when it is approved")
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "status desk@optit.test", "status ravi@egov.test"}, told(d))
	for _, n := range d.Notices {
		assert.Empty(t, n.Data.Text, "words to the new owner are nobody else's")
	}
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Contains(t, told(d), "assignment desk@gwl.test")
	w = approvalWorld(t)
	w.mail(mailTo{from: "asha@egov.test", subject: "[Punjab][AccessOps][GWL] x", text: "x"})
	assert.Equal(t, "GWL", w.tickets[1].Approval.Partner)
	d = w.mail(mailTo{from: "ops@egov.test", to: tracker.ReplyAddress(w.rules.Desk.Address, "REQ-1", w.code(1, "ops@egov.test", noon)), text: "/approve"})
	assert.Contains(t, told(d), "assignment desk@gwl.test", "whom the manager named has his turn behind the approval")
}

func TestChangeWhileAsked(t *testing.T) {
	for line, round := range map[string]int{
		"/priority P1": 2, "/env AP": 2, "/stack ERP": 2, "/needed 20 Dec": 1, "/type AccessOps": 1, "/watch meera@egov.test": 1,
	} {
		w := approvalWorld(t)
		w.needed()
		d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: line})
		assert.Empty(t, why(d), line)
		assert.Equal(t, tracker.StatusApproval, w.status(1), line)
		assert.Equal(t, round, w.tickets[1].Approval.Round, line)
		w.mail(mailTo{from: "ops@egov.test", to: tracker.ReplyAddress(w.rules.Desk.Address, "REQ-1", w.code(1, "ops@egov.test", noon)), text: "/approve"})
		assert.Equal(t, round == 1, w.status(1) == tracker.StatusAssigned, line)
	}
	w := approvalWorld(t)
	old := noticeTo(t, w.needed(), "ops@egov.test")
	code := w.replyTo(old)
	d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/type GitOps"})
	assert.Equal(t, "classified approval_voided assigned", kinds(d), "no need is left: it goes on")
	assert.Equal(t, []string{"assignment desk@optit.test"}, told(d))
	d = w.mail(mailTo{from: "ops@egov.test", to: code, text: "/reject"})
	assert.Equal(t, tracker.StatusAssigned, w.status(1), why(d))

	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/type AccessOps"})
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "status desk@optit.test"}, told(d))
	assert.Equal(t, 2, w.tickets[1].Approval.Round)
	d = w.mail(mailTo{from: "ops@egov.test", to: code, text: "/approve"})
	assert.Contains(t, why(d), "earlier question")
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Equal(t, "approved", kinds(d), "OptIT has it still")
	assert.Equal(t, []string{"approval-result asha@egov.test", "approval-result ravi@egov.test", "status desk@optit.test"}, told(d))
	d = w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/env AP"})
	assert.Equal(t, tracker.StatusApproval, w.status(1), "approved was another environment")
	assert.NotEmpty(t, told(d))
}

func TestOtherWaysToAnApproval(t *testing.T) {
	w := approvalWorld(t)
	w.mail(mailTo{from: "eve@evil.test", subject: "[AccessOps][Punjab] let me in", text: "x"})
	assert.Equal(t, tracker.StatusUnverified, w.status(1), "nobody approves what nobody let in")
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/accept"})
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "receipt eve@evil.test"}, told(d))

	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/split the second half\nfor Arjun"})
	assert.Equal(t, tracker.StatusApproval, w.status(2))
	assert.Equal(t, []string{"approval kiran@egov.test", "approval ops@egov.test", "receipt eve@evil.test"}, told(d))

	w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/cancel"})
	assert.Empty(t, w.tickets[1].Approval.State)
	d = w.mail(mailTo{from: "ops@egov.test", to: tracker.ReplyAddress(w.rules.Desk.Address, "REQ-1", w.code(1, "ops@egov.test", noon)), text: "/approve"})
	assert.Contains(t, why(d), "does not fit")
	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/reopen"})
	assert.Contains(t, told(d), "approval ops@egov.test")

	w.mail(mailTo{from: "ravi@egov.test", subject: "[GitOps][Punjab] y", text: "x"})
	d = w.mail(mailTo{from: "asha@egov.test", answers: w.tickets[2].RootID, text: "/merge 3"})
	assert.Equal(t, tracker.StatusMerged, w.status(2), why(d))
	assert.Empty(t, w.tickets[2].Approval.State)

	w.rules.Approvals = nil
	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "how is it going?"})
	assert.Equal(t, "approval_voided assigned replied", kinds(d), "no rule asks for it any more")
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
}

func TestShellProvesTheApprover(t *testing.T) {
	w := approvalWorld(t)
	w.needed()
	d := w.shell(1, "asha@egov.test", tracker.Command{Verb: "approve"})
	assert.Contains(t, why(d), "only who was asked")
	w.shell(1, "ops@egov.test", tracker.Command{Verb: "approve"})
	assert.Equal(t, tracker.StatusAssigned, w.status(1))
}

func TestApproverWhoLeftTheRole(t *testing.T) {
	w := approvalWorld(t)
	ask := noticeTo(t, w.needed(), "kiran@egov.test")
	w.rules.Directory.People = w.rules.Directory.People[:3]
	d := w.decide(ask, "/approve")
	assert.Equal(t, tracker.StatusApproval, w.status(1))
	assert.Empty(t, told(d), "a note for the manager")
}

func TestDecisionWithoutAPartner(t *testing.T) {
	w := approvalWorld(t)
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[AccessOps] x", text: "x"})
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/approve")
	assert.Equal(t, []string{"approval-result ravi@egov.test", "unassigned asha@egov.test"}, told(d), "one mail each")
}

func TestOneMailToAnApproverWhoseLinesWereRefused(t *testing.T) {
	w := approvalWorld(t, Approval{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1})
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[AccessOps] x", text: "x"})
	d = w.decide(noticeTo(t, d, "asha@egov.test"), "/approve\n/approve")
	assert.Equal(t, []string{"approval-result ravi@egov.test", "unassigned asha@egov.test"}, told(d))
	assert.Contains(t, whys(noticeTo(t, d, "asha@egov.test")), "/approve: ")

	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/env AP\n/unblock"})
	assert.Equal(t, []string{"approval asha@egov.test", "status ravi@egov.test"}, told(d))
	assert.Contains(t, whys(noticeTo(t, d, "asha@egov.test")), "/unblock: it waits for the approval")
}

// An outage must not wait for an approval that only a guess asks for.
func TestAnOutageIsNotGuessedIntoAnApproval(t *testing.T) {
	for subject, want := range map[string]tracker.Status{
		"[P0][Punjab] Login is down":            tracker.StatusAssigned,
		"[P1][Punjab] Login is down":            tracker.StatusApproval,
		"[P0][Punjab][AccessOps] Login is down": tracker.StatusApproval,
	} {
		w := newWorld(t)
		w.rules.Approvals = []Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}}
		w.mail(mailTo{from: "ravi@egov.test", subject: subject})
		assert.Equal(t, want, w.tickets[1].Status, subject)
	}
}
