package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"envdesk/cmd/envdesk/config"
	"envdesk/tracker"
	"envdesk/tracker/sla"
)

func (a *app) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show KEY",
		Short: "Show one ticket: fields, clocks, history, mails",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), args[0], func(c *config.Config, v tracker.View) error {
				k, err := newTimekeeper(cmd.Context(), v, c, a.now())
				if err != nil {
					return err
				}
				shown, err := loadTicket(cmd.Context(), v, args[0], k)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(a.out, shown)
				}
				return shown.print(a.out)
			}, config.ClockSections()...)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

// shownTicket is the object that show and tickets print; tickets leaves history
// and mails out.
type shownTicket struct {
	Key         string          `json:"key"`
	Title       string          `json:"title"`
	Type        string          `json:"type"`
	Priority    string          `json:"priority"`
	Stack       string          `json:"stack"`
	Environment string          `json:"environment"`
	Status      tracker.Status  `json:"status"`
	Requester   tracker.Address `json:"requester"`
	Partner     string          `json:"partner"`
	Assignee    string          `json:"assignee"`
	Watchers    []string        `json:"watchers"`
	NeededBy    string          `json:"needed_by"`
	ETA         string          `json:"eta"`
	Links       []string        `json:"links"`
	MergedInto  string          `json:"merged_into"`
	Approval    shownApproval   `json:"approval"`
	OpenedAt    string          `json:"opened_at"`
	PickedUpAt  string          `json:"picked_up_at"`
	ResolvedAt  string          `json:"resolved_at"`
	ClosedAt    string          `json:"closed_at"`
	Reopened    int             `json:"reopened"`
	Messages    int             `json:"messages"`
	Clocks      []shownClock    `json:"clocks"`
	Own         []shownClock    `json:"partner_clocks,omitzero"` // of the partner who has the ticket; show alone tells them
	History     []shownEvent    `json:"history,omitempty"`
	Mails       []shownMail     `json:"mails,omitempty"`

	zone       *time.Location
	clockLines [][2]string // the clocks in words, by name
}

type shownApproval struct {
	State     string   `json:"state"`
	By        string   `json:"by"`
	At        string   `json:"at"`
	Need      string   `json:"need"`
	Due       string   `json:"due"`
	Quorum    int      `json:"quorum"`
	Approvers []string `json:"approvers"` // who was asked in the last round
	Given     []string `json:"given"`     // who of them approved
}

func shownApprovalOf(a tracker.Approval, zone *time.Location) shownApproval {
	return shownApproval{
		string(a.State), a.By, rfc3339(a.At, zone), a.Need, rfc3339(a.Due, zone), a.Quorum, orEmpty(a.Approvers), orEmpty(a.Given),
	}
}

// words tells how far the approval is; "" where none was asked for.
func (a shownApproval) words() string {
	switch tracker.ApprovalState(a.State) {
	case tracker.ApprovalPending:
		return fmt.Sprintf("%s waits for %d of %s, until %s; approved by %s", a.Need, a.Quorum, listed(a.Approvers), clock(a.Due), listed(a.Given))
	case tracker.ApprovalGiven, tracker.ApprovalRejected:
		return fmt.Sprintf("%s %s by %s, %s", a.Need, a.State, a.By, clock(a.At))
	}
	return ""
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}

type shownEvent struct {
	Seq    int            `json:"seq"`
	At     string         `json:"at"`
	By     string         `json:"by"`
	Role   tracker.Role   `json:"role"`
	Cause  string         `json:"cause"`
	Change string         `json:"change"`
	Detail tracker.Change `json:"detail"`
	Reason string         `json:"reason"`
	Hash   string         `json:"hash"`
}

type shownMail struct {
	Direction  string             `json:"direction"`
	MessageID  string             `json:"message_id"`
	From       string             `json:"from"`
	To         string             `json:"to"`
	Subject    string             `json:"subject"`
	At         string             `json:"at"`
	Text       string             `json:"text"`
	State      string             `json:"state"`
	Visibility tracker.Visibility `json:"visibility,omitempty"`
}

// findTicket gives a ticket with all its events.
func findTicket(ctx context.Context, v tracker.View, key string) (tracker.Ticket, []tracker.Event, error) {
	t, err := v.TicketByKey(ctx, key)
	if errors.Is(err, tracker.ErrNotFound) {
		return t, nil, fmt.Errorf("there is no ticket %s", key)
	}
	if err != nil {
		return t, nil, err
	}
	events, err := v.Events(ctx, t.ID)
	return t, events, err
}

