package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/smtp"
	"sync"
	"sync/atomic"
	"time"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin/sandbox"
	"envdesk/mailout"
	"envdesk/testdata/demo"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

const (
	// demoTick is how often the desk looks at its clock in the demo's time.
	demoTick = 15 * time.Minute
	// demoPatience is how long a mail may take to the desk, in real time.
	demoPatience = 15 * time.Second
)

// stage is a whole desk on the built-in mail server, with a clock that only the
// demo moves.
type stage struct {
	zone       *time.Location
	address    tracker.Address
	clock      *stageClock
	server     *sandbox.Server
	store      *sqlstore.Store
	desk       *desk.Desk
	dispatcher *mailout.Dispatcher
	sent       *postbag
	outcomes   chan desk.Outcome
	woken      atomic.Bool // the desk has put mails into the outbox
	received   int
	stop       func() // ends the listener
}

// scene is a mail that was played, with what the desk made of it; or, where the
// mail has only a time, what the clock did.
type scene struct {
	mail     demo.Mail
	letter   letter
	outcomes []desk.Outcome
	sent     []tracker.OutboxMail
	tickets  []tracker.Ticket // that may have changed, as they are now
}

// openStage starts the mail server, the desk and its listener.
func openStage(ctx context.Context, c *config.Config, start time.Time, log *slog.Logger) (_ *stage, err error) {
	s := &stage{
		zone: c.Desk.Zone, address: tracker.Address{Name: c.Desk.Name, Address: c.Desk.Address}, clock: &stageClock{},
		outcomes: make(chan desk.Outcome, 16), stop: func() {},
	}
	s.clock.set(start)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	s.server, err = sandbox.Start(sandbox.Options{
		Desk: c.Desk.Address, AuthservID: sandboxAuthserv, Now: s.clock.Now,
		Unproved: []string{demo.UnprovedDomain}, Failing: []string{demo.FailingDomain},
	})
	if err != nil {
		return nil, fmt.Errorf("start the built-in mail server: %w", err)
	}
	useSandbox(c, s.server)
	if s.store, err = openStore(ctx, c); err != nil {
		return nil, err
	}
	if s.desk, err = newDesk(c, s.store, s.clock.Now, log); err != nil {
		return nil, err
	}
	s.desk.Wake = func() { s.woken.Store(true) }
	if err := s.connect(c, log); err != nil {
		return nil, err
	}
	return s, s.listen(ctx, c, log)
}

// connect builds the way out.
func (s *stage) connect(c *config.Config, log *slog.Logger) error {
	transport, err := newTransport(c)
	if err != nil {
		return err
	}
	s.sent = &postbag{next: transport}
	s.dispatcher = &mailout.Dispatcher{Outbox: s.store.Outbox(), Transport: s.sent, Now: s.clock.Now, Log: log}
	return nil
}

// listen starts the way in.
func (s *stage) listen(ctx context.Context, c *config.Config, log *slog.Logger) error {
	l, err := newListener(c.IMAP[0], stageSink{sink{s.desk, log}, s.outcomes}, listenerOptions{now: s.clock.Now, log: log})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { _ = l.Run(ctx) }) // it ends without an error when it is asked to
	s.stop = func() {
		cancel()
		running.Wait()
	}
	return nil
}

func (s *stage) close() error {
	s.stop()
	var errs []error
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.server != nil {
		errs = append(errs, s.server.Close())
	}
	return errors.Join(errs...)
}

// play lets a person send a mail, and waits until the desk has taken it in and
// has sent what it has to say.
func (s *stage) play(ctx context.Context, m demo.Mail) (scene, error) {
	sc := scene{mail: m}
	var err error
	if sc.letter, err = s.write(m); err != nil {
		return sc, err
	}
	for range m.Times {
		if err := smtp.SendMail(s.server.SMTPAddr(), nil, sc.letter.from, []string{sc.letter.to}, sc.letter.raw); err != nil {
			return sc, fmt.Errorf("send to %s: %w", sc.letter.to, err)
		}
	}
	for range m.Times {
		o, err := s.outcome(ctx)
		if err != nil {
			return sc, err
		}
		sc.outcomes = append(sc.outcomes, o)
	}
	s.received += m.Times
	if _, sc.sent, err = s.settle(ctx); err != nil {
		return sc, err
	}
	sc.tickets, err = s.ticketsOf(ctx, sc.outcomes)
	return sc, err
}

