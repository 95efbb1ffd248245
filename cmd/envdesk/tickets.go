package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/sla"
	"envdesk/tracker/sqlstore"
)

func (a *app) ticketsCommand() *cobra.Command {
	var l ticketList
	cmd := &cobra.Command{
		Use:   "tickets",
		Short: "List tickets",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.tickets(cmd.Context(), l) },
	}
	f := cmd.Flags()
	f.BoolVar(&l.json, "json", false, "print a JSON array")
	f.BoolVar(&l.query.Open, "open", false, "only those that still ask for work")
	f.BoolVar(&l.late, "late", false, "only open ones of which a clock is late now")
	f.StringVar(&l.query.Priority, "priority", "", "only this `PRIORITY`, such as P1")
	f.StringVar(&l.query.Partner, "partner", "", "only this `PARTNER`'s")
	f.StringVar(&l.query.Type, "type", "", "only this `TYPE`")
	f.StringVar(&l.query.Environment, "env", "", "only this `ENVIRONMENT`")
	f.StringVar(&l.query.Search, "search", "", "only those with all these `WORDS` in key, title, requester or mails")
	return cmd
}

// ticketList is what to list, and how.
type ticketList struct {
	query tracker.TicketQuery
	late  bool // only open ones of which a clock is late now
	json  bool // with the clocks of those too that are not open
}

// clockedTicket is a ticket with its clocks, where the list tells them.
type clockedTicket struct {
	tracker.Ticket
	clocks []sla.State
}

func (a *app) tickets(ctx context.Context, l ticketList) error {
	return a.reading(ctx, func(c *config.Config, s *sqlstore.Store) error {
		var list []clockedTicket
		k := timekeeper{config: c, now: a.now()}
		if s != nil {
			err := s.View(ctx, func(v tracker.View) (err error) {
				if k, err = newTimekeeper(ctx, v, c, k.now); err != nil {
					return err
				}
				list, err = k.list(ctx, v, l)
				return err
			})
			if err != nil {
				return err
			}
		}
		if !l.json {
			return ticketTable(a.out, list, k)
		}
		out := []shownTicket{}
		for _, t := range list {
			out = append(out, shown(t.Ticket, t.clocks, c.Desk.Zone))
		}
		return printJSON(a.out, out)
	}, config.ClockSections()...)
}

// list reads tickets and their clocks. The events of tickets that are not open
// are read only where their clocks are asked for.
func (k timekeeper) list(ctx context.Context, v tracker.View, l ticketList) ([]clockedTicket, error) {
	l.query.Open = l.query.Open || l.late
	tickets, err := v.Tickets(ctx, l.query)
	if err != nil {
		return nil, err
	}
	var out []clockedTicket
	for _, t := range tickets {
		row := clockedTicket{Ticket: t}
		if l.json || t.Status.Open() {
			events, err := v.Events(ctx, t.ID)
			if err != nil {
				return nil, err
			}
			if row.clocks, err = k.states(events); err != nil {
				return nil, err
			}
		}
		if !l.late || slices.ContainsFunc(row.clocks, lateNow) {
			out = append(out, row)
		}
	}
	return out, nil
}

func ticketTable(w io.Writer, list []clockedTicket, k timekeeper) error {
	t := newTable("Key", "Status", "Pri", "Due", "Type", "Environment", "Partner", "Requester", "Title")
	words := wording{k.config.Desk.Zone, k.now}
	for _, r := range list {
		t.AppendRow(table.Row{r.Key, r.Status, r.Priority, words.dueCell(r.clocks), r.Type, r.Environment, r.Partner, r.Requester.Address, cut(r.Title, 60)})
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
