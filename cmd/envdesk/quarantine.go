package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/sqlstore"
)

func (a *app) quarantineCommand() *cobra.Command {
	list := func(cmd *cobra.Command, _ []string) error { return a.listQuarantine(cmd.Context()) }
	cmd := &cobra.Command{Use: "quarantine", Short: "Mails that could not be taken in: list, show, release, drop", Args: cobra.NoArgs, RunE: list}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List them", Args: cobra.NoArgs, RunE: list},
		a.showQuarantined(),
		a.onQuarantined("release", "Take a mail in after all", a.releaseQuarantined),
		a.onQuarantined("drop", "End a mail; its bytes stay in the store", func(ctx context.Context, d *desk.Desk, id int64) error { return d.Drop(ctx, id) }),
	)
	return cmd
}

// onQuarantined is a subcommand on one mail.
func (a *app) onQuarantined(name, short string, f func(context.Context, *desk.Desk, int64) error) *cobra.Command {
	return &cobra.Command{
		Use: name + " ID", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := numberOf("quarantine "+name, args[0])
			if err != nil {
				return err
			}
			return a.withDesk(cmd.Context(), openExisting, func(d *desk.Desk) error { return f(cmd.Context(), d, id) })
		},
	}
}

func (a *app) listQuarantine(ctx context.Context) error {
	return a.reading(ctx, func(c *config.Config, s *sqlstore.Store) error {
		t := newTable("ID", "Received", "From", "Size", "Subject", "Why")
		if s == nil {
			return writeTable(a.out, t)
		}
		err := s.View(ctx, func(v tracker.View) error {
			rows, err := v.Quarantined(ctx)
			for _, r := range rows {
				t.AppendRow(table.Row{r.ID, shortTime(r.Received, c.Desk.Zone), r.From.Address, r.Size, cut(r.Subject, 40), r.Reason})
			}
			return err
		})
		if err != nil {
			return err
		}
		return writeTable(a.out, t)
	})
}

func (a *app) showQuarantined() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Print a mail's bytes", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := numberOf("quarantine show", args[0])
			if err != nil {
				return err
			}
			return a.view(cmd.Context(), "mail "+args[0], func(_ *config.Config, v tracker.View) error {
				return v.Raw(cmd.Context(), id, a.out)
			})
		},
	}
}

func (a *app) releaseQuarantined(ctx context.Context, d *desk.Desk, id int64) error {
	o, err := d.Release(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s %s: %s\n", o.Action, o.Key, o.Reason)
	return err
}
