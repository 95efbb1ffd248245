package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"envdesk/tracker"
)

const (
	cursorOf  = `SELECT uidvalidity, uid, first_sight FROM mailbox_cursor WHERE mailbox = $1`
	setCursor = `INSERT INTO mailbox_cursor (mailbox, uidvalidity, uid, first_sight) VALUES ($1, $2, $3, $4)
	ON CONFLICT (mailbox) DO UPDATE SET uidvalidity = excluded.uidvalidity, uid = excluded.uid, first_sight = excluded.first_sight`

	attemptsOn = `SELECT uid, count FROM attempt WHERE mailbox = $1 AND uidvalidity = $2`
	attempt    = `INSERT INTO attempt (mailbox, uidvalidity, uid, count) VALUES ($1, $2, $3, 1)
	ON CONFLICT (mailbox, uidvalidity, uid) DO UPDATE SET count = attempt.count + 1`
	forget = `DELETE FROM attempt WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3`
)

// Cursor implements tracker.IntakeReader.
func (v *view) Cursor(ctx context.Context, mailbox string) (tracker.Cursor, error) {
	var c tracker.Cursor
	err := v.s.get(ctx, cursorOf, []any{plain(mailbox)}, &c.UIDValidity, &c.UID, &c.FirstSight)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return c, fmt.Errorf("cursor of %s: %w", mailbox, err)
	}
	return c, nil
}

// Attempts implements tracker.IntakeReader. Mails from outside any mailbox
// cannot be told apart: they count 0.
func (v *view) Attempts(ctx context.Context, ps []tracker.Position) ([]int, error) {
	counts := make([]int, len(ps))
	seen := map[uidSpace]map[uint32]int{}
	for i, p := range ps {
		e := uidSpace{p.Mailbox, p.UIDValidity}
		if _, ok := seen[e]; !ok && p.UID != 0 {
			var err error
			if seen[e], err = v.attemptsIn(ctx, e); err != nil {
				return nil, fmt.Errorf("attempts on %s: %w", where(p), err)
			}
		}
		if p.UID != 0 {
			counts[i] = seen[e][p.UID]
		}
	}
	return counts, nil
}

// uidSpace is within what a UID means something (RFC 9051 §2.3.1.1).
type uidSpace struct {
	mailbox     string
	uidValidity uint32
}

// attemptsIn gives the counters of a UID space: those of mails in work, mostly none.
func (v *view) attemptsIn(ctx context.Context, e uidSpace) (map[uint32]int, error) {
	counts := map[uint32]int{}
	err := v.s.each(ctx, attemptsOn, []any{plain(e.mailbox), e.uidValidity}, func(row scanner) error {
		var uid uint32
		var n int
		err := row.Scan(&uid, &n)
		counts[uid] = n
		return err
	})
	return counts, err
}

// SetCursor implements tracker.MailWriter.
func (t *tx) SetCursor(ctx context.Context, mailbox string, c tracker.Cursor) error {
	if _, err := t.s.exec(ctx, setCursor, plain(mailbox), c.UIDValidity, c.UID, c.FirstSight); err != nil {
		return fmt.Errorf("set cursor of %s: %w", mailbox, err)
	}
	return nil
}

// Attempt implements tracker.MailWriter; see Attempts for mails from outside.
func (t *tx) Attempt(ctx context.Context, ps []tracker.Position) error {
	for _, p := range ps {
		if p.UID == 0 {
			continue
		}
		if _, err := t.s.exec(ctx, attempt, position(p)...); err != nil {
			return fmt.Errorf("count attempt on %s: %w", where(p), err)
		}
	}
	return nil
}

// Forget implements tracker.MailWriter.
func (t *tx) Forget(ctx context.Context, ps []tracker.Position) error {
	for _, p := range ps {
		if _, err := t.s.exec(ctx, forget, position(p)...); err != nil {
			return fmt.Errorf("forget attempts on %s: %w", where(p), err)
		}
	}
	return nil
}

func position(p tracker.Position) []any { return []any{plain(p.Mailbox), p.UIDValidity, p.UID} }

// where names a mail by its position.
func where(p tracker.Position) string {
	if p.UID == 0 {
		return "from outside"
	}
	return fmt.Sprintf("%s uid %d/%d", p.Mailbox, p.UIDValidity, p.UID)
}
