package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// Do carries out reply commands from the shell, as the person with the address,
// through the same rules as mail. The error is about what was asked for; refused
// commands are in the decision's results.
func (d *Desk) Do(ctx context.Context, key, commands, as string) (tracker.Decision, error) {
	orders := intake.ReadCommands(commands)
	if len(orders.Commands) == 0 {
		return tracker.Decision{}, fmt.Errorf("%q is no command: write it as /verb value", commands)
	}
	who := d.Rules.Directory.Lookup(tracker.Address{Address: strings.ToLower(as)})
	if err := d.settle(ctx, d.Now()); err != nil {
		return tracker.Decision{}, err
	}
	var dec tracker.Decision
	notices := 0
	err := d.Store.Update(ctx, func(tx tracker.Tx) error {
		if err := d.load(ctx, tx); err != nil {
			return err
		}
		t, err := tx.TicketByKey(ctx, key)
		if err != nil {
			return fmt.Errorf("ticket %s: %w", key, err)
		}
		in := intake.Input{
			Rules: d.rules(), Received: d.Now(), Now: d.Now(), Cause: "shell", Orders: orders,
			Message: tracker.Message{From: who.Address, Identity: tracker.Identity{Address: who.Address.Address, DMARC: tracker.Pass}},
			Tickets: map[int64]tracker.Ticket{t.ID: t},
		}
		if in.NewID, err = tx.NextTicket(ctx); err != nil {
			return err
		}
		d.ask(ctx, tx, &in)
		dec = intake.DecideShell(in, t)
		if t, err = d.write(ctx, tx, in, dec); err != nil {
			return err
		}
		notices, err = d.enqueue(ctx, tx, t, dec.Notices)
		return err
	})
	if notices > 0 {
		d.wake()
	}
	return dec, err
}

// Explanation is what the desk would do with a mail, and on which facts.
type Explanation struct {
	Message  tracker.Message
	Subject  intake.Subject
	Orders   intake.Orders
	Sender   tracker.Sender
	Ticket   tracker.Ticket // that the mail belongs to; zero for none
	Decision tracker.Decision
	Keys     map[int64]string // of the other tickets that the decision changes; a new one has none yet
}

// keysOf finds the keys of the tickets that a decision changes beside its own; a
// ticket that it opens has none.
func keysOf(d tracker.Decision, in intake.Input) map[int64]string {
	keys := map[int64]string{}
	for _, e := range d.Also {
		keys[e.Ticket] = in.Tickets[e.Ticket].Key
	}
	return keys
}

// Explain decides a mail without doing anything.
func (d *Desk) Explain(ctx context.Context, raw io.Reader) (Explanation, error) {
	sum := sha256.New()
	m, err := d.Read(io.TeeReader(raw, sum))
	if err != nil {
		return Explanation{}, err
	}
	now := d.Now()
	in := &incoming{
		Delivery: tracker.Delivery{Received: now, Raw: io.NewSectionReader(strings.NewReader(""), 0, 0)},
		message:  m, sha256: hex.EncodeToString(sum.Sum(nil)),
	}
	ex := Explanation{Message: m, Orders: intake.OrdersOf(m), Sender: d.Rules.Directory.Lookup(m.From)}
	ex.Subject = intake.ReadSubject(m.Subject, d.Rules, now)
	err = d.Store.View(ctx, func(v tracker.View) error {
		if err := d.load(ctx, v); err != nil {
			return err
		}
		if same, err := v.SameMail(ctx, in.row()); err == nil && !in.outranks(same) {
			ex.Decision = tracker.Decision{Action: tracker.ActionDuplicate, Reason: "the mail was taken in already"}
			return nil
		}
		input, err := d.facts(ctx, v, in)
		if err != nil {
			return err
		}
		ex.Decision = intake.Decide(input)
		ex.Ticket, ex.Keys = input.Tickets[ex.Decision.Ticket], keysOf(ex.Decision, input)
		return nil
	})
	return ex, err
}

// alertEvery is how long alerts are collected after a mail of alerts went out.
const alertEvery = time.Hour

// TellAlerts mails the collected alerts to the manager, the first at once and
// later ones an hour after the last mail at the earliest.
func (d *Desk) TellAlerts(ctx context.Context, now time.Time) error {
	due := false
	err := d.Store.View(ctx, func(v tracker.View) error {
		alerts, last, err := v.PendingAlerts(ctx)
		due = len(alerts) > 0 && (last.IsZero() || now.Sub(last) >= alertEvery)
		return err
	})
	if err != nil || !due {
		return err
	}
	err = d.Store.Update(ctx, func(tx tracker.Tx) error {
		alerts, _, err := tx.PendingAlerts(ctx)
		if err != nil || len(alerts) == 0 {
			return err
		}
		upTo := alerts[len(alerts)-1].ID
		if _, err := d.enqueue(ctx, tx, tracker.Ticket{}, d.alertNotices(alerts, upTo, now)); err != nil {
			return err
		}
		return tx.AlertsTold(ctx, upTo, now)
	})
	if err != nil {
		return fmt.Errorf("mail alerts: %w", err)
	}
	d.wake()
	return nil
}

func (d *Desk) alertNotices(alerts []tracker.Alert, upTo int64, now time.Time) []tracker.Notice {
	var out []tracker.Notice
	for _, to := range d.Rules.Directory.WithRole(tracker.RoleManager) {
		out = append(out, tracker.Notice{
			Key: fmt.Sprintf("alerts/%d/%s", upTo, strings.ToLower(to.Address)), Kind: tracker.KindAlert, To: to,
			As: tracker.RoleManager, At: now, Data: tracker.NoticeData{Alerts: alerts},
		})
	}
	return out
}

// Alert keeps a line for the manager's next mail of alerts.
func (d *Desk) Alert(ctx context.Context, a tracker.Alert) error {
	return d.Store.Update(ctx, func(tx tracker.Tx) error { return tx.AddAlert(ctx, a) })
}
