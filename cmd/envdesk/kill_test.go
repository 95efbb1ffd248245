package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/mail"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailin/sandbox"
	"envdesk/tracker"
	"envdesk/tracker/sqlstore"
)

// TestKilledDesk kills the desk again and again while a thousand mails come
// in. Whatever the moment: no mail is lost, none is taken in twice, and every
// mail of the desk arrives, at most once too often for each kill.
// ENVDESK_TEST_SEED repeats a run's choices.
func TestKilledDesk(t *testing.T) {
	const kills = 5
	mails := 1000
	if testing.Short() {
		mails = 120
	}
	rng := newRand(t)
	server, desk := sandboxDesk(t)
	post := newPost(rng, mails)
	for life := range kills {
		post.deliver(t, server, mails*(life+1)/(kills+1))
		c := startChild(t, roleDesk, "serve", "--config", desk.config)
		why := awaitMoment(rng, c, server, mails/(kills+1))
		c.kill()
		t.Logf("life %d: killed %s; %d mails were told as taken in, %d sent so far", life+1, why, taken(c), sentMails(server))
	}
	post.deliver(t, server, mails)
	last := startChild(t, roleDesk, "serve", "--config", desk.config)
	post.awaitEnd(t, server, desk)
	require.Equal(t, 0, last.stop(t, os.Interrupt, 20*time.Second), last.log)
	post.check(t, desk, server, kills)
}

func newRand(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("ENVDESK_TEST_SEED"); s != "" {
		var err error
		seed, err = strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("ENVDESK_TEST_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// sandboxDesk is a desk on a built-in mail server of this process.
func sandboxDesk(t testing.TB) (*sandbox.Server, *rigDesk) {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{Desk: rigAddress, AuthservID: sandboxAuthserv})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return server, newSandboxDesk(t, server.IMAPAddr(), server.SMTPAddr())
}

func newSandboxDesk(t testing.TB, imapAddr, smtpAddr string) *rigDesk {
	t.Helper()
	return newRigDesk(t,
		deskLine("REQ"),
		"store: envdesk.db",
		"imap: {server: imap://"+imapAddr+", user: "+rigAddress+", password_file: imap.pass}",
		"smtp: {server: smtp://"+smtpAddr+"}",
		"identity: {trusted_authserv_ids: ["+sandboxAuthserv+"]}",
	)
}

// awaitMoment waits until it is time to kill: a random while after the start,
// or a few milliseconds after a random number of mails that were taken in, or
// that were sent. Work is how many mails wait for this life.
func awaitMoment(rng *rand.Rand, c *child, server *sandbox.Server, work int) string {
	const limit = 20 * time.Second
	n, then := rng.IntN(work), time.Duration(rng.IntN(20))*time.Millisecond
	switch rng.IntN(3) {
	case 0:
		then = time.Duration(rng.IntN(800)) * time.Millisecond
		<-time.After(then)
		return fmt.Sprintf("%s after its start", then)
	case 1:
		c.log.await(n, limit, nil, "mail taken in")
		<-time.After(then)
		return fmt.Sprintf("%s after it told of %d mails", then, n)
	default:
		awaitSent(server, sentMails(server)+n, limit)
		<-time.After(then)
		return fmt.Sprintf("%s after %d more mails were sent", then, n)
	}
}

// awaitSent waits until the desk has sent n mails in all.
func awaitSent(server *sandbox.Server, n int, limit time.Duration) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); sentMails(server) < n && time.Now().Before(end); {
		<-tick.C
	}
}

func taken(c *child) (n int) {
	lines, _ := c.log.since(0)
	for _, line := range lines {
		if strings.Contains(line, "mail taken in") {
			n++
		}
	}
	return n
}

// sentMails counts what the desk has sent: all mailboxes but its own.
func sentMails(server *sandbox.Server) (n int) {
	for _, user := range server.Mailboxes() {
		if user != rigAddress {
			n += len(server.Messages(user))
		}
	}
	return n
}

// post is the mail of the test: requests, and replies of their requesters that
// name the request in References.
type post struct {
	mails     []rigMail
	delivered int
	replies   map[string]int // Message-ID of a request → how many replies
}

const rigRequesters = 40

func newPost(rng *rand.Rand, n int) *post {
	p := &post{replies: map[string]int{}}
	var requests []rigMail
	for i := range n {
		if len(requests) > 0 && rng.IntN(3) == 0 {
			root := requests[rng.IntN(len(requests))]
			p.replies[root.id]++
			p.mails = append(p.mails, rigMail{
				from: root.from, to: rigAddress, subject: "Re: " + root.subject, id: fmt.Sprintf("reply-%d@egov.test", i),
				answers: []string{root.id}, body: fmt.Sprintf("One more thing, number %d.\n", i),
			})
			continue
		}
		m := rigMail{
			from: fmt.Sprintf("user%d@egov.test", rng.IntN(rigRequesters)), to: rigAddress, id: fmt.Sprintf("request-%d@egov.test", i),
			subject: fmt.Sprintf("[P2] Request number %d for Punjab", i), body: fmt.Sprintf("Please see to number %d.\n", i),
		}
		p.replies[m.id] = 0
		requests, p.mails = append(requests, m), append(p.mails, m)
	}
	return p
}

