package main

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
)

// While the desk was down a partner answered. The clock must not act on what it
// knew before that answer was read.
func TestTheClockWaitsForTheMailbox(t *testing.T) {
	server, d := sandboxDesk(t)
	deliver := func(from, subject, more, text string, ago time.Duration) {
		mail := fmt.Sprintf("From: %s\r\nTo: %s\r\nMessage-ID: <%d@test>\r\n%sSubject: %s\r\n\r\n%s\r\n", from, rigAddress, ago, more, subject, text)
		require.NoError(t, server.Deliver(from, rigAddress, []byte(mail), time.Now().Add(-ago)))
	}
	request := 5 * time.Hour
	deliver("ravi@egov.test", "[P0][Punjab] Login is down", "", "Please.", request)
	c, err := config.Load(d.config, config.AllSections()...)
	require.NoError(t, err)
	store, err := openStore(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	now := time.Now().Add(-4*time.Hour - 50*time.Minute)
	s, err := newService(c, store, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, s.listeners[0].Once(t.Context()))
	require.NoError(t, s.tick(t.Context()))

	now = time.Now() // the desk was down for nearly five hours
	again, err := newService(c, store, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	deliver("meera@optit.test", "Re: Login is down", fmt.Sprintf("In-Reply-To: <%d@test>\r\n", request), "/ack", 4*time.Hour)
	require.NoError(t, again.tick(t.Context()))
	assert.Equal(t, tracker.StatusAssigned, statusOf(t, s), "it is not handed back: the mailbox was not read yet")
	require.NoError(t, again.listeners[0].Once(t.Context()))
	require.NoError(t, again.tick(t.Context()))
	assert.Equal(t, tracker.StatusWorking, statusOf(t, s))
}

func statusOf(t *testing.T, s *service) (status tracker.Status) {
	t.Helper()
	require.NoError(t, s.store.View(t.Context(), func(v tracker.View) error {
		k, err := v.Ticket(t.Context(), 1)
		status = k.Status
		return err
	}))
	return status
}
