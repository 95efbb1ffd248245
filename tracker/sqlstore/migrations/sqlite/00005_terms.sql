-- +goose Up
-- The policy and the calendars that were in force, in the order in which they came.
CREATE TABLE terms (
    id      INTEGER PRIMARY KEY,
    since   INTEGER NOT NULL, -- 0: since ever
    version TEXT    NOT NULL,
    data    TEXT    NOT NULL  -- JSON
) STRICT;
DELETE FROM setting WHERE name = 'terms';
