package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// takeOne decides one mail and writes all that follows from it.
func (d *Desk) takeOne(ctx context.Context, tx tracker.Tx, p *press, in *incoming) (Outcome, error) {
	row := in.row()
	same, err := tx.SameMail(ctx, in.likeness(row))
	switch {
	case err == nil && in.Position.UID != 0 && same.Position == in.Position:
		return in.outcome(tracker.ActionDuplicate, "", "it was taken in before"), nil
	case err == nil && !in.outranks(same):
		return d.duplicate(ctx, tx, in, row, same)
	case err != nil && !errors.Is(err, tracker.ErrNotFound):
		return Outcome{}, err
	case in.trouble != "":
		return d.quarantine(ctx, tx, in, row)
	}
	input, err := d.facts(ctx, tx, in)
	if err != nil {
		return Outcome{}, err
	}
	sent := input.StrangerNotes
	input.StrangerNotes = func() int { return sent() + p.waiting(tracker.KindUnverifiedReceipt) }
	decision := intake.Decide(input)
	t, err := d.write(ctx, tx, input, decision)
	if err != nil {
		return Outcome{}, err
	}
	row = decided(row, decision, t)
	if _, err := tx.AddMail(ctx, row, io.NewSectionReader(in.Raw, 0, in.Raw.Size())); err != nil {
		return Outcome{}, err
	}
	// The notices come last: an assignment may need the opening mail's row.
	return in.outcome(decision.Action, t.Key, decision.Reason), d.compose(ctx, tx, p, t, decision.Notices)
}

// likeness is by what the mail is compared with earlier ones: one that cannot be
// read is only itself.
func (in *incoming) likeness(row tracker.Inbound) tracker.Inbound {
	if in.trouble != "" {
		return tracker.Inbound{Position: row.Position}
	}
	return row
}

// outranks reports whether the mail is proved and the copy of it that came first
// was not: a copy through a list, or of a forger who knew its Message-ID, must
// not make the true mail vanish.
func (in *incoming) outranks(earlier tracker.Inbound) bool {
	return earlier.Visibility == tracker.Unverified && earlier.SHA256 != in.sha256 && in.message.Identity.DMARC == tracker.Pass
}

// decided is the row with what was decided.
func decided(row tracker.Inbound, d tracker.Decision, t tracker.Ticket) tracker.Inbound {
	row.State, row.Ticket, row.Reason, row.Visibility = d.Action, t.ID, d.Reason, visibility(d)
	if d.Filed != 0 { // what it answers belongs to the other ticket
		row.State, row.Ticket, row.Mentions = tracker.ActionOpen, d.Filed, nil
	}
	row.Ties = row.Visibility != tracker.Unverified && d.Action != tracker.ActionIgnore
	return row
}

// row is the mail's row, before it is decided.
func (in *incoming) row() tracker.Inbound {
	m := in.message
	var to []string
	for _, a := range m.To {
		to = append(to, a.Address)
	}
	return tracker.Inbound{
		Position: in.Position, SHA256: in.sha256, Size: in.Raw.Size(), Received: in.Received,
		MessageID: m.ID, Fingerprint: m.Fingerprint, From: m.From, To: strings.Join(to, ", "),
		Subject: m.Subject, Text: m.Reply, Mentions: slices.Concat(m.InReplyTo, m.References), HeadersOnly: in.HeadersOnly,
	}
}

func (in *incoming) outcome(a tracker.Action, key, reason string) Outcome {
	return Outcome{Position: in.Position, Action: a, Key: key, Reason: reason, From: in.message.From.Address, Title: in.message.Subject}
}

func (d *Desk) duplicate(ctx context.Context, tx tracker.Tx, in *incoming, row, same tracker.Inbound) (Outcome, error) {
	row.State, row.Ticket, row.Visibility = tracker.ActionDuplicate, same.Ticket, same.Visibility
	row.Reason = "the same mail as one of " + same.Received.In(d.Rules.Zone).Format("2006-01-02 15:04:05 -0700")
	_, err := tx.AddMail(ctx, row, io.NewSectionReader(in.Raw, 0, in.Raw.Size()))
	return in.outcome(tracker.ActionDuplicate, "", row.Reason), err
}

