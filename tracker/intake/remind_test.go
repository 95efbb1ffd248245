package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// timedRules have working days from 09:00 to 18:00 in Kolkata; GWL opens at
// 07:00.
func timedRules(t testing.TB) Rules {
	t.Helper()
	r := testRules(t)
	hours := func(from int) *sla.Calendar {
		days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
		c, err := sla.NewCalendar(sla.Schedule{Zone: r.Zone, Days: days, Hours: []sla.Window{{From: from * 60, To: 18 * 60}}})
		require.NoError(t, err)
		return c
	}
	own, early := hours(9), hours(7)
	r.Calendar = own
	r.Clock = Clock{
		Ledger: sla.Ledger{{Policy: sla.Standard(), Calendar: own, Partners: map[string]*sla.Calendar{"gwl": early}}},
		Late:   []tracker.Role{tracker.RolePartner, tracker.RoleManager},
		Later:  []tracker.Role{tracker.RoleDevOps, tracker.RoleStakeholder},
	}
	r.Directory.People = append(r.Directory.People, tracker.Person{Email: "board@egov.test", Role: tracker.RoleStakeholder})
	return r
}

// clockAt reads "24 15:04" of November 2026 in Kolkata.
func clockAt(t testing.TB, r Rules, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01 2 15:04", "2026-11 "+s, r.Zone)
	require.NoError(t, err)
	return at
}

// step is a change of a ticket at a time.
type step struct {
	at     string
	by     string
	change tracker.Change
}

func opened(priority string) tracker.Opened {
	return tracker.Opened{Key: "REQ-1", Title: "x", Requester: tracker.Address{Address: "ravi@egov.test"}, Priority: priority}
}

func planned(date string) tracker.Opened {
	o := opened("P4")
	o.NeededBy = date
	return o
}

// readersOf lists the readers of a plan: "what role address".
func readersOf(p Plan) []string {
	out := []string{}
	for _, n := range p.Notices {
		what := string(n.Kind)
		if n.Kind == tracker.KindReminder {
			what = n.Data.Reminders[0].Clock + "/" + n.Data.Reminders[0].What
		}
		out = append(out, fmt.Sprintf("%s %s %s", what, n.As, n.To.Address))
	}
	return out
}

