package sqlstore

import (
	"context"
	"fmt"
	"time"

	"envdesk/tracker"
)

const (
	unsubscribed = `SELECT address FROM subscription WHERE list = $1 AND ended = 1 ORDER BY address`
	subscribe    = `INSERT INTO subscription (list, address, ended, at) VALUES ($1, lower($2), $3, $4)
	ON CONFLICT (list, address) DO UPDATE SET ended = excluded.ended, at = excluded.at
	WHERE excluded.at >= subscription.at`
)

// Unsubscribed implements tracker.SubscriptionReader.
func (v *view) Unsubscribed(ctx context.Context, l tracker.List) (addresses []string, err error) {
	err = v.s.each(ctx, unsubscribed, []any{string(l)}, func(row scanner) error {
		var address string
		err := row.Scan(&address)
		addresses = append(addresses, address)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("who ended the %s: %w", l.Report(), err)
	}
	return addresses, nil
}

// Subscribe implements tracker.SubscriptionWriter.
func (t *tx) Subscribe(ctx context.Context, s tracker.Subscription, at time.Time) error {
	if _, err := t.s.exec(ctx, subscribe, string(s.List), plain(s.Address), flag(s.Ended), micros(at)); err != nil {
		return fmt.Errorf("keep what %s wants of the %s: %w", s.Address, s.List.Report(), err)
	}
	return nil
}
