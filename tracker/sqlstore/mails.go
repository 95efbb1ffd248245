package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"envdesk/tracker"
)

const inboundColumns = `id, mailbox, uidvalidity, uid, sha256, size, received, message_id, fingerprint, from_name,
	from_address, recipients, subject, text, state, reason, ticket, visibility, mentions, headers_only`

const (
	// Three simple look-ups, the last mail first: SQLite compiles them once, but a
	// statement with max or <> beside them anew for each mail.
	sameByPosition = `SELECT id FROM inbound WHERE mailbox = $1 AND uidvalidity = $2 AND nullif(uid, 0) = $3`
	sameByBytes    = `SELECT id FROM inbound WHERE sha256 = $1 ORDER BY id DESC LIMIT 2`
	sameByID       = `SELECT id FROM inbound WHERE message_id = $1 AND fingerprint = $2 ORDER BY id DESC LIMIT 2`
	inboundByID    = `SELECT ` + inboundColumns + ` FROM inbound WHERE id = $1`

	mailsOf = `SELECT 'in', message_id, from_address, recipients, subject, received AS at, text, state, visibility, id
	FROM inbound WHERE ticket = $1 AND ticket <> 0
	UNION ALL SELECT 'out', message_id, sender, recipient, subject, created_at, text, state, '', id
	FROM outbox WHERE ticket = $1 AND ticket <> 0
	ORDER BY at, 1, id`

	openingMail = `SELECT ` + inboundColumns + ` FROM inbound WHERE ticket = $1 AND ticket <> 0 AND state = 'ticket' ORDER BY id LIMIT 1`
	quarantined = `SELECT ` + inboundColumns + ` FROM inbound WHERE state = 'quarantined' ORDER BY id`
	rawOf       = `SELECT sha256, raw_size FROM inbound WHERE id = $1`
	mentionsOf  = `SELECT message_id, ticket, kind, recipient FROM mention WHERE message_id = $1`

	addInbound = `INSERT INTO inbound (id, mailbox, uidvalidity, uid, sha256, raw_size, size, received, message_id, fingerprint,
	from_name, from_address, recipients, subject, text, state, reason, ticket, visibility, mentions, headers_only)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`
	setInbound = `UPDATE inbound SET message_id = $1, fingerprint = $2, from_name = $3, from_address = $4, recipients = $5,
	subject = $6, text = $7, state = $8, reason = $9, ticket = $10, visibility = $11, mentions = $12 WHERE id = $13`
	addMention = `INSERT INTO mention (message_id, ticket, kind, recipient) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
)

// SameMail implements tracker.MailReader. Position counts with a UID, SHA-256
// when it is known, Message-ID and fingerprint when both are. The row with m.ID
// itself does not count.
func (v *view) SameMail(ctx context.Context, m tracker.Inbound) (tracker.Inbound, error) {
	same, err := v.sameMail(ctx, m)
	if err != nil {
		return tracker.Inbound{}, fmt.Errorf("same mail: %w", err)
	}
	return same, nil
}

func (v *view) sameMail(ctx context.Context, m tracker.Inbound) (tracker.Inbound, error) {
	p := m.Position
	for _, look := range []struct {
		when  bool
		query string
		args  []any
	}{
		{p.UID != 0, sameByPosition, []any{plain(p.Mailbox), p.UIDValidity, p.UID}},
		{m.SHA256 != "", sameByBytes, []any{m.SHA256}},
		{m.MessageID != "" && m.Fingerprint != "", sameByID, []any{plain(m.MessageID), plain(m.Fingerprint)}},
	} {
		if !look.when {
			continue
		}
		id, err := v.otherMail(ctx, m.ID, look.query, look.args)
		if err != nil {
			return tracker.Inbound{}, err
		}
		if id != 0 {
			return v.inbound(ctx, inboundByID, id)
		}
	}
	return tracker.Inbound{}, tracker.ErrNotFound
}

// otherMail is the first id that the query gives but self, 0 for none.
func (v *view) otherMail(ctx context.Context, self int64, query string, args []any) (found int64, err error) {
	err = v.s.each(ctx, query, args, func(row scanner) error {
		var id int64
		err := row.Scan(&id)
		if found == 0 && id != self {
			found = id
		}
		return err
	})
	return found, err
}

func (v *view) inbound(ctx context.Context, query string, args ...any) (m tracker.Inbound, err error) {
	err = v.s.one(ctx, query, args, func(row scanner) error {
		m, err = scanInbound(row)
		return err
	})
	return m, err
}

// Mails implements tracker.MailReader: by receipt or by composition, what came
// in before what went out.
func (v *view) Mails(ctx context.Context, ticket int64) ([]tracker.MailRecord, error) {
	var out []tracker.MailRecord
	err := v.s.each(ctx, mailsOf, []any{ticket}, func(row scanner) error {
		var m tracker.MailRecord
		err := row.Scan(&m.Direction, &m.MessageID, &m.From, &m.To, &m.Subject, instant{&m.At}, &m.Text, &m.State, &m.Visibility, &m.ID)
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
func (v *view) OpeningMail(ctx context.Context, ticket int64) (tracker.Inbound, error) {
	m, err := v.inbound(ctx, openingMail, ticket)
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
		refs, err := v.ties(ctx, plain(id))
		if err != nil {
			return nil, fmt.Errorf("ticket of mail %s: %w", id, err)
		}
		out = append(out, refs...)
	}
	slices.SortStableFunc(out, func(a, b tracker.MailRef) int { return strength(a.Kind) - strength(b.Kind) })
	return out, nil
}

func (v *view) ties(ctx context.Context, id string) ([]tracker.MailRef, error) {
	var out []tracker.MailRef
	err := v.s.each(ctx, mentionsOf, []any{id}, func(row scanner) error {
		var r tracker.MailRef
		err := row.Scan(&r.MessageID, &r.Ticket, &r.Kind, &r.Recipient)
		out = append(out, r)
		return err
	})
	slices.SortFunc(out, func(a, b tracker.MailRef) int {
		return cmp.Or(cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Recipient, b.Recipient))
	})
	return out, err
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
	if raw == nil {
		raw = strings.NewReader("")
	}
	id, err := t.addMail(ctx, m, raw)
	if err != nil {
		return 0, fmt.Errorf("store mail %s: %w", where(m.Position), err)
	}
	return id, nil
}

func (t *tx) addMail(ctx context.Context, m tracker.Inbound, raw io.Reader) (int64, error) {
	var err error
	if m.ID, err = t.nextID(ctx, lastInbound); err != nil {
		return 0, err
	}
	seen := newDigest()
	if err := t.s.pieces.write(ctx, t.s, addInboundPiece, m.ID, io.TeeReader(raw, seen)); err != nil {
		return 0, err
	}
	sum := seen.sha256()
	if m.SHA256 != "" && m.SHA256 != sum {
		return 0, fmt.Errorf("its bytes have SHA-256 %.12s, expected %.12s", sum, m.SHA256)
	}
	m.SHA256 = sum
	if m.Size == 0 {
		m.Size = seen.size
	}
	if err := t.addInbound(ctx, m, seen.size); err != nil {
		return 0, err
	}
	return m.ID, t.remember(ctx, m)
}

func (t *tx) addInbound(ctx context.Context, m tracker.Inbound, rawSize int64) error {
	mentions, err := list(m.Mentions)
	if err != nil {
		return err
	}
	p := m.Position
	_, err = t.s.exec(ctx, addInbound, m.ID, plain(p.Mailbox), p.UIDValidity, p.UID, m.SHA256, rawSize, m.Size,
		micros(m.Received), plain(m.MessageID), plain(m.Fingerprint), plain(m.From.Name), plain(m.From.Address), plain(m.To),
		plain(m.Subject), plain(m.Text), string(m.State), plain(m.Reason), m.Ticket, string(m.Visibility), mentions, flag(m.HeadersOnly))
	if isUniqueViolation(err) {
		return fmt.Errorf("there is a row for it already: %w", err)
	}
	return err
}

// remember ties the ids of a mail to its ticket; see tracker.Inbound.Ties.
func (t *tx) remember(ctx context.Context, m tracker.Inbound) error {
	if m.Ticket == 0 || !m.Ties && m.State != tracker.ActionOpen {
		return nil
	}
	if err := t.tie(ctx, tracker.MailRef{MessageID: m.MessageID, Ticket: m.Ticket, Kind: tracker.RefReceived}); err != nil || !m.Ties {
		return err
	}
	for _, id := range m.Mentions {
		if err := t.tie(ctx, tracker.MailRef{MessageID: id, Ticket: m.Ticket, Kind: tracker.RefMentioned}); err != nil {
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

// UpdateMail implements tracker.MailWriter.
func (t *tx) UpdateMail(ctx context.Context, m tracker.Inbound) error {
	mentions, err := list(m.Mentions)
	if err != nil {
		return fmt.Errorf("update mail %d: %w", m.ID, err)
	}
	n, err := t.s.exec(ctx, setInbound, plain(m.MessageID), plain(m.Fingerprint), plain(m.From.Name), plain(m.From.Address), plain(m.To),
		plain(m.Subject), plain(m.Text), string(m.State), plain(m.Reason), m.Ticket, string(m.Visibility), mentions, m.ID)
	if err == nil && n == 0 {
		err = tracker.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("update mail %d: %w", m.ID, err)
	}
	return t.remember(ctx, m)
}

func scanInbound(row scanner) (tracker.Inbound, error) {
	var m tracker.Inbound
	err := row.Scan(&m.ID, &m.Position.Mailbox, &m.Position.UIDValidity, &m.Position.UID, &m.SHA256, &m.Size,
		instant{&m.Received}, &m.MessageID, &m.Fingerprint, &m.From.Name, &m.From.Address, &m.To, &m.Subject, &m.Text,
		&m.State, &m.Reason, &m.Ticket, &m.Visibility, listOf{&m.Mentions}, truth{&m.HeadersOnly})
	return m, err
}
