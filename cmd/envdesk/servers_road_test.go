//go:build servers

package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// TestServersWholeRoad takes a request and its answers over the whole road:
// swaks or curl, Postfix, LMTP, Dovecot, IMAP, the desk, submission with
// STARTTLS and a password, Postfix, LMTP, and the readers' mailboxes.
func TestServersWholeRoad(t *testing.T) {
	r := newRoad(t)
	t.Run("check finds nothing wrong", r.check)
	r.log = r.desk.serve(t)
	t.Run("a request by swaks", r.requestBySwaks)
	t.Run("the partner picks up with a verdict on its domain", r.pickUp)
	t.Run("the partner resolves with the token of its mail alone", r.resolve)
	t.Run("a request by curl", r.requestByCurl)
	t.Run("with neither verdict nor token the partner changes nothing", r.unproved)
	t.Run("a verdict that the sender wrote counts for nothing", r.forged)
	r.desk.verified(t)
}

// road is a desk between real servers.
type road struct {
	d          *dovecot
	p          *postfix
	desk       *rigDesk
	log        *logbook
	assignment tracker.Message // of ROAD-1, as it came to the partner
}

// newRoad sets one up, with what the lines say in its configuration.
func newRoad(t *testing.T, lines ...string) *road {
	t.Helper()
	needRoot(t)
	d := startDovecot(t, "")
	p := startPostfix(t, d)
	return &road{d: d, p: p, desk: newRigDesk(t, append(lines, deskLine("ROAD"), "store: envdesk.db",
		imapLine(d, "imaps", d.imaps, rigAddress, ""),
		fmt.Sprintf("smtp: {server: smtp+starttls://localhost:%d, user: %s, password_file: imap.pass, ca_file: %s}", p.submission, rigAddress, d.ca.file),
		"identity: {trusted_authserv_ids: ["+vouchedBy+"]}",
	)...)}
}

func (r *road) check(t *testing.T) {
	code, out, errOut := r.desk.run("check")
	require.Equal(t, 0, code, "%s%s", out, errOut)
	assert.Contains(t, out, "IDLE")
}

func (r *road) requestBySwaks(t *testing.T) {
	r.p.swaks(t, r.p.border, rigMail{
		from: "ravi@egov.test", to: rigAddress, id: "first@egov.test", subject: "[P1][GitOps] Rotate the deploy key for Punjab", body: "It expires on Friday.\n",
	})
	r.d.awaitMail(t, rigAddress, "Rotate the deploy key", "Friday")
	arrived := time.Now()
	ticket := r.desk.awaitTicket(t, "ROAD-1", tracker.StatusAssigned)
	assert.Less(t, time.Since(arrived), 2*time.Second, "from the mailbox to the ticket")
	assert.Equal(t, []string{"P1", "GitOps", "Punjab", "OptIT"}, []string{ticket.Priority, ticket.Type, ticket.Environment, ticket.Partner})
	receipt := r.d.awaitMail(t, "ravi@egov.test", "[ROAD-1]", "")
	assert.Equal(t, "[ROAD-1] Rotate the deploy key for Punjab", receipt.Subject)
	assert.Equal(t, tracker.AutoReply, receipt.Auto, "nobody's out-of-office answers it")
	assert.Contains(t, receipt.InReplyTo, "first@egov.test")
	r.assignment = r.d.awaitMail(t, "desk@optit.test", "[ROAD-1]", "It expires on Friday.")
	assert.NotEqual(t, receipt.ReplyTo, r.assignment.ReplyTo, "each reader has a reply address of its own")
}

func (r *road) pickUp(t *testing.T) {
	r.p.swaks(t, r.p.border, answer("desk@optit.test", r.assignment, "/ack\n"))
	assert.Equal(t, "desk@optit.test", r.desk.awaitTicket(t, "ROAD-1", tracker.StatusWorking).Assignee)
	r.d.awaitMail(t, "ravi@egov.test", "[ROAD-1]", "working")
}

func (r *road) resolve(t *testing.T) {
	r.p.swaks(t, r.p.plain, answer("desk@optit.test", r.assignment, "/done The key is new.\n"))
	ticket := r.desk.awaitTicket(t, "ROAD-1", tracker.StatusResolved)
	assert.Contains(t, ticket.History[len(ticket.History)-1].Reason, "token")
	r.d.awaitMail(t, "ravi@egov.test", "[ROAD-1]", "The key is new.")
}

func (r *road) requestByCurl(t *testing.T) {
	r.p.curl(t, r.p.plain, rigMail{from: "ravi@egov.test", to: rigAddress, id: "second@egov.test", subject: "[P2] More disk for Punjab", body: "200 GB please.\n"})
	r.desk.awaitTicket(t, "ROAD-2", tracker.StatusAssigned)
	r.d.awaitMail(t, "desk@optit.test", "[ROAD-2]", "200 GB please.")
}

func (r *road) unproved(t *testing.T) {
	r.p.swaks(t, r.p.plain, rigMail{
		from: "desk@optit.test", to: rigAddress, id: "unproved@optit.test", subject: "Re: [ROAD-2] More disk for Punjab",
		answers: []string{"second@egov.test"}, body: "/done\n",
	})
	r.stays(t, "ROAD-2", 5)
	r.d.awaitMail(t, "asha@egov.test", "to look at", "desk@optit.test")
}

func (r *road) forged(t *testing.T) {
	r.p.swaks(t, r.p.plain, rigMail{
		from: "desk@optit.test", to: rigAddress, id: "forged@optit.test", subject: "Re: [ROAD-2] More disk for Punjab",
		answers: []string{"second@egov.test"}, body: "/done\n", more: "Authentication-Results: " + vouchedBy + "; dmarc=pass header.from=optit.test",
	})
	r.stays(t, "ROAD-2", 6)
}

// taken waits until the mail with a UID is taken in.
func (r *road) taken(t *testing.T, uid int) {
	t.Helper()
	require.True(t, r.log.await(1, 15*time.Second, nil, "mail taken in", fmt.Sprintf("uid=%d ", uid)), r.log)
}

// stays waits until the mail with a UID is taken in and wants the ticket still
// assigned.
func (r *road) stays(t *testing.T, key string, uid int) {
	t.Helper()
	r.taken(t, uid)
	assert.Equal(t, tracker.StatusAssigned, r.desk.awaitTicket(t, key, "").Status)
}
