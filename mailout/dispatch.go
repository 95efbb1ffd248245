package mailout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"envdesk/tracker"
)

// Transport hands one mail to a server. Send calls beforeDot when only the
// final dot of DATA is missing; it must not end the transaction when beforeDot
// gives an error. Errors that are no *SendError count as a lost connection.
type Transport interface {
	Send(ctx context.Context, m tracker.OutboxMail, beforeDot func() error) error
}

// Dispatcher sends what stands in the outbox, one mail after the other. Only one
// dispatcher may work on an outbox at a time.
type Dispatcher struct {
	Outbox    tracker.Outbox
	Transport Transport
	Now       func() time.Time
	Log       *slog.Logger // ids, kinds and server replies; never words of a mail
	Retry     Retry        // zero: DefaultRetry
	// OnFailed is called, if set, after a mail was given up; LastError says why.
	OnFailed func(m tracker.OutboxMail)
}

const (
	batch = 50          // mails claimed at once
	poll  = time.Second // how long a mail may lie when nobody wakes the dispatcher
)

// Run sends until ctx ends: when wake gets a value, and every second. It first
// puts right what a crash left. It returns nil at an orderly end.
func (d *Dispatcher) Run(ctx context.Context, wake <-chan struct{}) error {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	var trouble outage
	recovered := false
	for {
		if trouble.over(d.Now()) {
			var err error
			if !recovered {
				err = d.recover(ctx)
				recovered = err == nil
			}
			if recovered {
				err = d.all(ctx)
			}
			d.note(&trouble, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-ticker.C:
		}
	}
}

// Drain puts right what a crash left, sends everything that is due, and
// returns. An error means that the server or the outbox did not answer; what is
// left waits.
func (d *Dispatcher) Drain(ctx context.Context) error {
	if err := d.recover(ctx); err != nil {
		return err
	}
	return d.all(ctx)
}

// all sends batch after batch until nothing more is due.
func (d *Dispatcher) all(ctx context.Context) error {
	for {
		n, err := d.due(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (d *Dispatcher) recover(ctx context.Context) error {
	pending, inDoubt, err := d.Outbox.Recover(ctx)
	if err != nil {
		return fmt.Errorf("recover outbox: %w", err)
	}
	if pending+inDoubt > 0 {
		d.Log.Info("outbox recovered", "pending", pending, "in_doubt", inDoubt)
	}
	return nil
}

// due sends one batch and says how many mails were in it.
func (d *Dispatcher) due(ctx context.Context) (int, error) {
	mails, err := d.Outbox.Claim(ctx, d.Now(), batch)
	if err != nil {
		return 0, fmt.Errorf("claim mails: %w", err)
	}
	for _, m := range mails {
		err := ctx.Err()
		if err == nil {
			err = d.one(ctx, m)
		}
		if err != nil {
			return 0, errors.Join(err, d.release(ctx))
		}
	}
	return len(mails), nil
}

// release gives claimed mails back without counting an attempt: nothing was
// said about them.
func (d *Dispatcher) release(ctx context.Context) error {
	_, _, err := d.Outbox.Recover(context.WithoutCancel(ctx))
	return err
}

// one sends a mail and records the outcome. An error means that no other mail
// would fare better now.
func (d *Dispatcher) one(ctx context.Context, m tracker.OutboxMail) error {
	var storeErr error
	err := d.Transport.Send(ctx, m, func() error {
		storeErr = d.Outbox.Committing(ctx, m.ID)
		return storeErr
	})
	stopped := ctx.Err()
	ctx = context.WithoutCancel(ctx) // what has happened is recorded in any case
	switch {
	case storeErr != nil:
		return fmt.Errorf("commit mail %d: %w", m.ID, storeErr)
	case stopped != nil && err != nil && codeOf(err) == 0 && !inDoubt(err):
		return stopped // we hung up ourselves
	case err == nil:
		return d.record(ctx, m, func() error { return d.Outbox.Sent(ctx, m.ID, d.Now()) })
	}
	return d.failed(ctx, m, err)
}

// failed decides what an error means: for this mail, or for all of them.
func (d *Dispatcher) failed(ctx context.Context, m tracker.OutboxMail, err error) error {
	var e *SendError
	switch {
	case !errors.As(err, &e), e.OfServer():
		return err
	case e.InDoubt() && !m.Kind.ResendAfterDoubt():
		d.Log.Warn("mail in doubt, not sent again", "mail", m.ID, "kind", m.Kind, "error", err)
		return d.release(ctx) // its row is committing: in doubt
	}
	next := d.Retry.next(m, e.Code(), d.Now())
	m.LastError, m.Attempts = err.Error(), m.Attempts+1
	if recordErr := d.record(ctx, m, func() error { return d.Outbox.Defer(ctx, m.ID, next, m.LastError) }); recordErr != nil {
		return recordErr
	}
	if next.IsZero() {
		d.Log.Warn("mail given up", "mail", m.ID, "kind", m.Kind, "attempts", m.Attempts, "error", err)
	} else {
		d.Log.Warn("mail not sent", "mail", m.ID, "kind", m.Kind, "attempts", m.Attempts, "again", next, "error", err)
	}
	if next.IsZero() && d.OnFailed != nil {
		m.State = tracker.OutboxFailed
		d.OnFailed(m)
	}
	return nil
}

func codeOf(err error) int {
	var e *SendError
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

func inDoubt(err error) bool {
	var e *SendError
	return errors.As(err, &e) && e.InDoubt()
}

// recordTries is how often an outcome is offered to a busy store, a second
// apart.
const recordTries = 30

// record stores an outcome. It is worth waiting for: a sent mail whose row does
// not know it is sent again after a restart.
func (d *Dispatcher) record(ctx context.Context, m tracker.OutboxMail, store func() error) error {
	var err error
	for range recordTries {
		if err = store(); err == nil || !errors.Is(err, tracker.ErrBusy) {
			break
		}
		time.Sleep(time.Second)
	}
	if err != nil {
		return fmt.Errorf("record outcome of mail %d: %w", m.ID, err)
	}
	return nil
}

// Retry says when a deferred mail is tried again, and for how long.
type Retry struct {
	Delays      []time.Duration // after the first, second … attempt; the last one repeats
	GiveUp      time.Duration   // since the mail was made
	Assignments time.Duration   // GiveUp of assignments: work hangs on them
}

// DefaultRetry is the policy of a submission client in the spirit of RFC 5321
// §4.5.4.1.
func DefaultRetry() Retry {
	return Retry{
		Delays: []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour},
		GiveUp: 48 * time.Hour, Assignments: 120 * time.Hour,
	}
}

// next is when to try again after the failed attempt, zero for never: the
// server refused for good (5xx), or the mail is too old.
func (r Retry) next(m tracker.OutboxMail, code int, now time.Time) time.Time {
	if len(r.Delays) == 0 {
		r = DefaultRetry()
	}
	limit := r.GiveUp
	if m.Kind == tracker.KindAssignment {
		limit = cmp.Or(r.Assignments, r.GiveUp)
	}
	if code >= 500 || now.Sub(m.CreatedAt) >= limit {
		return time.Time{}
	}
	return now.Add(r.Delays[min(m.Attempts, len(r.Delays)-1)])
}

// outage is a time in which the server, or the store, answers nobody. It is
// waited out as a whole, so that it does not use up the attempts of every mail.
type outage struct {
	failures int
	until    time.Time
	told     time.Time
}

func (o *outage) over(now time.Time) bool { return !now.Before(o.until) }

// pauses between attempts to reach a silent server.
var pauses = [...]time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second}

// note starts, prolongs or ends the outage, and says so: at once, then at most
// once a minute.
func (d *Dispatcher) note(o *outage, err error) {
	now := d.Now()
	switch {
	case errors.Is(err, context.Canceled):
		return
	case err == nil && o.failures > 0:
		d.Log.Info("sending again", "failures", o.failures)
		*o = outage{}
	case err != nil:
		o.until = now.Add(pauses[min(o.failures, len(pauses)-1)])
		o.failures++
		if o.told.IsZero() || now.Sub(o.told) >= time.Minute {
			o.told = now
			d.Log.Error("cannot send mail now", "error", err, "again", o.until)
		}
	}
}
