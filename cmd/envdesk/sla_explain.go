package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
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
				k, err := newTimekeeper(cmd.Context(), v, c, a.now())
				if err != nil {
					return err
				}
				e, err := k.explain(t, events)
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
	Own      []shownClock   `json:"partner_clocks"`
	sla.Answer
	Targets []shownTarget `json:"targets"` // that the manager set, oldest first
	Terms   []shownTerms  `json:"terms"`   // that were in force while it was open, those of its opening first

	states, own []sla.State
	words       wording
	timeline    sla.Timeline
}

// shownTarget is a target that the manager set: a due instant, or a length
// behind the one before.
type shownTarget struct {
	At     string `json:"at"`
	Due    string `json:"due"`
	Extend string `json:"extend"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// shownTerms names the policy and the calendar that counted from an instant on.
type shownTerms struct {
	Since    string `json:"since"`
	Version  string `json:"version"`
	Policy   string `json:"policy"`
	Calendar string `json:"calendar"`
}

func (k timekeeper) explain(t tracker.Ticket, events []tracker.Event) (explainedClocks, error) {
	tl, opening, err := k.ledger.Timeline(events)
	if err != nil {
		return explainedClocks{}, err
	}
	zone, states, own := k.config.Desk.Zone, sla.Clocks(tl, opening.Policy, opening.Calendar, k.now), k.partnerStates(events)
	e := explainedClocks{
		Key: t.Key, Title: t.Title, Priority: t.Priority, Status: t.Status, Clocks: shownClocks(states, zone), Own: shownClocks(own, zone),
		Answer: sla.Account(tl, opening.Policy, opening.Calendar, k.now), Targets: []shownTarget{},
		Terms:  []shownTerms{{rfc3339(tl.Start(), zone), opening.Version, opening.Policy.Version, opening.Calendar.Version()}},
		states: states, own: own, words: wording{opening.Calendar.Zone(), k.now}, timeline: tl,
	}
	ended := states[len(states)-1].Ended
	e.timeline.Edits = slices.DeleteFunc(tl.Edits, func(d sla.Edit) bool { return d.At.After(k.now) || !ended.IsZero() && !d.At.Before(ended) })
	for _, d := range e.timeline.Edits {
		e.Terms = append(e.Terms, shownTerms{rfc3339(d.At, zone), d.Version, d.Policy.Version, d.Calendar.Version()})
	}
	for _, o := range tl.Targets {
		target := shownTarget{At: rfc3339(o.At, zone), Due: rfc3339(o.Due, zone), By: o.By, Reason: o.Reason}
		if o.Due.IsZero() {
			target.Extend = o.Extend.String()
		}
		e.Targets = append(e.Targets, target)
	}
	return e, nil
}

// changes tells what moved the targets from outside: what the manager set, and
// edits of the policy and the calendar.
func (e explainedClocks) changes(field func(name, text string)) {
	for _, o := range e.timeline.Targets {
		what := "set to " + e.words.at(o.Due)
		if o.Due.IsZero() {
			what = "put off by " + o.Extend.String()
		}
		field("Target", fmt.Sprintf("%s by %s on %s: %s", what, o.By, e.words.at(o.At), o.Reason))
	}
	for i, d := range e.timeline.Edits {
		field("Terms", fmt.Sprintf("%s → %s on %s: the policy or a calendar was edited", e.Terms[i].Version, d.Version, e.words.at(d.At)))
	}
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
	for _, l := range partnerLines(e.own, e.words) {
		fmt.Fprintf(&b, "  %s %s\n", l[0], l[1])
	}
	e.changes(field)
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
