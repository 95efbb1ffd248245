package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func secretIn(t *testing.T, content string, mode os.FileMode) (Secret, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "imap.pass")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	require.NoError(t, os.Chmod(path, mode))
	return fileSecret(Problem{File: "envdesk.yaml", Line: 5, Key: "imap.password_file"}, path), path
}

func TestSecretFile(t *testing.T) {
	for content, want := range map[string]string{
		"hunter2":       "hunter2",
		"hunter2\n":     "hunter2",
		"hunter2\r\n":   "hunter2",
		" two words \n": " two words ",
		"${HOME}":       "${HOME}",
	} {
		s, path := secretIn(t, content, 0o600)
		got, err := s.Read()
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, path, s.File())
	}
}

func TestBadSecretFile(t *testing.T) {
	for _, c := range []struct {
		name, content string
		mode          os.FileMode
		want          string // %s is the path
	}{
		{"empty", "", 0o600, "got %s that is empty, want a secret in it"},
		{"line end alone", "\r\n", 0o600, "got %s that is empty, want a secret in it"},
		{"two lines", "a\nb\n", 0o600, "got %s with more than one line, want the secret alone"},
		{"empty line behind", "a\n\n", 0o600, "got %s with more than one line, want the secret alone"},
		{"readable by everybody", "a", 0o644, "got %[1]s with mode 0644, want a file that others cannot read; chmod 600 %[1]s"},
		{"writable by everybody", "a", 0o602, "got %[1]s with mode 0602, want a file that others cannot read; chmod 600 %[1]s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, path := secretIn(t, c.content, c.mode)
			_, err := s.Read()
			assert.EqualError(t, err, "envdesk.yaml:5: imap.password_file: "+fmt.Sprintf(c.want, path))
		})
	}
}

func TestSecretFileOfAGroupIsAllowed(t *testing.T) {
	s, _ := secretIn(t, "a", 0o640)
	_, err := s.Read()
	assert.NoError(t, err)
}

func TestSecretFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	_, err := fileSecret(Problem{File: "f"}, dir).Read()
	assert.EqualError(t, err, "f: got "+dir+", a folder, want a file")
	_, err = fileSecret(Problem{File: "f"}, dir+"/none").Read()
	assert.EqualError(t, err, "f: got "+dir+"/none: no such file or directory, want a file that can be read")
	big, path := secretIn(t, string(make([]byte, maxSecret+1)), 0o600)
	_, err = big.Read()
	assert.EqualError(t, err, "envdesk.yaml:5: imap.password_file: got "+path+" with more than 64 KiB, want a secret")
}

func TestSecretIsReadWhenItIsUsed(t *testing.T) {
	s, path := secretIn(t, "old", 0o600)
	require.NoError(t, os.WriteFile(path, []byte("new"), 0o600))
	got, err := s.Read()
	require.NoError(t, err)
	assert.Equal(t, "new", got)
}

func TestSecretFromTheEnvironment(t *testing.T) {
	t.Setenv("DESK_USER", "desk")
	t.Setenv("DESK_EMPTY", "")
	place := Problem{File: "envdesk.yaml", Line: 3, Key: "imap.password"}

	got, err := inlineSecret(place, "${DESK_USER}-${DESK_USER}$x{y}").Read()
	require.NoError(t, err)
	assert.Equal(t, "desk-desk$x{y}", got)

	_, err = inlineSecret(place, "${DESK_EMPTY}").Read()
	assert.EqualError(t, err, "envdesk.yaml:3: imap.password: got ${DESK_EMPTY}, want it in the environment, not empty")
	_, err = inlineSecret(place, "hunter2${DESK_UNSET}").Read()
	assert.EqualError(t, err, "envdesk.yaml:3: imap.password: got ${DESK_UNSET}, want it in the environment, not empty")

	t.Setenv("DESK_LINES", "a\r\nA1 LOGOUT")
	_, err = inlineSecret(place, "${DESK_LINES}").Read()
	assert.EqualError(t, err, "envdesk.yaml:3: imap.password: got a password with more than one line, want the secret alone")
}

func TestUnsetSecret(t *testing.T) {
	var s Secret
	assert.False(t, s.IsSet())
	_, err := s.Read()
	assert.EqualError(t, err, "no secret is configured")
}

const canary = "canary-hunter2"

