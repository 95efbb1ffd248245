package desk

import (
	"context"
	"time"

	"envdesk/tracker"
)

// Watched notes that all mail up to an instant is known; the weekly report tells
// how long that was not so. It writes once in a minute of the clock and at each
// turn of the minute, so that the week of a report is noted to its end. An instant
// behind the clock's counts as that: it was told by a clock that ran ahead and was
// set back since. The zero time notes nothing.
func (d *Desk) Watched(ctx context.Context, upTo time.Time) error {
	if now := d.Now(); upTo.After(now) {
		upTo = now
	}
	minute := upTo.Truncate(time.Minute)
	d.mu.Lock()
	noted := minute.Equal(d.watched)
	d.mu.Unlock()
	if noted || upTo.IsZero() {
		return nil
	}
	err := d.Store.Update(ctx, func(tx tracker.Tx) error { return tx.Watched(ctx, upTo) })
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.watched = minute
	d.mu.Unlock()
	return nil
}
