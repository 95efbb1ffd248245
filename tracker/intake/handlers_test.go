package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"envdesk/tracker"
)

func TestNeededTakesNoPastDate(t *testing.T) {
	for value, want := range map[string]string{
		"2026-11-22": "2026-11-22 is past: today is 2026-11-23", "20 Dec 2025": "2025-12-20 is past: today is 2026-11-23",
		"2026-11-23": "", "today": "", "22 Nov": "", "20 Dec": "",
	} {
		w := newWorld(t)
		w.open()
		d := w.mail(mailTo{from: "ravi@egov.test", answers: "m1@test", text: "/needed " + value})
		assert.Equal(t, want, why(d), value)
		assert.Equal(t, want != "", w.tickets[1].NeededBy == "", value)
	}
	w := newWorld(t)
	d := w.mail(mailTo{from: "ravi@egov.test", subject: "[P4] x", text: "/needed 2026-11-22"})
	assert.Contains(t, whys(noticeTo(t, d, "ravi@egov.test")), "is past", "in a first mail too")
}

// Whom the desk would answer by mail it answers on the shell, named on whatever
// ticket, with what he may see.
func TestQuestionsOnTheShellAreThoseByMail(t *testing.T) {
	for from, answered := range map[string]bool{
		"desk@gwl.test": true, "meera@optit.test": true, "kiran@egov.test": true, "desk@macroskies.test": false, "eve@evil.test": false,
	} {
		w := newWorld(t)
		w.open()
		for _, verb := range []string{"list", "mine", "report", "help"} {
			d := w.shell(1, from, tracker.Command{Verb: verb})
			assert.Equal(t, answered, d.Results[0].Done, "%s /%s: %s", from, verb, d.Results[0].Why)
			assert.Equal(t, answered && from == "meera@optit.test" && (verb == "list" || verb == "mine"), len(d.Results[0].Why) > 20 && d.Results[0].Why[:8] == "1 ticket", "%s /%s", from, verb)
		}
	}
	w := newWorld(t)
	w.open()
	d := w.shell(1, "desk@gwl.test", tracker.Command{Verb: "show"})
	assert.Equal(t, "there is no ticket REQ-1 that you may see", why(d))
	d = w.shell(1, "desk@gwl.test", tracker.Command{Verb: "ack"})
	assert.False(t, d.Results[0].Done, "and it may do nothing else")
}

// An approver without a role sees the ticket of the question, and nothing else.
func TestApproverSeesWhatHeDecides(t *testing.T) {
	const vip = "vip@board.test"
	w := approvalWorld(t, Approval{Type: "AccessOps", Address: vip, Quorum: 1})
	w.mail(mailTo{from: "ravi@egov.test", subject: "[Punjab] beside it"})
	ask := noticeTo(t, w.needed(), vip)
	d := w.decide(ask, "/show\n/show REQ-2\n/show REQ-1\n/list all\n/mine\n/report")
	a := noticeTo(t, d, vip).Data
	for i, c := range d.Results {
		assert.Equal(t, i != 2, c.Done, "%s: %s", c.Command, c.Why)
	}
	assert.Equal(t, "there is no ticket REQ-1 that you may see", d.Results[2].Why)
	assert.Equal(t, []string{"2"}, keysOf(a.Answers[0].Tickets))
	assert.Equal(t, []string{"2"}, keysOf(a.Answers[1].Tickets))
	assert.Empty(t, a.Answers[2].Tickets)
	assert.Empty(t, a.Answers[3].Tickets)
	assert.Empty(t, a.Summary.Lines)
	d = w.shell(2, vip, tracker.Command{Verb: "show"})
	assert.True(t, d.Results[0].Done, d.Results[0].Why)

	d = w.mail(mailTo{from: vip, answers: "m2@test", text: "/show"})
	assert.NotEmpty(t, why(d), "without the code of the question")
	w.decide(ask, "/approve")
	d = w.shell(2, vip, tracker.Command{Verb: "show"})
	assert.False(t, d.Results[0].Done, "and no longer than he is asked")
}
