package desk

import (
	"context"
	"fmt"
	"time"

	"envdesk/tracker"
	"envdesk/tracker/intake"
	"envdesk/tracker/sla"
)

// Verify replays every ticket from its events, checks the hash chain, and
// compares with the stored projection. It returns what is wrong, in words, and
// how many tickets it looked at; progress may be nil.
func Verify(ctx context.Context, s tracker.Store, progress func(done, all int)) (findings []string, n int, err error) {
	err = s.View(ctx, func(v tracker.View) error {
		tickets, err := v.Tickets(ctx, tracker.TicketQuery{})
		if err != nil {
			return err
		}
		n = len(tickets)
		for i, t := range tickets {
			events, err := v.Events(ctx, t.ID)
			if err != nil {
				return fmt.Errorf("events of %s: %w", t.Key, err)
			}
			if f := check(t, events); f != "" {
				findings = append(findings, f)
			}
			if progress != nil {
				progress(i+1, n)
			}
		}
		return nil
	})
	return findings, n, err
}

func check(t tracker.Ticket, events []tracker.Event) string {
	folded, err := tracker.Fold(events)
	if err != nil {
		return fmt.Sprintf("%s: %v", t.Key, err)
	}
	if f := tracker.Differ(folded, t); f != "" {
		return fmt.Sprintf("%s: the stored %s is not what its %d events give", t.Key, f, len(events))
	}
	return ""
}

// VerifyAgenda computes anew when the clock has something to do on each ticket,
// and compares with what is stored. It returns what is wrong, in words, and how
// many tickets it looked at: -1 when they are to be scheduled anew, because the
// configuration was edited and no desk has run with it.
//
// What is stored is right when it is what the ticket's history gives from its
// last event on. It may be later when the clock has looked since and found
// nothing to record: then it is right when just before it there is nothing to
// record either, and it comes next; or when it is the short rest of a ticket on
// which something stays due. An ended ticket is never due.
func VerifyAgenda(ctx context.Context, s tracker.Store, rules intake.Rules) (findings []string, n int, err error) {
	err = s.View(ctx, func(v tracker.View) error {
		if rules.Clock.Ledger, err = ledgerFor(ctx, v, rules); err != nil || rules.Clock.Ledger == nil {
			n = -1
			return err
		}
		tickets, err := v.Tickets(ctx, tracker.TicketQuery{})
		if err != nil {
			return err
		}
		n = len(tickets)
		for _, t := range tickets {
			due, err := v.DueAt(ctx, t.ID)
			if err != nil {
				return err
			}
			var events []tracker.Event
			if !t.Status.Ended() {
				if events, err = v.Events(ctx, t.ID); err != nil {
					return fmt.Errorf("events of %s: %w", t.Key, err)
				}
			}
			if f := checkDue(t, events, rules, due); f != "" {
				findings = append(findings, f)
			}
		}
		return nil
	})
	return findings, n, err
}

// ledgerFor is the ledger by which the tickets were scheduled; nil when they
// were not scheduled by these rules.
func ledgerFor(ctx context.Context, v tracker.View, rules intake.Rules) (l sla.Ledger, err error) {
	configured := rules.Clock.Ledger.Now().Version
	if l, err = Ledger(ctx, v); err != nil || l.Now().Version != configured {
		return nil, err
	}
	rules.Clock.Ledger = l
	name, err := v.Agenda(ctx)
	if err != nil || name != agenda(rules.Clock) {
		return nil, err
	}
	return l, nil
}

// checkDue compares the stored due instant of one ticket. A history that cannot
// be timed is not due; Verify tells what is wrong with it.
func checkDue(t tracker.Ticket, events []tracker.Event, rules intake.Rules, due time.Time) string {
	if t.Status.Ended() {
		if due.IsZero() {
			return ""
		}
		return fmt.Sprintf("%s: it has ended, and the clock looks at it at %s", t.Key, stamp(due))
	}
	last := latest(events)
	first, err := intake.Remind(t, events, rules, last)
	switch next := first.Next.Truncate(time.Microsecond); {
	case err != nil || next.Equal(due):
		return ""
	case !next.IsZero() && !next.After(last) && due.Equal(last.Add(again)):
		return ""
	case next.IsZero() || !due.IsZero() && due.Before(next) || !passedOver(t, events, rules, next, due):
		return fmt.Sprintf("%s: the clock looks at it at %s; its %d events give %s", t.Key, stamp(due), len(events), stamp(next))
	}
	return ""
}

// maxLooks bounds how often the clock may look at a ticket in vain.
const maxLooks = 1000

// passedOver reports whether the clock can have looked at a ticket from first on
// in vain, and so come to due.
func passedOver(t tracker.Ticket, events []tracker.Event, rules intake.Rules, first, due time.Time) bool {
	idle := func(at time.Time) (next time.Time, ok bool) {
		plan, err := intake.Remind(t, events, rules, at)
		return plan.Next.Truncate(time.Microsecond), err == nil && len(plan.Changes) == 0
	}
	if !due.IsZero() {
		next, ok := idle(due.Add(-time.Microsecond))
		if ok && next.Equal(due) {
			return true
		}
		at := due.Add(-again)
		next, ok = idle(at)
		return ok && !next.IsZero() && !next.After(at)
	}
	at := first
	for range maxLooks {
		next, ok := idle(at)
		if !ok || next.IsZero() {
			return ok
		}
		if !next.After(at) {
			next = at.Add(again)
		}
		at = next
	}
	return false
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return "no time"
	}
	return at.UTC().Format(time.RFC3339)
}
