package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const punjabMail = "From: Ravi Kumar <ravi@egov.test>\nTo: requests@desk.test\nMessage-ID: <a@egov.test>\n" +
	"Subject: [P1][GitOps] Rotate the deploy key for Punjab\n\nPlease rotate it.\n"

// shell runs commands in a folder of their own.
type shell struct {
	t   *testing.T
	dir string
}

func newShell(t *testing.T) shell {
	s := shell{t, t.TempDir()}
	t.Chdir(s.dir)
	return s
}

func (s shell) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(s.t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// run gives the exit code and what was printed.
func (s shell) run(stdin string, args ...string) (code int, out, errOut string) {
	s.t.Helper()
	var o, e bytes.Buffer
	code = run(s.t.Context(), args, strings.NewReader(stdin), &o, &e)
	return code, o.String(), e.String()
}

// ok runs a command that must succeed and returns its output.
func (s shell) ok(args ...string) string {
	s.t.Helper()
	code, out, errOut := s.run("", args...)
	require.Equal(s.t, 0, code, "%v: %s", args, errOut)
	return out
}

func TestWrongUsageIsOneLineAndExit2(t *testing.T) {
	s := newShell(t)
	for _, args := range [][]string{
		{"serv"}, {"show"}, {"tickets", "--nope"}, {"do", "REQ-1", "/ack"}, {"tickets", "--config", "missing.yaml"},
		{"serve", "--config", "missing.yaml"}, {"outbox", "retry", "x"}, {"quarantine", "drop", "x"}, {"parse", "--config", "missing.yaml"},
	} {
		code, out, errOut := s.run("", args...)
		assert.Equal(t, exitUsage, code, "%v", args)
		assert.Empty(t, out, "%v", args)
		assert.Equal(t, 1, strings.Count(errOut, "\n"), "%v: %q", args, errOut)
	}
	s.file("bad.yaml", "desk: {adress: x@y.test}\n")
	code, _, errOut := s.run("", "ingest", "--config", "bad.yaml", "-")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errOut, "bad.yaml:1")
}

func TestWithoutAStoreThereAreNoTickets(t *testing.T) {
	s := newShell(t)
	assert.JSONEq(t, "[]", s.ok("tickets", "--json"))
	code, _, errOut := s.run("", "show", "REQ-1")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "there is no store")
	s.ok("outbox")
	s.ok("quarantine")
	for _, args := range [][]string{{"quarantine", "show", "1"}, {"quarantine", "drop", "1"}, {"outbox", "retry", "1"}, {"verify"}} {
		code, _, _ = s.run("", args...)
		assert.Equal(t, exitProblem, code, "%v", args)
	}
	assert.NoFileExists(t, "envdesk.db", "looking makes no store")
	assert.NoFileExists(t, "envdesk.key")
}

func TestParsePrintsOneObjectALine(t *testing.T) {
	s := newShell(t)
	a, b := s.file("a.eml", punjabMail), s.file("b.eml", "\x00\xff not a mail")
	code, out, errOut := s.run("", "parse", a, "missing.eml", b)
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "missing.eml")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	var m struct {
		File, MessageID, Title, Reply, Date string
		Tags                                struct{ Priority, Type, Environment string }
		Commands                            []struct{ Verb string }
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &m))
	assert.Equal(t, []string{a, "Rotate the deploy key for Punjab", "P1", "GitOps", "Punjab"}, []string{m.File, m.Title, m.Tags.Priority, m.Tags.Type, m.Tags.Environment})
	code, out, _ = s.run("Subject: x\n\n/done all good\n", "parse")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, `"commands":[{"line":1,"verb":"done","value":"all good"}]`)
}

