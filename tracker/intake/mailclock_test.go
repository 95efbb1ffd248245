package intake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// clockIn is the clock of a mail in words: by when it is to be picked up and done,
// and the same for the partner itself.
func (w *world) clockIn(d tracker.Decision, addr string) string {
	w.t.Helper()
	c := noticeTo(w.t, d, addr).Data.Clock
	if c == nil {
		return "none"
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.In(w.rules.Zone).Format("2 15:04")
	}
	s := c.State + " " + at(c.Pickup) + " / " + at(c.Due)
	if c.Partner != nil {
		s += ", " + c.Partner.Partner + " " + at(c.Partner.PickupDue) + " / " + at(c.Partner.DoneDue)
	}
	return s
}

func TestMailsTellWhenItIsDue(t *testing.T) {
	const ravi, asha, optit, gwl = "ravi@egov.test", "asha@egov.test", "desk@optit.test", "desk@gwl.test"
	first := mailTo{from: ravi, subject: "[P1][Punjab] Rotate the key", text: "Please."}
	none := map[string]string{ravi: "none"}
	for _, tt := range []struct {
		name  string
		first mailTo
		then  []mailTo // the last one is looked at
		want  map[string]string
	}{
		{"opened", first, nil, map[string]string{ravi: "running 23 14:00 / 23 18:00", optit: "running 23 14:00 / 23 18:00, OptIT 23 14:00 / 23 18:00"}},
		{"without an owner", mailTo{from: ravi, subject: "[P1] x"}, nil, map[string]string{ravi: "running 23 14:00 / 23 18:00", asha: "running 23 14:00 / 23 18:00"}},
		{"planned: nothing is promised", mailTo{from: ravi, subject: "[P4][Punjab] x"}, nil, map[string]string{ravi: "none", optit: "none"}},
		{"picked up by who asked", mailTo{from: asha, subject: "[P1] x", text: "/ack"}, nil, map[string]string{asha: "running - / 23 18:00"}},
		{"cancelled at once", mailTo{from: ravi, subject: "[P1] x", text: "/cancel"}, nil, none},
		{"another target", first, []mailTo{{from: asha, text: "/due +1d to be sure"}},
			map[string]string{ravi: "running 23 14:00 / 24 18:00", optit: "running 23 14:00 / 24 18:00, OptIT 23 14:00 / 23 18:00"}},
		{"another priority", first, []mailTo{{from: ravi, text: "/p0"}}, map[string]string{optit: "running 23 14:00 / 23 18:00, OptIT 23 14:00 / 23 18:00"}},
		{"another stack", first, []mailTo{{from: ravi, text: "/stack ERP"}}, map[string]string{optit: "none"}},
		{"given to another partner", first, []mailTo{{from: asha, text: "/assign GWL"}}, map[string]string{gwl: "running 23 14:00 / 23 18:00, GWL 23 14:00 / 23 18:00", optit: "none"}},
		{"taken away", first, []mailTo{{from: "ops@egov.test", text: "/unassign"}}, map[string]string{asha: "running 23 14:00 / 23 18:00", optit: "none"}},
		{"declined", first, []mailTo{{from: optit, text: "/decline no"}}, map[string]string{asha: "running 23 14:00 / 23 18:00"}},
		{"picked up", first, []mailTo{{from: optit, text: "/ack"}}, none},
		{"reopened", first, []mailTo{{from: optit, text: "/done"}, {from: ravi, text: "/reopen no"}}, map[string]string{optit: "running - / 23 18:00, OptIT - / 23 18:00"}},
		{"resolved with another target", first, []mailTo{{from: asha, text: "/due +1d to be sure\n/done"}}, map[string]string{ravi: "none", optit: "none"}},
		{"let in", mailTo{from: "eve@evil.test", subject: "[P1] x"}, []mailTo{{from: asha, text: "/accept"}}, map[string]string{"eve@evil.test": "running 23 14:00 / 23 18:00"}},
		{"split off", first, []mailTo{{from: asha, text: "/split [P1] another"}}, map[string]string{ravi: "running 23 14:00 / 23 18:00", optit: "running 23 14:00 / 23 18:00, OptIT 23 14:00 / 23 18:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := timedWorld(t)
			d := w.mail(tt.first)
			for _, m := range tt.then {
				m.answers = "m1@test"
				d = w.mail(m)
			}
			for addr, want := range tt.want {
				assert.Equal(t, want, w.clockIn(d, addr), addr)
			}
		})
	}
}

