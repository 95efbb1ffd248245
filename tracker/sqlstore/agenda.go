package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"envdesk/tracker"
)

const (
	// The index holds no ticket without a due instant.
	dueTickets = `SELECT ` + ticketColumns + ` FROM ticket WHERE due_at <> 0 AND due_at <= $1 ORDER BY due_at, id LIMIT $2`
	setDue     = `UPDATE ticket SET due_at = $1 WHERE id = $2`

	setting    = `SELECT value FROM setting WHERE name = $1`
	setSetting = `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
)

// settingTerms is the name under which the terms of the due instants are kept.
const settingTerms = "terms"

// Due implements tracker.AgendaReader.
func (v *view) Due(ctx context.Context, until time.Time, n int) ([]tracker.Ticket, error) {
	var out []tracker.Ticket
	err := v.s.each(ctx, dueTickets, []any{micros(until), n}, func(row scanner) error {
		t, err := scanTicket(row)
		out = append(out, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list due tickets: %w", err)
	}
	return out, nil
}

// Terms implements tracker.AgendaReader.
func (v *view) Terms(ctx context.Context) (terms string, err error) {
	err = v.s.get(ctx, setting, []any{settingTerms}, &terms)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return "", fmt.Errorf("read terms: %w", err)
	}
	return terms, nil
}

// SetDue implements tracker.AgendaWriter; tracker.ErrNotFound without the ticket.
func (t *tx) SetDue(ctx context.Context, ticket int64, at time.Time) error {
	n, err := t.s.exec(ctx, setDue, micros(at), ticket)
	if err == nil && n == 0 {
		err = tracker.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("set due instant of ticket %d: %w", ticket, err)
	}
	return nil
}

// SetTerms implements tracker.AgendaWriter.
func (t *tx) SetTerms(ctx context.Context, terms string) error {
	if _, err := t.s.exec(ctx, setSetting, settingTerms, plain(terms)); err != nil {
		return fmt.Errorf("store terms: %w", err)
	}
	return nil
}
