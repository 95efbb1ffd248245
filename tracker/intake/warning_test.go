package intake

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestWarningBeforeAHandBack(t *testing.T) {
	optit, gwl := tracker.Assigned{Partner: "OptIT"}, tracker.Assigned{Partner: "GWL"}
	warned := step{"24 11:30", "", tracker.Reminded{Clock: "pickup", What: "75", Version: 1, To: []string{"desk@optit.test"}}}
	back := step{"24 12:00", "", tracker.HandedBack{Partner: "OptIT"}}
	given := func(at, priority string, to tracker.Change, more ...step) []step {
		return append([]step{{at, "", opened(priority)}, {at, "", to}}, more...)
	}
	told := func(at, clock, what string) step {
		return step{at, "", tracker.Reminded{Clock: clock, What: what, Version: 1}}
	}
	const toOptIT = "pickup/75 partner desk@optit.test"
	for _, tt := range []struct {
		name  string
		steps []step
		now   string
		want  string // who is told; "": nobody
		next  string // of the next look where nobody is told; "": not asked
		due   string // when it is handed back
	}{
		{"an instant before", given("24 10:00", "P1", optit), "24 11:29", "", "24 11:30", ""},
		{"three quarters are over", given("24 10:00", "P1", optit), "24 11:30", toOptIT, "", "24 12:00"},
		{"once", given("24 10:00", "P1", optit, warned), "24 11:45", "", "24 12:00", ""},
		{"of the next assignment anew", given("24 10:00", "P1", optit, warned, back, step{"24 12:30", "", optit}, told("24 12:30", "pickup", "late"), told("24 12:30", "resolve", "50")), "24 14:00", toOptIT, "", "24 14:30"},
		{"picked up", given("24 10:00", "P1", optit, step{"24 10:10", "meena@optit.test", tracker.PickedUp{}}), "24 11:45", "", "", ""},
		{"nothing to pick up in time", given("24 10:00", "P4", optit), "24 11:45", "", "", ""},
		{"at closing time: when the partner opens", given("24 16:30", "P1", optit), "24 18:00", "", "25 09:00", ""},
		{"and then", given("24 16:30", "P1", optit, told("24 17:00", "pickup", "late"), told("24 17:00", "resolve", "late")), "25 09:00", toOptIT, "", "25 09:30"},
		{"a partner of its own hours", given("24 07:00", "P2", gwl), "24 15:15", "pickup/75 partner desk@gwl.test", "", "24 18:00"},
		{"P0 on a Saturday night, to the partner alone", given("28 22:00", "P0", optit), "29 01:00", toOptIT, "", "29 02:00"},
		{"the requester was asked in between", given("24 10:00", "P1", optit, step{"24 10:10", "asha@egov.test", tracker.StatusChanged{From: tracker.StatusAssigned, To: tracker.StatusWaiting}},
			step{"25 10:00", "", tracker.StatusChanged{From: tracker.StatusWaiting, To: tracker.StatusAssigned}},
			step{"25 10:00", "", tracker.Reminded{Clock: "pickup", What: "late", Version: 1}}), "25 11:30", toOptIT, "", "25 12:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := timedRules(t)
			ticket, events := history(t, rules, tt.steps)
			ticket, events, plan := look(t, rules, ticket, events, tt.now)
			warned := slices.DeleteFunc(readersOf(plan), func(s string) bool { return !strings.HasPrefix(s, "pickup/75 ") })
			if tt.want == "" {
				assert.Empty(t, warned)
				if tt.next != "" {
					assert.Equal(t, clockAt(t, rules, tt.next).UTC(), plan.Next.UTC())
				}
				return
			}
			require.Equal(t, []string{tt.want}, warned)
			assert.Equal(t, clockAt(t, rules, tt.due).UTC(), plan.Notices[0].Data.Reminders[0].Due.UTC())
			assert.True(t, plan.Notices[0].Data.Reminders[0].Acts)
			_, _, again := look(t, rules, ticket, events, tt.now)
			assert.Empty(t, again.Changes, "once")
		})
	}
	rules := timedRules(t)
	rules.Directory.People = rules.Directory.People[1:]
	ticket, events := history(t, rules, given("24 10:00", "P1", optit))
	_, _, plan := look(t, rules, ticket, events, "24 11:30")
	assert.Empty(t, readersOf(plan), "without a manager nothing is handed back")
}