// Threat 31: secrets in the configuration reach no log, dump or encoding.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Setenv("DESK_CANARY", canary)
	c := mustParse(t, "imap: {server: imaps://a.test, user: u, password: "+canary+"}\nsmtp: {server: smtps://a.test, user: u, password: \"${DESK_CANARY}\"}\n")
	got, err := c.SMTP.Password.Read()
	require.NoError(t, err)
	require.Equal(t, canary, got, "the canary lives")

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb, c.IMAP[0].Password)
		fmt.Fprintf(&out, verb, &c.IMAP[0])
		fmt.Fprintf(&out, verb, c.IMAP)
		fmt.Fprintf(&out, verb, *c)
		fmt.Fprintf(&out, verb, struct{ hidden Secret }{c.IMAP[0].Password})
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", c.IMAP[0].Password, "config", c.IMAP)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", c.IMAP[0].Password, "config", c)
	encoded, err := json.Marshal(c.IMAP)
	require.NoError(t, err)
	out.Write(encoded)

	assert.NotContains(t, out.String(), canary)
	assert.NotContains(t, out.String(), fmt.Sprintf("%x", canary))
	assert.Contains(t, string(encoded), `"Password":"***"`)
	assert.Equal(t, "***", fmt.Sprint(c.IMAP[0].Password))
}

// No error of a configuration shows a value that may be a secret.
func TestErrorsHoldNoSecret(t *testing.T) {
	for _, text := range []string{
		"imap: {server: imaps://a.test, user: u, password: \"" + canary + "\\q\"}\n",
		"imap: {server: imaps://a.test, user: u, password: '" + canary + "}\n",
		"imap: {server: imaps://a.test, user: u, password: *" + canary + "}\n",
		"imap: {server: imaps://a.test, user: u, password: [" + canary + "]}\n",
		"imap: {server: imaps://a.test, user: u, password: {" + canary + ": 1}}\n",
		"imap:\n  password: " + canary + "\n user: u\n",
		"imap: {server: imaps://a.test, password: " + canary + "}\n",
		"imap: {server: imaps://a.test, user: u, password: \"" + canary + "\", token_command: [x]}\n",
		"imap: {server: imaps://a.test, user: u, token_command: [\"" + canary + "\\n\"]}\n",
		"imap: {server: \"imaps://u:" + canary + "@a.test\"}\n",
		"imap: {server: imaps://a.test, user: u, passwort: " + canary + "}\n",
		"imap: {server: imaps://a.test, user: u, password: !x " + canary + "}\n",
	} {
		_, err := Parse("envdesk.yaml", []byte(text))
		require.Error(t, err, text)
		var all Errors
		require.ErrorAs(t, err, &all)
		for _, p := range all {
			assert.NotContains(t, p.Error(), canary, text)
		}
	}
}

func TestInlinePasswordInAFileForEverybody(t *testing.T) {
	dir := folder(t, map[string]string{"envdesk.yaml": "imap:\n  server: imaps://a.test\n  user: u\n  password: " + canary + "\n"})
	path := filepath.Join(dir, "envdesk.yaml")
	_, err := Load(path)
	require.NoError(t, err)

	require.NoError(t, os.Chmod(path, 0o644))
	_, err = Load(path)
	require.EqualError(t, err, path+":4: imap.password: got a password in a file with mode 0644, want a file that others cannot read; chmod 600 "+path+", or use password_file")
	_, err = Load(path, SectionStore)
	require.NoError(t, err, "what does not need the password does not ask for it")

	t.Setenv("DESK_CANARY", canary)
	require.NoError(t, os.WriteFile(path, []byte("imap: {server: imaps://a.test, user: u, password: \"${DESK_CANARY}\"}\n"), 0o644))
	_, err = Load(path)
	require.NoError(t, err, "a name of the environment is no secret")
}

func TestFilesAreLookedAtWhenTheirSectionIsNeeded(t *testing.T) {
	dir := folder(t, map[string]string{
		"envdesk.yaml": "store: none/desk.db\nsmtp: {server: smtps://a.test, ca_file: ca.pem}\nimap:\n- {server: imaps://a.test, user: u, password_file: pass, ca_file: bad.pem}\n",
		"bad.pem":      "no certificate",
	})
	path := filepath.Join(dir, "envdesk.yaml")
	_, err := Load(path)
	var all Errors
	require.True(t, errors.As(err, &all))
	require.Len(t, all, 4)
	assert.Equal(t, path+`:1: store: got `+dir+`/none/desk.db in a folder that does not exist; mkdir -p `+dir+`/none`, all[0].Error())
	assert.Equal(t, path+":2: smtp.ca_file: got "+dir+"/ca.pem: no such file or directory, want a file that can be read", all[1].Error())
	assert.Equal(t, path+":4: imap[0].password_file: got "+dir+"/pass: no such file or directory, want a file that can be read", all[2].Error())
	assert.Equal(t, path+":4: imap[0].ca_file: got "+dir+"/bad.pem without a certificate, want PEM, from -----BEGIN CERTIFICATE-----", all[3].Error())

	_, err = Load(path, SectionTimezone)
	assert.NoError(t, err)
}
