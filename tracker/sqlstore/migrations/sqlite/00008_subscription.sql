-- +goose Up
-- What the readers of reports said about a list of the configuration: its row
-- comes with the first word of a reader, and has the latest one.
CREATE TABLE subscription (
    list    TEXT    NOT NULL, -- weekly, daily
    address TEXT    NOT NULL, -- in lower case
    ended   INTEGER NOT NULL, -- 1: the reader wants it no more
    at      INTEGER NOT NULL, -- since when
    PRIMARY KEY (list, address)
) STRICT, WITHOUT ROWID;