func TestRemindWhomAndWhen(t *testing.T) {
	optit := tracker.Assigned{Partner: "OptIT"}
	waiting := tracker.StatusChanged{From: tracker.StatusWorking, To: tracker.StatusWaiting}
	p1 := []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", optit}, {"24 10:10", "meena@optit.test", tracker.PickedUp{}}}
	then := func(first []step, more ...step) []step { return slices.Concat(first, more) }
	for _, tt := range []struct {
		name  string
		steps []step
		now   string
		want  []string
	}{
		{"nothing yet", p1, "24 13:59", []string{}},
		{"half: who picked it up", p1, "24 14:00", []string{"resolve/50 partner meena@optit.test"}},
		{"only the highest", p1, "24 17:30", []string{"resolve/90 partner meena@optit.test"}},
		{"told already", then(p1, step{"24 14:00", "", tracker.Reminded{Clock: "resolve", What: "50", Version: 1, To: []string{"meena@optit.test"}}}), "24 15:00", []string{}},
		{"told of an earlier target", then(p1, step{"24 14:00", "", tracker.Reminded{Clock: "resolve", What: "50", Version: 2, To: []string{"meena@optit.test"}}}), "24 15:00", []string{"resolve/50 partner meena@optit.test"}},
		{"late at closing time waits for the morning", p1, "24 18:00", []string{}},
		{"late: the ladder", p1, "25 09:00", []string{"resolve/late partner meena@optit.test", "resolve/late manager asha@egov.test"}},
		{"later, with those who heard nothing yet", p1, "26 09:00", []string{"resolve/later partner meena@optit.test", "resolve/later manager asha@egov.test", "resolve/later devops ops@egov.test"}},
		{"later", then(p1, step{"25 09:00", "", tracker.Reminded{Clock: "resolve", What: "late", Version: 1, To: []string{"x"}}}), "26 09:00", []string{"resolve/later devops ops@egov.test"}},
		{"a stakeholder who reads along", then(p1, step{"24 11:00", "", tracker.Watched{Address: "board@egov.test"}}, step{"25 09:00", "", tracker.Reminded{Clock: "resolve", What: "late", Version: 1}}), "26 09:00",
			[]string{"resolve/later devops ops@egov.test", "resolve/later stakeholder board@egov.test"}},
		{"done", then(p1, step{"24 13:00", "meena@optit.test", tracker.Resolved{}}), "24 17:30", []string{}},
		{"cancelled", then(p1, step{"24 13:00", "", tracker.Cancelled{}}), "26 12:00", []string{}},
		{"waiting on the requester", then(p1, step{"24 13:00", "meena@optit.test", waiting}), "24 17:30", []string{}},
		{"not picked up: handed back, in one mail each", p1[:2], "24 12:00", []string{"hand-back manager asha@egov.test", "hand-back partner desk@optit.test"}},
		{"not picked up, but by its own clock in time: partner and manager", []step{{"24 10:00", "", opened("P1")}, {"24 11:00", "", optit}}, "24 12:00",
			[]string{"pickup/late partner desk@optit.test", "pickup/late manager asha@egov.test"}},
		{"picked up by DevOps", []step{{"24 10:00", "", opened("P1")}, {"24 10:10", "ops@egov.test", tracker.PickedUp{}}}, "24 14:00", []string{"resolve/50 devops ops@egov.test"}},
		{"whoever picked it up has left it", then(p1, step{"24 11:00", "", tracker.Assigned{Partner: "OptIT"}}), "24 14:00", []string{"resolve/50 partner desk@optit.test"}},
		{"no owner: the manager", p1[:1], "24 12:00", []string{"pickup/late manager asha@egov.test"}},
		{"a partner without its NDA hears nothing", []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", tracker.Assigned{Partner: "MacroSkies"}}}, "24 12:00", []string{"hand-back manager asha@egov.test"}},
		{"unverified: the manager alone", []step{{"24 10:00", "", tracker.Opened{Key: "REQ-1", Priority: "P1", Unverified: true, Requester: tracker.Address{Address: "eve@evil.test"}}}}, "24 12:00", []string{"pickup/late manager asha@egov.test"}},
		{"P0 on a Saturday night, to the manager too", []step{{"27 22:00", "", opened("P0")}, {"27 22:00", "", optit}, {"27 22:05", "meena@optit.test", tracker.PickedUp{}}}, "28 04:00",
			[]string{"resolve/50 partner meena@optit.test", "resolve/50 manager asha@egov.test"}},
		{"P0 before its target", []step{{"27 22:00", "", opened("P0")}, {"27 22:00", "", optit}}, "28 00:59", []string{}},
		{"P4 without a date: a question to the requester", []step{{"23 10:00", "", opened("P4")}, {"23 10:00", "", optit}}, "25 10:00", []string{"notice/needs-date requester ravi@egov.test"}},
		{"P4: the notice period begins", []step{{"02 10:00", "", planned("2026-12-20")}, {"02 10:00", "", optit}}, "30 09:00", []string{"notice/window requester ravi@egov.test", "notice/window partner desk@optit.test"}},
		{"P4 at short notice knows", []step{{"24 10:00", "", planned("2026-12-02")}, {"24 10:00", "", optit}}, "30 09:00", []string{}},
		{"another date has a notice period of its own", []step{{"02 10:00", "", planned("2026-12-14")}, {"02 10:00", "", optit}, {"23 09:00", "", tracker.Reminded{Clock: "notice", What: "window", Version: 1}},
			{"23 10:00", "", tracker.Classified{Field: tracker.FieldNeededBy, Old: "2026-12-14", New: "2026-12-20"}}}, "30 09:00", []string{"notice/window requester ravi@egov.test", "notice/window partner desk@optit.test"}},
		{"the early bird is told, the manager when he opens", []step{{"23 07:30", "", opened("P2")}, {"23 07:30", "", tracker.Assigned{Partner: "GWL"}}}, "24 07:30", []string{"pickup/late partner desk@gwl.test"}},
		{"and then it is handed back to him", []step{{"23 07:30", "", opened("P2")}, {"23 07:30", "", tracker.Assigned{Partner: "GWL"}},
			{"24 07:30", "", tracker.Reminded{Clock: "pickup", What: "late", Version: 1, To: []string{"desk@gwl.test"}, Waiting: []string{"asha@egov.test"}}}}, "24 09:00",
			[]string{"hand-back manager asha@egov.test", "hand-back partner desk@gwl.test"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := timedRules(t)
			ticket, events := history(t, rules, tt.steps)
			now := clockAt(t, rules, tt.now)
			plan, err := Remind(ticket, events, rules, now)
			require.NoError(t, err)
			assert.Equal(t, tt.want, readersOf(plan))
			assert.Equal(t, len(tt.want) > 0, plan.Next.Equal(now), "the next look")
			assert.False(t, !plan.Next.IsZero() && plan.Next.Before(now))
		})
	}
}

func history(t testing.TB, rules Rules, steps []step) (ticket tracker.Ticket, events []tracker.Event) {
	t.Helper()
	for _, s := range steps {
		var more []tracker.Event
		var err error
		template := tracker.Event{Ticket: 1, At: clockAt(t, rules, s.at), By: tracker.Actor{Address: s.by}}
		ticket, more, err = tracker.Record(ticket, template, []tracker.Change{s.change})
		require.NoError(t, err)
		events = append(events, more...)
	}
	return ticket, events
}

func TestRemindLooksAgainWhenSomethingIsDue(t *testing.T) {
	rules := timedRules(t)
	ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"24 10:10", "ops@egov.test", tracker.PickedUp{}}})
	for _, tt := range [][2]string{{"24 10:10", "24 14:00"}, {"24 18:00", "25 09:00"}} {
		plan, err := Remind(ticket, events, rules, clockAt(t, rules, tt[0]))
		require.NoError(t, err)
		assert.Equal(t, clockAt(t, rules, tt[1]).UTC(), plan.Next.UTC(), tt[0])
	}
	plan, err := Remind(ticket, events, Rules{}, clockAt(t, rules, "25 09:00"))
	require.NoError(t, err)
	assert.Equal(t, Plan{}, plan, "no policy, no clock")
}

