package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/sla"
)

// ist reads a time on the wall clock of India.
func ist(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", s+" +0530")
	require.NoError(t, err)
	return at
}

// runAt runs a command of the program as if now were the present.
func runAt(t *testing.T, now time.Time, args ...string) string {
	t.Helper()
	var out, errOut bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &errOut, now: func() time.Time { return now }}
	require.Zero(t, a.run(t.Context(), args), "%v: %s", args, errOut.String())
	return out.String()
}

// opens lets a request come in at a time.
func (s shell) opens(at, subject string) {
	s.t.Helper()
	separator := "From ravi@egov.test " + ist(s.t, at).UTC().Format("Mon Jan _2 15:04:05 2006") + "\n"
	mail := "From: Ravi Kumar <ravi@egov.test>\nTo: requests@desk.test\nMessage-ID: <" + at[11:13] + at[14:] + subject[1:3] + "@egov.test>\n" +
		"Subject: " + subject + "\n\nPlease.\n"
	s.file("request.mbox", separator+mail)
	require.Contains(s.t, runAt(s.t, ist(s.t, at), "ingest", "request.mbox"), "1 × ticket")
}

// does lets a person run a command on a ticket at a time.
func (s shell) does(at, key, command, who string) {
	s.t.Helper()
	require.Contains(s.t, runAt(s.t, ist(s.t, at), "do", key, command, "--as", who), "done")
}

const (
	meera = "meera@optit.test"
	asha  = "asha@egov.test"
)

// clockFields are the lines of show that tell the clocks.
func clockFields(shown string) (out []string) {
	for line := range strings.Lines(shown) {
		if f := strings.Fields(line); len(f) > 1 && strings.HasPrefix(line, "  ") && (f[0] == "Pickup" || f[0] == "Resolve") {
			out = append(out, strings.Join(f, " "))
		}
	}
	return out
}

func TestShowTellsTheClocks(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P1][GitOps] Rotate the deploy key for Punjab")
	assert.Equal(t, []string{"Pickup due Tue 10 Mar, 12:00 IST, in 1 h 30 min", "Resolve due Tue 10 Mar, 18:00 IST, in 7 h 30 min"},
		clockFields(runAt(t, ist(t, "2026-03-10 10:30"), "show", "REQ-1")))
	assert.Equal(t, []string{"Pickup late, due Tue 10 Mar, 12:00 IST, less than a minute ago", "Resolve due Tue 10 Mar, 18:00 IST, in 6 h"},
		clockFields(runAt(t, ist(t, "2026-03-10 12:00"), "show", "REQ-1")), "at the due instant it is late")

	s.does("2026-03-10 11:00", "REQ-1", "/ack", meera)
	s.does("2026-03-10 11:30", "REQ-1", "/wait which cluster?", meera)
	assert.Equal(t, []string{"Pickup met Tue 10 Mar, 11:00 IST, due Tue 10 Mar, 12:00 IST",
		"Resolve paused since Tue 10 Mar, 11:30 IST with 5 h of working time left; due Tue 10 Mar, 18:00 IST if it went on now"},
		clockFields(runAt(t, ist(t, "2026-03-10 13:00"), "show", "REQ-1")))
	s.does("2026-03-10 14:00", "REQ-1", "/status working", meera)
	assert.Equal(t, "Resolve late, due Tue 10 Mar, 18:00 IST, 2 days 16 h ago", clockFields(runAt(t, ist(t, "2026-03-13 10:00"), "show", "REQ-1"))[1])

	s.does("2026-03-11 09:30", "REQ-1", "/priority P2", asha)
	assert.Equal(t, "Resolve late since Tue 10 Mar, 18:00 IST; now due Fri 13 Mar, 12:30 IST, in 2 days 2 h",
		clockFields(runAt(t, ist(t, "2026-03-11 10:00"), "show", "REQ-1"))[1])
	s.does("2026-03-12 10:00", "REQ-1", "/done", meera)
	assert.Equal(t, "Resolve late: due Tue 10 Mar, 18:00 IST, ended Thu 12 Mar, 10:00 IST",
		clockFields(runAt(t, ist(t, "2026-04-04 10:00"), "show", "REQ-1"))[1])
	assert.Contains(t, runAt(t, ist(t, "2027-01-04 10:00"), "show", "REQ-1"), "ended Thu 12 Mar 2026, 10:00 IST", "another year is told")
}

