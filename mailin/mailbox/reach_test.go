package mailbox

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestCaughtUpTellsUpToWhenMailIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		var up atomic.Bool
		l := f.listener(t, &memorySink{}, nil)
		l.dial = func(ctx context.Context) (net.Conn, error) {
			if !up.Load() {
				return nil, errors.New("connection refused")
			}
			return f.dial(ctx)
		}
		stop := running(t, l)
		after(time.Hour)
		assert.Zero(t, l.CaughtUp(time.Now()), "nothing was ever read")

		up.Store(true)
		after(2 * time.Minute)
		assert.Equal(t, time.Now(), l.CaughtUp(time.Now()), "the server would tell of more")

		up.Store(false)
		lost := time.Now()
		assert.NoError(t, f.conns[0].conn.Close())
		after(time.Hour)
		known := l.CaughtUp(time.Now())
		assert.False(t, known.IsZero() || known.After(lost), "what came since the loss is not known: %s", known)
		stop()
	})
}

func TestWithoutIdleMailIsKnownUpToTheLastLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		f.caps = "IMAP4rev1"
		l := f.listener(t, &memorySink{}, nil)
		start := time.Now()
		stop := running(t, l)
		after(14 * time.Second)
		assert.Equal(t, start, l.CaughtUp(time.Now()))
		after(2 * time.Second)
		assert.Equal(t, start.Add(15*time.Second), l.CaughtUp(time.Now()))
		stop()
	})
}
