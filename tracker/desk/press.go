package desk

import (
	"context"
	"fmt"
	"runtime"

	"envdesk/tracker"
)

// press composes mails beside the transaction that decides them and puts them
// into the outbox in the order of their notices. Composing is pure and dear;
// deciding needs the mails before it, and so goes one by one.
type press struct {
	compose tracker.Composer
	slots   chan struct{} // one for each mail that is being composed
	jobs    []*job
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

// add begins to compose a notice about the ticket as it is now.
func (p *press) add(n tracker.Notice, t tracker.Ticket) {
	j := &job{notice: n, key: t.Key, done: make(chan struct{})}
	p.jobs = append(p.jobs, j)
	p.slots <- struct{}{}
	go func() {
		defer close(j.done)
		defer func() { <-p.slots }()
		defer func() {
			if r := recover(); r != nil {
				j.err = fmt.Errorf("composing panicked: %v", r)
			}
		}()
		j.mail, j.problem, j.err = p.compose.Compose(n, t)
	}()
}

// enqueue puts all that was composed into the outbox and returns how many mails
// are new there. A notice that cannot be composed never undoes a ticket: the
// manager is told.
func (p *press) enqueue(ctx context.Context, tx tracker.Tx) (added int, err error) {
	for _, j := range p.jobs {
		<-j.done
		if err := j.alert(ctx, tx); err != nil {
			return added, err
		}
		if j.err != nil {
			continue
		}
		fresh, err := tx.Enqueue(ctx, j.notice, j.mail)
		if err != nil {
			return added, err
		}
		if fresh {
			added++
		}
	}
	p.jobs = nil
	return added, nil
}

// drop waits for what is being composed and forgets all that was added since.
func (p *press) drop(since int) {
	for _, j := range p.jobs[since:] {
		<-j.done
	}
	p.jobs = p.jobs[:since]
}

// alert tells the manager of what went wrong with the mail, if anything did.
func (j *job) alert(ctx context.Context, tx tracker.Tx) error {
	problem := j.problem
	if j.err != nil {
		problem = fmt.Sprintf("the mail %s to %s could not be written: %v", j.notice.Kind, j.notice.To.Address, j.err)
	}
	if problem == "" {
		return nil
	}
	return tx.AddAlert(ctx, tracker.Alert{At: j.notice.At, Kind: tracker.AlertTemplate, Ticket: j.key, Line: problem})
}