func TestShowTellsTheNoticePeriod(t *testing.T) {
	s := newShell(t)
	s.opens("2026-05-20 10:00", "[P4] A new cluster for Punjab")
	now := ist(t, "2026-05-20 11:00")
	assert.Equal(t, []string{"Resolve 21d notice: needs a date; the first that it can name is Wed 10 Jun"}, clockFields(runAt(t, now, "show", "REQ-1")))
	assert.Contains(t, runAt(t, now, "tickets"), "needs date")
	s.does("2026-05-20 12:00", "REQ-1", "/needed 2026-05-30", asha)
	assert.Equal(t, []string{"Resolve 21d notice for Sat 30 May, to be given before Fri 8 May, 18:00 IST: short notice; the first date that it could name is Wed 10 Jun"},
		clockFields(runAt(t, ist(t, "2026-05-20 13:00"), "show", "REQ-1")))
	assert.JSONEq(t, "[]", runAt(t, ist(t, "2026-07-20 13:00"), "tickets", "--late", "--json"), "short notice is never late")
	assert.Contains(t, runAt(t, ist(t, "2026-07-20 13:00"), "sla", "explain", "REQ-1"), "Pickup     nothing is promised")
}

// clocksOf are the clocks of the tickets of a JSON array, by key and name.
func clocksOf(t *testing.T, list string) map[string]shownClock {
	t.Helper()
	var tickets []shownTicket
	require.NoError(t, json.Unmarshal([]byte(list), &tickets))
	out := map[string]shownClock{}
	for _, k := range tickets {
		for _, c := range k.Clocks {
			out[k.Key+" "+string(c.Name)] = c
		}
	}
	return out
}

func TestTicketsTellTheClocks(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P1] Rotate the key for Punjab")
	s.opens("2026-03-10 11:00", "[P0] Punjab is down")
	s.opens("2026-03-10 12:00", "[P2] One more node for Punjab")
	s.does("2026-03-10 11:30", "REQ-1", "/ack", meera)
	s.does("2026-03-10 12:00", "REQ-2", "/done", meera)
	s.does("2026-03-10 13:00", "REQ-3", "/wait for what?", meera)

	now := ist(t, "2026-03-10 14:00")
	want := map[string]shownClock{
		"REQ-1 pickup":  {"pickup", "2h", "2026-03-10T12:00:00+05:30", "met", 5400, 1800, 0},
		"REQ-1 resolve": {"resolve", "eod", "2026-03-10T18:00:00+05:30", "running", 4 * 3600, 4 * 3600, 0},
		"REQ-2 pickup":  {"pickup", "4h", "2026-03-10T15:00:00+05:30", "met", 3600, 3 * 3600, 0},
		"REQ-2 resolve": {"resolve", "12h", "2026-03-10T23:00:00+05:30", "met", 3600, 11 * 3600, 0},
		"REQ-3 pickup":  {"pickup", "1d", "2026-03-11T12:00:00+05:30", "met", 3600, 8 * 3600, 0},
		"REQ-3 resolve": {"resolve", "3d", "2026-03-13T13:00:00+05:30", "paused", 3600, 26 * 3600, 3600},
	}
	assert.Equal(t, want, clocksOf(t, runAt(t, now, "tickets", "--json")))
	assert.Equal(t, want["REQ-3 resolve"], clocksOf(t, "["+withoutHistory(t, runAt(t, now, "show", "REQ-3", "--json"))+"]")["REQ-3 resolve"], "the same object")

	assert.Equal(t, `KEY   STATUS   PRI DUE                   TYPE ENVIRONMENT PARTNER REQUESTER      TITLE
REQ-1 working  P1  Tue 10 Mar, 18:00 IST      Punjab      OptIT   ravi@egov.test Rotate the key for Punjab
REQ-2 resolved P0                             Punjab      OptIT   ravi@egov.test Punjab is down
REQ-3 waiting  P2  paused                     Punjab      OptIT   ravi@egov.test One more node for Punjab
`, runAt(t, now, "tickets"))
}

// withoutHistory drops what a test does not read.
func withoutHistory(t *testing.T, object string) string {
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(object), &m))
	delete(m, "history")
	data, err := json.Marshal(m)
	require.NoError(t, err)
	return string(data)
}

