package mailbox

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"envdesk/tracker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnceTakesAllInUIDOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(3, 5, 9), &memorySink{}
		l := f.listener(t, sink, nil)
		require.NoError(t, l.Once(t.Context()))
		assert.Equal(t, []uint32{3, 5, 9}, sink.uids())
		first := sink.rows()[0]
		assert.Equal(t, tracker.Position{Mailbox: "box", UIDValidity: 7, UID: 3}, first.Position)
		assert.Equal(t, "Subject: mail 3\r\n\r\nbody\r\n", first.text)
		assert.Equal(t, int64(len(first.text)), first.Size)
		assert.True(t, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Equal(first.Received))
		assert.Equal(t, []string{`UID STORE 3,5,9 +FLAGS.SILENT ($EnvdeskTaken)`}, f.commands("UID STORE"))

		f.add(12, "Subject: new\r\n\r\n")
		require.NoError(t, l.Once(t.Context()))
		require.NoError(t, l.Once(t.Context()))
		assert.Equal(t, []uint32{3, 5, 9, 12}, sink.uids(), "the highest UID is not taken again, though n:* names it")
	})
}

func TestOnlySafeItemsAreFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(1)
		require.NoError(t, f.listener(t, &memorySink{}, nil).Once(t.Context()))
		for _, line := range f.commands("UID FETCH", "FETCH") {
			assert.NotContains(t, line, "ENVELOPE")
			assert.NotContains(t, line, "BODYSTRUCTURE")
			assert.NotContains(t, line, "FLAGS")
			assert.NotContains(t, line, " BODY[")
		}
	})
}

func TestFirstSightArchivesOldMail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink, log := newFake(1, 2, 3), &memorySink{}, &logLines{}
		f.mails[0].at = "01-Nov-2026 12:00:00 +0000"
		f.mails[1].at = "20-Nov-2026 11:59:59 +0000"
		f.mails[2].at = "20-Nov-2026 12:00:01 +0000"
		now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		l := f.listener(t, sink, func(c *Config) {
			c.FirstDays, c.Now, c.Log = 2, func() time.Time { return now }, log.logger()
		})
		require.NoError(t, l.Once(t.Context()))
		f.add(4, "Subject: late, but not of the first sight\r\n\r\n")
		f.mails[3].at = "01-Nov-2026 12:00:00 +0000"
		require.NoError(t, l.Once(t.Context()))
		var archived []bool
		for _, r := range sink.rows() {
			archived = append(archived, r.Archive)
		}
		assert.Equal(t, []bool{true, true, false, false}, archived)
		assert.Equal(t, 1, log.count("archived=2"))
		assert.Equal(t, 1, log.count("first sight"))
	})
}

func TestFirstSightIsNotForgottenWhenItIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, cut := newFake(), false
		for uid := uint32(1); uid <= 300; uid++ {
			f.add(uid, "Subject: old\r\n\r\n")
		}
		f.on["UID FETCH"] = func(c *fakeConn, _, args string) bool {
			if !cut && strings.HasPrefix(args, "201:") {
				cut = true
				_ = c.conn.Close()
			}
			return false
		}
		sink := &memorySink{}
		old := func(c *Config) { c.FirstDays = 0; c.Now = nowIn2027 }
		require.Error(t, f.listener(t, sink, old).Once(t.Context()))
		assert.Len(t, sink.uids(), 200)
		// Another listener: the process may have ended in between.
		require.NoError(t, f.listener(t, sink, old).Once(t.Context()))
		require.Len(t, sink.uids(), 300)
		for _, r := range sink.rows() {
			assert.True(t, r.Archive, r.Position.UID)
		}
	})
}

func nowIn2027() time.Time { return time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestChangedUIDValidityReadsAllAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, log := newFake(1, 2), &logLines{}
		sink := &memorySink{cursor: tracker.Cursor{UIDValidity: 6, UID: 500}}
		l := f.listener(t, sink, func(c *Config) { c.FirstDays, c.Now, c.Log = 0, nowIn2027, log.logger() })
		require.NoError(t, l.Once(t.Context()))
		assert.Equal(t, []uint32{1, 2}, sink.uids())
		assert.Equal(t, tracker.Cursor{UIDValidity: 7, UID: 2}, sink.cursor)
		assert.False(t, sink.rows()[0].Archive, "not the first sight")
		assert.Equal(t, 1, log.count("UIDVALIDITY has changed"))
	})
}

