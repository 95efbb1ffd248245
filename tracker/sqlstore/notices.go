package sqlstore

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"envdesk/tracker"
)

const (
	// A new mail is due at once, whatever the clock of its notice said.
	enqueue = `INSERT INTO outbox (id, key, kind, ticket, state, attempts, created_at, next_at, last_error, sent_at, message_id,
	sender, recipient, subject, text, raw_size)
	VALUES ($1, $2, $3, $4, 'pending', 0, $5, 0, '', 0, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO NOTHING`
	hasNotice = `SELECT count(*) FROM outbox WHERE key = $1`

	sentSince     = `SELECT count(*) FROM outbox WHERE kind = $1 AND created_at >= $2`
	receivedSince = `SELECT count(*) FROM inbound WHERE lower(from_address) = lower($1) AND received >= $2`

	addAlert      = `INSERT INTO alert (at, kind, ticket, line, waits, subject, text, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`
	pendingAlerts = `SELECT id, at, kind, ticket, line, waits, subject, text FROM alert WHERE told_at = 0 ORDER BY id`
	lastTold      = `SELECT coalesce(max(told_at), 0) FROM alert`
	alertIsThere  = `SELECT count(*) FROM alert WHERE (told_at = 0 OR told_at > $1) AND kind = $2 AND substr(line, 1, length($3)) = $3`
	alertsTold    = `UPDATE alert SET told_at = $1 WHERE told_at = 0 AND id <= $2`
)

// Enqueue implements tracker.NoticeWriter. The Message-ID of a mail about a
// ticket is remembered with its recipient.
func (t *tx) Enqueue(ctx context.Context, n tracker.Notice, m tracker.Mail) (bool, error) {
	id, err := t.addOutbox(ctx, n, m)
	if err != nil {
		return false, fmt.Errorf("enqueue %s: %w", n.Key, err)
	}
	if id == 0 {
		return false, nil
	}
	if err := t.s.pieces.write(ctx, t.s, addOutboxPiece, id, bytes.NewReader(m.Raw)); err != nil {
		return false, fmt.Errorf("enqueue %s: %w", n.Key, err)
	}
	if n.Ticket == 0 {
		return true, nil
	}
	ref := tracker.MailRef{MessageID: m.MessageID, Ticket: n.Ticket, Kind: tracker.RefSent, Recipient: m.To}
	if err := t.tie(ctx, ref); err != nil {
		return false, fmt.Errorf("enqueue %s: %w", n.Key, err)
	}
	return true, nil
}

// addOutbox gives the id of the new row, or 0 when its key was there before.
func (t *tx) addOutbox(ctx context.Context, n tracker.Notice, m tracker.Mail) (id int64, err error) {
	if id, err = t.nextID(ctx, lastOutbox); err != nil {
		return 0, err
	}
	added, err := t.s.exec(ctx, enqueue, id, plain(n.Key), string(n.Kind), n.Ticket, micros(n.At), plain(m.MessageID),
		plain(m.From), plain(m.To), plain(m.Subject), plain(m.Text), len(m.Raw))
	if err != nil || added == 0 {
		return 0, err
	}
	return id, nil
}

// HasNotice implements tracker.IntakeReader.
func (v *view) HasNotice(ctx context.Context, key string) (bool, error) {
	var n int
	if err := v.s.get(ctx, hasNotice, []any{plain(key)}, &n); err != nil {
		return false, fmt.Errorf("look for notice %s: %w", key, err)
	}
	return n > 0, nil
}

// SentSince implements tracker.IntakeReader.
func (v *view) SentSince(ctx context.Context, k tracker.NoticeKind, t time.Time) (n int, err error) {
	if err = v.s.get(ctx, sentSince, []any{string(k), micros(t)}, &n); err != nil {
		return 0, fmt.Errorf("count mails sent: %w", err)
	}
	return n, nil
}

// ReceivedSince implements tracker.IntakeReader.
func (v *view) ReceivedSince(ctx context.Context, from string, t time.Time) (n int, err error) {
	if err = v.s.get(ctx, receivedSince, []any{plain(from), micros(t)}, &n); err != nil {
		return 0, fmt.Errorf("count mails of %s: %w", from, err)
	}
	return n, nil
}

// AddAlert implements tracker.NoticeWriter; the store gives the ID.
func (t *tx) AddAlert(ctx context.Context, a tracker.Alert) error {
	if _, err := t.s.exec(ctx, addAlert, micros(a.At), string(a.Kind), plain(a.Ticket), plain(a.Line), flag(a.Waits), plain(a.Subject), plain(a.Text)); err != nil {
		return fmt.Errorf("store alert: %w", err)
	}
	return nil
}

// AddAlertOnce implements tracker.NoticeWriter.
func (t *tx) AddAlertOnce(ctx context.Context, a tracker.Alert, start string, since time.Time) error {
	var n int
	if err := t.s.get(ctx, alertIsThere, []any{micros(since), string(a.Kind), plain(start)}, &n); err != nil {
		return fmt.Errorf("look for alert: %w", err)
	}
	if n > 0 {
		return nil
	}
	return t.AddAlert(ctx, a)
}

// PendingAlerts implements tracker.IntakeReader, oldest first.
func (v *view) PendingAlerts(ctx context.Context) ([]tracker.Alert, time.Time, error) {
	var out []tracker.Alert
	var told time.Time
	err := v.s.each(ctx, pendingAlerts, nil, func(row scanner) error {
		var a tracker.Alert
		err := row.Scan(&a.ID, instant{&a.At}, &a.Kind, &a.Ticket, &a.Line, truth{&a.Waits}, &a.Subject, &a.Text)
		out = append(out, a)
		return err
	})
	if err == nil {
		err = v.s.get(ctx, lastTold, nil, instant{&told})
	}
	if err != nil {
		return nil, told, fmt.Errorf("list alerts: %w", err)
	}
	return out, told, nil
}

// AlertsTold implements tracker.NoticeWriter: the pending alerts with an ID up
// to upTo have been told of at the given time.
func (t *tx) AlertsTold(ctx context.Context, upTo int64, at time.Time) error {
	if _, err := t.s.exec(ctx, alertsTold, micros(at), upTo); err != nil {
		return fmt.Errorf("mark alerts as told: %w", err)
	}
	return nil
}
