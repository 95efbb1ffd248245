package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailout"
	"envdesk/tracker"
	"envdesk/tracker/desk"
	"envdesk/tracker/report"
)

func (a *app) reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Show or send the weekly report or the daily digest",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.reportWeeklyCommand(), a.reportDailyCommand())
	return cmd
}

// weeklyAsked is what the command line asks of a weekly report.
type weeklyAsked struct {
	week, edition string
	rebuild, send bool
	out           reportOutputs
}

func (a *app) reportWeeklyCommand() *cobra.Command {
	var asked weeklyAsked
	cmd := &cobra.Command{
		Use:   "weekly",
		Short: "Show or send the report on a week",
		Long: "Show the report on a week: as it was sent, or, where it was not, as it is now. Without a flag that says\n" +
			"where to, its text is printed. FILE may be - for the standard output.",
		Example: "  envdesk report weekly --week 2026-W47 --html report.html --csv report.csv\n" +
			"  envdesk report weekly --edition partner:OptIT --json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.reportWeekly(cmd.Context(), asked) },
	}
	f := cmd.Flags()
	f.StringVar(&asked.week, "week", "", "the `WEEK`, such as 2026-W47 (default the last one that has ended)")
	f.StringVar(&asked.edition, "edition", "", "`EDITION`: programme, partner:NAME or requester:ADDRESS (default programme; with --send all)")
	f.BoolVar(&asked.rebuild, "rebuild", false, "build it anew, and say when that differs from what was sent (exit 1)")
	f.BoolVar(&asked.send, "send", false, "mail it to its readers of the configuration who have not got it")
	asked.out.flags(f, true)
	return cmd
}

func (a *app) reportWeekly(ctx context.Context, asked weeklyAsked) error {
	if err := asked.out.check(); err != nil {
		return err
	}
	if asked.send && asked.rebuild {
		return usage("--send sends what was kept: leave --rebuild out")
	}
	c, err := a.load(config.DeskSections()...)
	if err != nil {
		return err
	}
	week, err := a.weekArg(asked.week, c)
	if err != nil {
		return err
	}
	edition, err := editionArg(asked.edition, c)
	if err != nil {
		return err
	}
	if asked.send {
		var only *desk.Edition
		if asked.edition != "" {
			only = &edition
		}
		err := a.sendReport(ctx, func(d *desk.Desk) (desk.Sent, error) { return d.SendWeekly(ctx, week, only) })
		if err != nil || asked.out.none() {
			return err
		}
	}
	return a.showWeekly(ctx, c, weeklyShown{week, edition, weeklyReader(c, edition), asked.out}, asked.rebuild)
}

// weekArg reads the week; the default is the last one that has ended.
func (a *app) weekArg(s string, c *config.Config) (w report.Week, err error) {
	if s == "" {
		return report.WeekOf(a.now(), c.Desk.Zone).Back(1), nil
	}
	if w, err = report.ParseWeek(strings.ToUpper(s)); err != nil {
		return w, usage("--week %q: want a week such as 2026-W47", s)
	}
	if from, _ := w.Bounds(c.Desk.Zone); a.now().Before(from) {
		return w, usage("--week %s: it has not begun", w)
	}
	return w, nil
}

// editionArg reads an edition: programme, partner:NAME or requester:ADDRESS.
func editionArg(s string, c *config.Config) (desk.Edition, error) {
	kind, of, _ := strings.Cut(s, ":")
	switch {
	case s == "" || kind == config.EditionProgramme && of == "":
		return desk.Edition{Kind: report.Programme}, nil
	case kind == config.EditionPartner:
		p, ok := c.Directory().Partner(of)
		if !ok {
			return desk.Edition{}, usage("--edition %s: no partner has that name; %s", s, partnersOf(c))
		}
		return desk.Edition{Kind: report.PartnerEdition, For: p.Name}, nil
	case kind == config.EditionRequester && mailout.CheckAddress(of) == nil:
		return desk.Edition{Kind: report.RequesterEdition, For: strings.ToLower(of)}, nil
	}
	return desk.Edition{}, usage("--edition %s: want programme, partner:NAME or requester:ADDRESS", s)
}

