package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// running starts Run and gives a function that ends it.
func running(t *testing.T, l *Listener) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		require.NoError(t, <-done)
	}
}

// after lets fake time pass until everything rests.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestIdleWakesAtArrival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(1), &memorySink{}
		stop := running(t, f.listener(t, sink, nil))
		synctest.Wait()
		f.add(2, "Subject: two\r\n\r\n")
		synctest.Wait()
		assert.Equal(t, []uint32{1, 2}, sink.uids(), "no time has passed")
		stop()
	})
}

func TestMailBetweenSearchAndIdleIsNotLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(1), &memorySink{}
		late := true
		f.on["UID STORE"] = func(c *fakeConn, tag, _ string) bool {
			if late {
				late = false
				f.add(2, "Subject: two\r\n\r\n")
				<-c.push // it is told here, not in IDLE
				c.send("* 2 EXISTS")
			}
			c.ok(tag)
			return true
		}
		stop := running(t, f.listener(t, sink, nil))
		synctest.Wait()
		assert.Equal(t, []uint32{1, 2}, sink.uids())
		stop()
	})
}

func TestIdleIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(), &memorySink{}
		stop := running(t, f.listener(t, sink, nil))
		after(time.Hour + time.Minute)
		assert.Len(t, f.commands("IDLE"), 16)
		assert.Len(t, f.commands("NOOP"), 15)
		assert.Equal(t, 1, f.connections())
		stop()
	})
}

func TestWithoutIdleItPolls(t *testing.T) {
	for name, deny := range map[string]func(*fake){
		"not offered": func(f *fake) { f.caps = "IMAP4rev1" },
		"refused": func(f *fake) {
			f.on["IDLE"] = func(c *fakeConn, tag, _ string) bool { c.send("%s NO not today", tag); return true }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink := newFake(1), &memorySink{}
				deny(f)
				stop := running(t, f.listener(t, sink, nil))
				after(time.Second)
				f.add(2, "Subject: two\r\n\r\n")
				after(13 * time.Second)
				assert.Equal(t, []uint32{1}, sink.uids())
				after(time.Second)
				assert.Equal(t, []uint32{1, 2}, sink.uids())
				stop()
			})
		})
	}
}

func TestReconnectPaceAndWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink, log := newFake(1), &memorySink{}, &logLines{}
		var up atomic.Bool
		var tries []time.Time
		l := f.listener(t, sink, func(c *Config) { c.Log = log.logger() })
		l.dial = func(ctx context.Context) (net.Conn, error) {
			tries = append(tries, time.Now())
			if !up.Load() {
				return nil, errors.New("connection refused")
			}
			return f.dial(ctx)
		}
		stop := running(t, l)
		after(10 * time.Minute)
		up.Store(true)
		after(61 * time.Second)
		stop()
		for i := 1; i < len(tries); i++ {
			pause := tries[i].Sub(tries[i-1])
			assert.GreaterOrEqual(t, pause, 5*time.Second)
			assert.LessOrEqual(t, pause, time.Minute+time.Second)
		}
		assert.GreaterOrEqual(t, len(tries), 11)
		told := log.count("cannot be read")
		assert.LessOrEqual(t, told, 10)
		assert.GreaterOrEqual(t, told, 5)
		assert.Equal(t, []uint32{1}, sink.uids())
		assert.Equal(t, 1, log.count("is read again"))
	})
}

func TestLostConnectionsLoseNoMail(t *testing.T) {
	tests := map[string]func(f *fake, broken func() bool){
		"cut inside a body": func(f *fake, broken func() bool) {
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if strings.Contains(args, "BODY") && broken() {
					c.send("* 1 FETCH (UID 1 BODY[] {25}\r\nSubject: mail 1\r\n\r\nbody\r\n)")
					_, _ = fmt.Fprint(c.conn, "* 2 FETCH (UID 2 BODY[] {25}\r\nSubj")
					_ = c.conn.Close()
				}
				return false
			}
		},
		"cut inside a body that is spooled": func(f *fake, broken func() bool) {
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if strings.Contains(args, "BODY") && broken() {
					_, _ = fmt.Fprint(c.conn, "* 1 FETCH (UID 1 BODY[] {2000000}\r\nSubj")
					_ = c.conn.Close()
				}
				return false
			}
		},
		"cut inside a body that nobody asked for": func(f *fake, broken func() bool) {
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if strings.Contains(args, "BODY") && broken() {
					_, _ = fmt.Fprint(c.conn, "* 1 FETCH (BODY[] {25}\r\nSubj")
					_ = c.conn.Close()
				}
				return false
			}
		},
		"bye":               farewell("UID SEARCH", "* BYE shutting down"),
		"unknown response":  farewell("UID FETCH", "* VANISHED 1:5"),
		"unknown item":      farewell("UID FETCH", "* 1 FETCH (UID 1 X-GM-MSGID 5)"),
		"cut while marking": farewell("UID STORE", ""),
		"cut while idle":    farewell("IDLE", ""),
		"bye at the door":   farewell("LOGIN", "* BYE too many connections"),
	}
	for name, quirk := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink, times := newFake(1, 2, 3), &memorySink{}, 0
				quirk(f, func() bool { times++; return times <= 2 })
				stop := running(t, f.listener(t, sink, nil))
				after(time.Minute)
				assert.Equal(t, []uint32{1, 2, 3}, sink.uids())
				for _, r := range sink.rows() {
					assert.Equal(t, fmt.Sprintf("Subject: mail %d\r\n\r\nbody\r\n", r.Position.UID), r.text)
				}
				assert.Equal(t, 3, f.connections())
				marked := strings.Join(f.commands("UID STORE"), "\n")
				assert.Contains(t, marked, "3 +FLAGS.SILENT", "marks are made up for")
				stop()
			})
		})
	}
}