func TestTicketsLate(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P1] Rotate the key for Punjab")
	s.opens("2026-03-10 11:00", "[P0] Punjab is down")
	s.opens("2026-03-10 12:00", "[P2] One more node for Punjab")
	s.opens("2026-03-10 13:00", "[P1] Renew the certificate of Punjab")
	s.does("2026-03-10 12:30", "REQ-1", "/ack", meera) // half an hour late
	s.does("2026-03-11 12:00", "REQ-4", "/done", meera)
	for at, want := range map[string][]string{
		"2026-03-10 12:31": {},
		"2026-03-10 15:00": {"REQ-2"}, // not picked up
		"2026-03-10 18:00": {"REQ-1", "REQ-2"},
		"2026-03-11 13:00": {"REQ-1", "REQ-2", "REQ-3"}, // REQ-4 was late, but is resolved
	} {
		var list []shownTicket
		require.NoError(t, json.Unmarshal([]byte(runAt(t, ist(t, at), "tickets", "--late", "--json")), &list))
		keys := []string{}
		for _, k := range list {
			if k.Key != "REQ-4" || at > "2026-03-11" {
				keys = append(keys, k.Key)
			}
		}
		assert.Equal(t, want, keys, at)
	}
	out := runAt(t, ist(t, "2026-03-11 13:00"), "tickets", "--late", "--priority", "P0")
	assert.Contains(t, out, "REQ-2 assigned P0  Tue 10 Mar, 23:00 IST, late, not picked up")
	assert.NotContains(t, out, "REQ-1")
}

func TestWithoutAStoreNothingIsLate(t *testing.T) {
	s := newShell(t)
	assert.JSONEq(t, "[]", s.ok("tickets", "--late", "--json"))
	code, _, errOut := s.run("", "sla", "explain", "REQ-1")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "there is no store")
	s.opens("2026-03-10 10:00", "[P1] Rotate the key for Punjab")
	code, _, errOut = s.run("", "sla", "explain", "REQ-7")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "there is no ticket REQ-7")
}

func TestSLAExplain(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-12 16:00", "[P1] Rotate the key for Punjab")
	s.does("2026-03-13 09:30", "REQ-1", "/priority P2", asha)
	s.does("2026-03-13 10:00", "REQ-1", "/wait which one?", meera)
	s.does("2026-03-13 12:00", "REQ-1", "/status working", meera)
	now := ist(t, "2026-03-13 13:00")
	assert.Equal(t, `REQ-1  Rotate the key for Punjab

  Priority   P2
  Pickup     late: due Thu 12 Mar, 18:00 IST, ended Fri 13 Mar, 10:00 IST
  Resolve    late since Thu 12 Mar, 18:00 IST; now due Tue 17 Mar, 18:00 IST, in 4 days 5 h
  Missed     the pickup target of P1, Thu 12 Mar, 18:00 IST
  Missed     the resolve target of P1, Thu 12 Mar, 18:00 IST
  OptIT's own clock: pickup late: due Thu 12 Mar, 18:00 IST, ended Fri 13 Mar, 10:00 IST
  OptIT's own clock: done late since Thu 12 Mar, 18:00 IST; now due Tue 17 Mar, 18:00 IST, in 4 days 5 h
`, strings.Split(runAt(t, now, "sla", "explain", "req-1"), "  Marks")[0])

	var e struct {
		Key, Priority, Status string
		Clocks                []shownClock
		dueAnswer
	}
	require.NoError(t, json.Unmarshal([]byte(runAt(t, now, "sla", "explain", "REQ-1", "--json")), &e))
	assert.Equal(t, []string{"REQ-1", "P2", "working"}, []string{e.Key, e.Priority, e.Status})
	assert.Len(t, e.Clocks, 2)
	var worked time.Duration
	var whys []string
	for _, g := range e.Segments {
		from, err := time.Parse(time.RFC3339, g.From)
		require.NoError(t, err)
		to, err := time.Parse(time.RFC3339, g.To)
		require.NoError(t, err)
		whys = append(whys, g.Why)
		if g.Counts {
			worked += to.Sub(from)
		}
	}
	assert.Equal(t, 27*time.Hour, worked, "three business days")
	assert.Contains(t, whys, "waiting on the requester")
	assert.Equal(t, value(e.Resolve.Due), e.Segments[len(e.Segments)-1].To)
}