// loadTicket gives all that show prints of a ticket.
func loadTicket(ctx context.Context, v tracker.View, key string, k timekeeper) (shownTicket, error) {
	t, events, err := findTicket(ctx, v, key)
	if err != nil {
		return shownTicket{}, err
	}
	states, err := k.states(events)
	if err != nil {
		return shownTicket{}, err
	}
	zone := k.config.Desk.Zone
	s := shown(t, states, zone)
	own := k.partnerStates(events)
	s.Own = shownClocks(own, zone)
	s.clockLines = append(clockLines(states, wording{zone, k.now}), partnerLines(own, wording{zone, k.now})...)
	for _, e := range events {
		by := e.By.Address
		if by == "" {
			by = string(e.By.Role)
		}
		s.History = append(s.History, shownEvent{e.Seq, rfc3339(e.At, zone), by, e.By.Role, e.Cause, e.Change.Kind(), e.Change, e.Reason, e.Hash})
	}
	mails, err := v.Mails(ctx, t.ID)
	for _, m := range mails {
		s.Mails = append(s.Mails, shownMail{m.Direction, m.MessageID, m.From, m.To, m.Subject, rfc3339(m.At, zone), m.Text, m.State, m.Visibility})
	}
	return s, err
}

func shown(t tracker.Ticket, clocks []sla.State, zone *time.Location) shownTicket {
	return shownTicket{
		Key: t.Key, Title: t.Title, Type: t.Type, Priority: t.Priority, Stack: t.Stack, Environment: t.Environment,
		Status: t.Status, Requester: t.Requester, Partner: t.Partner, Assignee: t.Assignee, Watchers: orEmpty(t.Watchers),
		NeededBy: t.NeededBy, ETA: t.ETA, Links: orEmpty(t.Links), MergedInto: t.MergedInto, Approval: shownApprovalOf(t.Approval, zone),
		OpenedAt: rfc3339(t.OpenedAt, zone), PickedUpAt: rfc3339(t.PickedUpAt, zone), ResolvedAt: rfc3339(t.ResolvedAt, zone),
		ClosedAt: rfc3339(t.ClosedAt, zone), Reopened: t.Reopened, Messages: t.Messages, Clocks: shownClocks(clocks, zone), zone: zone,
	}
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func (s shownTicket) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n\n", s.Key, s.Title)
	fields := [][2]string{
		{"Status", string(s.Status)}, {"Priority", s.Priority}, {"Type", s.Type}, {"Stack", s.Stack}, {"Environment", s.Environment},
		{"Needed by", s.NeededBy}, {"Expected", s.ETA}, {"Requester", address(s.Requester)}, {"Partner", s.Partner}, {"Assignee", s.Assignee},
		{"Watchers", strings.Join(s.Watchers, ", ")}, {"Linked", strings.Join(s.Links, ", ")}, {"Merged into", s.MergedInto}, {"Approval", s.Approval.words()}, {"Opened", clock(s.OpenedAt)}, {"Picked up", clock(s.PickedUpAt)},
		{"Resolved", clock(s.ResolvedAt)}, {"Closed", clock(s.ClosedAt)},
	}
	for _, f := range append(fields, s.clockLines...) {
		if f[1] != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", f[0], f[1])
		}
	}
	b.WriteString("\nHistory\n")
	for _, e := range s.History {
		fmt.Fprintf(&b, "  %3d  %s  %s  %s\n", e.Seq, clock(e.At), e.By, indented(history(s.zone).describe(e.Detail)))
		if e.Reason != "" {
			fmt.Fprintf(&b, "       %s\n", indented(e.Reason))
		}
	}
	b.WriteString("\nMails\n")
	for _, m := range s.Mails {
		fmt.Fprintf(&b, "  %s  %s → %s  [%s]  %s\n", clock(m.At), m.From, m.To, m.State, m.Subject)
		for line := range strings.Lines(strings.TrimSpace(m.Text)) {
			fmt.Fprintf(&b, "      | %s\n", strings.TrimRight(line, "\n"))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// indented keeps the further lines of a text within those of its event.
func indented(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := 1; i < len(lines); i++ {
		lines[i] = strings.TrimRight("       "+lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func address(a tracker.Address) string {
	if a.Name == "" {
		return a.Address
	}
	return a.Name + " <" + a.Address + ">"
}

// clock shortens an RFC 3339 time for a person: seconds and zone stay.
func clock(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return t.Format("2006-01-02 15:04:05 -0700")
}
