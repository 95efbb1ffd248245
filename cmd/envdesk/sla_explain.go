package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/sla"
)

func (a *app) slaExplainCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain KEY",
		Short: "Say why a ticket is due when it is due, segment by segment",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), args[0], func(c *config.Config, v tracker.View) error {
				t, events, err := findTicket(cmd.Context(), v, args[0])
				if err != nil {
					return err
				}
				e, err := timekeeper{c, a.now()}.explain(t, events)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(a.out, e)
				}
				return e.print(a.out)
			}, config.ClockSections()...)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

// explainedClocks is the object that sla explain prints: a ticket's clocks as
// show tells them, and what sla due tells of an imagined ticket.
type explainedClocks struct {
	Key      string         `json:"key"`
	Title    string         `json:"title"`
	Priority string         `json:"priority"`
	Status   tracker.Status `json:"status"`
	Clocks   []shownClock   `json:"clocks"`
	sla.Answer

	states []sla.State
	words  wording
}

func (k timekeeper) explain(t tracker.Ticket, events []tracker.Event) (explainedClocks, error) {
	tl, err := k.timeline(events)
	if err != nil {
		return explainedClocks{}, err
	}
	c := k.config
	states := sla.Clocks(tl, c.Policy, c.Calendar, k.now)
	return explainedClocks{
		Key: t.Key, Title: t.Title, Priority: t.Priority, Status: t.Status, Clocks: shownClocks(states, c.Desk.Zone),
		Answer: sla.Account(tl, c.Policy, c.Calendar, k.now), states: states, words: wording{c.Calendar.Zone(), k.now},
	}, nil
}

// print tells the clocks to people, in the calendar's zone.
func (e explainedClocks) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n\n", e.Key, e.Title)
	field := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-9s  %s\n", name, text)
		}
	}
	field("Priority", e.Priority)
	for _, l := range clockLines(e.states, e.words) {
		field(l[0], cmp.Or(l[1], "nothing is promised"))
	}
	for _, s := range e.states {
		for _, m := range s.Missed {
			field("Missed", fmt.Sprintf("the %s target of %s, %s", s.Name, m.Priority, e.words.at(m.Due)))
		}
	}
	field("Marks", e.words.marks(e.Resolve.Marks))
	field("Tags", strings.Join(e.Tags, ", "))
	if resolve := e.states[len(e.states)-1]; resolve.Round > 0 {
		field("Reopened", fmt.Sprintf("%s; this round runs from %s", count(resolve.Round, "time"), e.words.at(resolve.Start)))
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	return segmentTable(out, e.Segments, e.words)
}