// farewell says a line at a command and closes.
func farewell(command, line string) func(*fake, func() bool) {
	return func(f *fake, broken func() bool) {
		f.on[command] = func(c *fakeConn, _, _ string) bool {
			if !broken() {
				return false
			}
			if line != "" {
				c.send("%s", line)
			}
			_ = c.conn.Close()
			return true
		}
	}
}

func TestAMailThatBreaksTheConnectionDoesNotStopTheOthers(t *testing.T) {
	for name, poison := range map[string]struct {
		breaks func(items string) bool
		text   string
	}{
		"its body does":         {func(items string) bool { return strings.Contains(items, "BODY.PEEK[]") }, "Subject: mail 2\r\n\r\n"},
		"everything of it does": {func(items string) bool { return strings.Contains(items, "BODY") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink := newFake(1, 2, 3), &memorySink{}
				f.on["UID FETCH"] = func(c *fakeConn, tag, args string) bool {
					set, items, _ := strings.Cut(args, " ")
					c.each(true, set, func(seq int, m fakeMail) {
						if m.uid == 2 && poison.breaks(items) {
							c.send("* 2 FETCH (UID 2 X-BROKEN 1)")
							_ = c.conn.Close()
						}
						c.fetch(seq, m, items)
					})
					c.ok(tag)
					return true
				}
				stop := running(t, f.listener(t, sink, nil))
				synctest.Wait()
				assert.Equal(t, []uint32{1}, sink.uids(), "what came before it is taken at once")
				after(20 * time.Minute)
				require.Equal(t, []uint32{1, 2, 3}, sink.uids())
				assert.Equal(t, poison.text, sink.rows()[1].text)
				assert.True(t, sink.rows()[1].HeadersOnly)
				assert.False(t, sink.rows()[2].HeadersOnly)
				stop()
			})
		})
	}
}

func TestASilentServerIsLeft(t *testing.T) {
	silent := func(command string) func(*fake) {
		return func(f *fake) {
			f.on[command] = func(c *fakeConn, _, _ string) bool {
				_, _ = c.in.ReadString(0) // until the client goes
				return true
			}
		}
	}
	tests := map[string]func(*fake){
		"no greeting":     func(f *fake) { f.greeting = "" },
		"no login answer": silent("LOGIN"),
		"no select":       silent("SELECT"),
		"no search":       silent("UID SEARCH"),
		"no fetch":        silent("UID FETCH"),
		"no idle":         silent("IDLE"),
		"no end of idle": func(f *fake) {
			f.on["IDLE"] = func(c *fakeConn, _, _ string) bool {
				c.send("+ idling")
				_, _ = c.in.ReadString(0)
				return true
			}
		},
		"stops in a body": func(f *fake) {
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if strings.Contains(args, "BODY") {
					_, _ = fmt.Fprint(c.conn, "* 1 FETCH (UID 1 BODY[] {100}\r\nSubj")
					_, _ = c.in.ReadString(0)
				}
				return false
			}
		},
	}
	for name, quirk := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(1)
				quirk(f)
				l := f.listener(t, &memorySink{}, nil)
				start := time.Now()
				err := l.listen(t.Context(), func() {})
				require.Error(t, err)
				assert.LessOrEqual(t, time.Since(start), 12*time.Minute)
				assert.GreaterOrEqual(t, time.Since(start), 30*time.Second)
			})
		})
	}
}

func TestRunEndsWithItsContextEverywhere(t *testing.T) {
	for _, command := range []string{"CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "IDLE"} {
		t.Run(command, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(1)
				f.on[command] = func(c *fakeConn, _, _ string) bool {
					_, _ = c.in.ReadString(0)
					return true
				}
				stop := running(t, f.listener(t, &memorySink{}, nil))
				synctest.Wait()
				stop()
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		sink := &memorySink{before: func([]tracker.Delivery) error { return tracker.ErrBusy }}
		stop := running(t, newFake(1).listener(t, sink, nil))
		after(time.Minute)
		stop()
	})
}

func TestBoundedConn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		defer server.Close()
		defer client.Close()
		c := bound(client, time.Minute)
		require.NoError(t, c.SetReadDeadline(time.Time{}))
		start := time.Now()
		_, err := c.Read(make([]byte, 1))
		require.ErrorContains(t, err, "timeout")
		assert.Equal(t, time.Minute, time.Since(start), "no deadline means the bound")

		require.NoError(t, c.SetReadDeadline(time.Now().Add(time.Hour)))
		start = time.Now()
		_, err = c.Read(make([]byte, 1))
		require.ErrorContains(t, err, "timeout")
		assert.Equal(t, time.Minute, time.Since(start), "a later deadline means the bound")
	})
}

func TestBoundedConnWaitsForASlowServerButNotForADrip(t *testing.T) {
	read := func(t *testing.T, piece int, every time.Duration) (took time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			client, server := net.Pipe()
			var writer sync.WaitGroup
			writer.Go(func() {
				for err := error(nil); err == nil; _, err = server.Write(make([]byte, piece)) {
					time.Sleep(every)
				}
			})
			c := bound(client, 6*time.Minute)
			require.NoError(t, c.SetReadDeadline(time.Now().Add(5*time.Minute)))
			start := time.Now()
			var err error
			for err == nil && time.Since(start) < time.Hour {
				_, err = c.Read(make([]byte, 4096))
			}
			took = time.Since(start)
			require.NoError(t, client.Close())
			writer.Wait()
		})
		return took
	}
	assert.GreaterOrEqual(t, read(t, 4096, 10*time.Second), time.Hour, "400 bytes a second go on")
	assert.Equal(t, 5*time.Minute, read(t, 1, 7*time.Second), "a byte now and then does not")
}
