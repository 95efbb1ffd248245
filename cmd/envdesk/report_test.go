package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

// at runs a command at a time and gives all that came of it.
func (s shell) at(when string, args ...string) (code int, out, errOut string) {
	s.t.Helper()
	var o, e bytes.Buffer
	now := ist(s.t, when)
	a := &app{in: strings.NewReader(""), out: &o, err: &e, now: func() time.Time { return now }}
	code = a.run(s.t.Context(), args)
	return code, o.String(), e.String()
}

// okAt is at for a command that must succeed and complain of nothing.
func (s shell) okAt(when string, args ...string) string {
	s.t.Helper()
	code, out, errOut := s.at(when, args...)
	require.Zero(s.t, code, "%v: %s", args, errOut)
	require.Empty(s.t, errOut, "%v", args)
	return out
}

// reporting is a desk with a week behind it, 2026-W11, on Monday the 16th of March.
func reporting(t *testing.T) shell {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P1][Punjab] Disk full")
	s.does("2026-03-10 10:05", "REQ-1", "/ack", meera)
	s.does("2026-03-10 11:00", "REQ-1", "/done", meera)
	s.opens("2026-03-11 10:00", "[P2][AP] New node")
	return s
}

const reportDay = "2026-03-16 09:00"

func (s shell) figures(args ...string) (r report.Report) {
	s.t.Helper()
	out := s.okAt(reportDay, append([]string{"report", "weekly", "--json"}, args...)...)
	require.NoError(s.t, json.Unmarshal([]byte(out), &r))
	return r
}

func TestReportWeekly(t *testing.T) {
	s := reporting(t)
	s.opens("2026-03-02 10:00", "[P2][Punjab] Of the week before")
	s.does("2026-03-03 10:00", "REQ-3", "/ack", meera)
	s.does("2026-03-03 11:00", "REQ-3", "/done", meera)
	r := s.figures()
	assert.Equal(t, report.Week{Year: 2026, Number: 11}, r.Week, "the last that has ended")
	assert.Equal(t, []int{2, 1, 1}, []int{r.Flow.Opened, r.Flow.Resolved, r.Open.Now})
	text := s.okAt(reportDay, "report", "weekly", "--week", "2026-w11")
	assert.Equal(t, text, s.okAt(reportDay, "report", "weekly", "--text", "-"))
	assert.Contains(t, text, r.Verdict.Headline)

	assert.Empty(t, s.okAt(reportDay, "report", "weekly", "--html", "r.html", "--text", "r.txt", "--csv", "r.csv", "--eml", "r.eml"))
	for _, file := range []string{"r.html", "r.png", "r.txt", "r.csv", "r.eml"} {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.NotEmpty(t, data, file)
		if file == "r.txt" {
			assert.Equal(t, text, string(data))
		}
		if file == "r.html" {
			assert.Contains(t, string(data), `src="r.png"`)
			assert.NotContains(t, string(data), "cid:")
		}
		if file == "r.eml" {
			assert.Regexp(t, `(?m)^To: .*board@egov\.test`, string(data))
		}
	}
}

func TestReportEditions(t *testing.T) {
	s := reporting(t)
	r := s.figures("--edition", "partner:optit")
	assert.Equal(t, "OptIT", r.For)
	require.Len(t, r.Tickets, 1)
	assert.Equal(t, "REQ-1", r.Tickets[0].Key)
	r = s.figures("--edition", "requester:ravi@egov.test")
	assert.Len(t, r.Tickets, 2)
	assert.Empty(t, s.figures("--edition", "requester:nisha@egov.test").Tickets)
}

func TestReportOfARunningWeekSaysSo(t *testing.T) {
	s := reporting(t)
	code, out, errOut := s.at("2026-03-12 10:00", "report", "weekly", "--week", "2026-W11")
	assert.Zero(t, code)
	assert.NotEmpty(t, out)
	assert.Contains(t, errOut, "envdesk: week 2026-W11 has not ended: this is how it stands at Thu 12 Mar")
}

// What was sent is shown as it was, whatever has become of it since.
func TestReportIsShownAsItWasSent(t *testing.T) {
	s := reporting(t)
	before := s.figures()
	assert.Contains(t, s.okAt(reportDay, "report", "weekly", "--send"), "4 mails; 0 readers had it already.\n")
	assert.Contains(t, s.okAt(reportDay, "report", "weekly", "--send"), "0 mails; 4 readers had it already.\n")
	s.okAt(reportDay, "tick")
	assert.Equal(t, 4, strings.Count(s.ok("outbox"), " report "))
	assert.Equal(t, before, s.figures("--rebuild"), "nothing has changed")

	s.sql("UPDATE inbound SET state = 'duplicate' WHERE id = 1")
	assert.Equal(t, before, s.figures())
	code, out, errOut := s.at("2026-03-17 09:00", "report", "weekly", "--rebuild", "--json")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, out, `"duplicates": 1`)
	assert.Equal(t, "envdesk: report on 2026-W11: built anew it differs from what was kept on Mon 16 Mar, 09:00 IST; show that without --rebuild\n", errOut)
}

