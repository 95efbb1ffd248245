package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"envdesk/tracker"
)

const outboxColumns = `id, key, kind, ticket, state, attempts, created_at, next_at, last_error, sent_at, message_id, sender,
	recipient, subject, text, raw_size`

const (
	claim = `UPDATE outbox SET state = 'sending' WHERE id IN (SELECT id FROM (
	SELECT id FROM (SELECT id FROM outbox WHERE state = 'pending' AND next_at <= $1 ORDER BY id LIMIT $2) AS fresh
	UNION ALL
	SELECT id FROM (SELECT id FROM outbox WHERE state = 'deferred' AND next_at <= $1 ORDER BY id LIMIT $2) AS again
	) AS due ORDER BY id LIMIT $2) RETURNING ` + outboxColumns

	outboxState    = `SELECT state FROM outbox WHERE id = $1`
	committing     = `UPDATE outbox SET state = 'committing' WHERE id = $1`
	sent           = `UPDATE outbox SET state = 'sent', sent_at = $1 WHERE id = $2`
	deferred       = `UPDATE outbox SET state = $1, next_at = $2, attempts = attempts + 1, last_error = $3 WHERE id = $4`
	recoverSending = `UPDATE outbox SET state = 'pending' WHERE state = 'sending'`
	doubtful       = `SELECT id, kind FROM outbox WHERE state = 'committing' ORDER BY id`
	settle         = `UPDATE outbox SET state = $1 WHERE id = $2`
	outboxInState  = `SELECT ` + outboxColumns + ` FROM outbox WHERE state = $1 ORDER BY id`
	outboxAll      = `SELECT ` + outboxColumns + ` FROM outbox ORDER BY id`
)

// outbox implements tracker.Outbox; each call is a transaction of its own.
type outbox struct{ store *Store }

// Outbox is what the dispatcher needs of the store.
func (s *Store) Outbox() tracker.Outbox { return outbox{s} }

