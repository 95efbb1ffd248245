package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"envdesk/tracker"
)

const (
	readers     = 4
	busyTimeout = 5 * time.Second
)

var errReadOnly = errors.New("the store is open for reading only")

// Store is the desk's memory in one SQLite file. It is safe for concurrent use.
type Store struct {
	path   string
	writer *pool // nil when open for reading only
	reader *pool
	pieces *pieces
}

var _ tracker.Store = (*Store)(nil)

// Open opens the store at path for reading and writing. A file that is not
// there is created with mode 0600, and the schema is brought up to date. It
// refuses a schema that is newer than this program.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, busyTimeout)
}

func open(ctx context.Context, path string, busy time.Duration) (*Store, error) {
	s, err := newStore(path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	if err := errors.Join(create(s.path), migrateWithin(ctx, s.path, busy)); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s.writer = newPool(1, s.opener(writerDSN(s.path, busy), true))
	s.reader = newPool(readers, s.opener(readerDSN(s.path, busy), false))
	return s, nil
}

// OpenReader opens the store at path for reading, beside any writer: it never
// creates, migrates or writes anything, and Update gives an error. The error
// wraps fs.ErrNotExist when there is no store.
func OpenReader(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s, err := newStore(path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s.reader = newPool(readers, s.opener(readerDSN(s.path, busyTimeout), false))
	if err := s.reader.within(ctx, beginRead, func(r *session) error { return checkSchema(ctx, r) }); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.Close())
	}
	return s, nil
}

func newStore(path string) (*Store, error) {
	if err := checkLibrary(); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	return &Store{path: abs, pieces: newPieces()}, nil
}

// create makes an empty file that only its owner can read. An existing file is
// not even opened: closing it again would drop the locks that another store of
// this process holds on it.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func (s *Store) opener(dsn string, steady bool) func(context.Context) (*session, error) {
	return func(ctx context.Context) (*session, error) {
		return openSession(ctx, dsn, s.pieces, steady)
	}
}

// View implements tracker.Store. Up to four views run at once; more wait.
func (s *Store) View(ctx context.Context, f func(tracker.View) error) error {
	return s.reader.within(ctx, beginRead, func(r *session) error {
		v := &view{r}
		defer v.end()
		return f(v)
	})
}

// Update implements tracker.Store. One Update runs at a time; more wait, and
// an Update inside an Update waits for ever. Errors that say that the store
// cannot write now wrap tracker.ErrBusy.
//
// An error of the storage ends the transaction whatever f makes of it: every
// later call in it gives the same error, and so does Update.
func (s *Store) Update(ctx context.Context, f func(tracker.Tx) error) error {
	return s.update(ctx, func(t *tx) error { return f(t) })
}

func (s *Store) update(ctx context.Context, f func(*tx) error) error {
	if s.writer == nil {
		return errReadOnly
	}
	return s.writer.within(ctx, beginWrite, func(w *session) error {
		t := &tx{view{w}, map[string]int64{}}
		defer t.end()
		return f(t)
	})
}

// Close waits for running calls and closes the store. The writer goes last: the
// last connection writes the log back into the file, and readers cannot.
func (s *Store) Close() error {
	err := s.reader.close()
	if s.writer != nil {
		err = errors.Join(err, s.writer.close())
	}
	return err
}

// view reads through one transaction.
type view struct{ s *session }

// end takes the connection away, so that a view kept too long cannot read or
// write outside its transaction.
func (v *view) end() { v.s = nil }

// tx reads and writes through one transaction.
type tx struct {
	view
	ids map[string]int64 // see nextID
}

// Savepoint implements tracker.TicketWriter; it can be nested.
func (t *tx) Savepoint(ctx context.Context, f func() error) error {
	if _, err := t.s.exec(ctx, "SAVEPOINT step"); err != nil {
		return fmt.Errorf("set savepoint: %w", err)
	}
	if err := f(); err != nil {
		if failed := t.undo(); failed != nil {
			return fmt.Errorf("%w; %w", err, failed)
		}
		return err
	}
	if _, err := t.s.exec(context.Background(), "RELEASE SAVEPOINT step"); err != nil {
		return fmt.Errorf("release savepoint: %w", err)
	}
	return nil
}

// undo goes back to the last savepoint, even when the caller's context is
// done. After a storage error nothing is left to undo: the whole transaction
// ends.
func (t *tx) undo() error {
	if t.s.broken != nil {
		return nil
	}
	for _, q := range []string{"ROLLBACK TO SAVEPOINT step", "RELEASE SAVEPOINT step"} {
		if _, err := t.s.exec(context.Background(), q); err != nil {
			return fmt.Errorf("undo to savepoint: %w", err)
		}
	}
	return nil
}
