package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"envdesk/tracker"
)

// The inner query needs no more than two indexes, and no ticket is missed: an
// event of any time leads to its ticket. The outer one walks the events of those
// tickets in the order of their key.
const histories = `SELECT ticket, seq, at, actor, kind, change FROM event WHERE ticket IN (
	SELECT ticket FROM event WHERE at >= $1 UNION ALL SELECT id FROM ticket WHERE ` + isOpen + `) ORDER BY ticket, seq`

// errEnough ends a query of which nobody wants more.
var errEnough = errors.New("enough")

// Histories implements tracker.ReportReader, in the order of the tickets' ids.
func (v *view) Histories(ctx context.Context, since time.Time) iter.Seq2[[]tracker.Event, error] {
	return func(yield func([]tracker.Event, error) bool) {
		r := historyReader{actors: map[string]tracker.Actor{}, changes: map[storedChange]tracker.Change{}, yield: yield}
		// A context that can end costs more than reading a row: it is looked at once
		// a ticket.
		err := v.s.each(context.WithoutCancel(ctx), histories, []any{micros(since)}, func(row scanner) error {
			if err := r.read(row); err != nil || !r.full() {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			return r.give(len(r.events) - 1)
		})
		if err == nil && len(r.events) > 0 {
			err = r.give(len(r.events))
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, fmt.Errorf("read histories: %w", err))
		}
	}
}

// historyReader puts rows together to histories.
type historyReader struct {
	events  []tracker.Event // of a ticket, and perhaps the first of the next one
	actors  map[string]tracker.Actor
	changes map[storedChange]tracker.Change
	yield   func([]tracker.Event, error) bool
}

// Few people do most, and in few words: what was decoded is remembered, up to so
// many and, of changes, up to so long ones.
const (
	mostRemembered = 10_000
	longRemembered = 200
)

type storedChange struct{ kind, data string }

// full reports whether the last event begins another history.
func (r *historyReader) full() bool {
	return r.events[len(r.events)-1].Ticket != r.events[0].Ticket
}

// give hands the first n events out.
func (r *historyReader) give(n int) error {
	history, rest := r.events[:n:n], r.events[n:]
	r.events = append(make([]tracker.Event, 0, max(8, n)), rest...)
	if !r.yield(history, nil) {
		return errEnough
	}
	return nil
}

func (r *historyReader) read(row scanner) error {
	var e tracker.Event
	var actor, kind, change string
	err := row.Scan(&e.Ticket, &e.Seq, instant{&e.At}, &actor, &kind, &change)
	if err != nil {
		return err
	}
	if e.By, err = r.actor(actor); err != nil {
		return fmt.Errorf("decode actor of event %d/%d: %w", e.Ticket, e.Seq, err)
	}
	e.Change, err = r.change(storedChange{kind, change})
	r.events = append(r.events, e)
	return err
}

func (r *historyReader) actor(data string) (tracker.Actor, error) {
	by, known := r.actors[data]
	if known {
		return by, nil
	}
	if err := json.Unmarshal([]byte(data), &by); err != nil {
		return by, err
	}
	if len(r.actors) < mostRemembered {
		r.actors[data] = by
	}
	return by, nil
}

func (r *historyReader) change(stored storedChange) (tracker.Change, error) {
	c, known := r.changes[stored]
	if known {
		return c, nil
	}
	c, err := tracker.DecodeChange(stored.kind, []byte(stored.data))
	if err == nil && stored.kind != "opened" && len(stored.data) <= longRemembered && len(r.changes) < mostRemembered {
		r.changes[stored] = c
	}
	return c, err
}
