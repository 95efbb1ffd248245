package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"envdesk/tracker"
)

const (
	mailCount = `SELECT state, count(*) FROM inbound WHERE received >= $1 AND received < $2 GROUP BY state ORDER BY state`
	refused   = `SELECT count(*) FROM event WHERE kind = 'refused' AND at >= $1 AND at < $2`
	inDoubt   = `SELECT count(*) FROM outbox WHERE state = 'in_doubt' AND created_at >= $1 AND created_at < $2`
	firstMail = `SELECT created_at FROM outbox ORDER BY id LIMIT 1`

	keptReport = `SELECT name, made_at, data, note FROM report WHERE name = $1`
	hasReport  = `SELECT count(*) FROM report WHERE name = $1`
	keepReport = `INSERT INTO report (name, made_at, data, note) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING`
)

// settingNote is the name under which the note for the next report is kept.
const settingNote = "report-note"

// MailCount implements tracker.ReportReader. A mail that was seen twice at the
// same position has one row and counts once.
func (v *view) MailCount(ctx context.Context, from, to time.Time) (tracker.MailCount, error) {
	c := tracker.MailCount{Outcomes: map[tracker.Action]int{}}
	span := []any{micros(from), micros(to)}
	err := v.s.each(ctx, mailCount, span, func(row scanner) error {
		var action tracker.Action
		var n int
		err := row.Scan(&action, &n)
		c.Outcomes[action] = n
		c.Received += n
		return err
	})
	if err == nil {
		err = v.s.get(ctx, refused, span, &c.Refused)
	}
	if err == nil {
		err = v.s.get(ctx, inDoubt, span, &c.InDoubt)
	}
	if err == nil {
		c.Downtime, err = v.downtime(ctx, from, to)
	}
	if err != nil {
		return c, fmt.Errorf("count mails: %w", err)
	}
	return c, nil
}

// FirstMail implements tracker.ReportReader.
func (v *view) FirstMail(ctx context.Context) (at time.Time, err error) {
	err = v.s.get(ctx, firstMail, nil, instant{&at})
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return at, fmt.Errorf("look for the first mail: %w", err)
	}
	return at, nil
}

// KeptReport implements tracker.ReportReader.
func (v *view) KeptReport(ctx context.Context, name string) (r tracker.KeptReport, err error) {
	if err = v.s.get(ctx, keptReport, []any{plain(name)}, &r.Name, instant{&r.Made}, &r.Data, &r.Note); err != nil {
		return r, fmt.Errorf("report %s: %w", name, err)
	}
	return r, nil
}

// HasReport implements tracker.ReportReader.
func (v *view) HasReport(ctx context.Context, name string) (bool, error) {
	var n int
	if err := v.s.get(ctx, hasReport, []any{plain(name)}, &n); err != nil {
		return false, fmt.Errorf("look for report %s: %w", name, err)
	}
	return n > 0, nil
}

// KeepReport implements tracker.ReportWriter.
func (t *tx) KeepReport(ctx context.Context, r tracker.KeptReport) (bool, error) {
	n, err := t.s.exec(ctx, keepReport, plain(r.Name), micros(r.Made), plain(string(r.Data)), plain(r.Note))
	if err != nil {
		return false, fmt.Errorf("keep report %s: %w", r.Name, err)
	}
	return n > 0, nil
}

// ReportNote implements tracker.ReportReader.
func (v *view) ReportNote(ctx context.Context) (note string, err error) {
	err = v.s.get(ctx, setting, []any{settingNote}, &note)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return "", fmt.Errorf("read the note for the report: %w", err)
	}
	return note, nil
}

// SetReportNote implements tracker.ReportWriter.
func (t *tx) SetReportNote(ctx context.Context, note string) error {
	if _, err := t.s.exec(ctx, setSetting, settingNote, plain(note)); err != nil {
		return fmt.Errorf("keep the note for the report: %w", err)
	}
	return nil
}
