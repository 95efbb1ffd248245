package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailin"
	"envdesk/testdata/demo"
	"envdesk/tracker"
	"envdesk/tracker/sqlstore"
)

// demoRun is a finished demo.
type demoRun struct {
	dir, config, out string
	tickets          map[string]shownTicket
	outbox           []tracker.OutboxMail
}

func runDemo(t *testing.T) demoRun {
	t.Helper()
	r := demoRun{dir: filepath.Join(t.TempDir(), "out"), tickets: map[string]shownTicket{}}
	r.config = filepath.Join(r.dir, defaultConfig)
	code, out, errOut := runProgram(t, "demo", "--dir", r.dir)
	require.Zero(t, code, errOut)
	require.Empty(t, errOut)
	r.out = out
	code, list, errOut := runProgram(t, "tickets", "--json", "--config", r.config)
	require.Zero(t, code, errOut)
	var tickets []shownTicket
	require.NoError(t, json.Unmarshal([]byte(list), &tickets))
	for _, k := range tickets {
		r.tickets[k.Key] = k
	}
	s, err := sqlstore.OpenReader(t.Context(), filepath.Join(r.dir, "envdesk.db"))
	require.NoError(t, err)
	defer s.Close()
	r.outbox, err = s.Outbox().List(t.Context(), "")
	require.NoError(t, err)
	return r
}

