package main

import (
	"context"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
)

func (a *app) ticketsCommand() *cobra.Command {
	var asJSON bool
	var q tracker.TicketQuery
	cmd := &cobra.Command{
		Use:   "tickets",
		Short: "List tickets",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.tickets(cmd.Context(), q, asJSON) },
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "print a JSON array")
	f.BoolVar(&q.Open, "open", false, "only those that still ask for work")
	f.StringVar(&q.Priority, "priority", "", "only this `PRIORITY`, such as P1")
	f.StringVar(&q.Partner, "partner", "", "only this `PARTNER`'s")
	f.StringVar(&q.Type, "type", "", "only this `TYPE`")
	f.StringVar(&q.Environment, "env", "", "only this `ENVIRONMENT`")
	f.StringVar(&q.Search, "search", "", "only those with all these `WORDS` in key, title, requester or mails")
	return cmd
}

func (a *app) tickets(ctx context.Context, q tracker.TicketQuery, asJSON bool) error {
	c, err := a.load(config.SectionStore, config.SectionTimezone)
	if err != nil {
		return err
	}
	list, err := listTickets(ctx, c, q)
	if err != nil {
		return err
	}
	if asJSON {
		out := []shownTicket{}
		for _, t := range list {
			out = append(out, shown(t, c.Desk.Zone))
		}
		return printJSON(a.out, out)
	}
	return ticketTable(a.out, list)
}

// listTickets gives none where there is no store yet.
func listTickets(ctx context.Context, c *config.Config, q tracker.TicketQuery) (list []tracker.Ticket, err error) {
	s, err := readStore(ctx, c)
	if s == nil || err != nil {
		return nil, err
	}
	defer s.Close()
	err = s.View(ctx, func(v tracker.View) error {
		list, err = v.Tickets(ctx, q)
		return err
	})
	return list, err
}

func ticketTable(w io.Writer, list []tracker.Ticket) error {
	t := newTable("Key", "Status", "Pri", "Type", "Environment", "Partner", "Requester", "Title")
	for _, k := range list {
		t.AppendRow(table.Row{k.Key, k.Status, k.Priority, k.Type, k.Environment, k.Partner, k.Requester.Address, cut(k.Title, 60)})
	}
	return writeTable(w, t)
}

func newTable(head ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options = table.OptionsNoBordersAndSeparators
	t.Style().Box.PaddingLeft = ""
	t.AppendHeader(head)
	return t
}

// writeTable prints a table without blanks at the ends of its lines.
func writeTable(w io.Writer, t table.Writer) error {
	for line := range strings.SplitSeq(t.Render(), "\n") {
		if _, err := io.WriteString(w, strings.TrimRight(line, " ")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
