package desk

import (
	"context"
	"fmt"

	"envdesk/tracker"
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
