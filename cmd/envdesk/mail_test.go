package main

import (
	"bytes"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailout"
	"envdesk/tracker"
)

func TestMailPreviewListsEveryKind(t *testing.T) {
	s := newShell(t)
	out := s.ok("mail", "preview")
	for _, k := range mailout.Kinds() {
		assert.Regexp(t, `(?m)^`+string(k)+`( |$)`, out)
	}
	assert.Contains(t, out, "status-waiting")
	assert.Contains(t, out, "--dir DIR writes KIND.html, KIND.txt and KIND.eml")
	left, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is written")
}

func TestMailPreviewPrintsAText(t *testing.T) {
	s := newShell(t)
	assert.Regexp(t, `(?s)^Subject: \[REQ-42\] Cluster upgrade in Punjab\n\n.*Please pick this up by .* IST\n`, s.ok("mail", "preview", "assignment"))
	assert.Contains(t, s.ok("mail", "preview", "status-blocked"), "/unblock")
	code, out, errOut := s.run("", "mail", "preview", "gossip")
	assert.Equal(t, exitUsage, code)
	assert.Empty(t, out)
	assert.Contains(t, errOut, "no such kind")
}

func TestMailPreviewWritesEveryMail(t *testing.T) {
	s := newShell(t)
	s.file("envdesk.yaml", "desk: {broken\n") // no configuration is needed
	assert.Contains(t, s.ok("mail", "preview", "--dir", "deep/out"), "to deep/out\n")
	for _, k := range mailout.Kinds() {
		base := filepath.Join(s.dir, "deep", "out", string(k))
		raw, err := os.ReadFile(base + ".eml")
		require.NoError(t, err)
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		require.NoError(t, err)
		assert.NotEmpty(t, m.Header.Get("Subject"), k)
		html, err := os.ReadFile(base + ".html")
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(html), "<!doctype html>"), k)
		text, err := os.ReadFile(base + ".txt")
		require.NoError(t, err)
		assert.NotRegexp(t, `<[a-z/!]`, string(text), k)
	}
	files, err := os.ReadDir(filepath.Join(s.dir, "deep", "out"))
	require.NoError(t, err)
	assert.Len(t, files, 3*len(mailout.Samples(time.Unix(0, 0))))

	assert.Contains(t, s.ok("mail", "preview", "alert", "--dir", "some"), "wrote 2 mails")
	assert.Contains(t, s.ok("mail", "preview", "alert-capacity", "--dir", "one"), "wrote 1 mail,")
	assert.NoFileExists(t, filepath.Join(s.dir, "one", "alert.eml"))
}

func TestMailPreviewTriesTemplates(t *testing.T) {
	s := newShell(t)
	s.file("own/note.md", "{{.Key}}\n\n# Hear, hear\n\nWords.\n\n---\n\nEnd.\n")
	assert.Contains(t, s.ok("mail", "preview", "note", "--templates", "own"), "Hear, hear")
	s.file("own/help.md", "# x\n\n{{.Nonsense}}\n")
	s.file("own/wish.md", "# x\n\nwords\n\n[x]({{.Title}})\n")
	code, out, errOut := s.run("", "mail", "preview", "--dir", "out", "--templates", "own")
	assert.Equal(t, exitProblem, code)
	assert.Contains(t, out, "wrote")
	assert.Regexp(t, `(?m)^envdesk: help\.md:3:2: .*the built-in template is used\)\nenvdesk: wish\.md:5: a link may go to .*\n\z`, errOut)
	text, err := os.ReadFile(filepath.Join(s.dir, "out", "help.txt"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "What you can reply", "the built-in one")

	code, _, errOut = s.run("", "mail", "preview", "--templates", "missing")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errOut, "--templates missing: read templates: open missing: ")
}

func TestApproversAreNamedByRoleOrName(t *testing.T) {
	people := tracker.Directory{People: []tracker.Person{
		{Name: "Imran Sheikh", Email: "ops@egov.test", Role: tracker.RoleDevOps}, {Email: "asha@egov.test", Role: tracker.RoleManager},
		{Name: "Kiran Das", Email: "lead@egov.test", Role: tracker.RoleRequester}, {Email: "*@egov.test", Role: tracker.RoleRequester},
	}}
	for address, want := range map[string]string{
		"ops@egov.test": "DevOps", "asha@egov.test": "the programme manager", "lead@egov.test": "Kiran Das", "x@egov.test": "", "x@elsewhere.test": "",
	} {
		assert.Equal(t, want, approverName(people.Lookup(tracker.Address{Address: address})), address)
	}
}