func (s *stage) outcome(ctx context.Context) (desk.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	select {
	case o := <-s.outcomes:
		return o, nil
	case <-ctx.Done():
		return desk.Outcome{}, fmt.Errorf("wait for the desk to take the mail in: %w", ctx.Err())
	}
}

func (s *stage) ticketsOf(ctx context.Context, outcomes []desk.Outcome) (out []tracker.Ticket, err error) {
	err = s.store.View(ctx, func(v tracker.View) error {
		for _, o := range outcomes {
			if o.Key == "" {
				continue
			}
			t, err := v.TicketByKey(ctx, o.Key)
			if err != nil {
				return fmt.Errorf("ticket %s: %w", o.Key, err)
			}
			out = append(out, t)
		}
		return nil
	})
	return out, err
}

// passTime moves the clock to the time, tick by tick. It tells of what the clock
// did by itself.
func (s *stage) passTime(ctx context.Context, to time.Time, tell func(scene)) error {
	for next := s.clock.Now().Truncate(demoTick).Add(demoTick); !next.After(to); next = next.Add(demoTick) {
		s.clock.set(next)
		due, sent, err := s.settle(ctx)
		if err != nil {
			return err
		}
		if due == 0 && len(sent) == 0 {
			continue
		}
		sc := scene{mail: demo.Mail{Directions: demo.Directions{At: next}}, sent: sent}
		if sc.tickets, err = s.allTickets(ctx); err != nil {
			return err
		}
		tell(sc)
	}
	s.clock.set(to)
	return nil
}

func (s *stage) allTickets(ctx context.Context) (out []tracker.Ticket, err error) {
	err = s.store.View(ctx, func(v tracker.View) error {
		out, err = v.Tickets(ctx, tracker.TicketQuery{})
		return err
	})
	return out, err
}

// settle does what is due now and sends what waits. It tells how many tickets
// were due, and what was sent.
func (s *stage) settle(ctx context.Context) (due int, sent []tracker.OutboxMail, err error) {
	pass, err := s.desk.Tick(ctx, s.clock.Now())
	if err != nil {
		return 0, nil, fmt.Errorf("tick: %w", err)
	}
	before := len(s.sent.mails)
	if !s.woken.Swap(false) {
		return pass.Tickets, nil, nil
	}
	if err := s.dispatcher.Drain(ctx); err != nil {
		return 0, nil, fmt.Errorf("send mail: %w", err)
	}
	return pass.Tickets, s.sent.mails[before:], nil
}

// stageClock is the time of the demo. It stands still until it is set.
type stageClock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time that was set last.
func (c *stageClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *stageClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// stageSink tells what became of each mail.
type stageSink struct {
	sink
	outcomes chan<- desk.Outcome
}

// Receive tells of a batch once, when all of it is taken.
func (s stageSink) Receive(ctx context.Context, batch []tracker.Delivery) error {
	out, err := s.desk.Receive(ctx, batch)
	if err != nil {
		return err
	}
	for _, o := range out {
		select {
		case s.outcomes <- o:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// postbag keeps the mails of the outbox that the server has taken.
type postbag struct {
	next  mailout.Transport
	mails []tracker.OutboxMail
}

// Send implements mailout.Transport.
func (s *postbag) Send(ctx context.Context, m tracker.OutboxMail, beforeDot func() error) error {
	err := s.next.Send(ctx, m, beforeDot)
	if err == nil {
		s.mails = append(s.mails, m)
	}
	return err
}
