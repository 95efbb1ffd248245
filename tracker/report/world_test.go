package report

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"envdesk/tracker"
	"envdesk/tracker/sla"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// workdays is a calendar of Monday to Friday.
func workdays(t testing.TB, zone *time.Location, from, to int) *sla.Calendar {
	t.Helper()
	c, err := sla.NewCalendar(sla.Schedule{
		Version: fmt.Sprintf("%d-%d", from, to), Zone: zone, Hours: []sla.Window{{From: from * 60, To: to * 60}},
		Days:     []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
		Holidays: []sla.Date{sla.NewDate(2026, time.January, 26)},
	})
	require.NoError(t, err)
	return c
}

// ledger has the standard policy, 09:00 to 18:00, and one partner who works from
// 10:00 to 19:00.
func ledger(t testing.TB, zone *time.Location) sla.Ledger {
	return sla.Ledger{{
		Version: "first", Policy: sla.Standard(), Calendar: workdays(t, zone, 9, 18),
		Partners: map[string]*sla.Calendar{"gwl": workdays(t, zone, 10, 19)},
	}}
}

func directory() tracker.Directory {
	signed := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return tracker.Directory{
		People: []tracker.Person{
			{Name: "Asha Rao", Email: "asha@egov.test", Role: tracker.RoleManager},
			{Name: "Ops", Email: "ops@egov.test", Role: tracker.RoleDevOps},
			{Name: "Meera Iyer", Email: "meera@egov.test", Role: tracker.RoleStakeholder},
			{Email: "*@egov.test", Role: tracker.RoleRequester},
		},
		Partners: []tracker.Partner{
			{Name: "OptIT", Email: "desk@optit.test", Environments: []string{"Punjab", "Internal"}, Capacity: 6, NDASigned: signed, Status: tracker.Onboarded},
			{Name: "GWL", Email: "desk@gwl.test", Environments: []string{"AP"}, NDASigned: signed, Status: tracker.Onboarded},
			{Name: "MacroSkies", Email: "desk@macroskies.test", Environments: []string{"Bihar"}, NDASigned: signed, Status: tracker.Onboarded},
		},
	}
}

// setup is of week 11 of 2026, Mon 9 – Sun 15 March, in Kolkata.
func setup(t testing.TB) Setup {
	kolkata := zone(t, "Asia/Kolkata")
	return Setup{
		Week: Week{2026, 11}, Zone: kolkata, Ledger: ledger(t, kolkata), Directory: directory(),
		Mails: Mails{Received: 214, New: 27, Replies: 171, Duplicates: 9, Quarantined: 7},
	}
}

func collect(t testing.TB, s Setup, histories ...[]tracker.Event) *Collector {
	t.Helper()
	c, err := NewCollector(s)
	require.NoError(t, err)
	for _, h := range histories {
		require.NoError(t, c.Add(h))
	}
	return c
}

// people who act in the stories.
var (
	desk  = tracker.Actor{Role: tracker.RoleDesk}
	asha  = tracker.Actor{Name: "Asha Rao", Address: "asha@egov.test", Role: tracker.RoleManager}
	ravi  = tracker.Actor{Name: "Ravi", Address: "ravi@egov.test", Role: tracker.RoleRequester}
	kiran = tracker.Actor{Name: "Kiran", Address: "kiran@egov.test", Role: tracker.RoleRequester}
)

// member is a person of a partner.
func member(partner string) tracker.Actor {
	name := map[string]string{"OptIT": "Sanjay Rao", "GWL": "Ravi Menon", "MacroSkies": "Ines Paul"}[partner]
	return tracker.Actor{Name: name, Address: "desk@" + strings.ToLower(partner) + ".test", Role: tracker.RolePartner, Partner: partner}
}

// story is a ticket that is being told.
type story struct {
	t      testing.TB
	zone   *time.Location
	ticket tracker.Ticket
	events []tracker.Event
}

func (s *story) do(at time.Time, by tracker.Actor, changes ...tracker.Change) {
	s.t.Helper()
	for _, c := range changes {
		e := tracker.Event{Ticket: s.ticket.ID, Seq: s.ticket.Seq + 1, At: at.UTC(), By: by, Change: c}
		if opened, first := c.(tracker.Opened); first {
			require.Zero(s.t, s.ticket.Seq, opened.Key)
			e.Seq, e.Ticket = 1, number(opened.Key)
		}
		var err error
		s.ticket, err = tracker.Apply(s.ticket, e)
		require.NoError(s.t, err, "%s at %s", s.ticket.Key, at)
		s.events = append(s.events, e)
	}
}