// partnersOf names the partners of the configuration.
func partnersOf(c *config.Config) string {
	var names []string
	for _, p := range c.Partners {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return "there are none in the configuration"
	}
	return "there are " + strings.Join(names, ", ")
}

// weeklyShown is a report to show, as it is for one reader, and where to.
type weeklyShown struct {
	week    report.Week
	edition desk.Edition
	to      recipient
	out     reportOutputs
}

// showWeekly writes the report where it is wanted. One that is built anew has the
// date and the note of what was kept; if its figures differ, that is an error.
func (a *app) showWeekly(ctx context.Context, c *config.Config, s weeklyShown, rebuild bool) error {
	d, closeStore, err := a.reportDesk(ctx, c)
	if err != nil {
		return err
	}
	defer closeStore()
	if !rebuild {
		return a.writeWeekly(ctx, d, s)
	}
	kept, err := d.KeptWeekly(ctx, s.week, s.edition)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return err
	}
	anew, err := a.buildWeekly(ctx, d, s)
	if err != nil {
		return err
	}
	if kept.Data != nil {
		anew.Made, anew.Note = kept.Made, kept.Note
	}
	if err := a.writeReport(d.Compose, anew, s.to, s.out); err != nil || kept.Data == nil || bytes.Equal(anew.Data, kept.Data) {
		return err
	}
	when := wording{c.Desk.Zone, a.now()}.at(kept.Made)
	return fmt.Errorf("report on %s: built anew it differs from what was kept on %s; show that without --rebuild", s.week, when)
}

// writeWeekly writes the report as it was kept, else as it is now.
func (a *app) writeWeekly(ctx context.Context, d *desk.Desk, s weeklyShown) error {
	shown, err := d.KeptWeekly(ctx, s.week, s.edition)
	if errors.Is(err, tracker.ErrNotFound) {
		shown, err = a.buildWeekly(ctx, d, s)
	}
	if err != nil {
		return err
	}
	return a.writeReport(d.Compose, shown, s.to, s.out)
}

// buildWeekly builds a report anew. A week that runs it tells of as it stands
// now. It has the note for the next report, if it is that one.
func (a *app) buildWeekly(ctx context.Context, d *desk.Desk, s weeklyShown) (k tracker.KeptReport, err error) {
	r, err := d.Weekly(ctx, s.week, s.edition)
	if err != nil {
		return k, err
	}
	if r.AsOf.Before(r.To) {
		words := wording{r.To.Location(), r.AsOf}
		fmt.Fprintf(a.err, "envdesk: week %s has not ended: this is how it stands at %s\n", s.week, words.at(r.AsOf))
	}
	var note string
	if s.edition.Kind == report.Programme && s.week == report.WeekOf(a.now(), r.To.Location()).Back(1) {
		if note, err = d.NextNote(ctx); err != nil {
			return k, err
		}
	}
	k = tracker.KeptReport{Name: "weekly/" + s.week.String() + "/" + s.edition.String(), Made: a.now(), Note: note}
	k.Data, err = json.Marshal(r)
	return k, err
}

// reportDesk is a desk that only reads.
func (a *app) reportDesk(ctx context.Context, c *config.Config) (*desk.Desk, func() error, error) {
	d, closeStore, err := dryDesk(ctx, c)
	if err == nil {
		d.Now = a.now
	}
	return d, closeStore, err
}

// sendReport puts a report into the outbox and sends what waits there.
func (a *app) sendReport(ctx context.Context, send func(*desk.Desk) (desk.Sent, error)) error {
	return a.sending(ctx, a.now, func(d *desk.Desk) error {
		sent, err := send(d)
		if err != nil {
			return err
		}
		switch {
		case sent.Readers+sent.Ended == 0:
			return errors.New("nobody gets it: reports of the configuration names no such reader, or one that is barred")
		case sent.Mails+sent.Had < sent.Readers:
			return fmt.Errorf("of %s only %d could be written; the manager's next mail of alerts tells why", count(sent.Readers-sent.Had, "mail"), sent.Mails)
		}
		words := count(sent.Mails, "mail") + "; " + count(sent.Had, "reader") + " had it already"
		if sent.Ended > 0 {
			words += ", " + count(sent.Ended, "reader") + " ended it by mail"
		}
		fmt.Fprintln(a.out, words+".")
		return nil
	})
}