func TestFailedSelectTouchesNothing(t *testing.T) {
	for _, answer := range []string{"NO [NONEXISTENT] no such folder", "OK but no UIDVALIDITY"} {
		synctest.Test(t, func(t *testing.T) {
			f, sink := newFake(1), &memorySink{cursor: tracker.Cursor{UIDValidity: 7}}
			f.on["SELECT"] = func(c *fakeConn, tag, _ string) bool {
				c.send("%s %s", tag, answer)
				return true
			}
			require.ErrorContains(t, f.listener(t, sink, nil).Once(t.Context()), "select INBOX")
			assert.Zero(t, sink.asked)
			assert.Empty(t, sink.uids())
			assert.Empty(t, f.commands("UID"))
		})
	}
}

func TestAStoreThatFailsGetsTheSameBatchAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, log := newFake(1, 2), &logLines{}
		failures := []error{fmt.Errorf("commit: %w", tracker.ErrBusy), fmt.Errorf("commit: %w", tracker.ErrBusy), errors.New("boom"), nil}
		var offered [][]uint32
		var at []time.Duration
		start := time.Now()
		sink := &memorySink{}
		sink.before = func(batch []tracker.Delivery) error {
			assert.Empty(t, f.commands("UID STORE"), "nothing is marked before it is stored")
			offered = append(offered, []uint32{batch[0].Position.UID, batch[1].Position.UID})
			at = append(at, time.Since(start))
			_, _ = batch[0].Raw.Seek(3, 0) // a reader that was used is put back
			return failures[len(offered)-1]
		}
		require.NoError(t, f.listener(t, sink, func(c *Config) { c.Log = log.logger() }).Once(t.Context()))
		assert.Equal(t, [][]uint32{{1, 2}, {1, 2}, {1, 2}, {1, 2}}, offered)
		assert.Equal(t, []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second}, at)
		assert.Equal(t, []uint32{1, 2}, sink.uids())
		assert.True(t, strings.HasSuffix(sink.rows()[0].text, "body\r\n"))
		assert.Len(t, f.commands("UID STORE"), 1)
		assert.Equal(t, 1, log.count("mail waits on the server"))
		assert.Equal(t, 1, log.count("boom"))
		assert.Equal(t, 1, log.count("the store writes again"))
	})
}

func TestALongBusyStoreKeepsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, sink := newFake(1), &memorySink{}
		start := time.Now()
		sink.before = func([]tracker.Delivery) error {
			if time.Since(start) < time.Hour {
				return tracker.ErrBusy
			}
			return nil
		}
		require.NoError(t, f.listener(t, sink, nil).Once(t.Context()))
		assert.Equal(t, 1, f.connections())
		assert.Len(t, f.commands("UID STORE"), 1)
		assert.GreaterOrEqual(t, len(f.commands("NOOP")), 14)
	})
}

func TestTheNextBatchIsFetchedMeanwhileAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		for uid := uint32(1); uid <= 600; uid++ {
			f.add(uid, "Subject: x\r\n\r\n")
		}
		release := make(chan struct{})
		sink := &memorySink{before: func([]tracker.Delivery) error { <-release; return nil }}
		l := f.listener(t, sink, nil)
		done := make(chan error)
		go func() { done <- l.Once(t.Context()) }()
		synctest.Wait()
		assert.Len(t, bodyFetches(f), 2, "one at the sink, one ahead")
		close(release)
		require.NoError(t, <-done)
		assert.Len(t, bodyFetches(f), 3)
		assert.Equal(t, []int{200, 200, 200}, sink.batches)
	})
}

func bodyFetches(f *fake) []string {
	var out []string
	for _, line := range f.commands("UID FETCH") {
		if strings.Contains(line, "BODY") {
			out = append(out, line)
		}
	}
	return out
}
