package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"envdesk/tracker"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

const (
	migrationsDir = "migrations/sqlite"
	versionTable  = "goose_db_version"
)

// migrateWithin migrates, and tries again as long as busy allows: the change to
// WAL, which the first of several processes makes, heeds no busy timeout.
func migrateWithin(ctx context.Context, path string, busy time.Duration) error {
	deadline := time.Now().Add(busy)
	for {
		err := migrate(ctx, path, busy)
		if !errors.Is(err, tracker.ErrBusy) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(migratePause):
		}
	}
}

// migratePause is how long another process gets to finish its migration.
const migratePause = 20 * time.Millisecond

// migrate brings the schema at path up to date.
func migrate(ctx context.Context, path string, busy time.Duration) error {
	dsn := writerDSN(path, busy)
	version, err := readVersion(ctx, dsn)
	if err != nil {
		return err
	}
	newest, err := newestVersion()
	if err != nil || version == newest {
		return err
	}
	if version > newest {
		return newerError(version, newest)
	}
	return migrateFrom(ctx, dsn, version)
}

// migrateFrom tries again as long as the schema advances: another process may
// have taken the same step first.
func migrateFrom(ctx context.Context, dsn string, version int64) error {
	for {
		failed := up(ctx, dsn)
		if failed == nil {
			return nil
		}
		now, err := readVersion(ctx, dsn)
		if err != nil || now <= version {
			return errors.Join(fmt.Errorf("bring schema %d up to date: %w", version, failed), err)
		}
		version = now
	}
}

func up(ctx context.Context, dsn string) error {
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	dir, err := fs.Sub(migrations, migrationsDir)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return errors.Join(err, db.Close())
	}
	_, err = p.Up(ctx)
	return errors.Join(explain(err), p.Close())
}

func readVersion(ctx context.Context, dsn string) (int64, error) {
	s, err := openSession(ctx, dsn, nil, true)
	if err != nil {
		return 0, err
	}
	version, err := schemaVersion(ctx, s)
	return version, errors.Join(err, s.close())
}

// schemaVersion is 0 in an empty database.
func schemaVersion(ctx context.Context, s *session) (int64, error) {
	found, err := hasTable(ctx, s, versionTable)
	if err != nil || !found {
		return 0, err
	}
	var version int64
	err = s.get(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versionTable, nil, &version)
	return version, err
}

func newestVersion() (int64, error) {
	entries, err := migrations.ReadDir(migrationsDir)
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(entries[len(entries)-1].Name())
}

// checkSchema refuses every schema but the one that this program writes.
func checkSchema(ctx context.Context, s *session) error {
	version, err := schemaVersion(ctx, s)
	if err != nil {
		return err
	}
	newest, err := newestVersion()
	switch {
	case err != nil:
		return err
	case version > newest:
		return newerError(version, newest)
	case version < newest:
		return fmt.Errorf("its schema is %d, older than this program's %d: a command that writes, such as serve, brings it up to date", version, newest)
	}
	return nil
}

func newerError(version, newest int64) error {
	return fmt.Errorf("its schema is %d, newer than this program's %d: use a newer envdesk", version, newest)
}
