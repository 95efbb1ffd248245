package desk_test

import (
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

// Two weeks of a desk, tick by tick: what is done by whom, what the clock does,
// each mail and the states that come of it are in the golden file.
func TestTwoWeeks(t *testing.T) {
	r := newTimedRig(t)
	r.Rules.Calendar, r.Rules.CloseAfter = r.Rules.Clock.Ledger.Now().Calendar, sla.Span{Days: 5}
	r.Rules.Approvals = []intake.Approval{{Type: "AccessOps", Role: tracker.RoleDevOps, Quorum: 1, Within: sla.Span{Days: 1}, Delegate: "ciso@egov.test"}}
	deeds := map[string]func(){
		"23 09:30": r.ask("[P2][Punjab] New namespace for the portal"),
		"23 15:00": r.command("REQ-1", "/ack", "desk@optit.test"),
		"23 16:00": r.ask("[P3][AP] Rotate the deploy key"),
		"24 10:00": r.ask("[P1][Punjab] Disk full on node 4"),
		"24 10:30": r.command("REQ-3", "/ack", "desk@optit.test"),
		"24 11:00": r.ask("[P4][Punjab] Upgrade the cluster"),
		"24 11:15": r.ask("[P4][Punjab] Move the portal"),
		"24 12:00": r.ask("[P2][AccessOps][Punjab] VPN for the auditors"),
		"24 12:15": r.ask("[P2][AccessOps][Punjab] Root for everybody"),
		"24 14:00": r.command("REQ-7", "/reject not like this", "ops@egov.test"),
		"24 16:30": r.command("REQ-3", "/wait which volume?", "desk@optit.test"),
		"25 07:30": r.ask("[P2][AP] Renew the certificate"),
		"25 09:15": r.command("REQ-3", "/status working", "desk@optit.test"),
		"25 13:00": r.command("REQ-8", "/ack", "desk@gwl.test"),
		"25 15:30": r.command("REQ-6", "/approve", "ciso@egov.test"),
		"25 16:45": r.command("REQ-6", "/ack", "desk@optit.test"),
		"25 17:00": r.command("REQ-3", "/done", "desk@optit.test"),
		"26 09:30": r.command("REQ-2", "/assign OptIT", "asha@egov.test"),
		"26 10:00": r.command("REQ-6", "/wait for their names until 2026-11-28", "desk@optit.test"),
		"26 11:00": r.command("REQ-4", "/needed 2026-12-20", "ravi@egov.test"),
		"26 15:00": r.command("REQ-2", "/ack", "desk@optit.test"),
		"27 09:15": r.leaves("GWL"),
		"27 10:00": r.command("REQ-8", "/assign OptIT", "asha@egov.test"),
		"27 11:00": r.command("REQ-8", "/ack", "desk@optit.test"),
		"27 12:00": r.command("REQ-8", "/due 3 Dec 16:00 the old one is good for another week", "asha@egov.test"),
		"27 22:00": r.ask("[P0][Punjab] The portal is down"),
		"28 01:00": r.command("REQ-9", "/ack", "desk@optit.test"),
		"28 11:30": r.command("REQ-9", "/done", "desk@optit.test"),
		"30 10:30": r.command("REQ-6", "/done", "desk@optit.test"),
		"30 11:00": r.command("REQ-1", "/done", "desk@optit.test"),
		"30 12:00": r.ask("[P2] Who owns this"),
		"30 13:00": r.askAs("vikram@elsewhere.test", "[P3][Punjab] May I have an account"),
		"30 13:15": r.ask("[P3][Punjab] A test database"),
		"30 13:30": r.ask("[P3][Punjab] The same test database"),
		"30 14:00": r.command("REQ-11", "/accept", "asha@egov.test"),
		"30 14:30": r.command("REQ-12", "/decline not our kind of database", "desk@optit.test"),
		"30 14:45": r.command("REQ-2", "/block no quota for the new key", "desk@optit.test"),
		"30 15:00": r.command("REQ-13", "/merge REQ-12", "asha@egov.test"),
		"30 15:30": r.command("REQ-12", "/cancel the old one will do", "ravi@egov.test"),
		"30 16:15": r.command("REQ-2", "/unblock", "ops@egov.test"),
	}
	s := story{rig: r}
	r.at("23 09:00")
	for end := r.now.AddDate(0, 0, 14); r.now.Before(end); r.now = r.now.Add(15 * time.Minute) {
		if deed, ok := deeds[r.now.Format("2 15:04")]; ok && r.now.Month() == time.November {
			deed()
			delete(deeds, r.now.Format("2 15:04"))
			s.goOn()
		}
		r.tick(r.now)
		s.goOn()
	}
	require.Empty(t, deeds)
	golden(t, "two-weeks.txt", s.log.String())
	findings, _, err := desk.Verify(t.Context(), r.store, nil)
	require.NoError(t, err)
	assert.Empty(t, findings)
}

func (r *rig) ask(subject string) func() { return r.askAs("ravi@egov.test", subject) }

func (r *rig) askAs(from, subject string) func() {
	return func() {
		r.receive(mail(from, fmt.Sprintf("%d@egov.test", r.now.Unix()), subject, "Please."))
	}
}

func (r *rig) command(key, command, as string) func() {
	return func() { r.do(key, command, as) }
}

// leaves is an edit of the configuration: the partner has left the programme.
func (r *rig) leaves(partner string) func() {
	return func() {
		for i := range r.Rules.Directory.Partners {
			if p := &r.Rules.Directory.Partners[i]; p.Name == partner {
				p.Status = tracker.Left
			}
		}
		r.Rules.Clock.Agenda = "without " + partner
	}
}

// story tells of a desk what was not told of it yet.
type story struct {
	*rig
	log   strings.Builder
	mails int // that were told of
}

// goOn tells of the histories of all tickets, and then of the mails.
func (s *story) goOn() {
	s.t.Helper()
	when := s.now.Format("Mon 02 Jan 15:04")
	require.NoError(s.t, s.store.View(s.t.Context(), func(v tracker.View) error {
		tickets, err := v.Tickets(s.t.Context(), tracker.TicketQuery{})
		require.NoError(s.t, err)
		for _, k := range tickets {
			events, err := v.Events(s.t.Context(), k.ID)
			require.NoError(s.t, err)
			var t tracker.Ticket
			for _, e := range events {
				if t, err = tracker.Apply(t, e); err != nil {
					return err
				}
				if s.seen[k.ID] < e.Seq {
					s.seen[k.ID] = e.Seq
					fmt.Fprintf(&s.log, "%s  %-6s  %-2s  %-10s  %s\n", when, k.Key, t.Priority, t.Status, telling(e, s.Rules.Zone))
				}
			}
		}
		return nil
	}))
	mails := s.outbox()
	if fresh := mails[s.mails:]; len(fresh) > 0 {
		fmt.Fprintf(&s.log, "%s  mails   %s\n", when, strings.Join(fresh, ", "))
	}
	s.mails = len(mails)
}

func telling(e tracker.Event, zone *time.Location) string {
	clock := func(at time.Time) string { return at.In(zone).Format("Mon 02 Jan 15:04") }
	by := " by " + e.By.Display()
	switch c := e.Change.(type) {
	case tracker.Opened:
		return "opened: " + c.Title
	case tracker.Assigned:
		return "assigned to " + c.Partner + by
	case tracker.ApprovalAsked:
		return "ASKS FOR APPROVAL of " + strings.Join(c.Approvers, ", ") + " until " + clock(c.Due)
	case tracker.HandedBack:
		return "HANDED BACK from " + c.Partner + ": " + c.Reason
	case tracker.Closed:
		return "closed" + by + ": " + c.Reason
	case tracker.TargetChanged:
		return "target changed" + by + ": due " + clock(c.Due) + ", was " + clock(c.Old) + ": " + c.Reason
	case tracker.StatusChanged:
		return strings.TrimSpace(fmt.Sprintf("%s → %s%s %s", c.From, c.To, by, c.Until))
	case tracker.Reminded:
		s := fmt.Sprintf("REMINDER %s %s, target %d: %s", c.Clock, c.What, c.Version, strings.Join(c.To, ", "))
		if len(c.Waiting) > 0 {
			s += "; when they open " + strings.Join(c.Waiting, ", ")
		}
		return s
	}
	return strings.ReplaceAll(e.Change.Kind(), "_", " ") + by
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
