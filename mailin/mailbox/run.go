package mailbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Run reads the mailbox until ctx ends, and then returns nil. It connects again
// after every failure: at the earliest after 5 s, at the latest after 60 s.
func (l *Listener) Run(ctx context.Context) error {
	pause := reconnectPause()
	for {
		err := l.listen(ctx, pause.Reset)
		if ctx.Err() != nil {
			return nil
		}
		if l.outage.begin(l.cfg.Now()) {
			l.log.Warn("the mailbox cannot be read; trying again", "error", err)
		}
		if sleep(ctx, pause.NextBackOff()) != nil {
			return nil
		}
	}
}

// Once takes in what is new and ends.
func (l *Listener) Once(ctx context.Context) error {
	s, err := l.start(ctx)
	if err != nil {
		return err
	}
	started := l.cfg.Now()
	if err := l.pass(ctx, s); err != nil {
		s.cut()
		return withCause(ctx, err)
	}
	l.progress.passed(started)
	s.logout()
	return nil
}

// UIDs lists the mails that lie in the folder now, in ascending order.
func (l *Listener) UIDs(ctx context.Context) (uidValidity uint32, uids []uint32, err error) {
	s, err := l.connect(ctx, func(string) {})
	if err != nil {
		return 0, nil, err
	}
	if err = s.open(true); err == nil {
		uids, err = s.newer(0)
	}
	if err != nil {
		s.cut()
		return 0, nil, withCause(ctx, err)
	}
	s.logout()
	return s.folder.UIDValidity, uids, nil
}

// listen takes in what is new and waits for more until something fails. It
// calls well each time that all was taken in.
func (l *Listener) listen(ctx context.Context, well func()) error {
	s, err := l.start(ctx)
	if err != nil {
		return err
	}
	defer s.cut()
	for {
		started := l.cfg.Now()
		if err := l.pass(ctx, s); err != nil {
			return err
		}
		l.progress.passed(started)
		well()
		if since, was := l.outage.end(); was {
			l.log.Info("the mailbox is read again", "after", l.cfg.Now().Sub(since).Round(time.Second))
		}
		if err := s.await(ctx, l.progress.idling); err != nil {
			return err
		}
	}
}

// start gives a session in the folder and makes up for marks that a lost
// connection prevented.
func (l *Listener) start(ctx context.Context) (*session, error) {
	s, err := l.connect(ctx, func(string) {})
	if err != nil {
		return nil, err
	}
	if err := s.open(false); err != nil {
		s.cut()
		return nil, withCause(ctx, err)
	}
	if s.readOnly() {
		l.tellUnmarked(errors.New("the folder is read-only"))
	}
	debt := l.owed
	l.owed = owed{}
	if debt.validity == s.folder.UIDValidity {
		l.mark(s, debt.uids)
	}
	return s, nil
}

// await returns when there may be new mail. It says when the server begins and
// ends to tell of it.
func (s *session) await(ctx context.Context, idling func(bool)) error {
	if !s.caps.Has(imap.CapIdle) {
		if err := s.pause(ctx, s.cfg.PollEvery); err != nil {
			return err
		}
		return s.noop()
	}
	idle, err := s.client.Idle()
	if refused(err) {
		delete(s.caps, imap.CapIdle)
		return nil
	} else if err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	idling(true)
	err = s.pause(ctx, s.cfg.IdleFor)
	idling(false)
	if err = errors.Join(err, endIdle(idle)); err != nil {
		return err
	}
	return s.noop()
}

func endIdle(idle *imapclient.IdleCommand) error {
	if err := errors.Join(idle.Close(), idle.Wait()); err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	return nil
}

func (s *session) noop() error {
	if err := s.client.Noop().Wait(); err != nil {
		return fmt.Errorf("noop: %w", err)
	}
	return nil
}

// pause waits for the time, for a word of the server or for the end of the
// connection. A word that came since the last search counts: it is still in the
// channel.
func (s *session) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.wake:
	case <-s.client.Closed():
		return errors.New("the server closed the connection")
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// reconnectPause gives 5 to 7.5 s at first and 40 to 60 s at last.
func reconnectPause() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: 6250 * time.Millisecond, RandomizationFactor: 0.2, Multiplier: 2, MaxInterval: 50 * time.Second,
	}
}

// sayAgain is how long an outage goes on before it is told once more.
const sayAgain = time.Minute

// outage decides when the loss of the server is worth a line in the log.
type outage struct {
	since time.Time
	said  time.Time
	told  bool
}

// begin reports whether to tell.
func (o *outage) begin(now time.Time) bool {
	if o.since.IsZero() {
		o.since = now
	}
	if !o.said.IsZero() && now.Sub(o.said) < sayAgain {
		return false
	}
	o.said, o.told = now, true
	return true
}

// end reports whether a loss was told, and when it began.
func (o *outage) end() (since time.Time, was bool) {
	since, was = o.since, o.told
	o.since, o.told = time.Time{}, false
	return since, was
}

// insist tries until it works or ctx ends, after 1 s and then up to 30 s.
func insist(ctx context.Context, try func() error, failed func(error)) error {
	wait := time.Second
	for {
		err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failed(err)
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, 30*time.Second)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
