package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

// templatedDesk is a desk with templates of its own, in the folder mails beside
// its configuration, and two requests to take in.
func templatedDesk(t *testing.T, files map[string]string) *rigDesk {
	t.Helper()
	d := newRigDesk(t,
		"desk: {address: "+rigAddress+", key: REQ, templates: mails}",
		"imap: {server: \"imap://127.0.0.1:1\", user: desk, password_file: imap.pass}",
		"smtp: {server: \"smtp://127.0.0.1:1\"}",
	)
	require.NoError(t, os.Mkdir(filepath.Join(d.dir, "mails"), 0o700))
	files["../requests/a.eml"] = punjabMail
	files["../requests/b.eml"] = strings.ReplaceAll(punjabMail, "a@egov.test", "b@egov.test")
	require.NoError(t, os.Mkdir(filepath.Join(d.dir, "requests"), 0o700))
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(d.dir, "mails", name), []byte(text), 0o600))
	}
	return d
}

// takeIn ingests the two requests and gives the texts of their receipts, and what
// was said on standard error.
func (d *rigDesk) takeIn(t *testing.T) (receipts []string, errOut string) {
	t.Helper()
	code, _, errOut := d.run("ingest", filepath.Join(d.dir, "requests"))
	require.Zero(t, code, errOut)
	for _, key := range []string{"REQ-1", "REQ-2"} {
		code, out, errOut := d.run("show", key, "--json")
		require.Zero(t, code, errOut)
		var ticket shownTicket
		require.NoError(t, json.Unmarshal([]byte(withoutDetails(t, out)), &ticket))
		for _, m := range ticket.Mails {
			if m.Direction == "out" && m.To == "ravi@egov.test" {
				receipts = append(receipts, m.Text)
			}
		}
	}
	require.Len(t, receipts, 2)
	return receipts, errOut
}

// alerts are what the manager will be told.
func (d *rigDesk) alerts(t *testing.T) (lines []string) {
	t.Helper()
	s, err := sqlstore.OpenReader(t.Context(), d.store())
	require.NoError(t, err)
	defer s.Close()
	require.NoError(t, s.View(t.Context(), func(v tracker.View) error {
		alerts, _, err := v.PendingAlerts(t.Context())
		for _, a := range alerts {
			lines = append(lines, a.Line)
		}
		return err
	}))
	return lines
}

// builtinReceipt is a head of the built-in receipt, in small letters.
const builtinReceipt = "how we read it"

func TestOwnTemplatesWriteTheMails(t *testing.T) {
	d := templatedDesk(t, map[string]string{"receipt.md": "{{.Key}}\n\n# Namaste {{.Requester}}\n\nWe have *{{.Title}}*.\n"})
	receipts, errOut := d.takeIn(t)
	assert.Contains(t, receipts[0], "Namaste Ravi Kumar")
	assert.NotContains(t, strings.ToLower(receipts[0]), builtinReceipt)
	assert.Empty(t, errOut)
	assert.Empty(t, d.alerts(t))
}

// A template that cannot be used costs no mail: the log and the manager hear of
// it, once each.
func TestABrokenTemplateIsReplaced(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"at the start":        {"# x\n\n{{.Nonsense}}\n", "receipt.md:3:2: "},
		"with the first mail": {"# {{.Title}}\n\n{{if eq .Requester \"Ravi Kumar\"}}{{index .Understood 99}}{{end}}\n", "receipt.md:3:"},
		"that says nothing":   {"", "receipt.md: "},
	} {
		t.Run(name, func(t *testing.T) {
			d := templatedDesk(t, map[string]string{"receipt.md": c.text})
			receipts, errOut := d.takeIn(t)
			for _, r := range receipts {
				assert.Contains(t, strings.ToLower(r), builtinReceipt)
			}
			assert.Equal(t, 1, strings.Count(errOut, "level=WARN"), errOut)
			assert.Contains(t, errOut, c.says)
			assert.Contains(t, errOut, "templates="+filepath.Join(d.dir, "mails"))
			assert.Contains(t, errOut, "the built-in template is used")
			require.Len(t, d.alerts(t), 1)
			assert.Contains(t, d.alerts(t)[0], c.says)
		})
	}
}

