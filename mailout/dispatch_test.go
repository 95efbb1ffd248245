package mailout

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// fakeOutbox keeps rows in memory by the contract of tracker.Outbox.
type fakeOutbox struct {
	mu   sync.Mutex
	rows []tracker.OutboxMail
	log  []string // of state changes: "1 committing"
	busy int      // so many of the next writes find the store busy
}

func newOutbox(kinds ...tracker.NoticeKind) *fakeOutbox {
	o := &fakeOutbox{}
	for i, k := range kinds {
		o.rows = append(o.rows, tracker.OutboxMail{
			ID: int64(i + 1), Kind: k, State: tracker.OutboxPending, CreatedAt: noon, NextAt: noon,
			Mail: tracker.Mail{From: "requests@desk.test", To: "meera@egov.test", Raw: []byte("Subject: x\r\n\r\nhello\r\n")},
		})
	}
	return o
}

func (o *fakeOutbox) set(id int64, f func(*tracker.OutboxMail)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.busy > 0 {
		o.busy--
		return tracker.ErrBusy
	}
	m := &o.rows[id-1]
	f(m)
	o.log = append(o.log, string(rune('0'+id))+" "+string(m.State))
	return nil
}

func (o *fakeOutbox) Claim(_ context.Context, now time.Time, n int) ([]tracker.OutboxMail, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []tracker.OutboxMail
	for i := range o.rows {
		m := &o.rows[i]
		if len(out) < n && (m.State == tracker.OutboxPending || m.State == tracker.OutboxDeferred) && !m.NextAt.After(now) {
			m.State = tracker.OutboxSending
			out = append(out, *m)
		}
	}
	return out, nil
}

func (o *fakeOutbox) Committing(_ context.Context, id int64) error {
	return o.set(id, func(m *tracker.OutboxMail) { m.State = tracker.OutboxCommitting })
}

func (o *fakeOutbox) Sent(_ context.Context, id int64, at time.Time) error {
	return o.set(id, func(m *tracker.OutboxMail) { m.State, m.SentAt = tracker.OutboxSent, at })
}

func (o *fakeOutbox) Defer(_ context.Context, id int64, next time.Time, lastError string) error {
	return o.set(id, func(m *tracker.OutboxMail) {
		m.Attempts, m.LastError, m.NextAt, m.State = m.Attempts+1, lastError, next, tracker.OutboxDeferred
		if next.IsZero() {
			m.State = tracker.OutboxFailed
		}
	})
}

func (o *fakeOutbox) Recover(context.Context) (pending, inDoubt int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.rows {
		m := &o.rows[i]
		switch {
		case m.State == tracker.OutboxSending, m.State == tracker.OutboxCommitting && m.Kind.ResendAfterDoubt():
			m.State = tracker.OutboxPending
			pending++
		case m.State == tracker.OutboxCommitting:
			m.State = tracker.OutboxInDoubt
			inDoubt++
		}
	}
	return pending, inDoubt, nil
}

func (o *fakeOutbox) List(context.Context, tracker.OutboxState) ([]tracker.OutboxMail, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]tracker.OutboxMail(nil), o.rows...), nil
}

func (o *fakeOutbox) row(id int64) tracker.OutboxMail {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rows[id-1]
}

// script of a transport: what happens to each attempt, in order; then all goes
// well.
type fakeTransport struct {
	mu       sync.Mutex
	outcomes []error
	sent     []int64
	at       []time.Time
}

func (f *fakeTransport) Send(_ context.Context, m tracker.OutboxMail, beforeDot func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = append(f.at, time.Now())
	var outcome error
	if len(f.outcomes) > 0 {
		outcome, f.outcomes = f.outcomes[0], f.outcomes[1:]
	}
	var e *SendError
	if outcome == nil || errors.As(outcome, &e) && e.Stage == StageFinalDot {
		if err := beforeDot(); err != nil {
			return &SendError{StageCommit, err}
		}
	}
	if outcome == nil {
		f.sent = append(f.sent, m.ID)
	}
	return outcome
}

func reply(stage Stage, code int, text string) error {
	return &SendError{stage, &textproto.Error{Code: code, Msg: text}}
}

func lost(stage Stage) error { return &SendError{stage, io.ErrUnexpectedEOF} }

