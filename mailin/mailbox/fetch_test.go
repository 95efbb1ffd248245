package mailbox

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

func TestFetchSilentLossesAreFound(t *testing.T) {
	isBody := func(args string) bool { return strings.Contains(args, "BODY.PEEK[]") }
	tests := []struct {
		name   string
		quirk  func(f *fake)
		want   []uint32
		noText uint32 // the UID that comes without bytes
	}{
		{"flags come before the body", func(f *fake) {
			told := false
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if isBody(args) && !told {
					told = true
					c.send(`* 2 FETCH (FLAGS (\Seen) UID 2)`)
				}
				return false
			}
		}, []uint32{1, 2, 3}, 0},
		{"flags come before the sizes", func(f *fake) {
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if !isBody(args) && strings.HasPrefix(args, "1:3") {
					c.send(`* 2 FETCH (FLAGS (\Seen) UID 2)`)
				}
				return false
			}
		}, []uint32{1, 2, 3}, 0},
		{"uid stands behind the body", func(f *fake) {
			late := func(c *fakeConn, tag, args string, byUID bool) bool {
				if !isBody(args) {
					return false
				}
				set, _, _ := strings.Cut(args, " ")
				c.each(byUID, set, func(seq int, m fakeMail) {
					c.send("* %d FETCH (BODY[] {%d}\r\n%s UID %d)", seq, len(m.raw), m.raw, m.uid)
				})
				c.ok(tag)
				return true
			}
			f.on["UID FETCH"] = func(c *fakeConn, tag, args string) bool { return late(c, tag, args, true) }
			f.on["FETCH"] = func(c *fakeConn, tag, args string) bool { return late(c, tag, args, false) }
		}, []uint32{1, 2, 3}, 0},
		{"one is gone before the body is fetched", func(f *fake) {
			f.on["UID FETCH"] = func(_ *fakeConn, _, args string) bool {
				if isBody(args) {
					f.remove(2)
				}
				return false
			}
		}, []uint32{1, 3}, 0},
		{"one is gone before the size is fetched", func(f *fake) {
			f.on["UID FETCH"] = func(*fakeConn, string, string) bool {
				f.remove(2)
				return false
			}
		}, []uint32{1, 3}, 0},
		{"one has no body", noBody("NIL"), []uint32{1, 2, 3}, 2},
		{"one has an empty body", noBody("{0}\r\n"), []uint32{1, 2, 3}, 2},
		{"one is never answered", func(f *fake) {
			skip := func(c *fakeConn, tag, args string, byUID bool) bool {
				set, items, _ := strings.Cut(args, " ")
				c.each(byUID, set, func(seq int, m fakeMail) {
					if m.uid != 2 {
						c.fetch(seq, m, items)
					}
				})
				c.ok(tag)
				return true
			}
			f.on["UID FETCH"] = func(c *fakeConn, tag, args string) bool { return skip(c, tag, args, true) }
			f.on["FETCH"] = func(c *fakeConn, tag, args string) bool { return skip(c, tag, args, false) }
		}, []uint32{1, 2, 3}, 2},
		{"a mail that nobody asked for", func(f *fake) {
			f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
				if isBody(args) {
					c.send("* 9 FETCH (UID 9 BODY[] {4}\r\nspam)")
				}
				return false
			}
		}, []uint32{1, 2, 3}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, sink := newFake(1, 2, 3), &memorySink{}
				tt.quirk(f)
				require.NoError(t, f.listener(t, sink, nil).Once(t.Context()))
				assert.Equal(t, tt.want, sink.uids())
				for _, r := range sink.rows() {
					if r.Position.UID == tt.noText {
						assert.Empty(t, r.text)
						assert.True(t, r.HeadersOnly)
						continue
					}
					assert.Equal(t, fmt.Sprintf("Subject: mail %d\r\n\r\nbody\r\n", r.Position.UID), r.text)
					assert.False(t, r.HeadersOnly)
				}
			})
		})
	}
}

