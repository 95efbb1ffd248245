-- +goose Up
-- From when to when no mail was missed. The spans do not touch each other.
CREATE TABLE watch (
    started INTEGER PRIMARY KEY,
    ended   INTEGER NOT NULL
) STRICT;
