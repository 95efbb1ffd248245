package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"envdesk/tracker"
)

const inboundColumns = `id, mailbox, uidvalidity, uid, sha256, size, received, message_id, fingerprint, from_name,
	from_address, recipients, subject, text, state, reason, ticket, visibility, mentions, headers_only`

const (
	cursorOf = `SELECT uidvalidity, uid FROM mailbox_cursor WHERE mailbox = $1`

	// One query, so that the common answer, that there is none, costs one step.
	// Rank keeps the order of evidence, id the oldest of equals.
	sameMail = `SELECT ` + inboundColumns + ` FROM inbound WHERE id = (SELECT id FROM (
	SELECT 1 AS rank, id FROM inbound WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3 AND uid <> 0
	UNION ALL SELECT 2 AS rank, id FROM inbound WHERE sha256 = $4 AND sha256 <> ''
	UNION ALL SELECT 3 AS rank, id FROM inbound
	WHERE message_id = $5 AND fingerprint = $6 AND message_id <> '' AND fingerprint <> ''
	) AS same WHERE id <> $7 ORDER BY rank, id LIMIT 1)`

	mailsOf = `SELECT 'in', message_id, from_address, recipients, subject, received AS at, text, state, visibility, id
	FROM inbound WHERE ticket = $1 AND ticket <> 0
	UNION ALL SELECT 'out', message_id, sender, recipient, subject, created_at, text, state, '', id
	FROM outbox WHERE ticket = $1 AND ticket <> 0
	ORDER BY at, 1, id`

	openingMail  = `SELECT ` + inboundColumns + ` FROM inbound WHERE ticket = $1 AND ticket <> 0 AND state = 'ticket' ORDER BY id LIMIT 1`
	quarantined  = `SELECT ` + inboundColumns + ` FROM inbound WHERE state = 'quarantined' ORDER BY id`
	rawOf        = `SELECT sha256, raw_size FROM inbound WHERE id = $1`
	mentionsOf   = `SELECT message_id, ticket, kind, recipient FROM mention WHERE message_id = $1 ORDER BY ticket, recipient`
	inboundLinks = `SELECT message_id, mentions FROM inbound WHERE id = $1`

	addInbound = `INSERT INTO inbound (mailbox, uidvalidity, uid, sha256, raw_size, size, received, message_id, fingerprint,
	from_name, from_address, recipients, subject, text, state, reason, ticket, visibility, mentions, headers_only)
	VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id`
	setRaw     = `UPDATE inbound SET sha256 = $1, raw_size = $2, size = $3 WHERE id = $4`
	setInbound = `UPDATE inbound SET state = $1, ticket = $2, reason = $3 WHERE id = $4`
	addMention = `INSERT INTO mention (message_id, ticket, kind, recipient) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	setCursor  = `INSERT INTO mailbox_cursor (mailbox, uidvalidity, uid) VALUES ($1, $2, $3)
	ON CONFLICT (mailbox) DO UPDATE SET uidvalidity = excluded.uidvalidity, uid = excluded.uid`
	attempt = `INSERT INTO attempt (mailbox, uidvalidity, uid, count) VALUES ($1, $2, $3, 1)
	ON CONFLICT (mailbox, uidvalidity, uid) DO UPDATE SET count = attempt.count + 1 RETURNING count`
	forget = `DELETE FROM attempt WHERE mailbox = $1 AND uidvalidity = $2 AND uid = $3`
)

// Cursor implements tracker.MailReader.
func (v *view) Cursor(ctx context.Context, mailbox string) (tracker.Cursor, error) {
	var c tracker.Cursor
	err := v.s.get(ctx, cursorOf, []any{plain(mailbox)}, &c.UIDValidity, &c.UID)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return c, fmt.Errorf("cursor of %s: %w", mailbox, err)
	}
	return c, nil
}

// SameMail implements tracker.MailReader. Position counts with a UID, SHA-256
// when it is known, Message-ID and fingerprint when both are. The row with m.ID
// itself does not count.
func (v *view) SameMail(ctx context.Context, m tracker.Inbound) (same tracker.Inbound, err error) {
	p := m.Position
	args := []any{plain(p.Mailbox), p.UIDValidity, p.UID, m.SHA256, plain(m.MessageID), m.Fingerprint, m.ID}
	err = v.s.one(ctx, sameMail, args, func(row scanner) error {
		same, err = scanInbound(row)
		return err
	})
	if err != nil {
		return same, fmt.Errorf("same mail: %w", err)
	}
	return same, nil
}

// Mails implements tracker.MailReader: by receipt or by composition, what came
// in before what went out.
func (v *view) Mails(ctx context.Context, ticket int64) ([]tracker.MailRecord, error) {
	var out []tracker.MailRecord
	err := v.s.each(ctx, mailsOf, []any{ticket}, func(row scanner) error {
		var m tracker.MailRecord
		var id int64
		err := row.Scan(&m.Direction, &m.MessageID, &m.From, &m.To, &m.Subject, instant{&m.At}, &m.Text, &m.State, &m.Visibility, &id)
		out = append(out, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("mails of ticket %d: %w", ticket, err)
	}
	return out, nil
}

// OpeningMail implements tracker.MailReader; ErrNotFound where the mail is not
// in the store.
func (v *view) OpeningMail(ctx context.Context, ticket int64) (m tracker.Inbound, err error) {
	err = v.s.one(ctx, openingMail, []any{ticket}, func(row scanner) error {
		m, err = scanInbound(row)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("opening mail of ticket %d: %w", ticket, err)
	}
	return m, nil
}

// Quarantined implements tracker.MailReader, oldest first.
func (v *view) Quarantined(ctx context.Context) ([]tracker.Inbound, error) {
	var out []tracker.Inbound
	err := v.s.each(ctx, quarantined, nil, func(row scanner) error {
		m, err := scanInbound(row)
		out = append(out, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list quarantine: %w", err)
	}
	return out, nil
}

// Raw implements tracker.MailReader. The check comes last: on an error what was
// written to w is not to be used.
func (v *view) Raw(ctx context.Context, inbound int64, w io.Writer) error {
	var sum string
	var size int64
	if err := v.s.get(ctx, rawOf, []any{inbound}, &sum, &size); err != nil {
		return fmt.Errorf("raw mail %d: %w", inbound, err)
	}
	seen := newDigest()
	if err := v.s.pieces.read(ctx, v.s, inboundPiece, inbound, io.MultiWriter(seen, w)); err != nil {
		return fmt.Errorf("raw mail %d: %w", inbound, err)
	}
	if got := seen.sha256(); seen.size != size || got != sum {
		return fmt.Errorf("raw mail %d: it is damaged: %d bytes with SHA-256 %.12s, stored were %d with %.12s", inbound, seen.size, got, size, sum)
	}
	return nil
}

// TicketOfMail implements tracker.TicketReader: all ties of the Message-IDs,
// strongest kind first, then in the order of ids, then by ticket and recipient.
func (v *view) TicketOfMail(ctx context.Context, ids []string) ([]tracker.MailRef, error) {
	var out []tracker.MailRef
	asked := map[string]bool{}
	for _, id := range ids {
		if asked[id] {
			continue
		}
		asked[id] = true
		err := v.s.each(ctx, mentionsOf, []any{plain(id)}, func(row scanner) error {
			var r tracker.MailRef
			err := row.Scan(&r.MessageID, &r.Ticket, &r.Kind, &r.Recipient)
			out = append(out, r)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("ticket of mail %s: %w", id, err)
		}
	}
	slices.SortStableFunc(out, func(a, b tracker.MailRef) int { return strength(a.Kind) - strength(b.Kind) })
	return out, nil
}

func strength(k tracker.RefKind) int {
	return slices.Index([]tracker.RefKind{tracker.RefSent, tracker.RefReceived, tracker.RefMentioned}, k)
}

// AddMail implements tracker.MailWriter. It keeps length and SHA-256 of the
// bytes that raw gave; a different SHA-256 in m is an error, and so is a
// position that has a row. A nil raw gives no bytes. Size is stored as told,
// because a mail's other bytes may have stayed on the server; 0 means the
// length of raw.
func (t *tx) AddMail(ctx context.Context, m tracker.Inbound, raw io.Reader) (int64, error) {
	id, err := t.addInbound(ctx, m)
	if err != nil {
		return 0, fmt.Errorf("store mail %s: %w", where(m.Position), err)
	}
	if err := t.addRaw(ctx, id, m, raw); err != nil {
		return 0, fmt.Errorf("store mail %s: %w", where(m.Position), err)
	}
	if err := t.remember(ctx, m.Ticket, m.MessageID, m.Mentions); err != nil {
		return 0, fmt.Errorf("store mail %s: %w", where(m.Position), err)
	}
	return id, nil
}

func where(p tracker.Position) string {
	if p.UID == 0 {
		return "from outside"
	}
	return fmt.Sprintf("%s uid %d/%d", p.Mailbox, p.UIDValidity, p.UID)
}

func (t *tx) addInbound(ctx context.Context, m tracker.Inbound) (int64, error) {
	mentions, err := list(m.Mentions)
	if err != nil {
		return 0, err
	}
	p := m.Position
	args := []any{
		plain(p.Mailbox), p.UIDValidity, p.UID, m.SHA256, m.Size, micros(m.Received), plain(m.MessageID), plain(m.Fingerprint),
		plain(m.From.Name), plain(m.From.Address), plain(m.To), plain(m.Subject), plain(m.Text), string(m.State),
		plain(m.Reason), m.Ticket, string(m.Visibility), mentions, flag(m.HeadersOnly),
	}
	var id int64
	err = t.s.get(ctx, addInbound, args, &id)
	if isUniqueViolation(err) {
		err = fmt.Errorf("there is a row for it already: %w", err)
	}
	return id, err
}

func (t *tx) addRaw(ctx context.Context, id int64, m tracker.Inbound, raw io.Reader) error {
	seen := newDigest()
	if raw != nil {
		var err error
		if seen, err = t.s.pieces.write(ctx, t.s, addInboundPiece, id, raw); err != nil {
			return err
		}
	}
	sum := seen.sha256()
	if m.SHA256 != "" && m.SHA256 != sum {
		return fmt.Errorf("its bytes have SHA-256 %.12s, expected %.12s", sum, m.SHA256)
	}
	if m.Size == 0 {
		m.Size = seen.size
	}
	_, err := t.s.exec(ctx, setRaw, sum, seen.size, m.Size, id)
	return err
}

// remember ties the ids of a mail to its ticket.
func (t *tx) remember(ctx context.Context, ticket int64, id string, mentions []string) error {
	if ticket == 0 {
		return nil
	}
	if err := t.tie(ctx, tracker.MailRef{MessageID: id, Ticket: ticket, Kind: tracker.RefReceived}); err != nil {
		return err
	}
	for _, m := range mentions {
		if err := t.tie(ctx, tracker.MailRef{MessageID: m, Ticket: ticket, Kind: tracker.RefMentioned}); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) tie(ctx context.Context, r tracker.MailRef) error {
	id := plain(r.MessageID)
	if id == "" {
		return nil
	}
	if _, err := t.s.exec(ctx, addMention, id, r.Ticket, string(r.Kind), plain(r.Recipient)); err != nil {
		return fmt.Errorf("remember message id %s: %w", id, err)
	}
	return nil
}

// SetState implements tracker.MailWriter; ErrNotFound when there is no such
// mail.
func (t *tx) SetState(ctx context.Context, inbound int64, s tracker.Action, ticket int64, reason string) error {
	var id string
	var mentions []string
	if err := t.s.get(ctx, inboundLinks, []any{inbound}, &id, listOf{&mentions}); err != nil {
		return fmt.Errorf("set state of mail %d: %w", inbound, err)
	}
	if _, err := t.s.exec(ctx, setInbound, string(s), ticket, plain(reason), inbound); err != nil {
		return fmt.Errorf("set state of mail %d: %w", inbound, err)
	}
	return t.remember(ctx, ticket, id, mentions)
}

// SetCursor implements tracker.MailWriter.
func (t *tx) SetCursor(ctx context.Context, mailbox string, c tracker.Cursor) error {
	if _, err := t.s.exec(ctx, setCursor, plain(mailbox), c.UIDValidity, c.UID); err != nil {
		return fmt.Errorf("set cursor of %s: %w", mailbox, err)
	}
	return nil
}

// Attempt implements tracker.MailWriter, in the order of ps. Mails from outside
// any mailbox cannot be told apart: each counts as tried for the first time.
func (t *tx) Attempt(ctx context.Context, ps []tracker.Position) ([]int, error) {
	counts := make([]int, len(ps))
	for i, p := range ps {
		if p.UID == 0 {
			counts[i] = 1
			continue
		}
		if err := t.s.get(ctx, attempt, []any{plain(p.Mailbox), p.UIDValidity, p.UID}, &counts[i]); err != nil {
			return nil, fmt.Errorf("count attempt on %s: %w", where(p), err)
		}
	}
	return counts, nil
}

// Forget implements tracker.MailWriter.
func (t *tx) Forget(ctx context.Context, ps []tracker.Position) error {
	for _, p := range ps {
		if _, err := t.s.exec(ctx, forget, plain(p.Mailbox), p.UIDValidity, p.UID); err != nil {
			return fmt.Errorf("forget attempts on %s: %w", where(p), err)
		}
	}
	return nil
}

func scanInbound(row scanner) (tracker.Inbound, error) {
	var m tracker.Inbound
	var headersOnly int
	err := row.Scan(&m.ID, &m.Position.Mailbox, &m.Position.UIDValidity, &m.Position.UID, &m.SHA256, &m.Size,
		instant{&m.Received}, &m.MessageID, &m.Fingerprint, &m.From.Name, &m.From.Address, &m.To, &m.Subject, &m.Text,
		&m.State, &m.Reason, &m.Ticket, &m.Visibility, listOf{&m.Mentions}, &headersOnly)
	m.HeadersOnly = headersOnly != 0
	return m, err
}
