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

// The mailbox that was read longest ago counts: what it holds is not known.
func TestTheClockNotesWhatItDidNotRead(t *testing.T) {
	_, d := sandboxDesk(t)
	c, err := config.Load(d.config, config.AllSections()...)
	require.NoError(t, err)
	store, err := openStore(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	start := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	now := start
	c.IMAP = append(c.IMAP, c.IMAP[0])
	s, err := newService(c, store, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	for _, step := range []struct {
		minute int
		read   []int // the listeners that look into their mailbox then
		want   int   // minutes of downtime since the start
	}{
		{0, []int{0}, 0}, // the other one never looked: nothing is known
		{20, []int{0, 1}, 0},
		{30, []int{0, 1}, 0},
		{40, []int{0}, 0},
		{60, []int{0}, 30}, // the second was read 30 minutes ago
		{70, []int{1}, 30}, // and now the first 10 minutes ago
		{72, []int{0, 1}, 30},
		{87, nil, 30},
		{88, nil, 30 + 16},
	} {
		now = start.Add(time.Duration(step.minute) * time.Minute)
		for _, l := range step.read {
			require.NoError(t, s.listeners[l].Once(t.Context()))
		}
		require.NoError(t, s.tick(t.Context()))
		assert.Equal(t, time.Duration(step.want)*time.Minute, downtimeOf(t, s, start, now), "minute %d", step.minute)
	}
}

func downtimeOf(t *testing.T, s *service, from, to time.Time) (down time.Duration) {
	t.Helper()
	require.NoError(t, s.store.View(t.Context(), func(v tracker.View) error {
		c, err := v.MailCount(t.Context(), from, to)
		down = c.Downtime
		return err
	}))
	return down
}
