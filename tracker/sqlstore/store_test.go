package sqlstore

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"envdesk/tracker"
	"envdesk/tracker/storetest"
)

func TestMain(m *testing.M) {
	if job := os.Getenv(jobVariable); job != "" {
		os.Exit(runJob(job, os.Args[len(os.Args)-1]))
	}
	goleak.VerifyTestMain(m)
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) tracker.Store { return newTestStore(t) })
}

func newTestStore(t testing.TB) *Store {
	t.Helper()
	return openTestStore(t, filepath.Join(t.TempDir(), "desk.db"))
}

func openTestStore(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// rawDB opens the file beside the store, as another program would.
func rawDB(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driverName, "file:"+path+"?_busy_timeout=2000")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func execute(t *testing.T, db *sql.DB, queries ...string) {
	t.Helper()
	for _, q := range queries {
		_, err := db.ExecContext(t.Context(), q)
		require.NoError(t, err, q)
	}
}

func TestNewFileIsPrivate(t *testing.T) {
	s := newTestStore(t)
	note(t, s, 1)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(s.path + suffix)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), suffix)
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "a?mode=memory.db", "a#b.db", "a%20b.db", "ä.db", ":memory:"} {
		path := filepath.Join(t.TempDir(), name)
		s := openTestStore(t, path)
		note(t, s, 1)
		require.FileExists(t, path)
		r, err := OpenReader(t.Context(), path)
		require.NoError(t, err, name)
		assert.Equal(t, []uint32{1}, noted(t, r), name)
		require.NoError(t, r.Close())
	}
}

func TestPathsThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{
		"a folder": dir, "in no folder": filepath.Join(dir, "no", "desk.db"), "NUL": filepath.Join(dir, "a\x00b"),
	} {
		_, err := Open(t.Context(), path)
		require.Error(t, err, name)
	}
}

// Every connection must have the settings, not only the first.
func TestSettingsOfEveryConnection(t *testing.T) {
	s := newTestStore(t)
	settings := map[string]any{"journal_mode": "wal", "synchronous": int64(2), "foreign_keys": int64(1), "busy_timeout": int64(5000)}
	check := func(w *session, queryOnly int64) {
		settings["query_only"] = queryOnly
		for name, want := range settings {
			var got any
			require.NoError(t, w.get(t.Context(), "PRAGMA "+name, nil, &got))
			assert.Equal(t, want, got, name)
		}
	}
	require.NoError(t, s.writer.use(t.Context(), func(w *session) error { check(w, 0); return nil }))
	var held []*session
	for range readers {
		r, err := s.reader.take(t.Context())
		require.NoError(t, err)
		check(r, 1)
		held = append(held, r)
	}
	for _, r := range held {
		s.reader.put(r)
	}
}

func TestReadersWaitForAFreeConnection(t *testing.T) {
	s := newTestStore(t)
	var nested func(n int) error
	ctx, cancel := context.WithCancel(t.Context())
	nested = func(n int) error {
		return s.View(ctx, func(tracker.View) error {
			if n == 1 {
				cancel() // the next one would wait for ever
			}
			return nested(n - 1)
		})
	}
	require.ErrorIs(t, nested(readers), context.Canceled)
	assert.Empty(t, noted(t, s))
}

func TestOldLibraryIsRefused(t *testing.T) {
	require.NoError(t, checkLibrary())
	require.NoError(t, checkLibraryVersion("3.51.3", 3_051_003))
	require.ErrorContains(t, checkLibraryVersion("3.51.2", 3_051_002), "SQLite 3.51.2 can lose commits")
}

func TestSchemaThatIsNewer(t *testing.T) {
	s := newTestStore(t)
	path := s.path
	execute(t, rawDB(t, path), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	_, err := Open(t.Context(), path)
	require.ErrorContains(t, err, "schema is 999, newer than this program's 9: use a newer envdesk")
	_, err = OpenReader(t.Context(), path)
	require.ErrorContains(t, err, "schema is 999, newer")
}

func TestReaderNeedsAStore(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.db")
	_, err := OpenReader(t.Context(), missing)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoFileExists(t, missing)

	empty := filepath.Join(dir, "empty.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	_, err = OpenReader(t.Context(), empty)
	require.ErrorContains(t, err, "schema is 0, older")
	info, err := os.Stat(empty)
	require.NoError(t, err)
	assert.Zero(t, info.Size(), "a reader never migrates")

	other := filepath.Join(dir, "other.db")
	require.NoError(t, os.WriteFile(other, []byte("this is a letter and no database, however long it may be"), 0o600))
	_, err = OpenReader(t.Context(), other)
	require.ErrorContains(t, err, "not a store of envdesk")
	_, err = Open(t.Context(), other)
	require.ErrorContains(t, err, "not a store of envdesk")
}

func TestReaderBesideWriter(t *testing.T) {
	s := newTestStore(t)
	r, err := OpenReader(t.Context(), s.path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, r.Close()) }()
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error {
		addNote(t, tx, 1)
		assert.Empty(t, noted(t, r), "while a transaction is open")
		return nil
	}))
	assert.Equal(t, []uint32{1}, noted(t, r))

	require.ErrorIs(t, r.Update(t.Context(), func(tracker.Tx) error { t.Error("called"); return nil }), errReadOnly)
	_, err = r.Outbox().Claim(t.Context(), noon, 1)
	require.ErrorIs(t, err, errReadOnly)
	_, err = r.Outbox().List(t.Context(), "")
	require.NoError(t, err)
	require.ErrorIs(t, r.Checkpoint(t.Context()), errReadOnly)
	require.NoError(t, r.Integrity(t.Context()))

	require.NoError(t, s.Close())
	assert.Equal(t, []uint32{1}, noted(t, r), "after the writer has gone")
}

func TestReaderOfAClosedStore(t *testing.T) {
	s := newTestStore(t)
	note(t, s, 1)
	require.NoError(t, s.Close())
	r, err := OpenReader(t.Context(), s.path)
	require.NoError(t, err)
	assert.Equal(t, []uint32{1}, noted(t, r))
	require.NoError(t, r.Close())
}

func TestManyOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	var wg sync.WaitGroup
	for uid := range uint32(6) {
		wg.Go(func() {
			s, err := Open(t.Context(), path)
			if assert.NoError(t, err) {
				note(t, s, uid+1)
				assert.NoError(t, s.Close())
			}
		})
	}
	wg.Wait()
	assert.Equal(t, []uint32{1, 2, 3, 4, 5, 6}, noted(t, openTestStore(t, path)))
}

// A view or transaction that is kept cannot be used behind its end.
func TestKeptTransactions(t *testing.T) {
	s := newTestStore(t)
	var kept tracker.Tx
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error { kept = tx; return nil }))
	assert.Panics(t, func() { _, _ = kept.NextTicket(t.Context()) })
}

// A closed store is one file: the log has been written back.
func TestClosedStoreIsOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.db")
	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, s.Update(t.Context(), func(tx tracker.Tx) error { return tx.AddAlert(t.Context(), tracker.Alert{Line: "x"}) }))
	require.NoError(t, s.View(t.Context(), func(v tracker.View) error { _, _, err := v.PendingAlerts(t.Context()); return err }))
	require.NoError(t, s.Close())
	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, files, 1)
}
