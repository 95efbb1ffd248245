//go:build servers

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailin/mailbox"
)

// TestServersAfter looks at what becomes of a mail in Dovecot once it is taken
// in.
func TestServersAfter(t *testing.T) {
	d := startDovecot(t, "")
	for _, c := range []struct {
		after, folder string
		flag          imap.Flag
	}{
		{"keep", "INBOX", mailbox.Keyword},
		{"seen", "INBOX", imap.FlagSeen},
		{"move:Processed", "Processed", ""},
		{"move:Archive.2026", "Archive.2026", ""},
	} {
		t.Run(c.after, func(t *testing.T) {
			user := slug(c.after) + "@desk.test"
			d.deliver(t, user, request("waits", "It was there before the desk."))
			desk := newRigDesk(t, deskLine("AFTER"), "store: envdesk.db", imapLine(d, "imaps", d.imaps, user, "after: '"+c.after+"'"), sinkLine(t))
			desk.serve(t)
			desk.awaitTicket(t, "AFTER-1", "")
			d.deliver(t, user, request("comes", "It came by IDLE."))
			desk.awaitTicket(t, "AFTER-2", "")
			d.awaitFlags(t, user, c.folder, 2, c.flag)
			if c.folder != "INBOX" {
				assert.Empty(t, d.flags(t, user, "INBOX"), "what was moved is gone from the inbox")
			}
			desk.verified(t)
		})
	}
}

// TestServersSecurity goes through the ways to connect and to be refused.
func TestServersSecurity(t *testing.T) {
	d := startDovecot(t, "")
	for _, scheme := range []string{"imaps", "imap+starttls", "imap"} {
		t.Run(scheme, func(t *testing.T) {
			user := slug(scheme) + "@desk.test"
			port := d.imap
			if scheme == "imaps" {
				port = d.imaps
			}
			desk := newRigDesk(t, deskLine("WAY"), "store: envdesk.db", imapLine(d, scheme, port, user, ""), sinkLine(t))
			desk.serve(t)
			d.deliver(t, user, request("one", "By "+scheme+"."))
			desk.awaitTicket(t, "WAY-1", "")
		})
	}
	t.Run("an authority that is not trusted", func(t *testing.T) {
		other := newAuthority(t, t.TempDir())
		desk := newRigDesk(t, deskLine("WAY"), "store: envdesk.db", sinkLine(t),
			fmt.Sprintf("imap: {server: imaps://localhost:%d, user: %s, password_file: imap.pass, ca_file: %s}", d.imaps, rigAddress, other.file))
		code, out, _ := desk.run("check")
		assert.Equal(t, 1, code)
		assert.Contains(t, out, "certificate")
	})
	t.Run("a wrong password", func(t *testing.T) {
		desk := newRigDesk(t, deskLine("WAY"), "store: envdesk.db", sinkLine(t), imapLine(d, "imaps", d.imaps, rigAddress, ""))
		require.NoError(t, os.WriteFile(filepath.Join(desk.dir, "imap.pass"), []byte("guessed\n"), 0o600))
		code, out, _ := desk.run("check")
		assert.Equal(t, 1, code)
		assert.Contains(t, out, "log in as "+rigAddress)
		assert.NotContains(t, out, "guessed")
	})
}

// TestServersRestart restarts Dovecot under a desk that waits by IDLE: the desk
// comes back by itself and takes in what came meanwhile.
func TestServersRestart(t *testing.T) {
	d := startDovecot(t, "")
	desk := newRigDesk(t, deskLine("AGAIN"), "store: envdesk.db", imapLine(d, "imaps", d.imaps, rigAddress, ""), sinkLine(t))
	log := desk.serve(t)
	d.deliver(t, rigAddress, request("before", "Before."))
	desk.awaitTicket(t, "AGAIN-1", "")
	d.keeper.stop()
	require.True(t, log.await(1, 10*time.Second, nil, "cannot be read"), log)
	d.start(t)
	d.deliver(t, rigAddress, request("meanwhile", "The desk is not back yet."))
	desk.awaitTicket(t, "AGAIN-2", "")
	d.deliver(t, rigAddress, request("after", "It waits by IDLE again."))
	desk.awaitTicket(t, "AGAIN-3", "")
	assert.Equal(t, 3, desk.count(t))
	desk.verified(t)
}

// TestServersTwoMailboxes listens to two mailboxes of one server.
func TestServersTwoMailboxes(t *testing.T) {
	d := startDovecot(t, "")
	desk := newRigDesk(t, deskLine("TWO"), "store: envdesk.db", sinkLine(t), "imap:",
		"  - {"+imapFields(d, "imaps", d.imaps, rigAddress, "")+"}",
		"  - {"+imapFields(d, "imap+starttls", d.imap, "help@desk.test", "after: seen")+"}",
	)
	desk.serve(t)
	d.deliver(t, rigAddress, request("one", "To the desk's own address."))
	desk.awaitTicket(t, "TWO-1", "")
	d.deliver(t, "help@desk.test", request("two", "To the other one."))
	desk.awaitTicket(t, "TWO-2", "")
	d.awaitFlags(t, rigAddress, "INBOX", 1, mailbox.Keyword)
	d.awaitFlags(t, "help@desk.test", "INBOX", 1, imap.FlagSeen)
	out := desk.verified(t)
	assert.Contains(t, out, "help@desk.test@localhost/INBOX")
}

// TestServersToken logs in with an access token that a command prints; Dovecot
// asks a token service about it.
func TestServersToken(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("access_token") != "good-token" {
			http.Error(w, "{}", http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"user": rigAddress})
	}))
	defer service.Close()
	d := startDovecot(t, service.URL+"/?access_token=")
	tokenDesk := func(token string) *rigDesk {
		return newRigDesk(t, deskLine("TOKEN"), "store: envdesk.db", sinkLine(t),
			fmt.Sprintf("imap: {server: imaps://localhost:%d, user: %s, token_command: [echo, %s], ca_file: %s}", d.imaps, rigAddress, token, d.ca.file))
	}
	desk := tokenDesk("good-token")
	desk.serve(t)
	d.deliver(t, rigAddress, request("one", "Read with a token."))
	desk.awaitTicket(t, "TOKEN-1", "")
	code, out, _ := tokenDesk("bad-token").run("check")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "log in as "+rigAddress)
	assert.NotContains(t, out, "bad-token")
}
