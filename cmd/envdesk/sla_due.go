package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker/sla"
)

// imagined is an imagined ticket as the command line describes it.
type imagined struct {
	priority, received string
	pauses, changes    []string
	planned            string
	dated              bool // planned was given, if only as nothing
}

func (a *app) slaDueCommand() *cobra.Command {
	var im imagined
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "due PRIORITY TIME",
		Short: "Say when an imagined ticket would be due",
		Long: "Say when a ticket of PRIORITY that came at TIME would be due, by the policy and the calendar of the desk.\n" +
			"Times are RFC 3339, with or without seconds, such as 2026-03-10T10:00+05:30.",
		Example: "  envdesk sla due P1 2026-03-10T10:00+05:30 --pause 2026-03-10T11:00+05:30/2026-03-11T10:00+05:30\n" +
			"  envdesk sla due P1 2026-03-16T10:00+05:30 --change 2026-03-17T09:30+05:30=P2\n" +
			"  envdesk sla due P4 2026-05-20T10:00+05:30 --planned 2026-05-30",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			im.dated = cmd.Flags().Changed("planned")
			im.priority, im.received = args[0], args[1]
			return a.slaDue(im, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&im.pauses, "pause", nil, "waiting on the requester from A to B, as `A/B`; may be given again")
	f.StringArrayVar(&im.changes, "change", nil, "another priority from a time on, as `TIME=PRIORITY`; may be given again")
	f.StringVar(&im.planned, "planned", "", "the `DATE` for which it is planned, such as 2026-05-30")
	f.BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func (a *app) slaDue(im imagined, asJSON bool) error {
	q, err := im.question()
	if err != nil {
		return err
	}
	c, err := a.load(config.SectionTimezone, config.SectionPriorities, config.SectionCalendar, config.SectionReminders)
	if err != nil {
		return err
	}
	answer, err := sla.Due(q, c.Policy, c.Calendar)
	if err != nil {
		return usage("%w", err)
	}
	if asJSON {
		return printJSON(a.out, answer)
	}
	return printAnswer(a.out, q, answer, c)
}

// question reads what the command line says.
func (im imagined) question() (q sla.Question, err error) {
	if q.Priority, err = priorityArg("PRIORITY", im.priority); err != nil {
		return q, err
	}
	if q.At, err = timeArg("TIME", im.received); err != nil {
		return q, err
	}
	for _, s := range im.pauses {
		from, to, ok := strings.Cut(s, "/")
		if !ok {
			return q, usage("--pause %s: want two times with a slash between them", s)
		}
		p := sla.Pause{Why: sla.WaitingOnRequester}
		if p.From, err = timeArg("--pause", from); err != nil {
			return q, err
		}
		if p.To, err = timeArg("--pause", to); err != nil {
			return q, err
		}
		q.Pauses = append(q.Pauses, p)
	}
	slices.SortStableFunc(q.Pauses, func(a, b sla.Pause) int { return a.From.Compare(b.From) })
	if q.Changes, err = im.changesOf(); err != nil || !im.dated {
		return q, err
	}
	q.Planned, err = sla.ParseDate(im.planned)
	if err != nil || q.Planned.IsZero() {
		return q, usage("--planned %q: want a date such as 2026-05-30", im.planned)
	}
	return q, nil
}

// changesOf reads the changes of priority, and puts them in order.
func (im imagined) changesOf() (out []sla.Change, err error) {
	for _, s := range im.changes {
		at, to, ok := strings.Cut(s, "=")
		if !ok {
			return nil, usage("--change %s: want a time, = and a priority", s)
		}
		var c sla.Change
		if c.At, err = timeArg("--change", at); err != nil {
			return nil, err
		}
		if c.To, err = priorityArg("--change", to); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b sla.Change) int { return a.At.Compare(b.At) })
	return out, nil
}

// priorityArg reads a priority, in any case.
func priorityArg(name, s string) (string, error) {
	p := strings.ToUpper(s)
	if known := config.PriorityNames(); !slices.Contains(known, p) {
		return "", usage("%s %q: want one of %s", name, s, strings.Join(known, ", "))
	}
	return p, nil
}

// timeArg reads a time in RFC 3339; its seconds may be left out.
func timeArg(name, s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage("%s %q: want a time in RFC 3339, such as 2026-03-10T10:00+05:30 or 2026-03-10T04:30:00Z", name, s)
}

// printAnswer tells the answer to people, in the calendar's zone.
func printAnswer(out io.Writer, q sla.Question, a sla.Answer, c *config.Config) error {
	w := wording{c.Calendar.Zone(), q.At}
	rule := c.Policy.Rules[q.Priority]
	var b strings.Builder
	fmt.Fprintf(&b, "%s, received %s", q.Priority, q.At.In(w.zone).Format("Mon 2 Jan 2006, 15:04 MST"))
	for _, change := range q.Changes {
		rule = c.Policy.Rules[change.To]
		fmt.Fprintf(&b, "; %s from %s", change.To, w.at(change.At))
	}
	b.WriteString("\n\n")
	field := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-9s  %s\n", name, text)
		}
	}
	field("Pickup", w.target(promised(sla.Pickup, rule), a.Pickup.Due))
	field("Resolve", w.target(promised(sla.Resolve, rule), a.Resolve.Due))
	field("Marks", w.marks(a.Resolve.Marks))
	field("Notice", w.notice(q.Planned, a.Notice))
	field("Tags", strings.Join(a.Tags, ", "))
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	return segmentTable(out, a.Segments, w)
}

// target tells a target with its due instant.
func (w wording) target(promised string, due *time.Time) string {
	if due == nil {
		return promised
	}
	return promised + ": due " + w.at(*due)
}

// marks tells when is reminded, in the order of time.
func (w wording) marks(marks map[string]*time.Time) string {
	type mark struct {
		percent string
		at      time.Time
	}
	var list []mark
	for percent, at := range marks {
		if at != nil {
			list = append(list, mark{percent, *at})
		}
	}
	slices.SortFunc(list, func(a, b mark) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.percent, b.percent)) })
	words := make([]string, len(list))
	for i, m := range list {
		words[i] = m.percent + " % " + w.at(m.at)
	}
	return strings.Join(words, " · ")
}

// notice tells when a request for a planned date must come.
func (w wording) notice(planned sla.Date, n sla.NoticeAnswer) string {
	var words []string
	if n.By != nil {
		words = append(words, "for "+w.date(planned)+" the request must come before "+w.at(*n.By))
	}
	if n.FirstCompliant != nil {
		words = append(words, "the first date that it can name is "+w.date(*n.FirstCompliant))
	}
	return strings.Join(words, "; ")
}
