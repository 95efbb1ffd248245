package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/desk"
)

func (a *app) explainCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain FILE|-",
		Short: "Say what the desk would do with a mail, and why; does nothing",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.explain(cmd.Context(), args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func (a *app) explain(ctx context.Context, file string, asJSON bool) error {
	c, err := a.load(config.DeskSections()...)
	if err != nil {
		return err
	}
	in := a.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	d, closeStore, err := dryDesk(ctx, c)
	if err != nil {
		return err
	}
	defer closeStore()
	ex, err := d.Explain(ctx, in)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(a.out, explained(ex, c.Desk.Zone))
	}
	return printExplanation(a.out, ex, c.Desk.Zone)
}

// dryDesk is a desk that only reads; without a store it knows no ticket.
func dryDesk(ctx context.Context, c *config.Config) (*desk.Desk, func() error, error) {
	s, err := readStore(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		return emptyDesk(ctx, c)
	}
	d, err := newDesk(c, s, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return d, s.Close, nil
}

// emptyDesk is a desk on a store and a key that go away with it.
func emptyDesk(ctx context.Context, c *config.Config) (*desk.Desk, func() error, error) {
	dir, err := os.MkdirTemp("", "envdesk-explain-*")
	if err != nil {
		return nil, nil, err
	}
	empty := *c
	empty.Store = filepath.Join(dir, "envdesk.db")
	if !exists(c.Desk.SecretFile) {
		empty.Desk.SecretFile = filepath.Join(dir, "envdesk.key")
	}
	s, err := openStore(ctx, &empty)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	clean := func() error { return errors.Join(s.Close(), os.RemoveAll(dir)) }
	d, err := newDesk(&empty, s, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, errors.Join(err, clean())
	}
	return d, clean, nil
}

// explanation is the object that explain prints.
type explanation struct {
	Action   tracker.Action     `json:"action"`
	Ticket   string             `json:"ticket"`
	Reason   string             `json:"reason"`
	Evidence string             `json:"evidence"`
	Identity string             `json:"identity"`
	Sender   tracker.Address    `json:"sender"`
	Role     tracker.Role       `json:"role"`
	Tags     []explainedTag     `json:"tags"`
	Unknown  []string           `json:"unknown_tags"`
	Title    string             `json:"title"`
	Commands []explainedCommand `json:"commands"`
	Changes  []explainedChange  `json:"changes"`
	Also     []explainedEffect  `json:"also"`
	Mails    []explainedMail    `json:"mails"`
	Alerts   []string           `json:"alerts"`
	Warnings []string           `json:"warnings"`
}

type explainedTag struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Text  string `json:"text"`
}

type explainedCommand struct {
	Command string `json:"command"`
	Done    bool   `json:"done"`
	Why     string `json:"why"`
}

type explainedChange struct {
	Change string         `json:"change"`
	Words  string         `json:"words"`
	Detail tracker.Change `json:"detail"`
}

// explainedEffect is what happens to another ticket.
type explainedEffect struct {
	Ticket  string            `json:"ticket"` // "" for one that is opened
	Changes []explainedChange `json:"changes"`
}

type explainedMail struct {
	Kind tracker.NoticeKind `json:"kind"`
	To   string             `json:"to"`
}

func explainedChanges(changes []tracker.Change, zone *time.Location) []explainedChange {
	out := []explainedChange{}
	for _, c := range changes {
		out = append(out, explainedChange{c.Kind(), history(zone).describe(c), c})
	}
	return out
}

func explained(ex desk.Explanation, zone *time.Location) explanation {
	d := ex.Decision
	e := explanation{
		Action: d.Action, Ticket: ex.Ticket.Key, Reason: d.Reason, Evidence: d.Evidence, Identity: d.Identity,
		Sender: ex.Sender.Address, Role: ex.Sender.Role(), Tags: []explainedTag{}, Unknown: orEmpty(ex.Subject.Unknown), Title: ex.Subject.Title,
		Commands: []explainedCommand{}, Changes: explainedChanges(d.Changes, zone), Also: []explainedEffect{}, Mails: []explainedMail{}, Alerts: []string{}, Warnings: []string{},
	}
	for _, t := range ex.Subject.Tags {
		e.Tags = append(e.Tags, explainedTag{string(t.Kind), t.Value, t.Text})
	}
	for _, r := range d.Results {
		e.Commands = append(e.Commands, explainedCommand{r.Command.String(), r.Done, r.Why})
	}
	for _, o := range d.Also {
		e.Also = append(e.Also, explainedEffect{ex.Keys[o.Ticket], explainedChanges(o.Changes, zone)})
	}
	for _, n := range d.Notices {
		e.Mails = append(e.Mails, explainedMail{n.Kind, n.To.Address})
	}
	for _, al := range d.Alerts {
		e.Alerts = append(e.Alerts, al.Line)
	}
	for _, p := range ex.Message.Problems {
		e.Warnings = append(e.Warnings, p.Text)
	}
	return e
}

func printExplanation(w io.Writer, ex desk.Explanation, zone *time.Location) error {
	e := explained(ex, zone)
	var b strings.Builder
	line := func(name, format string, args ...any) {
		if text := fmt.Sprintf(format, args...); strings.TrimSpace(text) != "" {
			fmt.Fprintf(&b, "%-10s %s\n", name, text)
		}
	}
	line("From", "%s, %s (%s)", address(e.Sender), e.Role, e.Identity)
	line("Subject", "%s", ex.Message.Subject)
	line("Title", "%s", e.Title)
	for _, t := range e.Tags {
		line("Tag", "[%s] is %s %s", t.Text, t.Kind, t.Value)
	}
	for _, u := range e.Unknown {
		line("Tag", "[%s] is not known and stays in the title", u)
	}
	line("Thread", "%s", cmp.Or(e.Evidence, "belongs to no ticket"))
	for _, c := range e.Commands {
		line("Command", "%s: %s, %s", c.Command, map[bool]string{true: "done", false: "refused"}[c.Done], c.Why)
	}
	line("Decision", "%s %s: %s", e.Action, e.Ticket, e.Reason)
	for _, c := range e.Changes {
		line("Change", "%s", c.Words)
	}
	for _, o := range e.Also {
		for _, c := range o.Changes {
			line("Also", "%s: %s", cmp.Or(o.Ticket, "a new request"), c.Words)
		}
	}
	for _, m := range e.Mails {
		line("Mail", "%s to %s", m.Kind, m.To)
	}
	for _, al := range e.Alerts {
		line("Alert", "%s", al)
	}
	for _, warning := range e.Warnings {
		line("Warning", "%s", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
