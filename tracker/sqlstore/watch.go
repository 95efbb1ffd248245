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
	undoWatch  = `DELETE FROM watch WHERE started > $1`
	addWatch   = `INSERT INTO watch (started, ended) VALUES ($1, $2)`
	moveWatch  = `UPDATE watch SET ended = $1 WHERE started = $2`
	watchSince = `SELECT started, ended FROM watch
		WHERE started >= (SELECT coalesce(max(started), $1) FROM watch WHERE started <= $1) ORDER BY started`
	ingested = `SELECT count(*) FROM (SELECT 1 FROM inbound WHERE received > $1 AND received < $2 AND uid = 0 LIMIT 1)`
)

// Watched implements tracker.ReportWriter.
func (t *tx) Watched(ctx context.Context, upTo time.Time) error {
	if err := t.watch(ctx, upTo); err != nil {
		return fmt.Errorf("note that all mail up to %s is known: %w", upTo.UTC().Format(time.RFC3339), err)
	}
	return nil
}

// watch believes the clock that speaks now: what lies ahead of upTo a clock said
// that ran ahead. As little as WatchLapse of that stays, since a clock that is set
// back by seconds makes no downtime.
func (t *tx) watch(ctx context.Context, upTo time.Time) error {
	if _, err := t.s.exec(ctx, undoWatch, micros(upTo)); err != nil {
		return err
	}
	var started, ended time.Time
	err := t.s.get(ctx, lastWatch, nil, instant{&started}, instant{&ended})
	silence := upTo.Sub(ended)
	switch {
	case errors.Is(err, tracker.ErrNotFound) || err == nil && silence > tracker.WatchLapse:
		_, err = t.s.exec(ctx, addWatch, micros(upTo), micros(upTo))
	case err == nil && (silence > 0 || silence < -tracker.WatchLapse):
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
	if err != nil || watched.IsZero() || to.Sub(watched) <= tracker.WatchLapse {
		return down, err
	}
	var others int // by ingestion: the desk is no longer one that watches
	if err := v.s.get(ctx, ingested, []any{micros(watched), micros(to)}, &others); err != nil || others > 0 {
		return down, err
	}
	return down + overlap(watched, to, from, to), nil
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
