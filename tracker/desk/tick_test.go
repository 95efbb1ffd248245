package desk_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// clockRules are rules by which tickets are timed: working days from 09:00 to
// 18:00 in Kolkata, for the partner GWL in two shifts.
func clockRules(t testing.TB) intake.Clock {
	t.Helper()
	ist, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	own, err := sla.NewCalendar(sla.Schedule{Version: "own", Zone: ist, Days: days, Hours: []sla.Window{{From: 9 * 60, To: 18 * 60}}})
	require.NoError(t, err)
	shifts, err := sla.NewCalendar(sla.Schedule{Version: "shifts", Zone: ist, Days: days, Hours: []sla.Window{{From: 7 * 60, To: 11 * 60}, {From: 13 * 60, To: 18 * 60}}})
	require.NoError(t, err)
	return intake.Clock{
		Ledger: sla.Ledger{{Version: "first", Policy: sla.Standard(), Calendar: own, Partners: map[string]*sla.Calendar{"gwl": shifts}}},
		Agenda: "first", Late: []tracker.Role{tracker.RolePartner, tracker.RoleManager}, Later: []tracker.Role{tracker.RoleDevOps},
	}
}

// newTimedRig is a desk with a clock, with DevOps and a second partner.
func newTimedRig(t *testing.T) *rig {
	r := newRig(t)
	clock := clockRules(t)
	r.Rules.Clock, r.Rules.Zone = clock, clock.Ledger.Now().Calendar.Zone()
	dir := &r.Rules.Directory
	dir.People = append(dir.People, tracker.Person{Name: "Ops", Email: "ops@egov.test", Role: tracker.RoleDevOps})
	dir.Partners = append(dir.Partners, tracker.Partner{
		Name: "GWL", Email: "desk@gwl.test", Environments: []string{"AP"}, Status: tracker.Onboarded, NDASigned: monday.AddDate(-1, 0, 0),
	})
	r.Rules.Vocabulary.Partners = append(r.Rules.Vocabulary.Partners, intake.Term{Name: "GWL"})
	return r
}

// at sets the clock: "23 15:04" of November 2026 in Kolkata.
func (r *rig) at(when string) {
	r.t.Helper()
	at, err := time.ParseInLocation("2006-01 2 15:04", "2026-11 "+when, r.Rules.Zone)
	require.NoError(r.t, err)
	r.now = at
}

func (r *rig) due() (n int) {
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) error {
		list, err := v.Due(r.t.Context(), r.now.AddDate(1, 0, 0), 100)
		n = len(list)
		return err
	}))
	return n
}

func (r *rig) do(key, command, as string) {
	r.t.Helper()
	d, err := r.Do(r.t.Context(), key, command, as)
	require.NoError(r.t, err)
	for _, res := range d.Results {
		require.True(r.t, res.Done, "%s: %s", res.Command, res.Why)
	}
}

func TestTickRemindsOnce(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	r.do("REQ-1", "/ack", "desk@optit.test")
	before := len(r.outbox())
	r.at("24 13:59")
	assert.Equal(t, desk.Pass{}, r.tick(r.now))
	r.at("24 14:00")
	assert.Equal(t, desk.Pass{Tickets: 1, Mails: 1}, r.tick(r.now))
	assert.Equal(t, desk.Pass{}, r.tick(r.now))
	r.reopen()
	r.at("24 15:59")
	assert.Equal(t, desk.Pass{}, r.tick(r.now), "a restart forgets nothing")
	assert.Equal(t, []string{"reminder desk@optit.test"}, r.outbox()[before:])
	r.do("REQ-1", "/done", "desk@optit.test")
	assert.Zero(t, r.due(), "nothing is due on a ticket that is done")
	findings, _, err := desk.Verify(t.Context(), r.store, nil)
	require.NoError(t, err)
	assert.Empty(t, findings)
}

func TestTickAfterDowntimeTellsTheHighestAlone(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	r.do("REQ-1", "/ack", "desk@optit.test")
	r.at("24 17:30")
	assert.Equal(t, desk.Pass{Tickets: 1, Mails: 1}, r.tick(r.now))
	mails, err := r.store.Outbox().List(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, "1/resolve/90/v1/desk@optit.test", mails[len(mails)-1].Key)
}

// Of a P0 that was picked up while the desk was down nobody hears that it was
// not: the pickup counts from its receipt.
func TestTickAfterDowntimeBelievesTheReceipt(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 12:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P0][Punjab] Outage", "x"))
	before := len(r.outbox())
	r.at("24 14:30")
	ack := r.delivery(mail("desk@optit.test", "b@optit.test", "Re: [REQ-1] Outage", "/ack"))
	r.at("24 17:59")
	_, err := r.Receive(t.Context(), []tracker.Delivery{ack})
	require.NoError(t, err)
	assert.Equal(t, desk.Pass{}, r.tick(r.now))
	assert.NotContains(t, strings.Join(r.outbox()[before:], " "), "reminder")
}

