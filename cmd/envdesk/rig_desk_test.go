package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rigDesk is a desk with a configuration file in a folder of its own.
type rigDesk struct {
	dir    string
	config string
}

// rigPeople is the part of a configuration that all desks of these tests share.
const rigPeople = `
people:
  - {name: Asha Rao, email: asha@egov.test, role: manager}
  - {email: ops@egov.test, role: devops}
  - {email: "*@egov.test", role: requester}
environments: [{name: Punjab, aliases: [PB]}, Internal]
partners:
  - {name: OptIT, email: desk@optit.test, members: ["*@optit.test"], environments: [Punjab], nda_signed: 2026-01-10, status: onboarded}
routing: [{environment: Punjab, partner: OptIT}]
`

// newRigDesk writes envdesk.yaml, with what the lines say above rigPeople, and
// the password file imap.pass.
func newRigDesk(t testing.TB, lines ...string) *rigDesk {
	t.Helper()
	d := &rigDesk{dir: t.TempDir()}
	d.config = filepath.Join(d.dir, "envdesk.yaml")
	require.NoError(t, os.WriteFile(d.config, []byte(strings.Join(lines, "\n")+rigPeople), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "imap.pass"), []byte(rigPassword+"\n"), 0o600))
	return d
}

const rigPassword = "correct-horse"

// rigAddress is the desk's address; Reply-To has a +detail of it.
const rigAddress = "requests@desk.test"

// deskLine is the desk section with a prefix for keys.
func deskLine(key string) string {
	return fmt.Sprintf("desk: {name: Environment Requests, address: %s, key: %s, timezone: Asia/Kolkata, secret_file: envdesk.key}", rigAddress, key)
}

// run runs a command of the program on this desk.
func (d *rigDesk) run(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(context.Background(), append(args, "--config", d.config), strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// store is the path of the desk's database.
func (d *rigDesk) store() string { return filepath.Join(d.dir, "envdesk.db") }
