package mailbox

import (
	"net"
	"sync"
	"time"
)

// progress is how many bytes must come for a read deadline to be set anew.
const progress = 16 << 10

// boundedConn never waits for ever: a read ends at the deadline that was asked
// for, and at the latest after max. A deadline moves on while bytes come in
// quantity, so that a large mail on a slow line is read to its end, and a
// server that drips is not waited for.
type boundedConn struct {
	net.Conn
	max time.Duration

	mu     sync.Mutex
	window time.Duration
	got    int
}

func bound(c net.Conn, max time.Duration) *boundedConn {
	return &boundedConn{Conn: c, max: max, window: max}
}

// SetReadDeadline takes the zero time, which means no deadline, for the bound.
func (c *boundedConn) SetReadDeadline(t time.Time) error {
	now := time.Now()
	c.mu.Lock()
	c.got, c.window = 0, c.max
	if !t.IsZero() {
		c.window = min(t.Sub(now), c.max)
	}
	t = now.Add(c.window)
	c.mu.Unlock()
	return c.Conn.SetReadDeadline(t)
}

func (c *boundedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	c.got += n
	renew := c.got >= progress
	if renew {
		c.got = 0
	}
	window := c.window
	c.mu.Unlock()
	if renew && err == nil {
		err = c.Conn.SetReadDeadline(time.Now().Add(window))
	}
	return n, err
}
