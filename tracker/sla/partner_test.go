package sla

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// shifts is a ledger of the programme's policy in India, where OptIT works in
// the mornings.
func shifts(t testing.TB) Ledger {
	desk := india(t)
	mornings := calendarOf(t, Schedule{Version: "mornings", Zone: desk.Zone(), Days: workweek, Hours: []Window{{9 * 60, 13 * 60}}})
	return Ledger{{Version: "first", Policy: Standard(), Calendar: desk, Partners: map[string]*Calendar{"optit": mornings}}}
}

// at9 is a history that begins on Tuesday at nine, with an event an hour.
func at9(t testing.TB, l Ledger, changes ...tracker.Change) []tracker.Event {
	return history(local(t, l.Now().Calendar, "2026-03-10 09:00"), changes...)
}

// tell tells clocks as "due, state" each.
func tell(c *Calendar, states []State) (out []string) {
	for _, s := range states {
		out = append(out, show(c, s.Due)+" "+string(s.Status))
	}
	return out
}

func TestThePromiseRunsByTheCalendarOfTheDeskWhoeverHasTheTicket(t *testing.T) {
	l := shifts(t)
	c := l.Now().Calendar
	for _, partner := range []string{"", "GWL", "OptIT"} {
		states, err := l.Clocks(at9(t, l, tracker.Opened{Priority: "P1"}, tracker.Assigned{Partner: partner, Assignee: "x"}), local(t, c, "2026-03-10 10:30"))
		require.NoError(t, err)
		assert.Equal(t, []string{"2026-03-10 11:00 running", "2026-03-10 18:00 running"}, tell(c, states), partner)
	}
	_, err := l.Clocks(at9(t, l, tracker.PickedUp{}), local(t, c, "2026-03-10 10:30"))
	require.Error(t, err)
	none, err := Ledger{}.Clocks(at9(t, l, tracker.Opened{Priority: "P1"}), local(t, c, "2026-03-10 10:30"))
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestAPartnerHasAClockOfItsOwn(t *testing.T) {
	l := shifts(t)
	c := l.Now().Calendar
	optit, gwl := tracker.Assigned{Partner: "OptIT"}, tracker.Assigned{Partner: "GWL"}
	priority := func(from, to string) tracker.Classified {
		return tracker.Classified{Field: tracker.FieldPriority, Old: from, New: to}
	}
	const working, waiting, approval = tracker.StatusWorking, tracker.StatusWaiting, tracker.StatusApproval
	const noon = "2026-03-10 12:00"
	for _, k := range []struct {
		name     string
		priority string
		changes  []tracker.Change // at 10:00, 11:00 …
		now      string
		want     []string // pickup, resolve; nil: no such clock
	}{
		{"nobody has it", "P1", nil, noon, nil},
		{"a person of the desk has it", "P1", []tracker.Change{tracker.Assigned{Assignee: "ops@egov.test"}}, noon, nil},
		{"from the assignment, in its calendar", "P1", []tracker.Change{optit}, noon, []string{"2026-03-10 12:00 late", "2026-03-10 13:00 running"}},
		{"written otherwise it is the same partner", "P1", []tracker.Change{tracker.Assigned{Partner: "OPTIT"}}, noon, []string{"2026-03-10 12:00 late", "2026-03-10 13:00 running"}},
		{"without a calendar in the desk's", "P2", []tracker.Change{gwl}, noon, []string{"2026-03-11 10:00 running", "2026-03-13 10:00 running"}},
		{"a business day is its own", "P2", []tracker.Change{optit}, noon, []string{"2026-03-11 10:00 running", "2026-03-13 10:00 running"}},
		{"P0 runs around the clock", "P0", []tracker.Change{optit}, noon, []string{"2026-03-10 14:00 running", "2026-03-10 22:00 running"}},
		{"P4 promises nothing", "P4", []tracker.Change{optit}, noon, []string{" none", " none"}},
		{"handed back, nobody's", "P1", []tracker.Change{optit, tracker.HandedBack{Partner: "OptIT"}}, noon, nil},
		{"handed back, given again", "P2", []tracker.Change{optit, tracker.Declined{Partner: "OptIT"}, optit}, noon, []string{"2026-03-11 12:00 running", "2026-03-13 12:00 running"}},
		{"given on", "P2", []tracker.Change{optit, tracker.PickedUp{}, gwl}, noon, []string{"2026-03-11 12:00 running", "2026-03-13 12:00 running"}},
		{"given to the same once more", "P2", []tracker.Change{gwl, gwl}, noon, []string{"2026-03-11 10:00 running", "2026-03-13 10:00 running"}},
		{"picked up", "P1", []tracker.Change{optit, tracker.PickedUp{}}, noon, []string{"2026-03-10 12:00 met", "2026-03-10 13:00 running"}},
		{"done without pickup", "P1", []tracker.Change{optit, tracker.Resolved{}}, "2026-03-12 12:00", []string{"2026-03-10 12:00 met", "2026-03-10 13:00 met"}},
		{"done too late", "P1", []tracker.Change{optit, tracker.PickedUp{}, tracker.Noted{}, tracker.Resolved{}}, "2026-03-12 12:00", []string{"2026-03-10 12:00 met", "2026-03-10 13:00 late"}},
		{"waiting", "P2", []tracker.Change{gwl, tracker.PickedUp{}, status(working, waiting), tracker.Noted{}, status(waiting, working)}, "2026-03-10 15:00",
			[]string{"2026-03-11 10:00 met", "2026-03-13 12:00 running"}},
		{"waiting for an approval", "P2", []tracker.Change{gwl, tracker.PickedUp{}, status(working, approval)}, "2026-03-10 14:00", []string{"2026-03-11 10:00 met", "2026-03-13 12:00 paused"}},
		{"waited before it came", "P2", []tracker.Change{status("new", approval), status(approval, "new"), gwl}, noon, []string{"2026-03-11 12:00 running", "2026-03-13 12:00 running"}},
		{"raised before it came", "P3", []tracker.Change{priority("P3", "P2"), gwl}, noon, []string{"2026-03-11 11:00 running", "2026-03-13 11:00 running"}},
		{"raised since", "P3", []tracker.Change{gwl, priority("P3", "P2")}, noon, []string{"2026-03-11 11:00 running", "2026-03-13 11:00 running"}},
		{"the manager's target is the desk's", "P2", []tracker.Change{gwl, tracker.TargetChanged{Extend: "5d"}}, noon, []string{"2026-03-11 10:00 running", "2026-03-13 10:00 running"}},
		{"reopened", "P2", []tracker.Change{gwl, tracker.Resolved{}, tracker.Reopened{}}, noon, []string{"2026-03-11 10:00 met", "2026-03-13 12:00 running"}},
		{"cancelled", "P2", []tracker.Change{gwl, tracker.Cancelled{}}, noon, []string{"2026-03-11 10:00 none", "2026-03-13 10:00 none"}},
	} {
		events := at9(t, l, append([]tracker.Change{tracker.Opened{Priority: k.priority, NeededBy: "2026-05-30"}}, k.changes...)...)
		states, ok := PartnerClocks(events, l, local(t, c, k.now))
		assert.Equal(t, k.want != nil, ok, k.name)
		assert.Equal(t, k.want, tell(c, states), k.name)
		for _, s := range states {
			assert.NotEmpty(t, s.Partner, k.name)
			assert.Nil(t, s.Notice, k.name)
			assert.Empty(t, s.Tags, k.name)
		}
	}
	_, ok := PartnerClocks(at9(t, l, tracker.PickedUp{}), l, local(t, c, noon))
	assert.False(t, ok, "a history that cannot be read")
	_, ok = PartnerClocks(at9(t, l, tracker.Opened{Priority: "P1"}, optit), nil, local(t, c, noon))
	assert.False(t, ok, "without terms")
}

func TestTheClockOfAPartnerChangesWithItsCalendar(t *testing.T) {
	l := shifts(t)
	c := l.Now().Calendar
	events := at9(t, l, tracker.Opened{Priority: "P2"}, tracker.Assigned{Partner: "OptIT"})
	edit := l.Now()
	edit.Since, edit.Version, edit.Partners = local(t, c, "2026-03-11 09:00"), "second", nil
	states, ok := PartnerClocks(events, append(l, edit), local(t, c, "2026-03-11 10:00"))
	require.True(t, ok)
	assert.Equal(t, []string{"2026-03-11 10:00 late", "2026-03-13 10:00 running"}, tell(c, states))
	edit.Since = local(t, c, "2026-03-10 09:30")
	states, _ = PartnerClocks(events, append(l, edit), local(t, c, "2026-03-11 09:59"))
	assert.Equal(t, 9*time.Hour-time.Minute, states[0].Used, "by the calendar of the assignment")
}

func TestAccountTellsWhatDueTells(t *testing.T) {
	in := india(t)
	q := Question{Priority: "P1", At: local(t, in, "2026-03-10 10:00")}
	told, err := Due(q, Standard(), in)
	require.NoError(t, err)
	tl, err := FromEvents(history(q.At, tracker.Opened{Key: "REQ-1", Priority: "P1"}))
	require.NoError(t, err)
	assert.Equal(t, told, Account(tl, Standard(), in, q.At))
	late := Account(tl, Standard(), in, local(t, in, "2026-03-11 10:00"))
	assert.Equal(t, told.Resolve.Due, late.Resolve.Due)
}

// A ticket can change hands while it waits: the new partner's clock begins in
// the wait.
func TestTheClockOfAPartnerWhoGetsAWaitingTicket(t *testing.T) {
	l := shifts(t)
	c := l.Now().Calendar
	waits := tracker.StatusChanged{From: tracker.StatusAssigned, To: tracker.StatusWaiting}
	asked := tracker.ApprovalAsked{Need: "type AccessOps", Round: 1, Quorum: 1}
	for name, changes := range map[string][]tracker.Change{
		"handed on":   {tracker.Opened{Priority: "P2"}, tracker.Assigned{Partner: "OptIT"}, waits, tracker.Assigned{Partner: "GWL"}},
		"handed back": {tracker.Opened{Priority: "P2"}, tracker.Assigned{Partner: "OptIT"}, asked, tracker.Declined{Partner: "OptIT"}, tracker.ApprovalVoided{Need: "type AccessOps", Round: 1}},
	} {
		assert.NotPanics(t, func() { PartnerClocks(at9(t, l, changes...), l, local(t, c, "2026-03-11 10:00")) }, name)
	}
}
