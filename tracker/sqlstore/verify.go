package sqlstore

import (
	"context"
	"fmt"
	"io"
)

const (
	allTickets = `SELECT id FROM ticket ORDER BY id`
	allMails   = `SELECT id FROM inbound ORDER BY id`
	positions  = `SELECT uid FROM inbound WHERE mailbox = $1 AND uidvalidity = $2 AND nullif(uid, 0) > 0 ORDER BY nullif(uid, 0)`
)

// TicketIDs lists all tickets in rising order.
func (s *Store) TicketIDs(ctx context.Context) ([]int64, error) {
	ids, err := column[int64](ctx, s, allTickets)
	if err != nil {
		return nil, fmt.Errorf("list ticket ids: %w", err)
	}
	return ids, nil
}

// MailIDs lists all mails that came in, oldest first.
func (s *Store) MailIDs(ctx context.Context) ([]int64, error) {
	ids, err := column[int64](ctx, s, allMails)
	if err != nil {
		return nil, fmt.Errorf("list mail ids: %w", err)
	}
	return ids, nil
}

// CheckMail reads the stored bytes of a mail and gives an error when they are
// not those that came in, by length and SHA-256.
func (s *Store) CheckMail(ctx context.Context, id int64) error {
	return s.reader.within(ctx, beginRead, func(r *session) error {
		return (&view{r}).Raw(ctx, id, io.Discard)
	})
}

// Positions lists the UIDs of a mailbox that have a row under the UIDVALIDITY,
// in rising order.
func (s *Store) Positions(ctx context.Context, mailbox string, uidValidity uint32) ([]uint32, error) {
	uids, err := column[uint32](ctx, s, positions, plain(mailbox), uidValidity)
	if err != nil {
		return nil, fmt.Errorf("list positions of %s: %w", mailbox, err)
	}
	return uids, nil
}

// column reads a query of one column.
func column[V any](ctx context.Context, s *Store, query string, args ...any) (out []V, err error) {
	err = s.reader.within(ctx, beginRead, func(r *session) error {
		return r.each(ctx, query, args, func(row scanner) error {
			var v V
			err := row.Scan(&v)
			out = append(out, v)
			return err
		})
	})
	return out, err
}