func TestIngestShowDoVerify(t *testing.T) {
	s := newShell(t)
	s.file("a.eml", punjabMail)
	assert.Contains(t, s.ok("explain", "a.eml"), "Mail       receipt to ravi@egov.test")
	assert.NoFileExists(t, "envdesk.db", "explaining makes no store")

	assert.Contains(t, s.ok("ingest", "a.eml"), "1 × ticket")
	assert.Contains(t, s.ok("ingest", "a.eml"), "1 × duplicate")
	code, out, _ := s.run("From: asha@egov.test\nTo: requests@desk.test\nMessage-ID: <r@egov.test>\nIn-Reply-To: <a@egov.test>\n\nnoted\n", "ingest", "-")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "reply")

	var ticket shownTicket
	require.NoError(t, json.Unmarshal([]byte(withoutDetails(t, s.ok("show", "req-1", "--json"))), &ticket))
	assert.Equal(t, "OptIT", ticket.Partner)
	assert.Len(t, ticket.History, 3)
	assert.Equal(t, "in", ticket.Mails[0].Direction)
	assert.Equal(t, "a@egov.test", ticket.Mails[0].MessageID)

	assert.Contains(t, s.ok("do", "REQ-1", "/done all good", "--as", "asha@egov.test"), "assigned → resolved")
	code, out, _ = s.run("", "do", "REQ-1", "/wait x", "--as", "ravi@egov.test")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, out, "refused")
	assert.Contains(t, s.ok("show", "REQ-1"), "resolved it: all good")
	assert.Contains(t, s.ok("tickets", "--search", "deploy"), "REQ-1")
	assert.JSONEq(t, "[]", s.ok("tickets", "--open", "--json"))

	assert.Contains(t, s.ok("outbox"), "receipt")
	s.ok("outbox", "drop", "1")
	assert.NotContains(t, s.ok("outbox"), "receipt")
	s.ok("outbox", "retry", "1")
	assert.Contains(t, s.ok("outbox", "list", "--all"), "deferred")
	assert.Contains(t, s.ok("verify"), "1 tickets are what their events give")
}

// withoutDetails drops what only says a change in full.
func withoutDetails(t *testing.T, object string) string {
	var m map[string]any
	require.NoError(t, json.Unmarshal([]byte(object), &m))
	for _, e := range m["history"].([]any) {
		delete(e.(map[string]any), "detail")
	}
	data, err := json.Marshal(m)
	require.NoError(t, err)
	return string(data)
}

func TestIngestSources(t *testing.T) {
	second := strings.NewReplacer("a@egov.test", "b@egov.test", "Rotate", "Renew").Replace(punjabMail)
	third := strings.NewReplacer("a@egov.test", "c@egov.test", "Rotate", "Revoke").Replace(punjabMail)
	mbox := "From ravi@egov.test Mon Nov 16 10:00:00 2026\n" + punjabMail + "\nFrom ravi@egov.test Mon Nov 16 11:00:00 2026\n" + second

	s := newShell(t)
	s.file("box.mbox", mbox)
	s.file("dir/a.eml", third)
	s.file("dir/readme.txt", "no mail")
	s.file("dir/md/cur/1.M1.host:2,S", strings.Replace(third, "c@egov", "d@egov", 1))
	s.file("dir/md/new/2.M2.host", strings.Replace(third, "c@egov", "e@egov", 1))
	require.NoError(t, os.MkdirAll("dir/md/tmp", 0o700))
	out := s.ok("ingest", "box.mbox", "dir")
	assert.Contains(t, out, "5 × ticket")
	var list []struct {
		Key, Title string
		OpenedAt   string `json:"opened_at"`
	}
	require.NoError(t, json.Unmarshal([]byte(s.ok("tickets", "--json")), &list))
	assert.Equal(t, "2026-11-16T15:30:00+05:30", list[0].OpenedAt, "the mbox says when it came")
	assert.Equal(t, "Renew the deploy key for Punjab", list[1].Title)

	code, _, errOut := s.run("", "ingest", "gone.eml")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "gone.eml")
}

func TestDatesOfMboxSeparators(t *testing.T) {
	for _, date := range []string{
		"Tue Apr 01 12:00:00 +0000 2025", "Mon Nov 16 10:00:00 IST 2026", "Mon Nov 16 10:00 2026", "Mon Nov 16 10:00:00 2026 +0530", "Mon Nov  6 10:00:00 2026",
	} {
		_, ok := fromLine([]byte("From 17@xxx " + date + "\r\n"))
		assert.True(t, ok, date)
		got, _ := fromLine([]byte("From 17@xxx " + date + "\n"))
		assert.False(t, got.IsZero(), date)
	}
	got, _ := fromLine([]byte("From now on please use the new key.\n"))
	assert.True(t, got.IsZero())
}

func TestFromInABodyBeginsNoMail(t *testing.T) {
	s := newShell(t)
	s.file("old.mbox", "From ravi@egov.test Mon Nov 16 10:00:00 2026\n"+punjabMail+"\nFrom now on please use the new key.\n\n>From here it is quoted.\n")
	assert.Contains(t, s.ok("ingest", "old.mbox"), "1 × ticket")
	shown := s.ok("show", "REQ-1")
	assert.Contains(t, shown, "| From now on please use the new key.")
	assert.Contains(t, shown, "| From here it is quoted.")
}

