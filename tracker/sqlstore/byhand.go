package sqlstore

import (
	"context"
	"time"

	"envdesk/tracker"
)

const (
	retryNow = `UPDATE outbox SET state = 'deferred', next_at = $1 WHERE id = $2`
	drop     = `UPDATE outbox SET state = 'dropped' WHERE id = $1`
)

// RetryMail lets a mail that failed, waits, is in doubt or was dropped go out at
// the dispatcher's next look.
func (s *Store) RetryMail(ctx context.Context, id int64) error {
	from := []tracker.OutboxState{tracker.OutboxFailed, tracker.OutboxDeferred, tracker.OutboxInDoubt, tracker.OutboxDropped}
	return outbox{s}.move(ctx, id, from, retryNow, micros(time.Unix(1, 0)), id)
}

// DropMail keeps a mail that was not sent from ever going out.
func (s *Store) DropMail(ctx context.Context, id int64) error {
	from := []tracker.OutboxState{tracker.OutboxPending, tracker.OutboxFailed, tracker.OutboxDeferred, tracker.OutboxInDoubt}
	return outbox{s}.move(ctx, id, from, drop, id)
}
