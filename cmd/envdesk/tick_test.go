package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailin/sandbox"
	"envdesk/tracker/sqlstore"
)

// ticking is a desk with a request of P1 that Tuesday 10:00 brought, picked up.
func ticking(t *testing.T) (server *sandbox.Server, s shell) {
	t.Helper()
	server, d := sandboxDesk(t)
	t.Chdir(d.dir)
	s = shell{t, d.dir}
	s.opens("2026-03-10 10:00", "[P1][Punjab] Disk full")
	s.does("2026-03-10 10:05", "REQ-1", "/ack", meera)
	return server, s
}

func TestTick(t *testing.T) {
	server, s := ticking(t)
	assert.Equal(t, "0 tickets due: 0 mails\n", s.ok("tick", "--at", "2026-03-10T13:59+05:30"))
	sent := sentMails(server)
	assert.NotZero(t, sent, "what waited has been sent")
	assert.Equal(t, "1 ticket due: 1 mail\n", s.ok("tick", "--at", "2026-03-10T14:00+05:30"))
	require.Equal(t, sent+1, sentMails(server))
	mails := server.Messages(meera)
	require.NotEmpty(t, mails)
	assert.Contains(t, string(mails[len(mails)-1]), "50 % of the working time is used")
	assert.Equal(t, "0 tickets due: 0 mails\n", s.ok("tick", "--at", "2026-03-10T14:00+05:30"))
	assert.Equal(t, sent+1, sentMails(server))
	assert.Contains(t, s.ok("show", "REQ-1"), "reminded "+meera+": resolve 50")
	s.ok("verify")
}

func TestTickBesideServeLeavesTheSendingToIt(t *testing.T) {
	server, s := ticking(t)
	release, err := sqlstore.LockInstance(filepath.Join(s.dir, "envdesk.db"))
	require.NoError(t, err)
	defer release()
	assert.Contains(t, s.ok("tick", "--at", "2026-03-10T14:00+05:30"), "1 ticket due: 1 mail\nThe mails are left to the running serve")
	assert.Zero(t, sentMails(server))
}

func TestTickRefusesATimeThatIsNone(t *testing.T) {
	_, s := ticking(t)
	code, _, errOut := s.run("", "tick", "--at", "noon")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errOut, "--at")
}

func TestTickWithoutAServerThatSends(t *testing.T) {
	s := newShell(t)
	s.opens("2026-03-10 10:00", "[P1][Punjab] Disk full")
	out := s.ok("tick", "--at", "2026-03-10T12:00+05:30")
	assert.Contains(t, out, "1 ticket due: 2 mails\nNo server that sends is configured")
	assert.Contains(t, s.ok("outbox"), "hand-back", "nobody picked it up")
}
