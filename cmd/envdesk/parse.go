package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/mailin"
	"envdesk/tracker"
	"envdesk/tracker/intake"
)

func (a *app) parseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "parse [FILE…|-]",
		Short: "Show how mails are read, one JSON object a line",
		RunE: func(cmd *cobra.Command, files []string) error {
			c, err := a.load(config.ParseSections()...)
			if err != nil {
				return err
			}
			if len(files) == 0 {
				files = []string{"-"}
			}
			return a.parse(c, files)
		},
	}
}

// parse prints an object for every file that can be opened; the others get an
// error line each, and the exit code tells of them.
func (a *app) parse(c *config.Config, files []string) error {
	trust := c.Trust()
	o := mailin.Options{Trust: mailin.Trust{Provider: trust.Provider, AuthservIDs: trust.AuthservIDs, ReceivedAbove: trust.ReceivedAbove}}
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	failed := false
	for _, file := range files {
		m, err := a.readMail(file, o)
		if err != nil {
			fmt.Fprintf(a.err, "envdesk: parse: %v\n", err)
			failed = true
			continue
		}
		if err := enc.Encode(parsed(file, m, c.Rules())); err != nil {
			return err
		}
	}
	if failed {
		return &exitError{code: exitProblem}
	}
	return nil
}

func (a *app) readMail(file string, o mailin.Options) (tracker.Message, error) {
	if file == "-" {
		return mailin.Read(a.in, o)
	}
	f, err := os.Open(file)
	if err != nil {
		return tracker.Message{}, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return tracker.Message{}, fmt.Errorf("%s: is a folder; parse takes mails", file)
	}
	m, err := mailin.Read(io.Reader(f), o)
	if err != nil {
		return m, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// parsedMail is the object that parse prints.
type parsedMail struct {
	File        string               `json:"file"`
	MessageID   string               `json:"message_id"`
	InReplyTo   []string             `json:"in_reply_to"`
	References  []string             `json:"references"`
	From        tracker.Address      `json:"from"`
	ReplyTo     []tracker.Address    `json:"reply_to"`
	To          []tracker.Address    `json:"to"`
	Cc          []tracker.Address    `json:"cc"`
	Subject     string               `json:"subject"`
	Title       string               `json:"title"`
	Date        string               `json:"date"`
	Auto        tracker.Auto         `json:"auto"`
	Bounce      *tracker.Bounce      `json:"bounce"`
	Text        string               `json:"text"`
	Reply       string               `json:"reply"`
	Attachments []tracker.Attachment `json:"attachments"`
	Tags        parsedTags           `json:"tags"`
	Commands    []tracker.Command    `json:"commands"`
	TicketKey   string               `json:"ticket_key"`
	Identity    parsedIdentity       `json:"identity"`
	Warnings    []string             `json:"warnings"`
}

type parsedTags struct {
	Priority    string   `json:"priority"`
	Type        string   `json:"type"`
	Stack       string   `json:"stack"`
	Environment string   `json:"environment"`
	Partner     string   `json:"partner"`
	NeededBy    string   `json:"needed_by"`
	Unknown     []string `json:"unknown"`
}

type parsedIdentity struct {
	DMARC tracker.Verdict `json:"dmarc"`
	DKIM  string          `json:"dkim"`
	SPF   string          `json:"spf"`
}

func parsed(file string, m tracker.Message, r intake.Rules) parsedMail {
	want := intake.Want(m, r, m.Date)
	s := want.Subject
	p := parsedMail{
		File: file, MessageID: m.ID, InReplyTo: orEmpty(m.InReplyTo), References: orEmpty(m.References),
		From: m.From, ReplyTo: orEmpty(m.ReplyTo), To: orEmpty(m.To), Cc: orEmpty(m.Cc),
		Subject: m.Subject, Title: s.Title, Date: rfc3339(m.Date, nil), Auto: m.Auto, Bounce: m.Bounce,
		Text: m.Text, Reply: m.Reply, Attachments: orEmpty(m.Attachments),
		Tags:     tagsOf(s, r),
		Commands: orEmpty(intake.OrdersOf(m).Commands),
		Identity: parsedIdentity{m.Identity.DMARC, m.Identity.DKIM, m.Identity.SPF},
		Warnings: []string{},
	}
	p.TicketKey = s.Named
	if p.TicketKey == "" && len(want.Keys) > 0 {
		p.TicketKey = want.Keys[0]
	}
	for _, w := range m.Problems {
		p.Warnings = append(p.Warnings, w.Text)
	}
	return p
}

func tagsOf(s intake.Subject, r intake.Rules) parsedTags {
	t := parsedTags{
		Priority: first(intake.MostUrgentFirst(s.Values(intake.TagPriority), r.Vocabulary)), Type: first(s.Values(intake.TagType)),
		Stack: first(s.Values(intake.TagStack)), Environment: first(s.Values(intake.TagEnvironment)),
		Partner: first(s.Values(intake.TagPartner)), NeededBy: first(s.Values(intake.TagNeededBy)), Unknown: orEmpty(s.Unknown),
	}
	if t.Environment == "" {
		t.Environment = intake.GuessEnvironment(s.Title, r.Vocabulary)
	}
	return t
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// orEmpty makes JSON write [] where there is nothing.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// rfc3339 writes an instant in the zone, or "" for none.
func rfc3339(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone != nil {
		t = t.In(zone)
	}
	return t.Format(time.RFC3339)
}