func dispatcher(o tracker.Outbox, tr Transport, now func() time.Time) *Dispatcher {
	return &Dispatcher{Outbox: o, Transport: tr, Now: now, Log: slog.New(slog.DiscardHandler)}
}

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func TestDrainCommitsBeforeTheDotAndRecordsAfterIt(t *testing.T) {
	o, tr := newOutbox(tracker.KindReceipt, tracker.KindAssignment), &fakeTransport{}
	require.NoError(t, dispatcher(o, tr, at(noon)).Drain(t.Context()))
	assert.Equal(t, []string{"1 committing", "1 sent", "2 committing", "2 sent"}, o.log)
	assert.Equal(t, noon, o.row(1).SentAt)
}

func TestOneMailsFailure(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		kind  tracker.NoticeKind
		age   time.Duration
		state tracker.OutboxState
		again time.Duration
	}{
		"refused for now":            {reply(StageRcpt, 451, "try later"), tracker.KindReceipt, 0, tracker.OutboxDeferred, time.Minute},
		"refused for good":           {reply(StageRcpt, 550, "no such user"), tracker.KindReceipt, 0, tracker.OutboxFailed, 0},
		"content refused":            {reply(StageFinalDot, 554, "spam"), tracker.KindReceipt, 0, tracker.OutboxFailed, 0},
		"lost before the dot":        {lost(StageData), tracker.KindReceipt, 0, tracker.OutboxDeferred, time.Minute},
		"lost after the dot":         {lost(StageFinalDot), tracker.KindReceipt, 0, tracker.OutboxDeferred, time.Minute},
		"a digest lost after it":     {lost(StageFinalDot), tracker.KindDigest, 0, tracker.OutboxInDoubt, 0},
		"two days old":               {reply(StageRcpt, 451, "try later"), tracker.KindReceipt, 48 * time.Hour, tracker.OutboxFailed, 0},
		"an assignment two days old": {reply(StageRcpt, 451, "try later"), tracker.KindAssignment, 48 * time.Hour, tracker.OutboxDeferred, time.Minute},
		"five days old":              {reply(StageRcpt, 451, "try later"), tracker.KindAssignment, 120 * time.Hour, tracker.OutboxFailed, 0},
	} {
		t.Run(name, func(t *testing.T) {
			now := noon.Add(c.age)
			o, tr := newOutbox(c.kind, tracker.KindReceipt), &fakeTransport{outcomes: []error{c.err}}
			var told []tracker.OutboxMail
			d := dispatcher(o, tr, at(now))
			d.OnFailed = func(m tracker.OutboxMail) { told = append(told, m) }
			require.NoError(t, d.Drain(t.Context()))
			assert.Equal(t, c.state, o.row(1).State)
			assert.Equal(t, tracker.OutboxSent, o.row(2).State, "the next mail does not suffer")
			switch c.state {
			case tracker.OutboxDeferred:
				assert.Equal(t, now.Add(c.again), o.row(1).NextAt)
				assert.Empty(t, told)
			case tracker.OutboxFailed:
				require.Len(t, told, 1)
				assert.Equal(t, c.err.Error(), told[0].LastError)
			}
		})
	}
}

func TestDelaysGrowToAnHour(t *testing.T) {
	var got []time.Duration
	for n := range 7 {
		got = append(got, DefaultRetry().next(tracker.OutboxMail{Attempts: n, CreatedAt: noon}, 451, noon).Sub(noon))
	}
	assert.Equal(t, []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, time.Hour, time.Hour}, got)
}

func TestAServersFailureIsNoMailsAttempt(t *testing.T) {
	for name, err := range map[string]error{
		"no connection":    lost(StageConnect),
		"greeting 554":     reply(StageConnect, 554, "no service"),
		"login refused":    reply(StageAuth, 535, "bad password"),
		"sender refused":   reply(StageMail, 550, "not you"),
		"any other error":  errors.New("unplugged"),
		"rate of a sender": reply(StageMail, 451, "slow down"),
	} {
		t.Run(name, func(t *testing.T) {
			o, tr := newOutbox(tracker.KindReceipt, tracker.KindReceipt), &fakeTransport{outcomes: []error{err}}
			require.Error(t, dispatcher(o, tr, at(noon)).Drain(t.Context()))
			for id := int64(1); id <= 2; id++ {
				assert.Equal(t, tracker.OutboxPending, o.row(id).State)
				assert.Zero(t, o.row(id).Attempts)
			}
			assert.Len(t, tr.at, 1, "the other mails are not tried on a dead server")
		})
	}
}