func (d *Desk) quarantine(ctx context.Context, tx tracker.Tx, in *incoming, row tracker.Inbound) (Outcome, error) {
	row.State, row.Reason, row.Visibility = tracker.ActionQuarantine, in.trouble, tracker.Unverified
	id, err := tx.AddMail(ctx, row, io.NewSectionReader(in.Raw, 0, in.Raw.Size()))
	if err != nil {
		return Outcome{}, err
	}
	if !in.Archive {
		line := fmt.Sprintf("mail %d was put into quarantine: %s", id, in.trouble)
		err = tx.AddAlert(ctx, tracker.Alert{At: in.Received, Kind: tracker.AlertQuarantine, Line: line})
	}
	return in.outcome(tracker.ActionQuarantine, "", in.trouble), err
}

// visibility is the one of the history entry that files the mail. What went into
// no history is nobody's to see, and hides no proved copy.
func visibility(d tracker.Decision) tracker.Visibility {
	if d.Action == tracker.ActionIgnore || d.Action == tracker.ActionQuarantine {
		return tracker.Unverified
	}
	for _, c := range d.Changes {
		switch c := c.(type) {
		case tracker.Replied:
			return c.Visibility
		case tracker.Opened:
			if c.Unverified {
				return tracker.Unverified
			}
		}
	}
	return tracker.Public
}

// facts loads what the store knows that the decision needs.
func (d *Desk) facts(ctx context.Context, v tracker.View, in *incoming) (intake.Input, error) {
	input := intake.Input{
		Rules: d.rules(), Message: in.message, Received: in.Received, Now: d.Now(), Archive: in.Archive,
		Cause: in.message.ID, Tickets: map[int64]tracker.Ticket{},
	}
	if input.Cause == "" {
		input.Cause = "sha256:" + in.sha256
	}
	want := intake.Want(in.message, d.Rules, in.Received)
	input.Subject = &want.Subject
	for _, key := range want.Keys {
		t, err := v.TicketByKey(ctx, key)
		if err == nil {
			input.Tickets[t.ID] = t
		} else if !errors.Is(err, tracker.ErrNotFound) {
			return input, err
		}
	}
	var err error
	if input.NewID, err = v.NextTicket(ctx); err != nil {
		return input, err
	}
	if len(want.MessageIDs) > 0 {
		if input.Refs, err = v.TicketOfMail(ctx, want.MessageIDs); err != nil {
			return input, err
		}
	}
	for _, ref := range input.Refs {
		if _, ok := input.Tickets[ref.Ticket]; ok {
			continue
		}
		if input.Tickets[ref.Ticket], err = v.Ticket(ctx, ref.Ticket); err != nil {
			return input, fmt.Errorf("ticket %d of mail %s: %w", ref.Ticket, ref.MessageID, err)
		}
	}
	d.ask(ctx, v, &input)
	hourAgo := in.Received.Add(-time.Hour)
	input.StrangerMails = func() int {
		n, err := v.ReceivedSince(ctx, in.message.From.Address, hourAgo)
		d.logUnexpected("mails of a sender", err)
		return n
	}
	input.StrangerNotes = func() int {
		n, err := v.SentSince(ctx, tracker.KindUnverifiedReceipt, hourAgo)
		d.logUnexpected("receipts to unknown senders", err)
		return n
	}
	return input, nil
}

// ask lends the questions that few decisions have.
func (d *Desk) ask(ctx context.Context, v tracker.View, input *intake.Input) {
	input.OpeningSubject = func(ticket int64) string {
		m, err := v.OpeningMail(ctx, ticket)
		d.logUnexpected("opening mail", err)
		return m.Subject
	}
	input.OpenTickets = func(partner string) int {
		n, err := v.OpenCount(ctx, partner)
		d.logUnexpected("open tickets", err)
		return n
	}
	input.Find = func(key string) (tracker.Ticket, bool) {
		t, err := v.TicketByKey(ctx, key)
		d.logUnexpected("ticket "+key, err)
		if err == nil {
			input.Tickets[t.ID] = t
		}
		return t, err == nil
	}
	input.List = func(q tracker.TicketQuery) []tracker.Ticket {
		list, err := v.Tickets(ctx, q)
		d.logUnexpected("tickets", err)
		return list
	}
	input.Events = func(ticket int64) []tracker.Event {
		events, err := v.Events(ctx, ticket)
		d.logUnexpected("events", err)
		return events
	}
	input.Subscriptions = func(address string) []tracker.Subscription {
		all, err := d.subscriptions(ctx, v, address, input.Received)
		d.logUnexpected("readers who ended a list", err)
		return all
	}
	input.Told = func(key string) bool {
		told, err := v.HasNotice(ctx, key)
		d.logUnexpected("outbox key", err)
		return told
	}
}

