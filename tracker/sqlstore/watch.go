package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"envdesk/tracker"
)

const (
	lastWatch  = `SELECT started, ended FROM watch WHERE started = (SELECT max(started) FROM watch)`
	addWatch   = `INSERT INTO watch (started, ended) VALUES ($1, $2)`
	moveWatch  = `UPDATE watch SET ended = $1 WHERE started = $2`
	watchSince = `SELECT started, ended FROM watch
		WHERE started >= (SELECT coalesce(max(started), $1) FROM watch WHERE started <= $1) ORDER BY started`
)

// Watched implements tracker.ReportWriter.
func (t *tx) Watched(ctx context.Context, upTo time.Time) error {
	if err := t.watch(ctx, upTo); err != nil {
		return fmt.Errorf("note that all mail up to %s is known: %w", upTo.UTC().Format(time.RFC3339), err)
	}
	return nil
}

func (t *tx) watch(ctx context.Context, upTo time.Time) error {
	var started, ended time.Time
	err := t.s.get(ctx, lastWatch, nil, instant{&started}, instant{&ended})
	switch {
	case errors.Is(err, tracker.ErrNotFound):
		_, err = t.s.exec(ctx, addWatch, micros(upTo), micros(upTo))
	case err != nil || !upTo.After(ended):
	case upTo.Sub(ended) > tracker.WatchLapse:
		_, err = t.s.exec(ctx, addWatch, micros(upTo), micros(upTo))
	default:
		_, err = t.s.exec(ctx, moveWatch, micros(upTo), micros(started))
	}
	return err
}

// downtime is how long no mail could be taken in, see tracker.MailCount.
func (v *view) downtime(ctx context.Context, from, to time.Time) (down time.Duration, err error) {
	var watched time.Time // the end of the span before; zero: there is none
	err = v.s.each(ctx, watchSince, []any{micros(from)}, func(row scanner) error {
		var started, ended time.Time
		err := row.Scan(instant{&started}, instant{&ended})
		if !watched.IsZero() {
			down += overlap(watched, started, from, to)
		}
		watched = ended
		return err
	})
	if !watched.IsZero() && to.Sub(watched) > tracker.WatchLapse {
		down += overlap(watched, to, from, to)
	}
	return down, err
}

// overlap is how much of the time from a to b lies between from and to.
func overlap(a, b, from, to time.Time) time.Duration {
	if a.Before(from) {
		a = from
	}
	if b.After(to) {
		b = to
	}
	return max(0, b.Sub(a))
}
