// Package sqlstore keeps the desk in an SQL database: tracker.Store and
// tracker.Outbox on database/sql, today in a SQLite file. What only SQLite knows
// stands in sqlite.go and migrations/sqlite; everything else is written for
// PostgreSQL as well: parameters $1, $2 … in the order of their first use,
// ON CONFLICT, RETURNING, and instants as integers.
//
// It stores and finds; it must never decide what becomes of a mail, never ask
// what time it is, never write outside the one write transaction, and never
// hold a large mail whole in memory.
package sqlstore