func TestABusyStoreStopsTheDot(t *testing.T) {
	o, tr := newOutbox(tracker.KindReceipt), &fakeTransport{}
	o.busy = 1
	require.ErrorIs(t, dispatcher(o, tr, at(noon)).Drain(t.Context()), tracker.ErrBusy)
	assert.Equal(t, tracker.OutboxPending, o.row(1).State)
	assert.Zero(t, o.row(1).Attempts)
	assert.Empty(t, tr.sent)
}

func TestASentMailIsRecordedThoughTheStoreIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox(tracker.KindReceipt)
		d := dispatcher(o, sendThenBusy{o}, at(noon))
		require.NoError(t, d.Drain(t.Context()))
		assert.Equal(t, tracker.OutboxSent, o.row(1).State)
	})
}

type sendThenBusy struct{ o *fakeOutbox }

func (s sendThenBusy) Send(_ context.Context, _ tracker.OutboxMail, beforeDot func() error) error {
	err := beforeDot()
	s.o.mu.Lock()
	s.o.busy = 3
	s.o.mu.Unlock()
	return err
}

func TestRunRecoversWakesAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, tr := newOutbox(tracker.KindReceipt, tracker.KindDigest, tracker.KindReceipt), &fakeTransport{}
		o.rows[0].State, o.rows[1].State = tracker.OutboxCommitting, tracker.OutboxCommitting
		o.rows[0].NextAt, o.rows[2].NextAt = time.Now(), time.Now().Add(time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		wake, done := make(chan struct{}), make(chan error)
		go func() { done <- dispatcher(o, tr, time.Now).Run(ctx, wake) }()
		synctest.Wait()
		assert.Equal(t, tracker.OutboxSent, o.row(1).State, "a receipt in doubt is sent again")
		assert.Equal(t, tracker.OutboxInDoubt, o.row(2).State, "an alert is not")

		o.mu.Lock()
		o.rows[2].NextAt = time.Now()
		o.mu.Unlock()
		wake <- struct{}{}
		synctest.Wait()
		assert.Equal(t, tracker.OutboxSent, o.row(3).State, "woken before the second is over")
		stop()
		require.NoError(t, <-done)
	})
}

func TestRunWaitsOutADeadServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, tr := newOutbox(tracker.KindReceipt), &fakeTransport{}
		for range 12 {
			tr.outcomes = append(tr.outcomes, lost(StageConnect))
		}
		o.rows[0].NextAt = time.Now()
		var said strings.Builder
		d := dispatcher(o, tr, time.Now)
		d.Log = slog.New(slog.NewTextHandler(&said, nil))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- d.Run(ctx, nil) }()
		time.Sleep(6 * time.Minute)
		stop()
		require.NoError(t, <-done)

		require.Len(t, tr.at, 13)
		for i := 1; i < len(tr.at); i++ {
			pause := tr.at[i].Sub(tr.at[i-1])
			assert.GreaterOrEqual(t, pause, 5*time.Second, "at most one connection in 5 s")
			assert.LessOrEqual(t, pause, time.Minute, "back within a minute")
		}
		assert.Equal(t, tracker.OutboxSent, o.row(1).State)
		assert.Zero(t, o.row(1).Attempts)
		outage := tr.at[12].Sub(tr.at[0])
		assert.LessOrEqual(t, strings.Count(said.String(), "cannot send mail now"), 1+int(outage/time.Minute))
		assert.Contains(t, said.String(), "sending again")
	})
}

func TestAStopReleasesWhatWasClaimed(t *testing.T) {
	o := newOutbox(tracker.KindReceipt, tracker.KindReceipt)
	ctx, stop := context.WithCancel(t.Context())
	err := dispatcher(o, hangUp(stop), at(noon)).Drain(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, tracker.OutboxPending, o.row(1).State)
	assert.Zero(t, o.row(1).Attempts, "we hung up, not the server")
	assert.Equal(t, tracker.OutboxPending, o.row(2).State)
}

// hangUp is a connection that a stop of the desk ends in the middle of a mail.
type hangUp context.CancelFunc

func (stop hangUp) Send(context.Context, tracker.OutboxMail, func() error) error {
	stop()
	return lost(StageRcpt)
}