// deliver puts mails into the desk's mailbox, so that n of all lie there.
func (p *post) deliver(t *testing.T, server *sandbox.Server, n int) {
	t.Helper()
	for ; p.delivered < n; p.delivered++ {
		m := p.mails[p.delivered]
		require.NoError(t, server.Deliver(m.sender(), rigAddress, m.bytes(), time.Time{}))
	}
}

// awaitEnd waits until everything is taken in and sent: a receipt and an
// assignment for each request, and a relay for each reply.
func (p *post) awaitEnd(t *testing.T, server *sandbox.Server, desk *rigDesk) {
	t.Helper()
	const limit = 3 * time.Minute
	awaitSent(server, len(p.mails)+len(p.replies), limit)
	require.Eventually(t, func() bool { return unsent(t, desk) == 0 }, limit, 200*time.Millisecond, "the outbox is never empty")
}

func unsent(t *testing.T, desk *rigDesk) (n int) {
	t.Helper()
	for _, m := range outboxOf(t, desk) {
		if m.State != tracker.OutboxSent {
			n++
		}
	}
	return n
}

func outboxOf(t *testing.T, desk *rigDesk) []tracker.OutboxMail {
	t.Helper()
	s, err := sqlstore.OpenReader(t.Context(), desk.store())
	require.NoError(t, err)
	defer s.Close()
	mails, err := s.Outbox().List(t.Context(), "")
	require.NoError(t, err)
	return mails
}

// check holds what the desk has against what it was sent.
func (p *post) check(t *testing.T, desk *rigDesk, server *sandbox.Server, kills int) {
	t.Helper()
	p.checkTickets(t, desk)
	p.checkSent(t, outboxOf(t, desk), server, kills)
	code, out, errOut := desk.run("verify")
	assert.Equal(t, 0, code, "%s\n%s", out, errOut)
	assert.Contains(t, out, fmt.Sprintf("all %d mails", len(p.mails)))
	assert.NotContains(t, out, "WRONG")
}

// checkTickets wants a ticket for each request, and each reply in its history,
// once.
func (p *post) checkTickets(t *testing.T, desk *rigDesk) {
	t.Helper()
	s, err := sqlstore.OpenReader(t.Context(), desk.store())
	require.NoError(t, err)
	defer s.Close()
	assert.NoError(t, s.Integrity(t.Context()))
	require.NoError(t, s.View(t.Context(), func(v tracker.View) error {
		tickets, err := v.Tickets(t.Context(), tracker.TicketQuery{})
		assert.Len(t, tickets, len(p.replies), "one ticket for each request")
		for _, ticket := range tickets {
			replies, ok := p.replies[ticket.RootID]
			assert.True(t, ok, "%s was opened by %s, which is no request", ticket.Key, ticket.RootID)
			assert.Equal(t, replies+1, ticket.Messages, "mails of %s", ticket.Key)
		}
		assert.Equal(t, p.timesFiled(), filedMails(t.Context(), t, v, tickets), "how often each mail is filed, and where")
		return err
	}))
}

// filing is a mail in the history of the ticket that another mail opened.
type filing struct{ mail, root string }

func (p *post) timesFiled() map[filing]int {
	want := map[filing]int{}
	for _, m := range p.mails {
		root := m.id
		if len(m.answers) > 0 {
			root = m.answers[0]
		}
		want[filing{m.id, root}] = 1
	}
	return want
}

func filedMails(ctx context.Context, t *testing.T, v tracker.View, tickets []tracker.Ticket) map[filing]int {
	t.Helper()
	got := map[filing]int{}
	for _, ticket := range tickets {
		mails, err := v.Mails(ctx, ticket.ID)
		require.NoError(t, err)
		for _, m := range mails {
			if m.Direction == "in" {
				got[filing{m.MessageID, ticket.RootID}]++
			}
		}
	}
	return got
}

// checkSent wants every mail of the outbox in its reader's mailbox, and at most
// one copy too many for each kill.
func (p *post) checkSent(t *testing.T, outbox []tracker.OutboxMail, server *sandbox.Server, kills int) {
	t.Helper()
	arrived := arrivals(server)
	receipts, extra := 0, 0
	for _, m := range outbox {
		n := arrived[cmp.Or(m.Mail.To, "?")+" "+m.Mail.MessageID]
		assert.GreaterOrEqual(t, n, 1, "mail %d (%s) to %s did not arrive", m.ID, m.Key, m.Mail.To)
		extra += max(n-1, 0)
		if m.Kind == tracker.KindReceipt {
			receipts++
		}
	}
	assert.Equal(t, len(p.replies), receipts, "one receipt for each request")
	assert.LessOrEqual(t, extra, kills, "mails that arrived twice")
	assert.Equal(t, len(outbox)+extra, sentMails(server), "mails that the outbox does not know")
	t.Logf("%d requests and %d replies; %d mails sent, %d of them twice", len(p.replies), len(p.mails)-len(p.replies), len(outbox), extra)
}

// arrivals counts the mails in all mailboxes but the desk's, by reader and
// Message-ID.
func arrivals(server *sandbox.Server) map[string]int {
	count := map[string]int{}
	for _, user := range server.Mailboxes() {
		if user == rigAddress {
			continue
		}
		for _, raw := range server.Messages(user) {
			count[user+" "+messageID(raw)]++
		}
	}
	return count
}

func messageID(raw []byte) string {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	return strings.Trim(strings.TrimSpace(m.Header.Get("Message-ID")), "<>")
}
