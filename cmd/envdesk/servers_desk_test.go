//go:build servers

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailin/sandbox"
	"envdesk/tracker"
)

// imapLine is the imap section for a mailbox of a Dovecot.
func imapLine(d *dovecot, scheme string, port int, user, more string) string {
	return "imap: {" + imapFields(d, scheme, port, user, more) + "}"
}

func imapFields(d *dovecot, scheme string, port int, user, more string) string {
	fields := fmt.Sprintf("server: %s://localhost:%d, user: %s, password_file: imap.pass", scheme, port, user)
	if scheme != "imap" {
		fields += ", ca_file: " + d.ca.file
	}
	if more != "" {
		fields += ", " + more
	}
	return fields
}

// sinkLine is an smtp section for tests that look at what comes in only.
func sinkLine(t *testing.T) string {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return "smtp: {server: smtp://" + server.SMTPAddr() + "}"
}

func request(name, body string) rigMail {
	return rigMail{from: "ravi@egov.test", to: rigAddress, id: name + "@egov.test", subject: "[P2] " + name, body: body + "\n"}
}

// answer is a reply as a mail program makes it of a mail of the desk.
func answer(from string, to tracker.Message, body string) rigMail {
	return rigMail{
		from: from, to: to.ReplyTo[0].Address, subject: "Re: " + to.Subject, id: fmt.Sprintf("answer-%d@optit.test", time.Now().UnixNano()),
		answers: append(slices.Clone(to.References), to.ID), body: body,
	}
}

func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
}

// seenTicket is what these tests look at of `show --json`.
type seenTicket struct {
	Priority, Type, Environment, Partner, Assignee string
	Status                                         tracker.Status
	Approval                                       struct{ State, By string }
	History                                        []seenEvent
}

type seenEvent struct {
	At, By, Cause, Change, Reason string
	Detail                        struct{ Visibility tracker.Visibility }
}

// awaitTicket waits until there is a ticket, in the given state unless that is
// "".
func (d *rigDesk) awaitTicket(t *testing.T, key string, want tracker.Status) (ticket seenTicket) {
	t.Helper()
	require.Eventually(t, func() bool {
		code, out, _ := d.run("show", key, "--json")
		ticket = seenTicket{}
		return code == 0 && json.Unmarshal([]byte(out), &ticket) == nil && (want == "" || ticket.Status == want)
	}, 15*time.Second, 20*time.Millisecond, "%s is never %s", key, want)
	return ticket
}

// count tells how many tickets the desk has.
func (d *rigDesk) count(t *testing.T) int {
	t.Helper()
	code, out, errOut := d.run("tickets", "--json")
	require.Equal(t, 0, code, errOut)
	var list []seenTicket
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	return len(list)
}

// verified runs verify, which must find nothing.
func (d *rigDesk) verified(t *testing.T) string {
	t.Helper()
	code, out, errOut := d.run("verify")
	assert.Equal(t, 0, code, "%s%s", out, errOut)
	assert.Contains(t, out, "have their row")
	return out
}

// serve runs the desk in this process until the end of the test.
func (d *rigDesk) serve(t testing.TB) *logbook {
	t.Helper()
	log := newLogbook()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--config", d.config}, strings.NewReader(""), log, log)
	}()
	t.Cleanup(func() {
		stop()
		assert.Equal(t, 0, <-ended, "exit code of serve")
		if t.Failed() {
			t.Log("the desk said:\n" + log.String())
		}
	})
	require.True(t, log.await(1, 20*time.Second, nil, "desk is open"), "serve does not start: %s", log)
	return log
}
