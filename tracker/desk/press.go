package desk

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"envdesk/tracker"
)

// press composes mails beside the transaction that decides them and puts them
// into the outbox in the order of their notices. Composing is pure and dear;
// deciding needs the mails before it, and so goes one by one.
type press struct {
	compose tracker.Composer
	slots   chan struct{} // one for each mail that is being composed
	jobs    []*job        // not yet in the outbox
	added   int           // mails that are new in the outbox
}

// job is a notice on its way to the outbox.
type job struct {
	notice  tracker.Notice
	key     string // of the ticket
	done    chan struct{}
	mail    tracker.Mail
	problem string
	err     error
}

func newPress(c tracker.Composer) *press {
	return &press{compose: c, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// add begins to compose a notice about the ticket as it is now. It does not wait.
func (p *press) add(n tracker.Notice, t tracker.Ticket) {
	j := &job{notice: n, key: t.Key, done: make(chan struct{})}
	p.jobs = append(p.jobs, j)
	go func() {
		defer close(j.done)
		p.slots <- struct{}{}
		defer func() { <-p.slots }()
		defer func() {
			if r := recover(); r != nil {
				j.err = fmt.Errorf("composing panicked: %v", r)
			}
		}()
		j.mail, j.problem, j.err = p.compose.Compose(n, t)
	}()
}

// enqueueReady puts those at the head that are composed already into the outbox.
// It must not be called inside a savepoint that may be undone.
func (p *press) enqueueReady(ctx context.Context, tx tracker.Tx) error {
	for len(p.jobs) > 0 {
		select {
		case <-p.jobs[0].done:
			if err := p.enqueueFirst(ctx, tx); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

// enqueue puts the rest into the outbox and returns how many mails of all are new
// there. A notice that cannot be composed never undoes a ticket: the manager is
// told.
func (p *press) enqueue(ctx context.Context, tx tracker.Tx) (added int, err error) {
	for len(p.jobs) > 0 {
		<-p.jobs[0].done
		if err := p.enqueueFirst(ctx, tx); err != nil {
			return p.added, err
		}
	}
	return p.added, nil
}

func (p *press) enqueueFirst(ctx context.Context, tx tracker.Tx) error {
	j := p.jobs[0]
	p.jobs = p.jobs[1:]
	if err := j.alert(ctx, tx); err != nil || j.err != nil {
		return err
	}
	fresh, err := tx.Enqueue(ctx, j.notice, j.mail)
	if fresh {
		p.added++
	}
	return err
}

// waiting counts the notices of a kind that are not in the outbox yet.
func (p *press) waiting(k tracker.NoticeKind) (n int) {
	for _, j := range p.jobs {
		if j.notice.Kind == k {
			n++
		}
	}
	return n
}

// drop waits for what is being composed and forgets all that was added since.
func (p *press) drop(since int) {
	for _, j := range p.jobs[since:] {
		<-j.done
	}
	p.jobs = p.jobs[:since]
}

// retellTemplate is how long the manager hears no more of a template that he was
// told of.
const retellTemplate = 24 * time.Hour

// alert tells the manager of what went wrong with the mail, if anything did: of a
// mail that is lost, and once a day of a template. That he was told the store
// knows, so that what a transaction said that came to nothing is said again.
func (j *job) alert(ctx context.Context, tx tracker.Tx) error {
	a := tracker.Alert{At: j.notice.At, Kind: tracker.AlertTemplate, Ticket: j.key}
	if j.err != nil {
		a.Line = fmt.Sprintf("the mail %s to %s could not be written: %v", j.notice.Kind, j.notice.To.Address, j.err)
		return tx.AddAlert(ctx, a)
	}
	for line := range strings.Lines(j.problem) {
		a.Line = strings.TrimSpace(line)
		file, _, _ := strings.Cut(a.Line, ":")
		if err := tx.AddAlertOnce(ctx, a, file+":", a.At.Add(-retellTemplate)); err != nil {
			return err
		}
	}
	return nil
}