func runProgram(t *testing.T, args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// show shows a ticket as it stands when the story ends.
func (r demoRun) show(t *testing.T, key string) string {
	return runAt(t, ist(t, "2026-11-20 18:00"), "show", key, "--config", r.config)
}

// sentAt lists whom the desk mailed because of what came at a time of the story.
func (r demoRun) sentAt(t *testing.T, at string) []string {
	zone, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	when, err := time.ParseInLocation("2006-01-02 15:04", at, zone)
	require.NoError(t, err)
	to := []string{}
	for _, m := range r.outbox {
		if m.CreatedAt.Equal(when) {
			to = append(to, string(m.Kind)+" to "+m.Mail.To)
		}
	}
	return to
}

func TestDemo(t *testing.T) {
	r := runDemo(t)

	t.Run("every ticket ends as told", func(t *testing.T) {
		want := []struct{ key, status, priority, kind, environment, partner, assignee string }{
			{"REQ-1", "closed", "P1", "GitOps", "Punjab", "OptIT", "meera@optit.test"},
			{"REQ-2", "working", "P3", "AccessOps", "Punjab", "OptIT", "meera@optit.test"},
			{"REQ-3", "closed", "P0", "ProductionIssue", "AP", "GWL", "suresh@gwl.test"},
			{"REQ-4", "resolved", "P3", "Troubleshooting", "Bihar", "", "ops@egov.test"},
			{"REQ-5", "cancelled", "P0", "AccessOps", "AP", "", ""},
			{"REQ-6", "closed", "P2", "InfraProvision", "Internal", "OptIT", "meera@optit.test"},
			{"REQ-7", "resolved", "P3", "", "AP", "GWL", "suresh@gwl.test"},
			{"REQ-8", "cancelled", "P3", "NewFeature", "Bihar", "OptIT", ""},
			{"REQ-9", "rejected", "P3", "AccessOps", "Internal", "", ""},
			{"REQ-10", "assigned", "P4", "InfraProvision", "Punjab", "OptIT", ""},
			{"REQ-11", "rejected", "P3", "DeploymentSupport", "AP", "", ""},
			{"REQ-12", "assigned", "P2", "Releases", "Punjab", "OptIT", ""},
		}
		assert.Len(t, r.tickets, len(want))
		for _, w := range want {
			k := r.tickets[w.key]
			got := []string{string(k.Status), k.Priority, k.Type, k.Environment, k.Partner, k.Assignee}
			assert.Equal(t, []string{w.status, w.priority, w.kind, w.environment, w.partner, w.assignee}, got, w.key)
		}
		assert.Equal(t, "2026-11-09T10:05:00+05:30", r.tickets["REQ-1"].OpenedAt)
		assert.Equal(t, "2026-11-09T10:40:00+05:30", r.tickets["REQ-1"].PickedUpAt)
		assert.Equal(t, "2026-11-19", r.tickets["REQ-6"].NeededBy)
		assert.Equal(t, 1, r.tickets["REQ-3"].Reopened)
	})

	t.Run("the desk mails whom it should, when it should", func(t *testing.T) {
		for at, want := range map[string][]string{
			"2026-11-09 10:05": {"receipt to ravi@egov.test", "assignment to desk@optit.test"},
			"2026-11-09 11:30": {"receipt to simran@punjab.test", "approval to ops@egov.test"},
			"2026-11-09 11:45": {"assignment to desk@optit.test", "approval-result to simran@punjab.test", "approval-result to asha@egov.test"},
			"2026-11-09 14:30": {"status to asha@egov.test", "status to ops@egov.test"},                   // blocked
			"2026-11-10 09:51": {},                                                                        // an out-of-office
			"2026-11-10 10:30": {"alert to asha@egov.test"},                                               // a stranger's command
			"2026-11-10 15:30": {"alert to asha@egov.test"},                                               // a forgery
			"2026-11-12 10:00": {"receipt to deepak@egov.test", "assignment to desk@optit.test"},          // delivered twice
			"2026-11-12 14:00": {"note to asha@egov.test", "note to ops@egov.test"},                       // internal
			"2026-11-12 15:00": {"relay to desk@optit.test", "transcript to deepak@egov.test"},            // refused lines
			"2026-11-12 15:05": {"help to deepak@egov.test"},                                              //
			"2026-11-13 09:31": {"alert to asha@egov.test"},                                               // a bounce
			"2026-11-16 11:00": {"receipt to nisha@egov.test", "unassigned to asha@egov.test"},            // not on-boarded
			"2026-11-10 14:10": {"unverified-receipt to vikram@freemail.test", "alert to asha@egov.test"}, // a stranger
			"2026-11-13 10:00": {"hand-back to asha@egov.test", "hand-back to desk@optit.test"},           // not picked up
			"2026-11-16 12:10": {"assignment to desk@optit.test"},                                         // again
			"2026-11-16 15:10": {"approval-result to deepak@egov.test", "approval-result to asha@egov.test"},
			"2026-11-16 16:00": {"status to lakshmi@ap.test", "status to asha@egov.test"}, // when it is expected
			"2026-11-17 09:30": {"status to lakshmi@ap.test", "status to desk@gwl.test"},  // due at another time
			"2026-11-17 11:15": {"receipt to nisha@egov.test", "assignment to desk@optit.test"},
			"2026-11-17 11:40": {"watching to arun@ap.test", "relay to desk@gwl.test"},
			"2026-11-17 16:30": {"answer to asha@egov.test"},
			"2026-11-18 10:40": {"alert to asha@egov.test"}, // a forged approval
			"2026-11-18 11:30": {},                          // linked
			"2026-11-18 12:00": {"answer to board@egov.test"},
			"2026-11-18 14:00": {},                                                                // closed by itself
			"2026-11-19 09:30": {"approval to board@treasury.test", "approval to asha@egov.test"}, // the delegate's turn
			"2026-11-19 09:45": {"approval-result to lakshmi@ap.test"},
		} {
			assert.Equal(t, want, r.sentAt(t, at), at)
		}
		for _, m := range r.outbox {
			assert.Equal(t, tracker.OutboxSent, m.State, m.Key)
			assert.NotContains(t, m.Mail.To, "macroskies", "not on-boarded")
			assert.NotContains(t, m.Mail.To, "arjun", "a stranger to the ticket")
		}
	})

	t.Run("the stranger's command changed nothing", func(t *testing.T) {
		shown := r.show(t, "REQ-2")
		assert.Contains(t, shown, "arjun.singh@freemail.test  wrote (unverified)")
		assert.NotContains(t, shown, "changed priority")
	})

	t.Run("the forged approval decided nothing", func(t *testing.T) {
		k := r.tickets["REQ-11"]
		assert.Equal(t, []string{"rejected", "asha@egov.test"}, []string{k.Approval.State, k.Approval.By})
		shown := r.show(t, "REQ-11")
		assert.Contains(t, shown, "board@treasury.test  wrote (unverified)")
		assert.NotContains(t, shown, "approved type")
	})

	t.Run("what people wrote on the side is kept", func(t *testing.T) {
		assert.Equal(t, []string{"arun@ap.test"}, r.tickets["REQ-7"].Watchers)
		assert.Equal(t, "2026-11-20", r.tickets["REQ-7"].ETA)
		assert.Equal(t, "2026-12-01", r.tickets["REQ-10"].NeededBy)
		assert.Equal(t, []string{"REQ-6"}, r.tickets["REQ-10"].Links)
		assert.Equal(t, []string{"REQ-10"}, r.tickets["REQ-6"].Links)
		assert.Contains(t, r.show(t, "REQ-7"), "made it due 2026-11-20 15:00 +0530: the auditors look at the portal on Friday afternoon")
	})

	t.Run("it tells the story", func(t *testing.T) {
		for _, words := range []string{
			"Monday, 9 November 2026", "Friday, 20 November 2026", "opens REQ-12; routing: Punjab → OptIT", "duplicate: the same mail",
			"REQ-3 is blocked · GWL · suresh@gwl.test", "REQ-6 is new", "REQ-2 is closed · OptIT · meera@optit.test", "envdesk verify --config " + r.config,
		} {
			assert.Contains(t, r.out, words)
		}
	})

	t.Run("what it leaves is sound", func(t *testing.T) {
		code, out, errOut := runProgram(t, "verify", "--config", r.config)
		assert.Zero(t, code, errOut)
		assert.Contains(t, out, "12 tickets are what their events give")
		assert.NotContains(t, out, "WRONG")
		tickets, err := os.ReadFile(filepath.Join(r.dir, demoTickets))
		require.NoError(t, err)
		for key := range r.tickets {
			assert.Contains(t, string(tickets), r.show(t, key))
		}
		assert.Contains(t, string(tickets), "Resolve      due Wed 25 Nov, 15:00 IST, in 4 days 21 h", "as the story's clock stands")
	})

	t.Run("every mail lies there three times", func(t *testing.T) { checkMailFiles(t, r) })
	t.Run("no stage direction reached the desk", func(t *testing.T) { checkTakenMails(t, r) })

	t.Run("it overwrites nothing", func(t *testing.T) {
		before, err := os.ReadFile(r.config)
		require.NoError(t, err)
		code, out, errOut := runProgram(t, "demo", "--dir", r.dir)
		assert.Equal(t, exitProblem, code)
		assert.Empty(t, out)
		assert.Equal(t, 1, strings.Count(errOut, "\n"))
		assert.Contains(t, errOut, "envdesk.db is there already")
		assert.Contains(t, errOut, "--dir")
		after, err := os.ReadFile(r.config)
		require.NoError(t, err)
		assert.Equal(t, before, after)
	})
}

func checkMailFiles(t *testing.T, r demoRun) {
	placeholder := regexp.MustCompile(`<nil>|\{\{|%!|0001-01-01`)
	entries, err := os.ReadDir(filepath.Join(r.dir, demoMails))
	require.NoError(t, err)
	assert.Len(t, entries, 3*len(r.outbox))
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(r.dir, demoMails, e.Name()))
		require.NoError(t, err)
		assert.NotEmpty(t, data, e.Name())
		assert.NotRegexp(t, placeholder, string(data), e.Name())
		if filepath.Ext(e.Name()) == ".eml" {
			_, err := mail.ReadMessage(bytes.NewReader(data))
			assert.NoError(t, err, e.Name())
			assert.Equal(t, bytes.Count(data, []byte("\n")), bytes.Count(data, []byte("\r\n")), e.Name())
		}
	}
	for _, name := range []string{"001-receipt-REQ-1-ravi@egov.test.eml", "002-assignment-REQ-1-desk@optit.test.html", "0*-help-deepak@egov.test.txt"} {
		found, err := filepath.Glob(filepath.Join(r.dir, demoMails, name))
		require.NoError(t, err)
		assert.Len(t, found, 1, name)
	}
	assignment, err := os.ReadFile(filepath.Join(r.dir, demoMails, "010-assignment-REQ-3-desk@gwl.test.eml"))
	require.NoError(t, err)
	assert.Contains(t, string(assignment), "receipts.log", "the log goes along")
}