func number(key string) int64 {
	var n int64
	_, _ = fmt.Sscanf(key, "REQ-%d", &n)
	return n
}

// at reads "2026-03-10 10:00" on the wall clock.
func at(t testing.TB, zone *time.Location, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	require.NoError(t, err)
	return v
}

// stories reads tickets from a file: a line "REQ-1 P2 GitOps Punjab ERP ravi: its
// title" and below it, indented, a line "2026-03-10 10:00 verb value" for the
// opening and everything behind it.
func stories(t testing.TB, file string, zone *time.Location) [][]tracker.Event {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return tell(t, zone, string(text))
}

// tell reads stories from a text.
func tell(t testing.TB, zone *time.Location, text string) [][]tracker.Event {
	t.Helper()
	var all [][]tracker.Event
	var s *story
	var opened tracker.Opened
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
			continue
		case !strings.HasPrefix(line, " "):
			head, title, ok := strings.Cut(line, ": ")
			w := strings.Fields(head)
			require.True(t, ok && len(w) == 6, line)
			s = &story{t: t, zone: zone}
			opened = tracker.Opened{Key: w[0], Priority: w[1], Type: w[2], Environment: w[3], Stack: w[4], Title: title, Requester: tracker.Address{Name: w[5], Address: w[5] + "@egov.test"}}
			all = append(all, nil)
		default:
			s.line(strings.TrimSpace(line), opened)
			all[len(all)-1] = s.events
		}
	}
	return all
}

// line does what a line says.
func (s *story) line(line string, opened tracker.Opened) {
	s.t.Helper()
	when, rest := at(s.t, s.zone, line[:len("2006-01-02 15:04")]), strings.TrimSpace(line[len("2006-01-02 15:04"):])
	verb, value, _ := strings.Cut(rest, " ")
	by := asha
	if s.ticket.Partner != "" {
		by = member(s.ticket.Partner)
	}
	switch verb {
	case "opened":
		opened.NeededBy = value
		s.do(when, ravi, opened)
	case "unverified":
		opened.Unverified = true
		s.do(when, desk, opened)
	case "accept":
		s.do(when, asha, tracker.Accepted{})
	case "assign":
		s.do(when, desk, tracker.Assigned{Partner: value, Old: s.ticket.Partner})
	case "ack":
		s.do(when, by, tracker.PickedUp{})
	case "says":
		s.do(when, by, tracker.Replied{From: tracker.Address{Address: by.Address}, Visibility: tracker.Public})
	case "decline":
		s.do(when, by, tracker.Declined{Partner: s.ticket.Partner, Reason: value})
	case "done":
		s.do(when, by, tracker.Resolved{Note: value})
	case "close":
		s.do(when, desk, tracker.Closed{})
	case "cancel":
		s.do(when, ravi, tracker.Cancelled{Reason: value})
	case "reopen":
		s.do(when, ravi, tracker.Reopened{Reason: value})
	case "wait", "block", "work":
		to := map[string]tracker.Status{"wait": tracker.StatusWaiting, "block": tracker.StatusBlocked, "work": tracker.StatusWorking}[verb]
		s.do(when, by, tracker.StatusChanged{From: s.ticket.Status, To: to, Reason: value})
	case "priority":
		s.do(when, asha, tracker.Classified{Field: tracker.FieldPriority, Old: s.ticket.Priority, New: value})
	case "ask":
		s.do(when, desk, tracker.ApprovalAsked{Need: "type " + s.ticket.Type, Round: s.ticket.Approval.Round + 1, Approvers: []string{value}, Quorum: 1})
	case "approve":
		s.do(when, tracker.Actor{Address: s.ticket.Approval.Approvers[0], Role: tracker.RoleStakeholder}, tracker.Approved{Need: s.ticket.Approval.Need, Round: s.ticket.Approval.Round})
	case "due":
		s.do(when, asha, tracker.TargetChanged{Due: at(s.t, s.zone, value), Reason: "agreed"})
	default:
		s.t.Fatalf("no such verb: %s", line)
	}
}

func openedP4() tracker.Change { return tracker.Opened{Key: "REQ-1", Priority: "P4"} }

func resolved() tracker.Change { return tracker.Resolved{} }

func dueAt(t time.Time) tracker.Change { return tracker.TargetChanged{Due: t, Reason: "agreed"} }
