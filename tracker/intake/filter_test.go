package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestListByWords(t *testing.T) {
	w := busy(t)
	for _, tt := range []struct{ from, line, want string }{
		{"asha@egov.test", "/list", "5 8 3 9 10 4 6 7"}, // the late ones as they became due, then by priority; one waits for the manager to let it in
		{"asha@egov.test", "/list late", "5 8 3"},
		{"asha@egov.test", "/list overdue p2", "3"},
		{"asha@egov.test", "/list late all", "5 8 3"},
		{"asha@egov.test", "/list late closed", ""},
		{"asha@egov.test", "/list due today", "9 4"},
		{"asha@egov.test", "/list Due-Today Punjab", "9"},
		{"asha@egov.test", "/list late, due today", "5 8 3 9 4"},
		{"asha@egov.test", "/list unowned", "8 6"},
		{"asha@egov.test", "/list unassigned P3", "6"},
		{"asha@egov.test", "/list needs date", "7"},
		{"asha@egov.test", "/list needs a date OptIT", "7"},
		{"asha@egov.test", "/list no date", "7"},
		{"asha@egov.test", "/list needs-date AP", ""},
		{"asha@egov.test", "/list mine", ""},
		{"asha@egov.test", "/list approval", ""},
		{"ravi@egov.test", "/list late", "5 3"},
		{"ravi@egov.test", "/list mine waiting", "10"},
		{"ravi@egov.test", "/list unowned", "6"},
		{"sim@egov.test", "/list late", ""},
		{"sim@egov.test", "/mine due today", "4"},
		{"desk@optit.test", "/list late", "5 3"},
		{"desk@optit.test", "/mine due today", "9"},
		{"desk@gwl.test", "/list mine late waiting", ""},
		{"desk@gwl.test", "/list mine waiting", "10"},
		{"board@state.test", "/list all", ""},
	} {
		assert.Equal(t, tt.want, strings.Join(keysOf(w.asked(tt.from, tt.line).Answers[0].Tickets), " "), "%s: %s", tt.from, tt.line)
	}
	d := w.at(thursday, mailTo{from: "asha@egov.test", text: "/list soon"})
	assert.Contains(t, d.Results[0].Why, `"soon" is no state (open, all, waiting …)`)
}

func TestStakeholderSeesWhatItOpenedOrWatches(t *testing.T) {
	w := busy(t)
	w.at(thursday, mailTo{from: "asha@egov.test", answers: "m5@test", text: "/watch board@state.test"})
	assert.Equal(t, []string{"3"}, keysOf(w.asked("board@state.test", "/list").Answers[0].Tickets))
	s := w.asked("board@state.test", "/report").Summary
	assert.Empty(t, s.Late)
	assert.NotContains(t, fmt.Sprintf("%+v", s), "canary")
	assert.Equal(t, 7, s.Opened)
}

func TestAnswersTellWhenItIsDue(t *testing.T) {
	w := busy(t)
	for _, tt := range []struct{ from, due, partner string }{
		{"asha@egov.test", "late Mon 23 Nov 18:00", "OptIT"},
		{"ravi@egov.test", "late Mon 23 Nov 18:00", ""},
		{"desk@optit.test", "late Mon 23 Nov 18:00", "OptIT"},
		{"ops@egov.test", "late Mon 23 Nov 18:00", ""},
	} {
		for _, line := range []string{"/list P1", "/show REQ-5"} {
			a := w.asked(tt.from, line).Answers[0]
			c, ok := a.Clocks["REQ-5"]
			require.True(t, ok, "%s: %s", tt.from, line)
			assert.Equal(t, tt.due, c.State+" "+c.Due.In(w.rules.Zone).Format("Mon 2 Jan 15:04"))
			assert.Equal(t, "Mon 23 Nov 15:00", c.Pickup.In(w.rules.Zone).Format("Mon 2 Jan 15:04"), "nobody picked it up")
			partner := ""
			if c.Partner != nil {
				partner = c.Partner.Partner
			}
			assert.Equal(t, tt.partner, partner, "%s: %s", tt.from, line)
		}
	}
	w.at(thursday, mailTo{from: "asha@egov.test", answers: "m7@test", text: "/watch kiran@egov.test"})
	assert.Nil(t, w.asked("kiran@egov.test", "/show REQ-5").Answers[0].Clocks["REQ-5"].Partner, "a watcher")

	a := w.asked("asha@egov.test", "/list closed").Answers[0]
	assert.Equal(t, []string{"2"}, keysOf(a.Tickets))
	assert.Empty(t, a.Clocks)
	a = w.asked("asha@egov.test", "/show REQ-2").Answers[0]
	assert.Equal(t, "met", a.Clocks["REQ-2"].State, "one ticket tells how it ended")
	a = w.asked("asha@egov.test", "/list P1").Answers[0]
	assert.Equal(t, "paused", a.Clocks["REQ-10"].State)
}

func TestPartnerClockIsOfWhoHasItNow(t *testing.T) {
	w := busy(t)
	w.at(thursday, mailTo{from: "asha@egov.test", answers: "m7@test", text: "/assign GWL"})
	assert.Equal(t, "GWL", w.asked("asha@egov.test", "/show REQ-5").Answers[0].Clocks["REQ-5"].Partner.Partner)
	assert.Equal(t, "GWL", w.asked("desk@gwl.test", "/show REQ-5").Answers[0].Clocks["REQ-5"].Partner.Partner)
	d := w.at(thursday, mailTo{from: "desk@optit.test", text: "/show REQ-5"})
	assert.Equal(t, "there is no ticket REQ-5 that you may see", d.Results[0].Why)
}

func TestShowTellsOfTheApproval(t *testing.T) {
	w := newWorld(t)
	w.mail(mailTo{from: "ravi@egov.test", subject: "[Punjab] x"})
	for _, c := range []tracker.Change{
		tracker.Watched{Address: "kiran@egov.test"},
		tracker.ApprovalAsked{Need: "type AccessOps", Round: 1, Approvers: []string{"ops@egov.test", "asha@egov.test", "ciso@state.test"}, Quorum: 2, Due: noon, Partner: "GWL"},
		tracker.Approved{Need: "type AccessOps", Round: 1},
	} {
		e := tracker.Event{Ticket: 1, At: noon, By: tracker.Actor{Address: "ops@egov.test"}}
		got, events, err := tracker.Record(w.tickets[1], e, []tracker.Change{c})
		require.NoError(t, err)
		w.tickets[1], w.events[1] = got, append(w.events[1], events...)
	}
	shown := func(from string) tracker.Approval {
		return noticeTo(t, w.mail(mailTo{from: from, text: "/show REQ-1"}), from).Data.Answers[0].Tickets[0].Approval
	}
	whole := w.tickets[1].Approval
	for _, from := range []string{"asha@egov.test", "ops@egov.test"} {
		assert.Equal(t, whole, shown(from))
	}
	state := tracker.Approval{State: tracker.ApprovalPending, Need: "type AccessOps", At: noon, Due: noon}
	for _, from := range []string{"desk@optit.test", "kiran@egov.test"} {
		assert.Equal(t, state, shown(from), "whom else it asks is not said to %s", from)
	}
	state.Quorum, state.By = 2, "Ops"
	state.Approvers, state.Given = []string{"Ops", "Asha Rao", "ciso@state.test"}, []string{"Ops"}
	assert.Equal(t, state, shown("ravi@egov.test"))

	w.rules.Directory.People[1].Name = ""
	assert.Equal(t, "DevOps", shown("ravi@egov.test").By)
}
