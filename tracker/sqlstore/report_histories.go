package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"envdesk/tracker"
)

// The inner query needs no more than two indexes, and no ticket is missed: an
// event of any time leads to its ticket. The outer one walks the events of those
// tickets in the order of their key, and gives a history as one text: with a row
// for each event most of the time went into handing rows over. What stands
// between events and fields is found in neither: JSON escapes control characters
// (RFC 8259 section 7). The functions are those of SQLite: PostgreSQL calls them
// string_agg and chr.
const histories = `SELECT ticket, group_concat(concat_ws(char(31), seq, at, kind, actor, change), char(30))
	FROM event WHERE ticket IN (
	SELECT ticket FROM event WHERE at >= $1 UNION ALL SELECT id FROM ticket WHERE ` + isOpen + `) GROUP BY ticket`

const (
	betweenFields = "\x1f"
	betweenEvents = "\x1e"
)

// errEnough ends a query of which nobody wants more.
var errEnough = errors.New("enough")

// Histories implements tracker.ReportReader.
func (v *view) Histories(ctx context.Context, since time.Time) iter.Seq2[[]tracker.Event, error] {
	return func(yield func([]tracker.Event, error) bool) {
		d := historyDecoder{actors: map[string]tracker.Actor{}, changes: map[storedChange]tracker.Change{}}
		// A context that can end costs the driver more than reading a row: it is
		// looked at here.
		err := v.s.each(context.WithoutCancel(ctx), histories, []any{micros(since)}, func(row scanner) error {
			var ticket int64
			var text string
			if err := cmp.Or(ctx.Err(), row.Scan(&ticket, &text)); err != nil {
				return err
			}
			events, err := d.history(ticket, text)
			if err == nil && !yield(events, nil) {
				err = errEnough
			}
			return err
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, fmt.Errorf("read histories: %w", err))
		}
	}
}

// historyDecoder reads histories. Few people do most, and in few words: what was
// decoded is remembered, up to so many and, of changes, up to so long ones.
type historyDecoder struct {
	actors  map[string]tracker.Actor
	changes map[storedChange]tracker.Change
}

const (
	mostRemembered = 10_000
	longRemembered = 200
)

type storedChange struct{ kind, data string }

// history reads all events of a ticket. SQL leaves their order open.
func (d *historyDecoder) history(ticket int64, text string) ([]tracker.Event, error) {
	events := make([]tracker.Event, 1+strings.Count(text, betweenEvents))
	for i := range events {
		e := &events[i]
		e.Ticket = ticket
		var stored string
		stored, text, _ = strings.Cut(text, betweenEvents)
		if err := d.event(e, stored); err != nil {
			return nil, fmt.Errorf("decode event %d/%d: %w", ticket, e.Seq, err)
		}
	}
	slices.SortFunc(events, func(a, b tracker.Event) int { return a.Seq - b.Seq })
	return events, nil
}

func (d *historyDecoder) event(e *tracker.Event, stored string) (err error) {
	seq, rest, _ := strings.Cut(stored, betweenFields)
	micros, rest, _ := strings.Cut(rest, betweenFields)
	kind, rest, _ := strings.Cut(rest, betweenFields)
	actor, change, _ := strings.Cut(rest, betweenFields)
	if e.Seq, err = strconv.Atoi(seq); err != nil {
		return err
	}
	at, err := strconv.ParseInt(micros, 10, 64)
	if err != nil {
		return err
	}
	if err = (instant{&e.At}).Scan(at); err != nil {
		return err
	}
	if e.By, err = d.actor(actor); err != nil {
		return fmt.Errorf("actor: %w", err)
	}
	e.Change, err = d.change(storedChange{kind, change})
	return err
}

func (d *historyDecoder) actor(data string) (tracker.Actor, error) {
	if by, known := d.actors[data]; known {
		return by, nil
	}
	var by tracker.Actor
	if err := json.Unmarshal([]byte(data), &by); err != nil {
		return by, err
	}
	if len(d.actors) < mostRemembered {
		d.actors[strings.Clone(data)] = by
	}
	return by, nil
}

// change reads a change. No two tickets are opened alike.
func (d *historyDecoder) change(stored storedChange) (tracker.Change, error) {
	if stored.kind == "opened" {
		return tracker.DecodeChange(stored.kind, []byte(stored.data))
	}
	c, known := d.changes[stored]
	if known {
		return c, nil
	}
	c, err := tracker.DecodeChange(stored.kind, []byte(stored.data))
	if err == nil && len(stored.data) <= longRemembered && len(d.changes) < mostRemembered {
		d.changes[storedChange{strings.Clone(stored.kind), strings.Clone(stored.data)}] = c
	}
	return c, err
}