func (d *Desk) logUnexpected(what string, err error) {
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		d.Log.Error("a fact could not be loaded", "what", what, "error", err)
	}
}

// write turns a decision into events, the ticket and alerts.
func (d *Desk) write(ctx context.Context, tx tracker.Tx, in intake.Input, dec tracker.Decision) (tracker.Ticket, error) {
	id := dec.Ticket
	if dec.Action == tracker.ActionOpen {
		id = in.NewID
	}
	template := tracker.Event{At: in.Received, By: dec.By, Cause: in.Cause, Reason: reason(dec)}
	t, err := d.record(ctx, tx, in.Tickets[id], template, tracker.Effect{Ticket: id, Changes: dec.Changes})
	if err != nil {
		return t, err
	}
	for _, e := range dec.Also {
		if _, err := d.record(ctx, tx, in.Tickets[e.Ticket], template, e); err != nil {
			return t, err
		}
	}
	if dec.Note != "" {
		if err := tx.SetReportNote(ctx, dec.Note); err != nil {
			return t, err
		}
	}
	if dec.Subscription != nil {
		if err := tx.Subscribe(ctx, *dec.Subscription, in.Received); err != nil {
			return t, err
		}
	}
	return t, alertOnce(ctx, tx, dec.Alerts)
}

// record appends what happens to one ticket, computes when it is due, and
// returns it as it is then.
func (d *Desk) record(ctx context.Context, tx tracker.Tx, t tracker.Ticket, template tracker.Event, e tracker.Effect) (tracker.Ticket, error) {
	if len(e.Changes) == 0 {
		return t, nil
	}
	template.Ticket = e.Ticket
	t, events, err := tracker.Record(t, template, e.Changes)
	if err != nil {
		return t, err
	}
	if err := tx.Append(ctx, t, events); err != nil {
		return t, err
	}
	return t, d.schedule(ctx, tx, t, events)
}

// alertOnce adds alerts, but for those that wait already in the same words.
func alertOnce(ctx context.Context, tx tracker.Tx, alerts []tracker.Alert) error {
	if len(alerts) == 0 {
		return nil
	}
	waiting, _, err := tx.PendingAlerts(ctx)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		if slices.ContainsFunc(waiting, func(w tracker.Alert) bool { return w.Line == a.Line && w.Ticket == a.Ticket && a.Ticket == "" }) {
			continue
		}
		if err := tx.AddAlert(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// reason is what the history says of the decision.
func reason(dec tracker.Decision) string {
	parts := []string{dec.Reason}
	for _, p := range []string{dec.Evidence, dec.Identity} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "; ")
}

// enqueue composes notices and puts them into the outbox.
func (d *Desk) enqueue(ctx context.Context, tx tracker.Tx, t tracker.Ticket, notices []tracker.Notice) (int, error) {
	p := newPress(d.Compose)
	if err := d.compose(ctx, tx, p, t, notices); err != nil {
		p.drop(0)
		return 0, err
	}
	return p.enqueue(ctx, tx)
}

// compose gives notices to the press. T is the ticket that most of them are
// about.
func (d *Desk) compose(ctx context.Context, v tracker.View, p *press, t tracker.Ticket, notices []tracker.Notice) error {
	for _, notice := range notices {
		if notice.Data.WithOpening {
			if err := d.addOpening(ctx, v, &notice); err != nil {
				return err
			}
		}
		about := t
		if notice.Ticket != 0 && notice.Ticket != t.ID {
			var err error
			if about, err = v.Ticket(ctx, notice.Ticket); err != nil {
				return err
			}
		}
		p.add(notice, about)
	}
	return nil
}
