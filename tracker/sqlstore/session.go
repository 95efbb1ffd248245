package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"envdesk/tracker"
)

// session is one connection with its prepared statements. It has one user at a
// time.
type session struct {
	db     *sql.DB
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt
	pieces *pieces
	// steady lets each statement run to its end and looks at the context
	// before it only: interrupting a write would roll back the transaction
	// behind its user's back, and watching the context costs more than most
	// statements.
	steady bool
	// broken is the storage error that ended the transaction.
	broken error
}

func openSession(ctx context.Context, dsn string, p *pieces, steady bool) (*session, error) {
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(explain(err), db.Close())
	}
	return &session{db: db, conn: conn, stmts: map[string]*sql.Stmt{}, pieces: p, steady: steady}, nil
}

func (s *session) close() error {
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, s.conn.Close(), s.db.Close())...)
}

// exec runs a statement and returns how many rows it changed.
func (s *session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	st, ctx, err := s.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, s.check(err)
	}
	return res.RowsAffected()
}

// get scans the first row of a query; tracker.ErrNotFound when there is none.
func (s *session) get(ctx context.Context, query string, args []any, dest ...any) error {
	return s.one(ctx, query, args, func(row scanner) error { return row.Scan(dest...) })
}

// one calls row for the first row of a query; tracker.ErrNotFound when there is
// none.
func (s *session) one(ctx context.Context, query string, args []any, row func(scanner) error) error {
	st, ctx, err := s.prepare(ctx, query)
	if err != nil {
		return err
	}
	return s.check(row(st.QueryRowContext(ctx, args...)))
}

type scanner interface{ Scan(dest ...any) error }

// each calls row for every row of a query.
func (s *session) each(ctx context.Context, query string, args []any, row func(scanner) error) error {
	st, ctx, err := s.prepare(ctx, query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	return s.drain(rows, err, row)
}

// eachOnce is each for a query that is not worth keeping prepared.
func (s *session) eachOnce(ctx context.Context, query string, args []any, row func(scanner) error) error {
	ctx, err := s.ready(ctx)
	if err != nil {
		return err
	}
	rows, err := s.conn.QueryContext(ctx, query, args...)
	return s.drain(rows, err, row)
}

func (s *session) drain(rows *sql.Rows, err error, row func(scanner) error) error {
	if err != nil {
		return s.check(err)
	}
	defer func() { _ = rows.Close() }() // Err below tells what Close would
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return s.check(rows.Err())
}

// control runs BEGIN and COMMIT, which no context may cut short.
func (s *session) control(query string) error {
	_, err := s.exec(context.Background(), query)
	if err != nil {
		return fmt.Errorf("%s: %w", verb(query), err)
	}
	return nil
}

func verb(query string) string {
	if query == "COMMIT" {
		return "commit"
	}
	return "begin"
}

// rollback ends the transaction without a trace. SQLite may have done so
// already after an error; any other failure spoils the session.
func (s *session) rollback() {
	broken := s.broken
	s.broken = nil
	if _, err := s.exec(context.Background(), "ROLLBACK"); err != nil && broken == nil {
		broken = err
	}
	s.broken = broken
}

// outcome is what a transaction ends with when its user gave err.
func (s *session) outcome(err error) error {
	switch {
	case s.broken == nil || errors.Is(err, s.broken):
		return err
	case err == nil:
		return s.broken
	}
	return fmt.Errorf("%w; %w", err, s.broken)
}

func (s *session) prepare(ctx context.Context, query string) (*sql.Stmt, context.Context, error) {
	ctx, err := s.ready(ctx)
	if err != nil {
		return nil, nil, err
	}
	if st := s.stmts[query]; st != nil {
		return st, ctx, nil
	}
	st, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, nil, s.check(err)
	}
	s.stmts[query] = st
	return st, ctx, nil
}

func (s *session) ready(ctx context.Context) (context.Context, error) {
	if s.broken != nil {
		return nil, s.broken
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.steady {
		return context.Background(), nil
	}
	return ctx, nil
}

// check explains an error of the driver and remembers one that ends the
// transaction.
func (s *session) check(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return tracker.ErrNotFound
	}
	err = explain(err)
	if s.broken == nil && breaks(err) {
		s.broken = err
	}
	return err
}
