package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"envdesk/tracker"
)

// This file and migrations/sqlite hold all that is SQLite's own.

const (
	driverName = "sqlite3"
	beginRead  = "BEGIN"
	// A write lock that is taken late can fail in the middle: take it first.
	beginWrite = "BEGIN IMMEDIATE"
)

// SQLite 3.7.0 to 3.51.2 could lose commits when a checkpoint ran beside them.
const oldestLibrary = 3_051_003

func checkLibrary() error {
	name, number, _ := sqlite3.Version()
	return checkLibraryVersion(name, number)
}

func checkLibraryVersion(name string, number int) error {
	if number < oldestLibrary {
		return fmt.Errorf("SQLite %s can lose commits: build with 3.51.3 or newer", name)
	}
	return nil
}

// writerDSN names every setting, because SQLite's are per connection and the
// driver's defaults are weaker (synchronous=NORMAL, foreign keys off). mode=rw:
// a file that has vanished is an error, not a new empty store.
func writerDSN(path string, busy time.Duration) string {
	return dsn(path, url.Values{
		"mode":          {"rw"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_txlock":       {"immediate"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {fmt.Sprint(busy.Milliseconds())},
		"_cache_size":   {"-16000"}, // KiB
	})
}

func readerDSN(path string, busy time.Duration) string {
	return dsn(path, url.Values{
		"mode":          {"ro"},
		"_query_only":   {"1"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {fmt.Sprint(busy.Milliseconds())},
	})
}

// copyDSN is for reading a whole file once; unlike a reader's it allows VACUUM
// INTO another one.
func copyDSN(path string) string {
	return dsn(path, url.Values{
		"mode":          {"ro"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {fmt.Sprint(busyTimeout.Milliseconds())},
	})
}

func dsn(path string, v url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// explain says in words what an error of the driver means. When the storage
// cannot be written now it wraps tracker.ErrBusy.
func explain(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol:
		return busyError("another process is writing", err)
	case sqlite3.ErrFull:
		return busyError("the disk is full", err)
	case sqlite3.ErrIoErr:
		return busyError("the disk gives errors", err)
	case sqlite3.ErrReadonly:
		return busyError("the file or its folder is read-only", err)
	case sqlite3.ErrCantOpen:
		return busyError("the file cannot be opened", err)
	case sqlite3.ErrNotADB:
		return fmt.Errorf("this is not a store of envdesk: %w", err)
	case sqlite3.ErrCorrupt:
		return fmt.Errorf("the store is damaged, restore a backup: %w", err)
	}
	return err
}

func busyError(why string, err error) error {
	return fmt.Errorf("%w: %s (%w)", tracker.ErrBusy, why, err)
}

// breaks reports whether an error may have ended the transaction by itself, so
// that statements behind it would run, and commit, alone. The others fail their
// own statement only.
func breaks(err error) bool {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return false
	}
	harmless := []sqlite3.ErrNo{sqlite3.ErrError, sqlite3.ErrConstraint, sqlite3.ErrTooBig, sqlite3.ErrMismatch, sqlite3.ErrInterrupt}
	return !slices.Contains(harmless, e.Code)
}

func isLocked(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}

func isUniqueViolation(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) &&
		(e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
}

// hasTable reports whether the database has the table.
func hasTable(ctx context.Context, s *session, name string) (bool, error) {
	var n int
	err := s.get(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1", []any{name}, &n)
	return n > 0, err
}

// contains is a condition that a column holds a word, without regard to case.
// LIKE folds ASCII letters only, so words with others are tried in both cases.
func contains(column, word string, arg func(any) string) string {
	forms := []string{word}
	if !isASCII(word) {
		forms = append(forms, strings.ToLower(word), strings.ToUpper(word))
	}
	for i, w := range forms {
		forms[i] = column + " LIKE " + arg("%"+likeEscaper.Replace(w)+"%") + ` ESCAPE '\'`
	}
	return "(" + strings.Join(forms, " OR ") + ")"
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}

// integrity gives what SQLite finds wrong with the file, at most ten lines.
func integrity(ctx context.Context, s *session) ([]string, error) {
	var found []string
	err := s.each(ctx, "PRAGMA integrity_check(10)", nil, func(row scanner) error {
		var line string
		err := row.Scan(&line)
		if line != "ok" {
			found = append(found, line)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, "PRAGMA foreign_key_check", nil, func(row scanner) error {
		var table, parent string
		var id, key any
		err := row.Scan(&table, &id, &parent, &key)
		found = append(found, fmt.Sprintf("a row of %s belongs to no row of %s", table, parent))
		return err
	})
	return found, err
}

// copyInto writes a compact copy of the whole database to an empty file.
func copyInto(ctx context.Context, s *session, file string) error {
	_, err := s.exec(ctx, "VACUUM INTO $1", file)
	return err
}

// shrinkLog moves the write-ahead log into the database and empties it; false
// when a reader still needs it.
func shrinkLog(ctx context.Context, s *session) (bool, error) {
	var busy, frames, moved int
	err := s.get(ctx, "PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &frames, &moved)
	return busy == 0, err
}