// checkTakenMails reads the mails as the desk stored them.
func checkTakenMails(t *testing.T, r demoRun) {
	s, err := sqlstore.OpenReader(t.Context(), filepath.Join(r.dir, "envdesk.db"))
	require.NoError(t, err)
	defer s.Close()
	ids, err := s.MailIDs(t.Context())
	require.NoError(t, err)
	story, err := demo.Mails(time.UTC)
	require.NoError(t, err)
	assert.Len(t, ids, len(story)+1, "one came twice")
	for _, id := range ids {
		var raw bytes.Buffer
		require.NoError(t, s.View(t.Context(), func(v tracker.View) error { return v.Raw(t.Context(), id, &raw) }))
		assert.NotContains(t, raw.String(), "X-Demo")
		assert.NotContains(t, raw.String(), "{subject}")
		assert.NotContains(t, raw.String(), "{message-id}")
		m, err := mailin.Read(&raw, mailin.Options{})
		require.NoError(t, err)
		assert.Empty(t, m.Problems, m.Subject)
	}
}

func TestDemoStory(t *testing.T) {
	known := []string{"At", "Story", "Answers", "Mailbox", "Bounces", "Quote", "Sender", "Twice"}
	story, err := demo.Mails(time.UTC)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(story), 30)
	for i, m := range story {
		f, err := os.Open(filepath.Join("..", "..", "testdata", "demo", m.Name))
		require.NoError(t, err)
		parsed, err := mail.ReadMessage(f)
		require.NoError(t, err, m.Name)
		body, err := io.ReadAll(parsed.Body)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		assert.Equal(t, string(body), string(m.Body), m.Name)
		for name := range parsed.Header {
			direction, ok := strings.CutPrefix(name, "X-Demo-")
			assert.True(t, !ok || slices.Contains(known, direction), "%s: %s", m.Name, name)
			assert.Equal(t, ok, m.Header.Get(name) == "", "%s: %s", m.Name, name)
		}
		assert.NotEmpty(t, m.Story, m.Name)
		assert.Contains(t, []string{"", "gmail", "outlook", "apple"}, m.Quote, m.Name)
		assert.True(t, i == 0 || m.At.After(story[i-1].At), "%s is out of order", m.Name)
	}
}

