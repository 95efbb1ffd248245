-- +goose Up
ALTER TABLE ticket ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0; -- when the clock has something to do next
CREATE INDEX ticket_due ON ticket (due_at, id) WHERE due_at <> 0;

-- What the desk remembers about itself.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
