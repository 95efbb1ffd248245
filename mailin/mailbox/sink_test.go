package mailbox

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"

	"envdesk/tracker"
)

// memorySink keeps what it received, like a store would.
type memorySink struct {
	// before is called with each batch offered; its error refuses the batch.
	before func(batch []tracker.Delivery) error

	mu      sync.Mutex
	cursor  tracker.Cursor
	asked   int
	got     []row
	batches []int
}

type row struct {
	tracker.Delivery
	text string
}

func (m *memorySink) Cursor(context.Context, string) (tracker.Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	return m.cursor, nil
}

func (m *memorySink) Receive(_ context.Context, batch []tracker.Delivery) error {
	if m.before != nil {
		if err := m.before(batch); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batches = append(m.batches, len(batch))
	for _, d := range batch {
		raw, err := io.ReadAll(d.Raw)
		if err != nil {
			return err
		}
		m.got = append(m.got, row{d, string(raw)})
		m.cursor = tracker.Cursor{UIDValidity: d.Position.UIDValidity, UID: d.Position.UID, FirstSight: d.FirstSight}
	}
	return nil
}

func (m *memorySink) rows() []row {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]row(nil), m.got...)
}

func (m *memorySink) uids() []uint32 {
	var uids []uint32
	for _, r := range m.rows() {
		uids = append(uids, r.Position.UID)
	}
	return uids
}

// logLines collects what was logged.
type logLines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logLines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logLines) count(part string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), part)
}

func (l *logLines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