// The manager hears of a template again while it stays as it is, but seldom, and
// never because of the mail that tells him. What a transaction said that came to
// nothing he did not hear.
func TestTheManagerHearsOfATemplateOnceADay(t *testing.T) {
	d := templatedDesk(t, map[string]string{"receipt.md": "# {{.Nonsense}}\n", "alert.md": "# {{.Nonsense}}\n", "layout.html": "<p>\n{{.body}}"})
	c, err := config.Load(d.config)
	require.NoError(t, err)
	c.People = append(c.People, tracker.Person{Name: "Asha", Email: "asha@egov.test", Role: tracker.RoleManager})
	s, err := sqlstore.Open(t.Context(), d.store())
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	store := &undoing{Store: s}
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	var log strings.Builder
	// restarted is the desk as a new run of the program has it.
	restarted := func() *desk.Desk {
		log.Reset()
		made, err := newDesk(c, store, func() time.Time { return now }, slog.New(slog.NewTextHandler(&log, nil)))
		require.NoError(t, err)
		return made
	}
	running := restarted()
	assert.Equal(t, 3, strings.Count(log.String(), "level=WARN"), "each is logged once")
	uid := uint32(0)
	take := func() {
		t.Helper()
		uid++
		_, err := running.Receive(t.Context(), punjabDelivery(uid, now))
		require.NoError(t, err)
	}

	store.undo = true
	_, err = running.Receive(t.Context(), punjabDelivery(1, now))
	require.Error(t, err)
	require.Empty(t, d.alerts(t))
	store.undo = false
	take()
	told := d.alerts(t)
	require.Len(t, told, 2)
	assert.Regexp(t, `^layout\.html:2:\d+: `, told[0])
	assert.Regexp(t, `^receipt\.md:1:\d+: `, told[1])

	take()
	assert.Equal(t, told, d.alerts(t), "they wait to be told")
	require.NoError(t, running.TellAlerts(t.Context(), now))
	assert.Empty(t, d.alerts(t), "the mail to the manager tells of itself")
	now = now.Add(24*time.Hour - time.Second)
	take()
	running = restarted()
	take()
	assert.Empty(t, d.alerts(t), "a new run does not tell them again")
	now = now.Add(time.Second)
	take()
	assert.Equal(t, told, d.alerts(t))
}

// punjabDelivery is a request as the mailbox gives it.
func punjabDelivery(uid uint32, at time.Time) []tracker.Delivery {
	raw := strings.ReplaceAll(punjabMail, "a@egov.test", fmt.Sprintf("a%d@egov.test", uid))
	return []tracker.Delivery{{
		Position: tracker.Position{Mailbox: "INBOX", UIDValidity: 1, UID: uid}, Received: at, Size: int64(len(raw)),
		Raw: io.NewSectionReader(strings.NewReader(raw), 0, int64(len(raw))),
	}}
}

// undoing is a store whose writing transactions may come to nothing at their end.
type undoing struct {
	tracker.Store
	undo bool
}

func (u *undoing) Update(ctx context.Context, do func(tracker.Tx) error) error {
	return u.Store.Update(ctx, func(tx tracker.Tx) error {
		if err := do(tx); err != nil || !u.undo {
			return err
		}
		return tracker.ErrBusy
	})
}

func TestConfigurationsWithoutTheirTemplatesAreRefused(t *testing.T) {
	d := templatedDesk(t, map[string]string{})
	mails := filepath.Join(d.dir, "mails")
	place := "envdesk: " + d.config + ":1: desk.templates: got " + mails
	refused := func(want string) {
		t.Helper()
		for _, args := range [][]string{{"ingest", "-"}, {"tick"}, {"serve", "--sandbox"}, {"report", "daily"}, {"check"}, {"mail", "preview"}} {
			code, out, errOut := d.run(args...)
			assert.Equal(t, exitUsage, code, "%v", args)
			assert.Empty(t, out, "%v", args)
			assert.Contains(t, errOut, place+want, "%v", args)
		}
		code, _, errOut := d.run("tickets")
		assert.Zero(t, code, "what writes no mails needs no templates: %s", errOut)
	}
	require.NoError(t, os.Remove(mails))
	refused(", which does not exist, want a folder with mail templates; envdesk mail templates --dir " + mails + " writes the built-in ones there\n")
	require.NoError(t, os.WriteFile(mails, nil, 0o600))
	refused(", a file, want a folder with mail templates\n")
}