// What is handed back is told as it is then, and the reminder that nobody picked
// it up with it.
func TestTickHandsBack(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	before := len(r.outbox())
	r.at("24 12:00")
	assert.Equal(t, desk.Pass{Tickets: 1, Mails: 2}, r.tick(r.now))
	assert.Equal(t, desk.Pass{}, r.tick(r.now.Add(time.Hour)), "once")
	assert.Equal(t, []string{"hand-back asha@egov.test", "hand-back desk@optit.test"}, r.outbox()[before:])
	assert.Equal(t, tracker.StatusNew, r.ticket("REQ-1").Status)
	mails, err := r.store.Outbox().Claim(t.Context(), r.now.AddDate(0, 0, 1), 100)
	require.NoError(t, err)
	toManager, err := r.Read(bytes.NewReader(mails[before].Mail.Raw))
	require.NoError(t, err)
	assert.Contains(t, strings.Join(strings.Fields(toManager.Text), " "), "Nobody picked it up by Tue 24 Nov, 12:00 IST")
	assert.NotContains(t, toManager.Text, "has it now")
}

// The desk counts what a partner has and tells the manager, in the mail that
// collects such lines, who got more than it can take.
func TestTickTellsOfCapacity(t *testing.T) {
	r := newTimedRig(t)
	r.Rules.Directory.Partners[0].Capacity = 1
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	assert.Empty(t, r.alerts())
	r.receive(mail("ravi@egov.test", "b@egov.test", "[P1][Punjab] Login is slow", "x"), mail("ravi@egov.test", "c@egov.test", "[P1][Punjab] Clock is slow", "x"))
	assert.Equal(t, "OptIT", r.ticket("REQ-3").Partner)
	assert.Equal(t, []string{
		"OptIT is at its capacity of 1 open ticket: OptIT got REQ-2 all the same; /assign it to somebody else if it should not wait",
		"OptIT is at its capacity of 1 open ticket: OptIT got REQ-3 all the same; /assign it to somebody else if it should not wait",
	}, r.alerts())
	before := len(r.outbox())
	r.tick(r.now)
	assert.Equal(t, []string{"alert asha@egov.test"}, r.outbox()[before:], "one mail")

	r.Rules.Routing = []intake.Route{{Environment: "Punjab", Partner: "OptIT", Overflow: "GWL"}}
	r.receive(mail("ravi@egov.test", "d@egov.test", "[P1][Punjab] Fan is loud", "x"))
	assert.Equal(t, "GWL", r.ticket("REQ-4").Partner)
	assert.Empty(t, r.alerts())
}

// A resolved ticket is found by the clock, closed once, and then costs nothing.
func TestTickCloses(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	r.do("REQ-1", "/ack", "desk@optit.test")
	r.do("REQ-1", "/done", "desk@optit.test")
	assert.Zero(t, r.due(), "without close.after")
	r.Rules.Calendar, r.Rules.CloseAfter, r.Rules.Clock.Agenda = r.Rules.Clock.Ledger.Now().Calendar, sla.Span{Days: 1}, "closing"
	r.tick(r.now)
	assert.Equal(t, 1, r.due(), "what was resolved before is scheduled too")
	before := len(r.outbox())
	r.at("25 09:59")
	assert.Equal(t, desk.Pass{}, r.tick(r.now))
	r.reopen()
	r.at("25 10:00")
	assert.Equal(t, desk.Pass{Tickets: 1}, r.tick(r.now))
	assert.Equal(t, tracker.StatusClosed, r.ticket("REQ-1").Status)
	assert.Empty(t, r.outbox()[before:])
	assert.Zero(t, r.due())
}

func TestTickFoldsManyReminders(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	for i := range 6 {
		r.receive(mail("ravi@egov.test", fmt.Sprintf("%d@egov.test", i), "[P1][Punjab] Disk full "+fmt.Sprint(i), "x"))
		r.do(fmt.Sprintf("REQ-%d", i+1), "/ack", "desk@optit.test")
	}
	before := len(r.outbox())
	r.at("24 14:00")
	assert.Equal(t, desk.Pass{Tickets: 6, Mails: 1}, r.tick(r.now))
	assert.Equal(t, []string{"reminders desk@optit.test"}, r.outbox()[before:])
}

func TestNewTermsTimeOpenTicketsAnew(t *testing.T) {
	r := newTimedRig(t)
	clock := r.Rules.Clock
	r.Rules.Clock = intake.Clock{}
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"))
	assert.Zero(t, r.due())
	r.Rules.Clock = clock
	r.tick(r.now)
	assert.Equal(t, 1, r.due())

	second := clock.Ledger.Now()
	brief := *second.Policy
	brief.Marks = []int{10}
	second.Version, second.Policy = "second", &brief
	r.Rules.Clock.Ledger = sla.Ledger{second}
	r.at("24 10:50")
	assert.Equal(t, 1, r.tick(r.now).Tickets, "10 % is gone")
}

func TestTickPassesOverADamagedHistory(t *testing.T) {
	r := newTimedRig(t)
	r.at("24 10:00")
	r.receive(mail("ravi@egov.test", "a@egov.test", "[P1][Punjab] Disk full", "x"), mail("ravi@egov.test", "b@egov.test", "[P1][Punjab] Login is slow", "x"))
	r.do("REQ-1", "/ack", "desk@optit.test")
	r.do("REQ-2", "/ack", "desk@optit.test")
	damage, err := sql.Open("sqlite3", r.path)
	require.NoError(t, err)
	_, err = damage.ExecContext(t.Context(), "DELETE FROM event WHERE ticket = 1 AND seq = 2")
	require.NoError(t, err)
	require.NoError(t, damage.Close())
	before := len(r.outbox())
	r.at("24 14:00")
	assert.Equal(t, desk.Pass{Tickets: 1, Mails: 1}, r.tick(r.now), "the other ticket is reminded of")
	assert.Len(t, r.outbox()[before:], 1)
	assert.Equal(t, desk.Pass{}, r.tick(r.now))
}
