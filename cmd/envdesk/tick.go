package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

func (a *app) tickCommand() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "tick",
		Short: "Remind and send what is due, once",
		Long: "Do one pass of all that is due: remind of tickets, tell the manager of alerts, send reports and digests,\n" +
			"and what waits in the outbox. For cron, where no serve runs; beside a running serve it leaves the sending to that.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if at == "" {
				return a.tick(cmd.Context(), a.now)
			}
			when, err := timeArg("--at", at)
			if err != nil {
				return err
			}
			return a.tick(cmd.Context(), func() time.Time { return when })
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "the `TIME` of the pass in RFC 3339 (default now)")
	return cmd
}

// tick does one pass at the time that now gives.
func (a *app) tick(ctx context.Context, now func() time.Time) error {
	return a.sending(ctx, now, func(d *desk.Desk) error {
		pass, err := d.Tick(ctx, now())
		if err == nil {
			fmt.Fprintf(a.out, "%s due: %s\n", count(pass.Tickets, "ticket"), count(pass.Mails, "mail"))
		}
		return err
	})
}

// sending calls f with the desk at the time that now gives, and then sends what
// waits in the outbox.
func (a *app) sending(ctx context.Context, now func() time.Time, f func(*desk.Desk) error) error {
	c, err := a.loadForTick()
	if err != nil {
		return err
	}
	s, err := openStore(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	log := slog.New(slog.NewTextHandler(a.err, nil))
	d, err := newDesk(c, s, now, log)
	if err != nil {
		return err
	}
	if err := f(d); err != nil {
		return err
	}
	return a.sendWaiting(ctx, c, s, &mailout.Dispatcher{Outbox: s.Outbox(), Now: now, Log: log})
}

// loadForTick leaves the server that sends out where the configuration has none.
func (a *app) loadForTick() (*config.Config, error) {
	c, err := a.load(config.DeskSections()...)
	if err != nil || c.SMTP == nil {
		return c, err
	}
	return a.load(append(config.DeskSections(), config.SectionSMTP)...)
}

// sendWaiting sends what is due in the outbox, unless a serve does so.
func (a *app) sendWaiting(ctx context.Context, c *config.Config, s *sqlstore.Store, d *mailout.Dispatcher) error {
	if c.SMTP == nil {
		fmt.Fprintln(a.out, "No server that sends is configured: the mails wait in the outbox.")
		return nil
	}
	release, err := sqlstore.LockInstance(c.Store)
	if errors.Is(err, sqlstore.ErrInUse) {
		fmt.Fprintf(a.out, "The mails are left to the running serve (%v).\n", err)
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	transport, err := newTransport(c)
	if err != nil {
		return err
	}
	d.Transport = transport
	if err := d.Drain(ctx); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}
