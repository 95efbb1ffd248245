package mailbox

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/mailin/sandbox"
	"envdesk/tracker"
)

const desk = "requests@desk.test"

func sandboxed(t testing.TB, sink Sink, set func(*Config)) (*sandbox.Server, *Listener) {
	t.Helper()
	server, err := sandbox.Start(sandbox.Options{Desk: desk})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	cfg := Config{Addr: server.IMAPAddr(), Security: SecurityPlain, User: desk, FirstDays: 36500,
		Password: func() (string, error) { return "any", nil }, SpoolDir: t.TempDir()}
	if set != nil {
		set(&cfg)
	}
	l, err := New(cfg, sink)
	require.NoError(t, err)
	return server, l
}

func TestMailIsTakenAsItArrives(t *testing.T) {
	received := make(chan tracker.Delivery, 100)
	sink := &memorySink{before: func(batch []tracker.Delivery) error {
		for _, d := range batch {
			received <- d
		}
		return nil
	}}
	server, l := sandboxed(t, sink, nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	for i := range 50 {
		require.NoError(t, server.Deliver("", desk, mailOf(i, 100), time.Now()))
		assert.Equal(t, uint32(i+1), (<-received).Position.UID)
	}
	cancel()
	require.NoError(t, <-done)
}

func TestRoundTripOfDamagedAndLargeMail(t *testing.T) {
	sink := &memorySink{}
	server, l := sandboxed(t, sink, func(c *Config) { c.After = "move:Archive/Taken" })
	for _, raw := range []string{"no header line\x00\xff\r\n\r\nbody\r\n", "", "Subject: large\r\n\r\n" + strings.Repeat("x\r\n", 1<<20)} {
		require.NoError(t, server.Deliver("", desk, []byte(raw), time.Now()))
	}
	want := server.Messages(desk)
	require.NoError(t, l.Once(t.Context()))
	require.Len(t, sink.rows(), 3)
	for i, r := range sink.rows() {
		assert.Equal(t, string(want[i]), r.text)
		assert.False(t, r.HeadersOnly)
	}
	assert.Empty(t, server.Messages(desk), "moved into a folder that was made for it")
	_, uids, err := l.UIDs(t.Context())
	require.NoError(t, err)
	assert.Empty(t, uids)
}

type countingSink struct {
	n      atomic.Int64
	cursor tracker.Cursor
}

func (c *countingSink) Cursor(context.Context, string) (tracker.Cursor, error) { return c.cursor, nil }

func (c *countingSink) Receive(_ context.Context, batch []tracker.Delivery) error {
	last := batch[len(batch)-1].Position
	c.cursor = tracker.Cursor{UIDValidity: last.UIDValidity, UID: last.UID}
	c.n.Add(int64(len(batch)))
	return nil
}

func TestManyMailsAreTakenOnce(t *testing.T) {
	sink := &countingSink{}
	server, l := sandboxed(t, sink, nil)
	deliverMany(t, server, 3000)
	require.NoError(t, l.Once(t.Context()))
	require.NoError(t, l.Once(t.Context()))
	assert.Equal(t, int64(3000), sink.n.Load())
}

func BenchmarkOnce10000(b *testing.B) {
	sink := &countingSink{}
	server, l := sandboxed(b, sink, nil)
	deliverMany(b, server, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		sink.cursor = tracker.Cursor{}
		require.NoError(b, l.Once(b.Context()))
	}
	b.ReportMetric(float64(sink.n.Load())/b.Elapsed().Seconds(), "mails/s")
}

func deliverMany(t testing.TB, server *sandbox.Server, n int) {
	t.Helper()
	for i := range n {
		require.NoError(t, server.Deliver("a@egov.test", desk, mailOf(i, 1700), time.Now()))
	}
}

func mailOf(i, size int) []byte {
	return fmt.Appendf(nil, "From: Asha <asha@egov.test>\r\nTo: %s\r\nSubject: Request %d\r\nMessage-ID: <%d@egov.test>\r\n\r\n%s\r\n",
		desk, i, i, strings.Repeat("x", size))
}
