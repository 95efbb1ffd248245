package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// Ledger reads all terms that ever were in force; none in a store that no desk
// has used.
func Ledger(ctx context.Context, v tracker.AgendaReader) (sla.Ledger, error) {
	stored, err := v.Terms(ctx)
	if err != nil {
		return nil, err
	}
	return sla.ReadLedger(stored)
}

// rules are the rules of the desk with all terms that ever were in force, as far
// as load has seen them.
func (d *Desk) rules() intake.Rules {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.Rules
	if len(d.ledger) > 0 && len(r.Clock.Ledger) > 0 {
		r.Clock.Ledger = d.ledger
	}
	return r
}

// load reads the terms that came in force since they were read last.
func (d *Desk) load(ctx context.Context, v tracker.AgendaReader) error {
	stored, err := v.Terms(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(stored) <= len(d.ledger) {
		return nil
	}
	more, err := sla.ReadLedger(stored[len(d.ledger):])
	d.ledger = append(d.ledger[:len(d.ledger):len(d.ledger)], more...)
	return err
}

// settle brings the terms and the settings of the desk in force, once for its
// configuration: new terms count from now on, and all tickets are scheduled
// anew. What was interrupted is gone on with.
func (d *Desk) settle(ctx context.Context, now time.Time) error {
	if len(d.Rules.Clock.Ledger) == 0 {
		return nil
	}
	d.settling.Lock()
	defer d.settling.Unlock()
	configured := d.Rules.Clock.Ledger.Now()
	name := configured.Version + "/" + d.Rules.Clock.Agenda
	if d.settled == name {
		return d.Store.View(ctx, func(v tracker.View) error { return d.load(ctx, v) })
	}
	if err := d.amend(ctx, configured, now); err != nil {
		return fmt.Errorf("bring terms %s in force: %w", configured.Version, err)
	}
	if err := d.reschedule(ctx, now); err != nil {
		return fmt.Errorf("compute when tickets are due: %w", err)
	}
	d.settled = name
	return nil
}

// agenda names by what tickets are scheduled: the same terms that come in force
// once more are other ones.
func agenda(c intake.Clock) string {
	return fmt.Sprintf("%d/%s/%s", len(c.Ledger), c.Ledger.Now().Version, c.Agenda)
}

// amend adds terms to those that are kept, when they are not the last of them.
// The first count since ever.
func (d *Desk) amend(ctx context.Context, terms sla.Terms, now time.Time) error {
	return d.Store.Update(ctx, func(tx tracker.Tx) error {
		ledger, err := Ledger(ctx, tx)
		if err != nil || ledger.Now().Version == terms.Version && len(ledger) > 0 {
			return err
		}
		terms.Since = time.Time{}
		if last := ledger.Now().Since; len(ledger) > 0 {
			terms.Since = now.UTC().Truncate(time.Microsecond)
			if terms.Since.Before(last) {
				terms.Since = last
			}
		}
		stored, err := terms.Stored()
		if err != nil {
			return err
		}
		return tx.AddTerms(ctx, stored)
	})
}

// reschedule computes when the tickets on which something may be left to do are
// due, unless that was done by the same agenda.
func (d *Desk) reschedule(ctx context.Context, now time.Time) error {
	var tickets []tracker.Ticket
	done := false
	err := d.Store.View(ctx, func(v tracker.View) error {
		if err := d.load(ctx, v); err != nil {
			return err
		}
		last, err := v.Agenda(ctx)
		if done = last == agenda(d.rules().Clock); err != nil || done {
			return err
		}
		tickets, err = v.Tickets(ctx, tracker.TicketQuery{Unended: true})
		return err
	})
	if err != nil || done {
		return err
	}
	for len(tickets) > 0 {
		n := min(lot, len(tickets))
		if err := d.rescheduleLot(ctx, tickets[:n], now); err != nil {
			return err
		}
		tickets = tickets[n:]
	}
	return d.Store.Update(ctx, func(tx tracker.Tx) error { return tx.SetAgenda(ctx, agenda(d.rules().Clock)) })
}

func (d *Desk) rescheduleLot(ctx context.Context, tickets []tracker.Ticket, now time.Time) error {
	return d.Store.Update(ctx, func(tx tracker.Tx) error {
		for _, old := range tickets {
			t, err := tx.Ticket(ctx, old.ID) // it may have changed meanwhile
			if err != nil {
				return err
			}
			events, err := tx.Events(ctx, t.ID)
			if err != nil {
				return err
			}
			if err := d.rescheduleOne(ctx, tx, t, events, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// rescheduleOne tells an open ticket of the last edit, if it has not been told,
// and schedules it.
func (d *Desk) rescheduleOne(ctx context.Context, tx tracker.Tx, t tracker.Ticket, events []tracker.Event, now time.Time) error {
	ledger := d.rules().Clock.Ledger
	edit, ok := lastEdit(ledger, t, events)
	if !ok {
		return d.schedule(ctx, tx, t, events)
	}
	if since := ledger.Now().Since; now.Before(since) {
		now = since
	}
	template := tracker.Event{
		At: now, By: tracker.Actor{Role: tracker.RoleDesk}, Cause: "configuration", Reason: "the policy or a calendar was edited",
	}
	_, err := d.record(ctx, tx, t, template, tracker.Effect{Ticket: t.ID, Changes: []tracker.Change{edit}})
	return err
}

// lastEdit is what the last terms change on an open ticket that is older than
// they are; false when its history tells of it.
func lastEdit(l sla.Ledger, t tracker.Ticket, events []tracker.Event) (tracker.TermsChanged, bool) {
	if len(l) < 2 || len(events) == 0 || !t.Status.Open() || !events[0].At.Before(l.Now().Since) {
		return tracker.TermsChanged{}, false
	}
	edit := tracker.TermsChanged{Old: l[len(l)-2].Version, New: l.Now().Version}
	told := slices.ContainsFunc(events, func(e tracker.Event) bool {
		c, ok := e.Change.(tracker.TermsChanged)
		return ok && c.New == edit.New && !e.At.Before(l.Now().Since)
	})
	return edit, !told
}

// schedule keeps when the clock has something to do on a ticket that has just
// changed. Fresh are its last events.
func (d *Desk) schedule(ctx context.Context, tx tracker.Tx, t tracker.Ticket, fresh []tracker.Event) error {
	if len(d.Rules.Clock.Ledger) == 0 {
		return nil
	}
	if t.Status.Ended() {
		return tx.SetDue(ctx, t.ID, time.Time{})
	}
	events := fresh
	if len(fresh) < t.Seq {
		var err error
		if events, err = tx.Events(ctx, t.ID); err != nil {
			return err
		}
	}
	return tx.SetDue(ctx, t.ID, d.weigh(t, events, latest(events)).Next)
}

// latest is the instant of the last that happened to a ticket. From it is
// reckoned when it is due: what has become due since is then due at once.
func latest(events []tracker.Event) time.Time {
	var at time.Time
	for _, e := range events {
		if e.At.After(at) {
			at = e.At
		}
	}
	return at
}
