package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin/mailbox"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

// How often serve looks after what no mail triggers.
const (
	tickEvery       = 5 * time.Second
	checkpointEvery = time.Minute
	conserveEvery   = time.Hour
)

func (a *app) serveCommand() *cobra.Command {
	var sandboxed bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the desk: listen, track, send",
		Long: "Run the desk on the mail servers of the configuration. With --sandbox, or when there is no\n" +
			"configuration at all, a built-in mail server on loopback takes their place.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), sandboxed) },
	}
	cmd.Flags().BoolVar(&sandboxed, "sandbox", false, "use the built-in mail server on loopback")
	return cmd
}

func (a *app) serve(ctx context.Context, sandboxed bool) error {
	if !sandboxed && a.configFile == "" && !exists(defaultConfig) {
		fmt.Fprintf(a.out, "There is no %s here: running on the built-in mail server with sample people and partners.\n", defaultConfig)
		sandboxed = true
	}
	sections := config.AllSections()
	if sandboxed {
		sections = config.DeskSections()
	}
	c, err := a.load(sections...)
	if err != nil {
		return err
	}
	release, err := sqlstore.LockInstance(c.Store)
	if err != nil {
		return err
	}
	defer release()
	if sandboxed {
		if err := onlySandbox(ctx, c); err != nil {
			return err
		}
		stop, err := a.startSandbox(c)
		if err != nil {
			return err
		}
		defer stop()
	}
	log := slog.New(slog.NewTextHandler(a.err, nil))
	for _, w := range c.Warnings(time.Now()) {
		log.Warn(w.Error())
	}
	return a.serveOn(ctx, c, log)
}

// serveOn runs the desk on the mail servers of the configuration until ctx ends.
func (a *app) serveOn(ctx context.Context, c *config.Config, log *slog.Logger) error {
	store, err := waitForStore(ctx, c, log)
	if err != nil {
		return err
	}
	defer store.Close()
	s, err := newService(c, store, time.Now, log)
	if err != nil {
		return err
	}
	log.Info("desk is open", "address", c.Desk.Address, "store", c.Store, "mailboxes", len(s.listeners))
	return s.run(ctx)
}

// storePause is how long a store that cannot be opened now gets.
const storePause = 2 * time.Second

// waitForStore opens the store; one that is locked or full it tries again.
func waitForStore(ctx context.Context, c *config.Config, log *slog.Logger) (*sqlstore.Store, error) {
	for said := false; ; said = true {
		store, err := openStore(ctx, c)
		if !errors.Is(err, tracker.ErrBusy) {
			return store, err
		}
		if !said {
			log.Warn("the store cannot be opened now; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(storePause):
		}
	}
}

// service is a running desk.
type service struct {
	desk       *desk.Desk
	store      *sqlstore.Store
	listeners  []*mailbox.Listener
	dispatcher *mailout.Dispatcher
	wake       chan struct{}
	told       map[tracker.Position]bool // mails without a row that the manager heard of
	ticked     time.Time                 // as of when the last tick was
	log        *slog.Logger
}

func newService(c *config.Config, store *sqlstore.Store, now func() time.Time, log *slog.Logger) (*service, error) {
	d, err := newDesk(c, store, now, log)
	if err != nil {
		return nil, err
	}
	s := &service{desk: d, store: store, wake: make(chan struct{}, 1), told: map[tracker.Position]bool{}, log: log}
	d.Wake = s.wakeDispatcher
	for _, m := range c.IMAP {
		l, err := newListener(m, sink{d, log}, listenerOptions{now: now, log: log})
		if err != nil {
			return nil, err
		}
		s.listeners = append(s.listeners, l)
	}
	transport, err := newTransport(c)
	if err != nil {
		return nil, err
	}
	s.dispatcher = &mailout.Dispatcher{Outbox: store.Outbox(), Transport: transport, Now: now, Log: log, OnFailed: s.gaveUp}
	return s, nil
}

// wakeDispatcher never blocks: one wake-up that was not yet seen is enough.
func (s *service) wakeDispatcher() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *service) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, l := range s.listeners {
		g.Go(func() error { return l.Run(ctx) })
	}
	g.Go(func() error { return s.dispatcher.Run(ctx, s.wake) })
	s.every(ctx, g, tickEvery, "tick", s.tick)
	s.every(ctx, g, checkpointEvery, "checkpoint", s.store.Checkpoint)
	s.every(ctx, g, conserveEvery, "conservation check", s.conserve)
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// tick does what is due, as of the instant up to which all mail is known: an
// answer that lies unread in a mailbox must not be reminded of.
func (s *service) tick(ctx context.Context) error {
	now := s.desk.Now()
	known := now
	for _, l := range s.listeners {
		if upTo := l.CaughtUp(now); upTo.Before(known) {
			known = upTo
		}
	}
	if known.IsZero() {
		return s.desk.TellAlerts(ctx, now)
	}
	if known.Before(s.ticked) {
		known = s.ticked
	}
	s.ticked = known
	if err := s.desk.Watched(ctx, known); err != nil {
		return err
	}
	_, err := s.desk.Tick(ctx, known)
	return err
}

// every does a chore now and again until ctx ends; a failure is logged and tried again.
func (s *service) every(ctx context.Context, g *errgroup.Group, pause time.Duration, what string, f func(context.Context) error) {
	g.Go(func() error {
		ticker := time.NewTicker(pause)
		defer ticker.Stop()
		for {
			if err := f(ctx); err != nil && ctx.Err() == nil {
				s.log.Error(what, "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-ticker.C:
			}
		}
	})
}

// conserve checks that every mail on the servers, up to where the desk has
// read, has its row. A mail is told of once.
func (s *service) conserve(ctx context.Context) error {
	for _, l := range s.listeners {
		validity, uids, err := l.UIDs(ctx)
		if err != nil {
			continue // no server: the listener tells of that
		}
		lost, _, err := lostMails(ctx, s.store, l.Name(), validity, uids)
		if err != nil {
			return err
		}
		for _, uid := range lost {
			if err := s.passedOver(ctx, tracker.Position{Mailbox: l.Name(), UIDValidity: validity, UID: uid}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *service) passedOver(ctx context.Context, p tracker.Position) error {
	if s.told[p] {
		return nil
	}
	s.log.Error("a mail on the server has no row", "mailbox", p.Mailbox, "uid", p.UID)
	line := fmt.Sprintf("the mail with UID %d in %s was passed over; envdesk verify shows all such mails", p.UID, p.Mailbox)
	if err := s.desk.Alert(ctx, tracker.Alert{At: time.Now(), Kind: tracker.AlertQuarantine, Line: line}); err != nil {
		return err
	}
	s.told[p] = true
	return nil
}

// gaveUp tells the manager of a mail that could not be sent.
func (s *service) gaveUp(m tracker.OutboxMail) {
	if m.Kind == tracker.KindAlert {
		return // an alert of it would fail the same way; the log has it
	}
	line := fmt.Sprintf("the mail %q to %s could not be sent: %s", m.Mail.Subject, m.Mail.To, m.LastError)
	err := s.desk.Alert(context.Background(), tracker.Alert{At: time.Now(), Kind: tracker.AlertBounce, Line: line})
	if err != nil {
		s.log.Error("alert the manager", "error", err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
