package desk_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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

var update = flag.Bool("update", false, "write the golden files of testdata anew")

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
		Policy: sla.Standard(), Terms: "first",
		CalendarOf: func(partner string) *sla.Calendar {
			if partner == "GWL" {
				return shifts
			}
			return own
		},
		Late: []tracker.Role{tracker.RolePartner, tracker.RoleManager}, Later: []tracker.Role{tracker.RoleDevOps},
	}
}

// newTimedRig is a desk with a clock, with DevOps and a second partner.
func newTimedRig(t *testing.T) *rig {
	r := newRig(t)
	clock := clockRules(t)
	r.Rules.Clock, r.Rules.Zone = clock, clock.CalendarOf("").Zone()
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

	brief := *clock.Policy
	brief.Marks = []int{10}
	r.Rules.Clock.Policy, r.Rules.Clock.Terms = &brief, "second"
	r.at("24 10:50")
	assert.Equal(t, 1, r.tick(r.now).Tickets, "10 % is gone")
}

// Two weeks of a desk, tick by tick: what is done by whom, each reminder and the
// states that come of it are in the golden file.
func TestTwoWeeksOfReminders(t *testing.T) {
	r := newTimedRig(t)
	deeds := map[string]func(){
		"23 09:30": r.ask("[P2][Punjab] New namespace for the portal"),
		"23 16:00": r.ask("[P3][AP] Rotate the deploy key"),
		"24 10:00": r.ask("[P1][Punjab] Disk full on node 4"),
		"24 10:30": r.command("REQ-3", "/ack", "desk@optit.test"),
		"24 11:00": r.ask("[P4][Punjab] Upgrade the cluster"),
		"24 11:15": r.ask("[P4][Punjab] Move the portal"),
		"24 15:00": r.command("REQ-1", "/ack", "desk@optit.test"),
		"24 16:30": r.command("REQ-3", "/wait which volume?", "desk@optit.test"),
		"25 07:30": r.ask("[P2][AP] Renew the certificate"),
		"25 09:15": r.command("REQ-3", "/status working", "desk@optit.test"),
		"25 17:00": r.command("REQ-3", "/done", "desk@optit.test"),
		"26 11:00": r.command("REQ-4", "/needed 2026-12-20", "ravi@egov.test"),
		"27 22:00": r.ask("[P0][Punjab] Login is down"),
		"28 01:00": r.command("REQ-7", "/ack", "desk@optit.test"),
		"30 11:00": r.command("REQ-1", "/done", "desk@optit.test"),
		"30 12:00": r.ask("[P2] Who owns this"),
	}
	var log strings.Builder
	r.at("23 09:00")
	for end := r.now.AddDate(0, 0, 14); r.now.Before(end); r.now = r.now.Add(15 * time.Minute) {
		if deed, ok := deeds[r.now.Format("2 15:04")]; ok && r.now.Month() == time.November {
			deed()
			delete(deeds, r.now.Format("2 15:04"))
			r.story(&log)
		}
		r.tick(r.now)
		r.story(&log)
	}
	require.Empty(t, deeds)
	golden(t, "two-weeks.txt", log.String())
}

func (r *rig) ask(subject string) func() {
	return func() {
		r.receive(mail("ravi@egov.test", fmt.Sprintf("%d@egov.test", r.now.Unix()), subject, "Please."))
	}
}

func (r *rig) command(key, command, as string) func() {
	return func() { r.do(key, command, as) }
}

// story tells what was not told yet of the histories of all tickets.
func (r *rig) story(log *strings.Builder) {
	r.t.Helper()
	require.NoError(r.t, r.store.View(r.t.Context(), func(v tracker.View) error {
		tickets, err := v.Tickets(r.t.Context(), tracker.TicketQuery{})
		require.NoError(r.t, err)
		for _, k := range tickets {
			events, err := v.Events(r.t.Context(), k.ID)
			require.NoError(r.t, err)
			var t tracker.Ticket
			for _, e := range events {
				if t, err = tracker.Apply(t, e); err != nil {
					return err
				}
				if r.seen[k.ID] < e.Seq {
					r.seen[k.ID] = e.Seq
					fmt.Fprintf(log, "%s  %-5s  %-2s  %-9s  %s\n", r.now.Format("Mon 02 Jan 15:04"), k.Key, t.Priority, t.Status, telling(e))
				}
			}
		}
		return nil
	}))
}

func telling(e tracker.Event) string {
	switch c := e.Change.(type) {
	case tracker.Opened:
		return "opened: " + c.Title
	case tracker.Assigned:
		return "assigned to " + c.Partner
	case tracker.Reminded:
		s := fmt.Sprintf("REMINDER %s %s, target %d: %s", c.Clock, c.What, c.Version, strings.Join(c.To, ", "))
		if len(c.Waiting) > 0 {
			s += "; when they open " + strings.Join(c.Waiting, ", ")
		}
		return s
	}
	return strings.ReplaceAll(e.Change.Kind(), "_", " ") + " by " + e.By.Display()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./tracker/desk -update")
	assert.Equal(t, string(want), got, "go test ./tracker/desk -update writes it anew")
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