func TestMailsOfAnApprovalTellWhenItIsDue(t *testing.T) {
	w := timedWorld(t)
	w.rules.Approvals = []Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1}}
	d := w.needed()
	assert.Equal(t, "paused - / 26 12:00", w.clockIn(d, "ravi@egov.test"), "nobody can pick it up yet")
	assert.Equal(t, "none", w.clockIn(d, "ops@egov.test"))
	ask := noticeTo(t, d, "ops@egov.test")
	in := w.input(w.message(mailTo{from: "ops@egov.test", to: w.replyTo(ask), text: "/approve"}))
	in.Received = noon.AddDate(0, 0, 2)
	in.Now = in.Received
	d = w.commit(in, Decide(in))
	assert.Equal(t, "running - / 30 12:00", w.clockIn(d, "ravi@egov.test"))
	assert.Equal(t, "running - / 30 12:00", w.clockIn(d, "asha@egov.test")[:len("running - / 30 12:00")])
	assert.Equal(t, "running - / 30 12:00, OptIT 26 12:00 / 30 12:00", w.clockIn(d, "desk@optit.test"), "its own time begins with the assignment")

	d = w.needed()
	d = w.decide(noticeTo(t, d, "ops@egov.test"), "/reject no")
	assert.Equal(t, "none", w.clockIn(d, "ravi@egov.test"))
}

// A clock costs no store read for a new request, and one for a reply.
func TestClockOfAMailIsReckonedOnce(t *testing.T) {
	w := timedWorld(t)
	reads := 0
	decide := func(m mailTo) tracker.Decision {
		in := w.input(w.message(m))
		in.Events = func(id int64) []tracker.Event { reads++; return w.events[id] }
		return w.commit(in, Decide(in))
	}
	decide(mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] x"})
	assert.Zero(t, reads)
	decide(mailTo{from: "desk@optit.test", answers: "m1@test", text: "some words"})
	assert.Zero(t, reads, "a relay tells no clock")
	d := decide(mailTo{from: "asha@egov.test", answers: "m1@test", text: "/due +1d to be sure\n/p4"})
	assert.Len(t, d.Notices, 3)
	assert.Equal(t, 1, reads)
}

func TestClockOfAMailTakenInLate(t *testing.T) {
	w := timedWorld(t)
	in := w.input(w.message(mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] x"}))
	in.Now = noon.Add(time.Hour)
	d := w.commit(in, Decide(in))
	assert.Equal(t, "running 23 14:00 / 23 18:00, OptIT 23 15:00 / 23 18:00", w.clockIn(d, "desk@optit.test"), "the partner was told no earlier")
	stored, err := w.rules.clockOf(w.events[1], in.Now)
	require.NoError(t, err)
	assert.Equal(t, stored, *noticeTo(t, d, "desk@optit.test").Data.Clock, "as the history tells it")
	w.rules.Clock = Clock{}
	d = w.mail(mailTo{from: "ravi@egov.test", subject: "[P1][Punjab] x"})
	assert.Nil(t, noticeTo(t, d, "desk@optit.test").Data.Clock, "no policy, no clock")
}

func TestHandBackTellsTheManagerWhenItIsDue(t *testing.T) {
	rules := timedRules(t)
	ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", tracker.Assigned{Partner: "OptIT"}}})
	_, _, plan := look(t, rules, ticket, events, "24 12:00")
	manager, partner := plan.Notices[0], plan.Notices[1]
	require.NotNil(t, manager.Data.Clock)
	assert.Equal(t, clockAt(t, rules, "24 18:00").UTC(), manager.Data.Clock.Due)
	assert.Nil(t, manager.Data.Clock.Partner, "it has it no more")
	assert.Nil(t, partner.Data.Clock)
}
