package desk

import (
	"context"
	"fmt"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
)

// Pass tells what one pass of the clock did.
type Pass struct {
	Tickets int // that were due: on them people were told, or something was done
	Mails   int // put into the outbox
}

// lot is how many tickets one transaction of the clock deals with.
const lot = 2000

// Tick does what is due at now: it mails the collected alerts to the manager,
// and deals with the tickets that are due: it reminds of them, hands them back,
// asks for their approval once more or closes them. Reminders are folded for each
// reader within a lot. Reports and digests come last.
func (d *Desk) Tick(ctx context.Context, now time.Time) (Pass, error) {
	var p Pass
	if err := d.TellAlerts(ctx, now); err != nil {
		return p, err
	}
	if len(d.Rules.Clock.Ledger) == 0 {
		return p, nil
	}
	if err := d.settle(ctx, now); err != nil {
		return p, err
	}
	for {
		due, err := d.due(ctx, now)
		if err != nil {
			return p, err
		}
		if !due {
			sent, err := d.sendReports(ctx, now)
			p.Mails += sent
			return p, err
		}
		done, err := d.remindLot(ctx, now)
		p.Tickets, p.Mails = p.Tickets+done.Tickets, p.Mails+done.Mails
		if err != nil {
			return p, fmt.Errorf("remind: %w", err)
		}
	}
}

// due looks whether there is anything to do, beside any writer.
func (d *Desk) due(ctx context.Context, now time.Time) (due bool, err error) {
	err = d.Store.View(ctx, func(v tracker.View) error {
		first, err := v.Due(ctx, now, 1)
		due = len(first) > 0
		return err
	})
	return due, err
}

func (d *Desk) remindLot(ctx context.Context, now time.Time) (p Pass, err error) {
	err = d.Store.Update(ctx, func(tx tracker.Tx) error {
		p = Pass{}
		tickets, err := tx.Due(ctx, now, lot)
		if err != nil {
			return err
		}
		var notices []tracker.Notice
		byID := map[int64]tracker.Ticket{}
		for _, t := range tickets {
			after, told, err := d.remindOf(ctx, tx, t, now)
			if err != nil {
				return err
			}
			if after.Seq > t.Seq {
				p.Tickets++
			}
			byID[t.ID], notices = after, append(notices, told...)
		}
		press := newPress(d.Compose)
		for _, n := range intake.FoldReminders(notices) {
			if err := d.compose(ctx, tx, press, byID[n.Ticket], []tracker.Notice{n}); err != nil {
				press.drop(0)
				return err
			}
		}
		p.Mails, err = press.enqueue(ctx, tx)
		return err
	})
	if err == nil && p.Mails > 0 {
		d.wake()
	}
	return p, err
}

// remindOf records what the clock does with one ticket and when to look again. It
// gives the ticket as it is then, and whom to tell.
func (d *Desk) remindOf(ctx context.Context, tx tracker.Tx, t tracker.Ticket, now time.Time) (tracker.Ticket, []tracker.Notice, error) {
	events, err := tx.Events(ctx, t.ID)
	if err != nil {
		return t, nil, err
	}
	plan := d.weigh(t, events, now)
	if len(plan.Changes) == 0 {
		return t, nil, d.plan(ctx, tx, t.ID, plan, now)
	}
	template := tracker.Event{Ticket: t.ID, At: now, By: tracker.Actor{Role: tracker.RoleDesk}, Cause: "clock", Reason: "it is due"}
	t, more, err := tracker.Record(t, template, plan.Changes)
	if err != nil {
		return t, nil, err
	}
	if err := tx.Append(ctx, t, more); err != nil {
		return t, nil, err
	}
	after := d.weigh(t, append(events, more...), now)
	return t, plan.Notices, d.plan(ctx, tx, t.ID, after, now)
}

// weigh asks the rules. A ticket whose history cannot be timed is left out until
// something happens to it: it must not hold up the others.
func (d *Desk) weigh(t tracker.Ticket, events []tracker.Event, now time.Time) intake.Plan {
	plan, err := intake.Remind(t, events, d.rules(), now)
	if err != nil {
		d.Log.Error("a ticket cannot be timed; `envdesk verify` tells more", "ticket", t.Key, "error", err)
		return intake.Plan{}
	}
	return plan
}

// again is how long a ticket rests at least on which a pass has done its part.
const again = time.Minute

func (d *Desk) plan(ctx context.Context, tx tracker.Tx, ticket int64, p intake.Plan, now time.Time) error {
	if !p.Next.IsZero() && !p.Next.After(now) {
		p.Next = now.Add(again)
	}
	return tx.SetDue(ctx, ticket, p.Next)
}