func TestDemoRefusesAFolderInUse(t *testing.T) {
	for _, name := range []string{defaultConfig, "envdesk.key", "envdesk.db", demoTickets, demoMails, demoReports} {
		dir := t.TempDir()
		mine := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(mine, []byte("mine"), 0o600))
		code, _, errOut := runProgram(t, "demo", "--dir", dir)
		assert.Equal(t, exitProblem, code, name)
		assert.Contains(t, errOut, mine+" is there already")
		kept, err := os.ReadFile(mine)
		require.NoError(t, err)
		assert.Equal(t, "mine", string(kept))
	}
	code, _, errOut := runProgram(t, "demo", "--dir", "")
	assert.Equal(t, exitUsage, code, errOut)
}

func TestQuoted(t *testing.T) {
	o := original{
		from: "Desk <requests@desk.test>", to: "Ravi <ravi@egov.test>", subject: "[REQ-1] Key",
		at: time.Date(2026, 11, 9, 15, 5, 0, 0, time.UTC), text: "Hello\n\nRavi\n",
	}
	assert.Equal(t, "\nOn Mon, 9 Nov 2026 at 15:05, Desk <requests@desk.test>\nwrote:\n\n> Hello\n> \n> Ravi\n", o.quoted("gmail"))
	assert.Equal(t, "\n> On 09-Nov-2026, at 3:05 PM, Desk <requests@desk.test> wrote:\n> \n> Hello\n> \n> Ravi\n", o.quoted("apple"))
	assert.Equal(t, "\n________________________________\nFrom: Desk <requests@desk.test>\nSent: Monday, November 9, 2026 3:05 PM\n"+
		"To: Ravi <ravi@egov.test>\nSubject: [REQ-1] Key\n\nHello\n\nRavi\n", o.quoted("outlook"))
	assert.Empty(t, o.quoted(""))
}

func TestWrap(t *testing.T) {
	assert.Equal(t, []string{"one two", "three", "longer-than-that"}, wrap("one two  three longer-than-that", 8))
	assert.Equal(t, []string{""}, wrap(" ", 8))
	assert.Equal(t, []string{"äöü äöü"}, wrap("äöü äöü", 7), "runes, not bytes")
}

func FuzzReadOriginal(f *testing.F) {
	f.Add([]byte("From: Desk <requests@desk.test>\r\nDate: Mon, 09 Nov 2026 10:05:00 +0530\r\nSubject: =?utf-8?q?[REQ-1]_K=C3=A9y?=\r\n\r\nHello\r\n"))
	f.Add([]byte("From: x@y.test\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := readOriginal(raw)
		if err == nil {
			assert.NotEmpty(t, o.replyTo, "it can be answered")
		}
	})
}
