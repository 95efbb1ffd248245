-- +goose Up
-- What a report looks for: the tickets to which something happened since, and
-- the mails and the refused commands of a week.
CREATE INDEX event_at ON event (at);
CREATE INDEX event_refused ON event (at) WHERE kind = 'refused';
CREATE INDEX inbound_received ON inbound (received, state);

-- Reports and digests as they were sent.
CREATE TABLE report (
    id      INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    data    TEXT    NOT NULL, -- JSON
    note    TEXT    NOT NULL
) STRICT;