func TestReminderKeyIsThatOfTheMoment(t *testing.T) {
	rules := timedRules(t)
	ticket, events := history(t, rules, []step{{"24 10:00", "", opened("P1")}, {"24 10:00", "", tracker.Assigned{Partner: "OptIT"}}, {"24 10:10", "Meena@OptIT.test", tracker.PickedUp{}}})
	plan, err := Remind(ticket, events, rules, clockAt(t, rules, "24 16:00"))
	require.NoError(t, err)
	require.Len(t, plan.Notices, 1)
	assert.Equal(t, "1/resolve/75/v1/meena@optit.test", plan.Notices[0].Key)
	assert.Equal(t, clockAt(t, rules, "24 18:00").UTC(), plan.Notices[0].Data.Reminders[0].Due)
}

func TestFoldReminders(t *testing.T) {
	var notices []tracker.Notice
	for i := range 6 {
		for _, to := range []string{"many@a.test", "Few@a.test"} {
			if i < 5 || strings.HasPrefix(to, "many") {
				notices = append(notices, tracker.Notice{
					Key: fmt.Sprintf("%d/resolve/50/v1/%s", i, to), Kind: tracker.KindReminder, To: tracker.Address{Address: to}, Ticket: int64(i + 1),
					Data: tracker.NoticeData{Reminders: []tracker.Reminder{{Ticket: tracker.Ticket{ID: int64(i + 1)}}}},
				})
			}
		}
	}
	folded := FoldReminders(notices)
	require.Len(t, folded, 6)
	assert.Equal(t, tracker.KindReminders, folded[0].Kind)
	assert.Equal(t, "reminders/0/resolve/50/v1/many@a.test", folded[0].Key)
	assert.Zero(t, folded[0].Ticket)
	assert.Len(t, folded[0].Data.Reminders, 6)
	for _, n := range folded[1:] {
		assert.Equal(t, tracker.KindReminder, n.Kind)
		assert.Equal(t, "Few@a.test", n.To.Address)
	}
}
