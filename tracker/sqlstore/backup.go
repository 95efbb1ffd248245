package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"envdesk/tracker"
)

// Backup writes a checked copy of the store to dst, beside running readers and
// writers. What stood at dst is replaced, and only by a whole and checked copy.
func (s *Store) Backup(ctx context.Context, dst string) error {
	if err := s.backup(ctx, dst); err != nil {
		return fmt.Errorf("back up to %s: %w", dst, err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, dst string) error {
	if isSameFile(s.path, dst) {
		return errors.New("that is the store itself")
	}
	tmp, err := s.copy(ctx, dst)
	if tmp != "" {
		defer func() { _ = os.Remove(tmp) }() // gone when it was renamed
	}
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, dst); err != nil {
		return err
	}
	return syncPath(filepath.Dir(dst))
}

// copy makes a checked and durable copy under a name of its own in dst's
// folder.
func (s *Store) copy(ctx context.Context, dst string) (tmp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(dst), filepath.Base(dst)+".*.tmp")
	if err != nil {
		return "", err
	}
	tmp = f.Name()
	if err := f.Close(); err != nil {
		return tmp, err
	}
	before, err := s.copyTo(ctx, tmp)
	if err != nil {
		return tmp, err
	}
	if err := s.checkCopy(ctx, tmp, before); err != nil {
		return tmp, err
	}
	return tmp, syncPath(tmp)
}

// copyTo uses a connection of its own, because the readers' ones refuse to
// write anywhere. It tells how many rows there were just before.
func (s *Store) copyTo(ctx context.Context, tmp string) (before []int64, err error) {
	src, err := openSession(ctx, copyDSN(s.path), nil, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	if before, err = countRows(ctx, src); err != nil {
		return nil, err
	}
	return before, copyInto(ctx, src, tmp)
}

// checkCopy reads the whole copy back. No row is ever removed from these
// tables, so that a copy holds at least the rows that there were before.
func (s *Store) checkCopy(ctx context.Context, tmp string, before []int64) (err error) {
	c, err := openSession(ctx, copyDSN(tmp), nil, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if err := checkIntegrity(ctx, c); err != nil {
		return err
	}
	rows, err := countRows(ctx, c)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i] < before[i] {
			return fmt.Errorf("the copy has %d rows of %s, the store has %d", rows[i], countedTables[i], before[i])
		}
	}
	return checkSchema(ctx, c)
}

var countedTables = [...]string{"ticket", "event", "inbound", "inbound_piece", "outbox", "outbox_piece", "alert"}

func countRows(ctx context.Context, s *session) ([]int64, error) {
	counts := make([]int64, len(countedTables))
	for i, table := range countedTables {
		if err := s.get(ctx, "SELECT count(*) FROM "+table, nil, &counts[i]); err != nil {
			return nil, fmt.Errorf("count rows of %s: %w", table, err)
		}
	}
	return counts, nil
}

func isSameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// syncPath makes a file, or the names in a folder, durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Checkpoint moves the write-ahead log into the database file and empties it.
// It is for idle moments: it makes writers wait, and gives an error that wraps
// tracker.ErrBusy while a view is open.
func (s *Store) Checkpoint(ctx context.Context) error {
	if s.writer == nil {
		return errReadOnly
	}
	err := s.writer.use(ctx, func(w *session) error {
		done, err := shrinkLog(ctx, w)
		if err == nil && !done {
			err = fmt.Errorf("%w: somebody reads", tracker.ErrBusy)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// Integrity checks the database file as a whole: its pages, indexes and
// references. It reads everything.
func (s *Store) Integrity(ctx context.Context) error {
	return s.reader.use(ctx, func(r *session) error { return checkIntegrity(ctx, r) })
}

func checkIntegrity(ctx context.Context, s *session) error {
	found, err := integrity(ctx, s)
	if err != nil {
		return fmt.Errorf("check integrity: %w", err)
	}
	if len(found) > 0 {
		return fmt.Errorf("check integrity: the file is damaged: %s", strings.Join(found, "; "))
	}
	return nil
}
