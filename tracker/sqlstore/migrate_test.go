package sqlstore

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"envdesk/tracker"
)

// A store that an earlier envdesk wrote opens, keeps its tickets as they were,
// and takes what is new.
func TestStoreOfAnEarlierSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "envdesk.db")
	db := rawDB(t, path)
	dir, err := fs.Sub(migrations, migrationsDir)
	require.NoError(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	require.NoError(t, err)
	_, err = p.UpTo(t.Context(), 1)
	require.NoError(t, err)
	execute(t, db, `INSERT INTO ticket (id, key, title, type, priority, stack, environment, needed_by, status, requester_name, requester,
		partner, assignee, watchers, approval_state, approval_by, approval_at, opened_at, picked_up_at, resolved_at, closed_at,
		reopened, messages, root_id, seq, hash, admitted)
		VALUES (1, 'REQ-1', 'old', '', 'P3', '', '', '', 'new', '', 'ravi@egov.test', '', '', '', '', '', 0, 0, 0, 0, 0, 0, 1, '', 1, 'h', 1)`)

	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		k, err := tx.TicketByKey(t.Context(), "REQ-1")
		require.NoError(t, err)
		assert.Equal(t, "old", k.Title)
		assert.Equal(t, []any{"", []string(nil), ""}, []any{k.ETA, k.Links, k.MergedInto})
		k, events, err := tracker.Record(k, tracker.Event{Ticket: 1}, []tracker.Change{tracker.Linked{Key: "REQ-2"}})
		require.NoError(t, err)
		return tx.Append(t.Context(), k, events)
	}))
}