// Claim implements tracker.Outbox.
func (o outbox) Claim(ctx context.Context, now time.Time, n int) (mails []tracker.OutboxMail, err error) {
	err = o.store.update(ctx, func(t *tx) error {
		mails, err = t.claim(ctx, now, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim mail to send: %w", err)
	}
	return mails, nil
}

func (t *tx) claim(ctx context.Context, now time.Time, n int) ([]tracker.OutboxMail, error) {
	mails, sizes, err := t.outboxMails(ctx, claim, micros(now), n)
	if err != nil {
		return nil, err
	}
	fit := fitting(mails, sizes)
	var rest []int64
	for _, m := range mails[fit:] {
		rest = append(rest, m.ID)
	}
	if err := t.settle(ctx, rest, tracker.OutboxPending); err != nil {
		return nil, err
	}
	for i := range mails[:fit] {
		if err := t.loadRaw(ctx, &mails[i], sizes[mails[i].ID]); err != nil {
			return nil, err
		}
	}
	return mails[:fit], nil
}

// claimBytes bounds what one Claim holds in memory; a single larger mail is
// claimed alone.
const claimBytes = 16 << 20

// fitting tells how many of the mails may be held at once.
func fitting(mails []tracker.OutboxMail, sizes map[int64]int) int {
	sum := 0
	for i, m := range mails {
		if sum += sizes[m.ID]; sum > claimBytes && i > 0 {
			return i
		}
	}
	return len(mails)
}

func (t *tx) loadRaw(ctx context.Context, m *tracker.OutboxMail, size int) error {
	raw := bytes.NewBuffer(make([]byte, 0, size))
	if err := t.s.pieces.read(ctx, t.s, outboxPiece, m.ID, raw); err != nil {
		return fmt.Errorf("mail %s: %w", m.Key, err)
	}
	if raw.Len() != size {
		return fmt.Errorf("mail %s: it is damaged: %d bytes, stored were %d", m.Key, raw.Len(), size)
	}
	m.Mail.Raw = raw.Bytes()
	return nil
}

// Committing implements tracker.Outbox; the mail must be in sending.
func (o outbox) Committing(ctx context.Context, id int64) error {
	from := []tracker.OutboxState{tracker.OutboxSending}
	return o.move(ctx, id, from, committing, id)
}

// Sent implements tracker.Outbox. A mail in doubt may turn out to be sent.
func (o outbox) Sent(ctx context.Context, id int64, at time.Time) error {
	from := []tracker.OutboxState{tracker.OutboxSending, tracker.OutboxCommitting, tracker.OutboxInDoubt}
	return o.move(ctx, id, from, sent, micros(at), id)
}

// Defer implements tracker.Outbox; the mail must be in sending or committing.
func (o outbox) Defer(ctx context.Context, id int64, next time.Time, lastError string) error {
	from := []tracker.OutboxState{tracker.OutboxSending, tracker.OutboxCommitting}
	to := tracker.OutboxDeferred
	if next.IsZero() {
		to = tracker.OutboxFailed
	}
	return o.move(ctx, id, from, deferred, string(to), micros(next), plain(lastError), id)
}

// move runs the statement when the mail is in one of the states from.
func (o outbox) move(ctx context.Context, id int64, from []tracker.OutboxState, query string, args ...any) error {
	err := o.store.update(ctx, func(t *tx) error {
		var is tracker.OutboxState
		if err := t.s.get(ctx, outboxState, []any{id}, &is); err != nil {
			return err
		}
		if !slices.Contains(from, is) {
			return fmt.Errorf("it is %s, not %s", is, words(from))
		}
		_, err := t.s.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("outbox mail %d: %w", id, err)
	}
	return nil
}

func words(states []tracker.OutboxState) string {
	var out []string
	for _, s := range states {
		out = append(out, string(s))
	}
	return strings.Join(out, " or ")
}

// Recover implements tracker.Outbox. It is for the start, before the first
// Claim.
func (o outbox) Recover(ctx context.Context) (pending, inDoubt int, err error) {
	err = o.store.update(ctx, func(t *tx) error {
		pending, inDoubt, err = t.recover(ctx)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("recover the outbox: %w", err)
	}
	return pending, inDoubt, nil
}

func (t *tx) recover(ctx context.Context) (pending, inDoubt int, err error) {
	n, err := t.s.exec(ctx, recoverSending)
	if err != nil {
		return 0, 0, err
	}
	again, doubt, err := t.doubtful(ctx)
	if err != nil {
		return 0, 0, err
	}
	err = t.settle(ctx, again, tracker.OutboxPending)
	if err == nil {
		err = t.settle(ctx, doubt, tracker.OutboxInDoubt)
	}
	return int(n) + len(again), len(doubt), err
}

// doubtful splits the mails that a crash left in committing by what to do.
func (t *tx) doubtful(ctx context.Context) (again, doubt []int64, err error) {
	err = t.s.each(ctx, doubtful, nil, func(row scanner) error {
		var id int64
		var kind tracker.NoticeKind
		if err := row.Scan(&id, &kind); err != nil {
			return err
		}
		if kind.ResendAfterDoubt() {
			again = append(again, id)
		} else {
			doubt = append(doubt, id)
		}
		return nil
	})
	return again, doubt, err
}

func (t *tx) settle(ctx context.Context, ids []int64, to tracker.OutboxState) error {
	for _, id := range ids {
		if _, err := t.s.exec(ctx, settle, string(to), id); err != nil {
			return err
		}
	}
	return nil
}

// List implements tracker.Outbox.
func (o outbox) List(ctx context.Context, s tracker.OutboxState) (mails []tracker.OutboxMail, err error) {
	query, args := outboxInState, []any{string(s)}
	if s == "" {
		query, args = outboxAll, nil
	}
	err = o.store.reader.within(ctx, beginRead, func(r *session) error {
		v := &view{r}
		mails, _, err = v.outboxMails(ctx, query, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the outbox: %w", err)
	}
	return mails, nil
}

// outboxMails reads mails without their bytes, oldest first, and the lengths of
// their bytes by id.
func (v *view) outboxMails(ctx context.Context, query string, args ...any) ([]tracker.OutboxMail, map[int64]int, error) {
	var mails []tracker.OutboxMail
	sizes := map[int64]int{}
	err := v.s.each(ctx, query, args, func(row scanner) error {
		var m tracker.OutboxMail
		var size int
		err := row.Scan(&m.ID, &m.Key, &m.Kind, &m.Ticket, &m.State, &m.Attempts, instant{&m.CreatedAt}, instant{&m.NextAt},
			&m.LastError, instant{&m.SentAt}, &m.Mail.MessageID, &m.Mail.From, &m.Mail.To, &m.Mail.Subject, &m.Mail.Text, &size)
		mails, sizes[m.ID] = append(mails, m), size
		return err
	})
	slices.SortFunc(mails, func(a, b tracker.OutboxMail) int { return cmp.Compare(a.ID, b.ID) })
	return mails, sizes, err
}