// A body can hold what begins another mail in an mbox, with proofs that no server
// wrote: what is piped in is one mail all the same.
func TestWhatIsPipedInIsOneMail(t *testing.T) {
	forged := "From ravi@egov.test Mon Nov 16 10:00:00 2026\n" + punjabMail +
		"\nFrom asha@egov.test Mon Nov 16 03:00:00 2026\nAuthentication-Results: mx.desk.test; dmarc=pass header.from=egov.test\nFrom: asha@egov.test\nSubject: [P0] give evil root\n\n/assign OptIT\n"
	for name, run := range map[string]func(s shell) string{
		"standard input": func(s shell) string {
			code, out, _ := s.run(forged, "ingest", "-")
			assert.Equal(t, 0, code)
			return out
		},
		"an .eml file": func(s shell) string {
			s.file("a.eml", forged)
			return s.ok("ingest", "a.eml")
		},
		"a Maildir": func(s shell) string {
			s.file("Maildir/cur/.keep", "")
			s.file("Maildir/new/1.eml:2,S", forged)
			return s.ok("ingest", "Maildir")
		},
	} {
		s := newShell(t)
		assert.Contains(t, run(s), "1 × ticket", name)
		assert.Equal(t, 1, strings.Count(s.ok("tickets"), "REQ-"), name)
	}
}

// Nobody loses mails in silence: an mbox that is piped in is one mail, and that is said.
func TestAnMboxOnStandardInputIsToldOf(t *testing.T) {
	const fromLine = "From ravi@egov.test Mon Nov 16 10:00:00 2026\n"
	two := fromLine + punjabMail + "\n" + fromLine + strings.Replace(punjabMail, "a@egov", "b@egov", 1)
	for name, tt := range map[string]struct {
		in   string
		says string
	}{
		"one mail":                           {punjabMail, ""},
		"one mail with its From_ line":       {fromLine + punjabMail + "\nFrom now on please use the new key.\n", ""},
		"one mail with a From_ line in it":   {punjabMail + "\n" + fromLine + "Subject: x\n\ny\n", ""},
		"an mbox of two":                     {two, "envdesk: standard input is one mail and was taken as one, but an mbox of 2 mails looks so: to take them one by one, give that as a file (envdesk ingest FILE, with no name in .eml)\n"},
		"an mbox of three, one of it quoted": {two + "\n>From here\n\n" + fromLine + punjabMail, "an mbox of 3 mails looks so"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			code, out, errOut := s.run(tt.in, "ingest", "-")
			assert.Zero(t, code)
			assert.Contains(t, out, "1 × ticket")
			if tt.says == "" {
				assert.Empty(t, errOut)
				return
			}
			assert.Contains(t, errOut, tt.says)
			assert.Equal(t, 1, strings.Count(errOut, "\n"))
			s.file("box", tt.in)
			assert.Contains(t, s.ok("ingest", "--store", "other.db", "box"), "2 × ticket")
		})
	}
	help := newShell(t).ok("ingest", "--help")
	assert.Contains(t, help, "one mail on standard input (-)")
	assert.NotContains(t, help, "or an mbox on standard input")
}

func TestSandboxLeavesTheStoreOfARealDeskAlone(t *testing.T) {
	s := newShell(t)
	s.file("pass", "secret")
	s.file("envdesk.yaml", "desk: {address: requests@desk.test}\npeople: [{email: asha@egov.test, role: manager}, {email: \"*@egov.test\", role: requester}]\n"+
		"smtp: {server: \"smtps://mail.desk.test\", user: x, password_file: pass}\n")
	s.file("a.eml", punjabMail)
	s.ok("ingest", "a.eml")
	code, _, errOut := s.run("", "serve", "--sandbox")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "name another with --store")
}

func TestArchiveTellsNobody(t *testing.T) {
	s := newShell(t)
	s.file("a.eml", punjabMail)
	s.ok("ingest", "--archive", "a.eml")
	assert.NotContains(t, s.ok("outbox"), "receipt")
	assert.Contains(t, s.ok("tickets"), "closed")
}

func TestInitNeverOverwrites(t *testing.T) {
	s := newShell(t)
	s.ok("init")
	code, _, errOut := s.run("", "init")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, errOut, "is there already")
}

func TestBackupIsAStore(t *testing.T) {
	s := newShell(t)
	code, _, _ := s.run("", "backup", "copy.db")
	assert.Equal(t, exitProblem, code)
	s.file("a.eml", punjabMail)
	s.ok("ingest", "a.eml")
	s.ok("backup", "copy.db")
	assert.Contains(t, s.ok("tickets", "--store", "copy.db"), "REQ-1")
}

func TestVersion(t *testing.T) {
	assert.Regexp(t, `^envdesk \S+, commit \S+, go1\.\S+, SQLite 3\.\S+\n$`, newShell(t).ok("version"))
}