func TestTheClockOfAPartnerWithACalendarOfItsOwn(t *testing.T) {
	s := newShell(t)
	s.file("envdesk.yaml", deskLine("REQ")+strings.Replace(rigPeople, "status: onboarded", "status: onboarded, calendar: {hours: \"09:00-15:00\"}", 1))
	s.opens("2026-03-10 10:00", "[P1] Rotate the key for Punjab")
	now := ist(t, "2026-03-10 11:30")
	assert.Equal(t, "2026-03-10T18:00:00+05:30", clocksOf(t, runAt(t, now, "tickets", "--json"))["REQ-1 resolve"].Due, "the desk's promise")
	own := func(args ...string) (clocks []shownClock) {
		var shown struct {
			Own *[]shownClock `json:"partner_clocks"`
		}
		require.NoError(t, json.Unmarshal([]byte(runAt(t, now, append(args, "REQ-1", "--json")...)), &shown))
		require.NotNil(t, shown.Own)
		return *shown.Own
	}
	want := []shownClock{{"pickup", "2h", "2026-03-10T12:00:00+05:30", "running", 5400, 1800, 0}, {"resolve", "eod", "2026-03-10T15:00:00+05:30", "running", 5400, 12600, 0}}
	assert.Equal(t, want, own("show"))
	assert.Equal(t, want, own("sla", "explain"))
	for _, words := range []string{runAt(t, now, "show", "REQ-1"), runAt(t, now, "sla", "explain", "REQ-1")} {
		assert.Contains(t, words, "\n  OptIT's own clock: pickup due Tue 10 Mar, 12:00 IST, in 30 min\n  OptIT's own clock: done due Tue 10 Mar, 15:00 IST, in 3 h 30 min\n")
	}
	s.does("2026-03-10 11:00", "REQ-1", "/unassign", asha)
	assert.Empty(t, own("show"))
	assert.NotContains(t, runAt(t, now, "show", "REQ-1"), "own clock")
	assert.NotContains(t, runAt(t, now, "tickets", "--json"), "partner_clocks")
}

// What the desk has kept counts, whatever the configuration says meanwhile; a
// desk that runs with another one changes the terms from then on.
func TestAnEditOfThePolicyCountsFromThenOn(t *testing.T) {
	s := newShell(t)
	s.file("envdesk.yaml", deskLine("REQ")+rigPeople)
	s.opens("2026-03-10 10:00", "[P2] One more node for Punjab")
	s.does("2026-03-10 11:00", "REQ-1", "/ack", meera)
	due := func() string {
		return clocksOf(t, runAt(t, ist(t, "2026-03-11 12:00"), "tickets", "--json"))["REQ-1 resolve"].Due
	}
	assert.Equal(t, "2026-03-13T10:00:00+05:30", due())
	s.file("envdesk.yaml", deskLine("REQ")+rigPeople+"priorities: {P2: {resolve: 5d}}\n")
	assert.Equal(t, "2026-03-13T10:00:00+05:30", due(), "no desk has run with it")
	s.ok("tick", "--at", "2026-03-11T09:00+05:30")
	assert.Equal(t, "2026-03-17T10:00:00+05:30", due())
	s.ok("tick", "--at", "2026-03-11T09:30+05:30")

	out := runAt(t, ist(t, "2026-03-11 12:00"), "sla", "explain", "REQ-1")
	assert.Regexp(t, `  Terms      [0-9a-f]{8} → [0-9a-f]{8} on Wed 11 Mar, 09:00 IST: the policy or a calendar was edited\n`, out)
	var e explainedClocks
	require.NoError(t, json.Unmarshal([]byte(runAt(t, ist(t, "2026-03-11 12:00"), "sla", "explain", "REQ-1", "--json")), &e))
	require.Len(t, e.Terms, 2)
	assert.Equal(t, []string{"2026-03-10T10:00:00+05:30", "2026-03-11T09:00:00+05:30"}, []string{e.Terms[0].Since, e.Terms[1].Since})
	assert.NotEqual(t, e.Terms[0].Policy, e.Terms[1].Policy)
	assert.Equal(t, e.Terms[0].Calendar, e.Terms[1].Calendar)
	assert.Equal(t, 1, strings.Count(s.ok("show", "REQ-1"), "the policy or a calendar was edited"), "the history says so once")
	assert.Contains(t, s.ok("verify"), "ok     1 tickets are due next when their events give")

	s.does("2026-03-11 13:00", "REQ-1", "/done", meera)
	s.file("envdesk.yaml", deskLine("REQ")+rigPeople+"priorities: {P2: {resolve: 4d}}\n")
	s.ok("tick", "--at", "2026-03-11T14:00+05:30")
	assert.Equal(t, "2026-03-17T10:00:00+05:30", due(), "what is finished stays")
	assert.NotContains(t, runAt(t, ist(t, "2026-03-12 12:00"), "sla", "explain", "REQ-1"), "14:00 IST: the policy")
}

