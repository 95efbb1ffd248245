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
	Tickets int // on which people were told that something is due
	Mails   int // reminders put into the outbox
}

// lot is how many tickets one transaction of the clock deals with.
const lot = 2000

// Tick does what is due at now: it mails the collected alerts to the manager,
// and reminds of tickets. Reminders are folded for each reader within a lot.
func (d *Desk) Tick(ctx context.Context, now time.Time) (Pass, error) {
	var p Pass
	if err := d.tellAlerts(ctx, now); err != nil {
		return p, err
	}
	if d.Rules.Clock.Policy == nil {
		return p, nil
	}
	if err := d.retime(ctx); err != nil {
		return p, err
	}
	for {
		due, err := d.due(ctx, now)
		if err != nil || !due {
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
			told, err := d.remindOf(ctx, tx, t, now)
			if err != nil {
				return err
			}
			if len(told) > 0 {
				p.Tickets++
			}
			byID[t.ID], notices = t, append(notices, told...)
		}
		press := newPress(d.Compose)
		for _, n := range intake.FoldReminders(notices) {
			press.add(n, byID[n.Ticket])
		}
		p.Mails, err = press.enqueue(ctx, tx)
		return err
	})
	if err == nil && p.Mails > 0 {
		d.wake()
	}
	return p, err
}

// remindOf records what people are told of one ticket and when to look again.
func (d *Desk) remindOf(ctx context.Context, tx tracker.Tx, t tracker.Ticket, now time.Time) ([]tracker.Notice, error) {
	events, err := tx.Events(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	plan := d.weigh(t, events, now)
	if len(plan.Changes) == 0 {
		return nil, d.plan(ctx, tx, t.ID, plan, now)
	}
	template := tracker.Event{Ticket: t.ID, At: now, By: tracker.Actor{Role: tracker.RoleDesk}, Cause: "clock", Reason: "it is due"}
	t, more, err := tracker.Record(t, template, plan.Changes)
	if err != nil {
		return nil, err
	}
	if err := tx.Append(ctx, t, more); err != nil {
		return nil, err
	}
	after := d.weigh(t, append(events, more...), now)
	return plan.Notices, d.plan(ctx, tx, t.ID, after, now)
}

// weigh asks the rules. A ticket whose history cannot be timed is left out until
// something happens to it: it must not hold up the others.
func (d *Desk) weigh(t tracker.Ticket, events []tracker.Event, now time.Time) intake.Plan {
	plan, err := intake.Remind(t, events, d.Rules, now)
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

// schedule keeps when the clock has something to do on a ticket that has just
// changed. Fresh are its last events. It is reckoned from the latest: what has
// become due since is then due at once.
func (d *Desk) schedule(ctx context.Context, tx tracker.Tx, t tracker.Ticket, fresh []tracker.Event) error {
	if d.Rules.Clock.Policy == nil {
		return nil
	}
	if !t.Status.Open() {
		return tx.SetDue(ctx, t.ID, time.Time{})
	}
	events := fresh
	if len(fresh) < t.Seq {
		var err error
		if events, err = tx.Events(ctx, t.ID); err != nil {
			return err
		}
	}
	return tx.SetDue(ctx, t.ID, d.weigh(t, events, events[len(events)-1].At).Next)
}

// retime computes when the open tickets are due anew, once the terms are others
// than those by which that was done last.
func (d *Desk) retime(ctx context.Context) error {
	var open []tracker.Ticket
	err := d.Store.View(ctx, func(v tracker.View) error {
		terms, err := v.Terms(ctx)
		if err != nil || terms == d.Rules.Clock.Terms {
			return err
		}
		open, err = v.Tickets(ctx, tracker.TicketQuery{Open: true})
		if err == nil && open == nil {
			open = []tracker.Ticket{}
		}
		return err
	})
	if err != nil || open == nil {
		return err
	}
	for len(open) > 0 {
		n := min(lot, len(open))
		if err := d.retimeLot(ctx, open[:n]); err != nil {
			return fmt.Errorf("compute when tickets are due: %w", err)
		}
		open = open[n:]
	}
	return d.Store.Update(ctx, func(tx tracker.Tx) error { return tx.SetTerms(ctx, d.Rules.Clock.Terms) })
}

func (d *Desk) retimeLot(ctx context.Context, tickets []tracker.Ticket) error {
	return d.Store.Update(ctx, func(tx tracker.Tx) error {
		for _, old := range tickets {
			t, err := tx.Ticket(ctx, old.ID) // it may have changed meanwhile
			if err != nil {
				return err
			}
			if err := d.schedule(ctx, tx, t, nil); err != nil {
				return err
			}
		}
		return nil
	})
}