// A report that is built anew and is what was kept comes out the same in every
// form, however much later, and whatever note waits for the next one.
func TestARebuiltReportIsTheMailThatWasSent(t *testing.T) {
	for name, note := range map[string]string{"with a note": "Well **done**.", "without a note": ""} {
		t.Run(name, func(t *testing.T) {
			s := reporting(t)
			s.file("envdesk.yaml", string(config.SampleFile())+"\nidentity: {trusted_authserv_ids: [mx.desk.test]}\n")
			if note != "" {
				s.notes("2026-03-16 08:00", note)
			}
			s.okAt(reportDay, "report", "weekly", "--send")
			s.notes("2026-03-16 10:00", "For the next report.")
			forms := map[string]string{"--html": "r.html", "--text": "r.txt", "--csv": "r.csv", "--eml": "r.eml"}
			for _, edition := range []string{"programme", "partner:OptIT"} {
				shown := s.filesAt("2026-03-18 12:00", forms, "--edition", edition)
				assert.Equal(t, shown, s.filesAt("2026-03-19 12:00", forms, "--edition", edition, "--rebuild"), edition)
				assert.Contains(t, shown["--eml"], "Date: Mon, 16 Mar 2026 09:00:00 +0530", edition)
				assert.NotContains(t, shown["--text"], "For the next report.")
			}
		})
	}
}

// notes is a note of the manager for the next weekly report.
func (s shell) notes(when, note string) {
	s.t.Helper()
	s.file("note.mbox", "From asha@egov.test "+ist(s.t, when).UTC().Format(time.ANSIC)+"\n"+
		"Authentication-Results: mx.desk.test; dmarc=pass header.from=egov.test\n"+
		"From: Asha Rao <asha@egov.test>\nTo: requests@desk.test\nSubject: note\nMessage-ID: <note-"+when[11:13]+"@egov.test>\n\n/report note\n\n"+note+"\n")
	require.Contains(s.t, s.okAt(when, "ingest", "note.mbox"), "1 × answered")
}

// filesAt is what a report is in each form, by its flag.
func (s shell) filesAt(when string, forms map[string]string, args ...string) map[string]string {
	s.t.Helper()
	got := map[string]string{}
	args = append([]string{"report", "weekly"}, args...)
	for flag, file := range forms {
		args = append(args, flag, file)
	}
	assert.Empty(s.t, s.okAt(when, args...))
	for flag, file := range forms {
		data, err := os.ReadFile(file)
		require.NoError(s.t, err)
		got[flag] = string(data)
	}
	return got
}

func TestTickSendsReports(t *testing.T) {
	s := reporting(t)
	assert.NotContains(t, s.ok("tick", "--at", "2026-03-16T08:59+05:30"), "\n0 mails")
	s.ok("tick", "--at", "2026-03-16T09:15+05:30")
	box := s.ok("outbox", "list")
	assert.Equal(t, 4, strings.Count(box, " report "), box)
	assert.Contains(t, box, " digest ")
	s.ok("tick", "--at", "2026-03-16T09:15+05:30")
	assert.Equal(t, box, s.ok("outbox", "list"), "once")
}

func TestReportDaily(t *testing.T) {
	s := reporting(t)
	now := "2026-03-16 12:00"
	assert.Contains(t, s.okAt(now, "report", "daily"), "REQ-2")
	assert.Contains(t, s.okAt(now, "report", "daily", "--role", "partner:GWL"), "REQ-2")
	assert.NotContains(t, s.okAt(now, "report", "daily", "--role", "partner:OptIT"), "REQ-2")
	var d report.Digest
	require.NoError(t, json.Unmarshal([]byte(s.okAt(now, "report", "daily", "--role", "devops", "--json")), &d))
	assert.Equal(t, "devops", string(d.Reader.Role))
	assert.Empty(t, s.okAt(now, "report", "daily", "--html", "d.html", "--eml", "d.eml"))
	assert.FileExists(t, filepath.Join(s.dir, "d.eml"))
	assert.Contains(t, s.okAt(now, "report", "daily", "--role", "manager", "--send"), "1 mail; 0 readers had it already.")
	assert.Contains(t, s.okAt(now, "report", "daily", "--role", "manager", "--send"), "0 mails; 1 reader had it already.")
}

