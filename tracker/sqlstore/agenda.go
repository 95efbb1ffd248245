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

	dueAt = `SELECT due_at FROM ticket WHERE id = $1`

	allTerms = `SELECT since, version, data FROM terms ORDER BY id`
	addTerms = `INSERT INTO terms (since, version, data) VALUES ($1, $2, $3)`

	setting    = `SELECT value FROM setting WHERE name = $1`
	setSetting = `INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
)

// settingAgenda is the name under which that of the agenda is kept.
const settingAgenda = "agenda"

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

// DueAt implements tracker.AgendaReader.
func (v *view) DueAt(ctx context.Context, ticket int64) (at time.Time, err error) {
	if err := v.s.get(ctx, dueAt, []any{ticket}, instant{&at}); err != nil {
		return time.Time{}, fmt.Errorf("read due instant of ticket %d: %w", ticket, err)
	}
	return at, nil
}

// Terms implements tracker.AgendaReader.
func (v *view) Terms(ctx context.Context) ([]tracker.StoredTerms, error) {
	var out []tracker.StoredTerms
	err := v.s.each(ctx, allTerms, nil, func(row scanner) error {
		var t tracker.StoredTerms
		err := row.Scan(instant{&t.Since}, &t.Version, &t.Data)
		out = append(out, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read terms: %w", err)
	}
	return out, nil
}

// Agenda implements tracker.AgendaReader.
func (v *view) Agenda(ctx context.Context) (name string, err error) {
	err = v.s.get(ctx, setting, []any{settingAgenda}, &name)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return "", fmt.Errorf("read agenda: %w", err)
	}
	return name, nil
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

// AddTerms implements tracker.AgendaWriter.
func (t *tx) AddTerms(ctx context.Context, terms tracker.StoredTerms) error {
	if _, err := t.s.exec(ctx, addTerms, micros(terms.Since), plain(terms.Version), plain(string(terms.Data))); err != nil {
		return fmt.Errorf("store terms %s: %w", terms.Version, err)
	}
	return nil
}

// SetAgenda implements tracker.AgendaWriter.
func (t *tx) SetAgenda(ctx context.Context, name string) error {
	if _, err := t.s.exec(ctx, setSetting, settingAgenda, plain(name)); err != nil {
		return fmt.Errorf("store agenda: %w", err)
	}
	return nil
}
