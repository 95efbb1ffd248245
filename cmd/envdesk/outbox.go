package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/sqlstore"
)

func (a *app) outboxCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "Show what waits to be sent; retry or drop a mail",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listOutbox(cmd.Context(), all) },
	}
	list := &cobra.Command{Use: "list", Short: "Show what waits to be sent", Args: cobra.NoArgs, RunE: cmd.RunE}
	for _, c := range []*cobra.Command{cmd, list} {
		c.Flags().BoolVar(&all, "all", false, "show sent mails too")
	}
	cmd.AddCommand(list,
		a.outboxChange("retry", "Send a mail that failed, waits or is in doubt as soon as possible", (*sqlstore.Store).RetryMail),
		a.outboxChange("drop", "Never send a mail", (*sqlstore.Store).DropMail))
	return cmd
}

// outboxChange is a subcommand that changes one mail of the outbox.
func (a *app) outboxChange(name, short string, change func(*sqlstore.Store, context.Context, int64) error) *cobra.Command {
	return &cobra.Command{
		Use: name + " ID", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := numberOf("outbox "+name, args[0])
			if err != nil {
				return err
			}
			return a.withStore(cmd.Context(), func(s *sqlstore.Store) error {
				if err := change(s, cmd.Context(), id); err != nil {
					return fmt.Errorf("outbox %s %d: %w", name, id, err)
				}
				return nil
			})
		},
	}
}

func (a *app) listOutbox(ctx context.Context, all bool) error {
	return a.reading(ctx, func(c *config.Config, s *sqlstore.Store) (err error) {
		var mails []tracker.OutboxMail
		if s != nil {
			mails, err = s.Outbox().List(ctx, "")
		}
		if err != nil {
			return err
		}
		return writeTable(a.out, outboxTable(mails, all, c.Desk.Zone))
	})
}

func outboxTable(mails []tracker.OutboxMail, all bool, zone *time.Location) table.Writer {
	t := newTable("ID", "State", "Kind", "To", "Tries", "Next", "Subject", "Last error")
	for _, m := range mails {
		if done := m.State == tracker.OutboxSent || m.State == tracker.OutboxDropped; done && !all {
			continue
		}
		t.AppendRow(table.Row{m.ID, m.State, m.Kind, m.Mail.To, m.Attempts, shortTime(m.NextAt, zone), cut(m.Mail.Subject, 40), cut(m.LastError, 60)})
	}
	return t
}

func shortTime(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04:05")
}