func noBody(body string) func(*fake) {
	return func(f *fake) {
		answer := func(c *fakeConn, tag, args string, byUID bool) bool {
			set, items, _ := strings.Cut(args, " ")
			c.each(byUID, set, func(seq int, m fakeMail) {
				if m.uid == 2 && strings.Contains(items, "BODY") {
					c.send("* %d FETCH (UID 2 BODY[] %s)", seq, body)
					return
				}
				c.fetch(seq, m, items)
			})
			c.ok(tag)
			return true
		}
		f.on["UID FETCH"] = func(c *fakeConn, tag, args string) bool { return answer(c, tag, args, true) }
		f.on["FETCH"] = func(c *fakeConn, tag, args string) bool { return answer(c, tag, args, false) }
	}
}

func TestATrulyEmptyMailIsAMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(), &memorySink{}
		f.add(1, "")
		require.NoError(t, f.listener(t, sink, nil).Once(t.Context()))
		require.Len(t, sink.rows(), 1)
		assert.False(t, sink.rows()[0].HeadersOnly)
	})
}

func TestBatchesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(), &memorySink{}
		for uid := uint32(1); uid <= 450; uid++ {
			f.add(uid*2, "Subject: small\r\n\r\n")
		}
		large := "Subject: large\r\n\r\n" + strings.Repeat("x", 3<<20)
		for uid := uint32(1001); uid <= 1004; uid++ {
			f.add(uid, large)
		}
		f.add(1005, "Subject: larger\r\n\r\n"+strings.Repeat("x", 9<<20))
		require.NoError(t, f.listener(t, sink, nil).Once(t.Context()))
		assert.Equal(t, []int{200, 200, 52, 2, 1}, sink.batches)
		assert.Equal(t, large, sink.rows()[450].text, "spooled")
		assert.Len(t, sink.rows()[454].text, 9<<20+19)
	})
}

func TestSpooledMailsLeaveNoFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, dir := newFake(), t.TempDir()
		f.add(1, strings.Repeat("x", 2<<20))
		sink := &memorySink{before: func([]tracker.Delivery) error {
			files, err := os.ReadDir(dir)
			assert.Empty(t, files)
			return err
		}}
		require.NoError(t, f.listener(t, sink, func(c *Config) { c.SpoolDir = dir }).Once(t.Context()))
		assert.Len(t, sink.rows()[0].text, 2<<20)
	})
}

func TestNoSpaceForSpoolingLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(1), &memorySink{}
		f.add(2, strings.Repeat("x", 2<<20))
		f.add(3, "Subject: behind\r\n\r\n")
		dir := t.TempDir() + "/missing"
		l := f.listener(t, sink, func(c *Config) { c.SpoolDir = dir })
		require.ErrorContains(t, l.Once(t.Context()), "spool a mail of 2097152 bytes")
		assert.Equal(t, []uint32{1}, sink.uids(), "what came before is taken, and nothing behind")
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, l.Once(t.Context()))
		assert.Equal(t, []uint32{1, 2, 3}, sink.uids())
	})
}

func TestTooLargeMailComesAsHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(1), &memorySink{}
		f.add(2, "Subject: huge\r\n\r\n"+strings.Repeat("x", 5000))
		require.NoError(t, f.listener(t, sink, func(c *Config) { c.MaxSize = 1000 }).Once(t.Context()))
		got := sink.rows()[1]
		assert.Equal(t, "Subject: huge\r\n\r\n", got.text)
		assert.True(t, got.HeadersOnly)
		assert.Equal(t, int64(5017), got.Size)
		assert.Len(t, f.commands("UID FETCH 2 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.262144>)",
			"UID FETCH 2 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER]<0.262144>)"), 1)
	})
}

func TestMailLargerThanItSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(), &memorySink{}
		raw := "Subject: liar\r\n\r\n" + strings.Repeat("x", 400_000)
		f.add(1, raw)
		f.on["UID FETCH"] = func(c *fakeConn, tag, args string) bool {
			if strings.Contains(args, "BODY") {
				return false
			}
			c.send("* 1 FETCH (UID 1 RFC822.SIZE 10)")
			c.ok(tag)
			return true
		}
		require.NoError(t, f.listener(t, sink, func(c *Config) { c.MaxSize = 300_000 }).Once(t.Context()))
		got := sink.rows()[0]
		assert.Equal(t, "Subject: liar\r\n\r\n", got.text)
		assert.True(t, got.HeadersOnly)
	})
}
