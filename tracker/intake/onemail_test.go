package intake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// Whatever somebody is to a ticket, one mail of the desk brings him one mail.
func TestOneMailAReader(t *testing.T) {
	const asha, ravi, optit, ops = "asha@egov.test", "ravi@egov.test", "desk@optit.test", "ops@egov.test"
	listed := func(r *Rules) {
		r.Directory.People = append(r.Directory.People, tracker.Person{Email: optit, Role: tracker.RoleRequester})
	}
	access := func(r *Rules) { r.Approvals = []Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}} }
	byManager := func(r *Rules) { r.Approvals = []Approval{{Type: "AccessOps", Role: tracker.RoleManager, Quorum: 1}} }
	const nonsense = "/nonsense: the desk does not know /nonsense"
	for _, tt := range []struct {
		name  string
		edit  func(*Rules)
		mails []mailTo // the last one is looked at; behind the first, they answer it
		who   string
		want  string   // the one mail to who
		all   []string // all mails
		whys  string   // refused lines in it
	}{
		{"the manager picks up his own", nil, []mailTo{{from: asha, subject: "[P1] x", text: "/ack\n/nonsense"}}, asha, "receipt", []string{"receipt " + asha}, nonsense},
		{"the manager waits at once", nil, []mailTo{{from: asha, subject: "[P1][Punjab] x", text: "/wait for me"}}, asha, "receipt", []string{"receipt " + asha}, ""},
		{"the manager gives his own to DevOps", nil, []mailTo{{from: asha, subject: "[P1] x", text: "/assign " + ops}}, asha, "receipt", []string{"assignment " + ops, "receipt " + asha}, ""},
		{"a partner asks for itself", listed, []mailTo{{from: optit, subject: "[P1][Punjab] x", text: "/nonsense"}}, optit, "receipt", []string{"receipt " + optit}, nonsense},
		{"the manager's own without an owner", nil, []mailTo{{from: asha, subject: "[P1] x"}}, asha, "receipt", []string{"receipt " + asha}, ""},
		{"an approver asks anew", access, []mailTo{{from: ravi, subject: "[Punjab] x"}, {from: ops, text: "/assign GWL\n/nonsense"}}, ops, "transcript", []string{"assignment desk@gwl.test", "status " + optit, "transcript " + ops}, nonsense},
		{"a manager who approves asks anew", byManager, []mailTo{{from: ravi, subject: "[Punjab] x"}, {from: asha, text: "/type AccessOps\n/nonsense"}}, asha, "approval", []string{"approval " + asha, "status " + optit, "status " + ravi}, nonsense},
		{"the manager's split", nil, []mailTo{{from: asha, subject: "[P1] x"}, {from: asha, text: "/split another\n/nonsense"}}, asha, "", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.edit != nil {
				tt.edit(&w.rules)
			}
			var d tracker.Decision
			for i, m := range tt.mails {
				if i > 0 {
					m.answers = "m1@test"
				}
				d = w.mail(m)
			}
			if tt.want == "" { // of two tickets: one mail each
				assert.Equal(t, []string{"receipt " + tt.who, "transcript " + tt.who}, told(d))
				return
			}
			require.Equal(t, tt.all, told(d))
			n := noticeTo(t, d, tt.who)
			assert.Equal(t, tt.want, string(n.Kind))
			if tt.want != "transcript" {
				assert.Equal(t, tt.whys, whys(n))
			}
		})
	}
}

// Who is asked for an approval hears in that mail, too, what is wrong with the
// date that he set.
func TestOneMailToAnApproverWhoPlans(t *testing.T) {
	w := timedWorld(t)
	w.rules.Approvals = []Approval{{Priority: "P4", Role: tracker.RoleManager, Quorum: 1}}
	w.mail(mailTo{from: "ravi@egov.test", subject: "[Punjab] x"})
	d := w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/p4\n/nonsense"})
	assert.Equal(t, []string{"approval asha@egov.test", "status desk@optit.test", "status ravi@egov.test"}, told(d))
	n := noticeTo(t, d, "asha@egov.test")
	assert.Contains(t, n.Data.Reason, "without a date")
	assert.Contains(t, whys(n), "/nonsense")
	d = w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/needed 30 Nov\n/type GitOps"})
	assert.Equal(t, []string{"approval asha@egov.test", "status desk@optit.test", "status ravi@egov.test"}, told(d))
	assert.Contains(t, noticeTo(t, d, "asha@egov.test").Data.Reason, "the first date in time would be 2026-12-14. It needs the approval")
}

// Of a partner that must not have tickets only those hear who are listed as people
// too.
func TestRequesterFromABarredPartner(t *testing.T) {
	const meera, optit = "meera@optit.test", "desk@optit.test"
	for _, listed := range []bool{false, true} {
		w := newWorld(t)
		if listed {
			w.rules.Directory.People = append(w.rules.Directory.People, tracker.Person{Email: meera, Role: tracker.RoleRequester})
		}
		w.mail(mailTo{from: meera, subject: "[AP] x", text: "Please."})
		if !listed {
			w.mail(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/accept"})
		}
		require.Equal(t, "GWL", w.tickets[1].Partner)
		hears := func(m mailTo) bool {
			m.answers = "m1@test"
			d := w.mail(m)
			for _, n := range d.Notices {
				if n.To.Is(meera) {
					return true
				}
			}
			return false
		}
		assert.True(t, hears(mailTo{from: "desk@gwl.test", text: "Which one?"}), "as long as it takes part")
		w.rules.Directory.Partners[0].Status = tracker.Left
		assert.Equal(t, listed, hears(mailTo{from: "desk@gwl.test", text: "Which one?"}), "a relay")
		assert.Equal(t, listed, hears(mailTo{from: "asha@egov.test", text: "/due 20 Dec because of the holidays"}), "another target")
		assert.Equal(t, listed, hears(mailTo{from: "asha@egov.test", text: "/split another"}), "the receipt of a part")
		d := w.mail(mailTo{from: meera, answers: "m1@test", text: "/cancel\n/show"})
		assert.Equal(t, listed, w.tickets[1].Status == tracker.StatusCancelled, "its commands")
		assert.Equal(t, !listed, len(told(d)) == 0, "%v", told(d))
		d = w.shell(2, meera, tracker.Command{Verb: "show"})
		assert.Equal(t, listed, d.Results[0].Done, d.Results[0].Why)
		w.mail(mailTo{from: meera, subject: "[AP] y"})
		assert.Equal(t, listed, w.tickets[3].Admitted, "another request")
	}
}

func TestReminderToARequesterFromABarredPartner(t *testing.T) {
	rules := timedRules(t)
	asked := opened("P4")
	asked.Requester.Address = "meera@optit.test"
	ticket, events := history(t, rules, []step{{"23 10:00", "", asked}})
	_, _, plan := look(t, rules, ticket, events, "25 10:00")
	assert.Equal(t, []string{"notice/needs-date requester meera@optit.test"}, readersOf(plan))
	rules.Directory.Partners[0].Status = tracker.Left
	_, _, plan = look(t, rules, ticket, events, "25 10:00")
	assert.Empty(t, readersOf(plan))
}