func TestCheckTriesTheTemplates(t *testing.T) {
	d := templatedDesk(t, map[string]string{"note.md": "# x\n\n{{.Key", "README.md": "ours", ".old.md": "x", "logo.png": "x"})
	mails := filepath.Join(d.dir, "mails")
	code, out, _ := d.run("check")
	assert.Equal(t, exitProblem, code)
	assert.Regexp(t, `(?m)^FAIL  templates `+mails+`: note\.md:3: .* \(the built-in template is used\)$`, out)
	assert.Equal(t, 1, strings.Count(out, "templates "))

	require.NoError(t, os.Rename(filepath.Join(mails, "note.md"), filepath.Join(mails, "recipt.md")))
	_, out, _ = d.run("check")
	assert.Contains(t, out, "FAIL  templates "+mails+": recipt.md: no mail uses a template of that name; did you mean receipt.md?\n")
	require.NoError(t, os.Rename(filepath.Join(mails, "recipt.md"), filepath.Join(mails, "gossip.html")))
	_, out, _ = d.run("check")
	assert.Contains(t, out, "FAIL  templates "+mails+": gossip.html: no mail uses a template of that name\n")

	require.NoError(t, os.Remove(filepath.Join(mails, "gossip.html")))
	_, out, _ = d.run("check")
	assert.Contains(t, out, "ok    templates "+mails+"\n")
	assert.NoFileExists(t, filepath.Join(d.dir, "envdesk.key"), "looking makes no key")
}

func TestMailTemplatesWritesTheBuiltInOnes(t *testing.T) {
	s := newShell(t)
	list := s.ok("mail", "templates")
	for _, k := range mailout.Kinds() {
		assert.Regexp(t, `(?m)^`+string(k)+`\.md$`, list)
	}
	assert.Regexp(t, `(?m)^layout\.html$`, list)
	assert.Regexp(t, `(?m)^parts\.md$`, list)

	assert.Contains(t, s.ok("mail", "templates", "--dir", "deep/mails"), fmt.Sprintf("wrote %d templates to deep/mails; ", len(mailout.Kinds())+2))
	for _, kind := range []string{"receipt", "report"} {
		assert.Equal(t, s.okAt(reportDay, "mail", "preview", kind), s.okAt(reportDay, "mail", "preview", kind, "--templates", "deep/mails"))
	}

	s.file("mails/receipt.md", "mine")
	code, out, errOut := s.run("", "mail", "templates", "--dir", "mails")
	assert.Equal(t, exitProblem, code)
	assert.Empty(t, out)
	assert.Contains(t, errOut, "mails/receipt.md is there already; nothing was written")
	left, err := os.ReadDir("mails")
	require.NoError(t, err)
	assert.Len(t, left, 1)

	assert.Contains(t, s.ok("mail", "templates", "note", "layout.html", "note.md", "layout", "--dir", "mails"), "wrote 2 templates")
	assert.FileExists(t, "mails/layout.html")
	mine, err := os.ReadFile("mails/receipt.md")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(mine))

	for name, want := range map[string]string{"recipt": "did you mean receipt.md?", "../go.mod": "`envdesk mail templates` lists them", "gossip": "`envdesk mail templates` lists them"} {
		code, _, errOut = s.run("", "mail", "templates", name, "--dir", "new")
		assert.Equal(t, exitUsage, code, name)
		assert.Contains(t, errOut, "mail templates "+name+": there is no such template; "+want)
	}
	assert.NoDirExists(t, "new")
}

func TestMailPreviewUsesTheConfiguredTemplates(t *testing.T) {
	s := newShell(t)
	s.file("mails/note.md", "# Hear, hear\n")
	s.file("others/note.md", "# Gather round\n")
	s.file("envdesk.yaml", "desk: {address: a@b.test, templates: mails}\n")
	assert.Contains(t, s.ok("mail", "preview", "note"), "Hear, hear")
	assert.Contains(t, s.ok("mail", "preview", "note", "--templates", "others"), "Gather round")

	s.file("mails/notes.md", "# x\n")
	code, _, errOut := s.run("", "mail", "preview", "note")
	assert.Equal(t, exitProblem, code)
	assert.Equal(t, "envdesk: notes.md: no mail uses a template of that name; did you mean note.md?\n", errOut)

	// A configuration that is there by chance may be a broken one.
	s.file("envdesk.yaml", "desk: {address: a@b.test, templates: nowhere}\n")
	code, out, errOut := s.run("", "mail", "preview", "note")
	assert.Zero(t, code)
	assert.NotContains(t, out, "Hear, hear")
	assert.Contains(t, errOut, "envdesk: envdesk.yaml:1: desk.templates: got nowhere, which does not exist")
	assert.Contains(t, errOut, ": the built-in templates are used\n")
	code, _, _ = s.run("", "mail", "preview", "note", "--config", "envdesk.yaml")
	assert.Equal(t, exitUsage, code)
}