func TestSLAExplainNamesWhoSetTheTarget(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P2] One more node for Punjab")
	s.does("2026-03-10 11:00", "REQ-1", "/due Friday 15:00 because of the freeze", asha)
	s.does("2026-03-10 12:00", "REQ-1", "/due +1d the freeze goes on", asha)
	now := ist(t, "2026-03-10 13:00")
	out := runAt(t, now, "sla", "explain", "REQ-1")
	assert.Contains(t, out, "  Resolve    due Mon 16 Mar, 15:00 IST, in 6 days 2 h\n")
	assert.Contains(t, out, "  Target     set to Fri 13 Mar, 15:00 IST by Asha Rao on Tue 10 Mar, 11:00 IST: the freeze\n"+
		"  Target     put off by 1d by Asha Rao on Tue 10 Mar, 12:00 IST: the freeze goes on\n")
	var e explainedClocks
	require.NoError(t, json.Unmarshal([]byte(runAt(t, now, "sla", "explain", "REQ-1", "--json")), &e))
	assert.Equal(t, []shownTarget{
		{"2026-03-10T11:00:00+05:30", "2026-03-13T15:00:00+05:30", "", "Asha Rao", "the freeze"},
		{"2026-03-10T12:00:00+05:30", "", "1d", "Asha Rao", "the freeze goes on"},
	}, e.Targets)
	assert.Equal(t, "2026-03-16T15:00:00+05:30", clocksOf(t, runAt(t, now, "tickets", "--json"))["REQ-1 resolve"].Due)
}

// sql changes the store behind the back of the program.
func (s shell) sql(statement string) {
	s.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "envdesk.db")+"?_busy_timeout=5000")
	require.NoError(s.t, err)
	_, err = db.ExecContext(s.t.Context(), statement)
	require.NoError(s.t, err)
	require.NoError(s.t, db.Close())
}

func TestVerifyFindsAForgedAgenda(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P2] One more node for Punjab")
	s.does("2026-03-10 11:00", "REQ-1", "/ack", meera)
	assert.Contains(t, s.ok("verify"), "ok     1 tickets are due next")
	s.sql("UPDATE ticket SET due_at = due_at + 86400000000")
	code, out, _ := s.run("", "verify")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, out, "WRONG  REQ-1: the clock looks at it at 2026-03-12T09:00:00Z; its 3 events give 2026-03-11T09:00:00Z")
	s.file("envdesk.yaml", deskLine("REQ")+rigPeople+"close: {after: 9d}\n")
	assert.Contains(t, s.ok("verify"), "computed anew by the next pass")
}

// eventCounter counts of how many tickets the events are read.
type eventCounter struct {
	tracker.View
	n int
}

func (v *eventCounter) Events(ctx context.Context, ticket int64) ([]tracker.Event, error) {
	v.n++
	return v.View.Events(ctx, ticket)
}

func TestAListReadsTheEventsThatItTells(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P1] Rotate the key for Punjab")
	s.opens("2026-03-10 11:00", "[P2] One more node for Punjab")
	s.does("2026-03-10 12:00", "REQ-1", "/done", meera)
	c := config.Sample()
	store, err := readStore(t.Context(), c)
	require.NoError(t, err)
	defer store.Close()
	k := timekeeper{c, sla.Ledger{c.Terms()}, ist(t, "2026-03-10 13:00")}
	for want, lists := range map[int][]ticketList{
		1: {{}, {late: true}, {json: true, query: tracker.TicketQuery{Open: true}}, {query: tracker.TicketQuery{Open: true}}},
		2: {{json: true}},
	} {
		for _, l := range lists {
			require.NoError(t, store.View(t.Context(), func(v tracker.View) error {
				counting := &eventCounter{View: v}
				_, err := k.list(t.Context(), counting, l)
				assert.Equal(t, want, counting.n, "%+v", l)
				return err
			}))
		}
	}
}

func TestLengths(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "less than a minute", 59 * time.Second: "less than a minute", time.Minute: "1 min", 59*time.Minute + 59*time.Second: "59 min",
		time.Hour: "1 h", 200 * time.Minute: "3 h 20 min", 24*time.Hour - 1: "23 h 59 min", 24 * time.Hour: "1 day", 25*time.Hour + time.Minute: "1 day 1 h",
		50 * time.Hour: "2 days 2 h",
	} {
		assert.Equal(t, want, length(d), d.String())
	}
	assert.Equal(t, "27 h 5 min", hours(27*time.Hour+5*time.Minute), "working time has no days")
}