func TestReportPlan(t *testing.T) {
	c, err := config.Parse("envdesk.yaml", []byte(`
partners: [{name: OptIT, email: desk@optit.test}]
reports:
  weekly: {at: Fri 17:30, to: [{email: board@egov.test}, {partner: OptIT}, {email: b@egov.test, partner: OptIT}, {email: Ravi@egov.test, edition: requester}]}
  daily: {at: "08:05", to: [], empty: true}
`))
	require.NoError(t, err)
	assert.Equal(t, desk.Reports{
		Weekly: desk.WeeklyPlan{Day: time.Friday, At: 17*time.Hour + 30*time.Minute, To: []desk.WeeklyReader{
			{Email: "board@egov.test", Edition: desk.Edition{Kind: report.Programme}},
			{Edition: desk.Edition{Kind: report.PartnerEdition, For: "OptIT"}},
			{Email: "b@egov.test", Edition: desk.Edition{Kind: report.PartnerEdition, For: "OptIT"}},
			{Email: c.Reports.Weekly.To[3].Email, Edition: desk.Edition{Kind: report.RequesterEdition, For: "ravi@egov.test"}},
		}},
		Daily: desk.DailyPlan{At: 8*time.Hour + 5*time.Minute, To: []tracker.Role{}, Empty: true},
	}, reportPlan(c.Reports))
}

func TestReportWithoutAStore(t *testing.T) {
	s := newShell(t)
	assert.NotEmpty(t, s.okAt(reportDay, "report", "weekly"))
	assert.NotEmpty(t, s.okAt(reportDay, "report", "daily"))
	files, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	assert.Empty(t, files, "nothing is left behind")
}

func TestReportRefuses(t *testing.T) {
	s := reporting(t)
	for args, want := range map[string]string{
		"weekly --week 2026-47":           `envdesk: --week "2026-47": want a week such as 2026-W47`,
		"weekly --week 2026-w60x":         `envdesk: --week "2026-w60x": want a week such as 2026-W47`,
		"weekly --week 2026-W12":          "",
		"weekly --week 2026-W13":          "--week 2026-W13: it has not begun",
		"weekly --edition board":          "--edition board: want programme, partner:NAME or requester:ADDRESS",
		"weekly --edition partner:Nobody": "--edition partner:Nobody: no partner has that name; there are OptIT, GWL, MacroSkies",
		"weekly --edition requester:x":    "--edition requester:x: want",
		"weekly --html - --json":          "only one of --json and the files named -",
		"weekly --send --rebuild":         "--send sends what was kept",
		"daily --role boss":               "--role boss: want manager, devops or partner:NAME",
		"daily --role partner":            "--role partner: no partner has that name",
		"daily --csv x":                   "unknown flag: --csv",
		"weekly extra":                    "unknown command",
	} {
		t.Run(args, func(t *testing.T) {
			code, _, errOut := s.at(reportDay, append([]string{"report"}, strings.Fields(args)...)...)
			if want == "" {
				assert.Zero(t, code)
				return
			}
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, errOut, want)
			assert.Equal(t, 1, strings.Count(errOut, "\n"), errOut)
		})
	}
	code, _, errOut := s.at(reportDay, "report", "weekly", "--week", "2026-W12", "--send")
	assert.Equal(t, exitProblem, code)
	assert.Equal(t, "envdesk: week 2026-W12 has not ended\n", errOut)
	code, _, errOut = s.at(reportDay, "report", "weekly", "--edition", "requester:ravi@egov.test", "--send")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "nobody gets it")
	code, _, errOut = s.at(reportDay, "report", "weekly", "--html", "missing/r.html")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "missing")
}

// The demo leaves the report on both weeks in all forms, and what was sent of the
// first one.
func TestDemoLeavesReports(t *testing.T) {
	r := runDemo(t)
	for _, week := range []string{"2026-W46", "2026-W47"} {
		for _, ext := range []string{".html", ".txt", ".csv", ".json"} {
			data, err := os.ReadFile(filepath.Join(r.dir, demoReports, week+ext))
			require.NoError(t, err)
			assert.NotEmpty(t, data)
			if ext == ".json" {
				var figures report.Report
				require.NoError(t, json.Unmarshal(data, &figures))
				assert.Equal(t, week, figures.Week.String())
				assert.NotEmpty(t, figures.Tickets)
				assert.True(t, figures.Honesty.Balanced, figures.Honesty.Line)
			}
		}
	}
	sent, err := filepath.Glob(filepath.Join(r.dir, demoMails, "*-report-board@egov.test.txt"))
	require.NoError(t, err)
	require.Len(t, sent, 1)
	mailed, err := os.ReadFile(sent[0])
	require.NoError(t, err)
	shown, err := os.ReadFile(filepath.Join(r.dir, demoReports, "2026-W46.txt"))
	require.NoError(t, err)
	assert.Equal(t, strings.TrimSpace(string(mailed)), strings.TrimSpace(string(shown)))

	again := filepath.Join(r.dir, "again.eml")
	assert.Empty(t, runAt(t, ist(t, "2026-11-24 09:00"), "report", "weekly", "--week", "2026-W46", "--eml", again, "--config", r.config))
	want, err := os.ReadFile(strings.TrimSuffix(sent[0], ".txt") + ".eml")
	require.NoError(t, err)
	got, err := os.ReadFile(again)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got), "the mail that was sent, byte for byte")
}
