-- Times are UTC microseconds since 1970, 0 means never. Flags are 0 or 1.
-- Where nothing is said a text is '' and a number is 0; there is no NULL.

-- +goose Up

-- The projection of a ticket's events.
CREATE TABLE ticket (
    id             INTEGER PRIMARY KEY,
    key            TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    type           TEXT    NOT NULL,
    priority       TEXT    NOT NULL,
    stack          TEXT    NOT NULL,
    environment    TEXT    NOT NULL,
    needed_by      TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    requester_name TEXT    NOT NULL,
    requester      TEXT    NOT NULL,
    partner        TEXT    NOT NULL,
    assignee       TEXT    NOT NULL,
    watchers       TEXT    NOT NULL, -- JSON array, or ''
    approval_state TEXT    NOT NULL,
    approval_by    TEXT    NOT NULL,
    approval_at    INTEGER NOT NULL,
    opened_at      INTEGER NOT NULL,
    picked_up_at   INTEGER NOT NULL,
    resolved_at    INTEGER NOT NULL,
    closed_at      INTEGER NOT NULL,
    reopened       INTEGER NOT NULL,
    messages       INTEGER NOT NULL,
    root_id        TEXT    NOT NULL,
    seq            INTEGER NOT NULL,
    hash           TEXT    NOT NULL,
    admitted       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ticket_key ON ticket (lower(key));
CREATE INDEX ticket_partner ON ticket (lower(partner), status);

-- What happened, for ever.
CREATE TABLE event (
    ticket INTEGER NOT NULL REFERENCES ticket (id),
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    actor  TEXT    NOT NULL, -- JSON
    cause  TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    change TEXT    NOT NULL, -- JSON
    hash   TEXT    NOT NULL,
    PRIMARY KEY (ticket, seq)
) STRICT, WITHOUT ROWID;

-- One row for every mail that was seen.
CREATE TABLE inbound (
    id           INTEGER PRIMARY KEY,
    mailbox      TEXT    NOT NULL,
    uidvalidity  INTEGER NOT NULL,
    uid          INTEGER NOT NULL, -- 0: did not come from a server
    sha256       TEXT    NOT NULL, -- of the stored bytes, hex
    raw_size     INTEGER NOT NULL, -- of the stored bytes
    size         INTEGER NOT NULL, -- of the whole mail
    received     INTEGER NOT NULL,
    message_id   TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    from_name    TEXT    NOT NULL,
    from_address TEXT    NOT NULL,
    recipients   TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    ticket       INTEGER NOT NULL,
    visibility   TEXT    NOT NULL,
    mentions     TEXT    NOT NULL, -- JSON array, or ''
    headers_only INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX inbound_position ON inbound (mailbox, uidvalidity, nullif(uid, 0));
CREATE INDEX inbound_sha256 ON inbound (sha256);
CREATE INDEX inbound_message_id ON inbound (message_id);
CREATE INDEX inbound_from ON inbound (lower(from_address), received);
CREATE INDEX inbound_ticket ON inbound (ticket) WHERE ticket <> 0;
CREATE INDEX inbound_quarantined ON inbound (id) WHERE state = 'quarantined';

-- The bytes of mails, each piece compressed on its own (S2) behind the
-- CRC-32C of its plain bytes.
CREATE TABLE inbound_piece (
    owner INTEGER NOT NULL, -- inbound.id
    seq   INTEGER NOT NULL, -- 0, 1, 2 …
    data  BLOB    NOT NULL,
    PRIMARY KEY (owner, seq)
) STRICT;

-- Which Message-ID belongs to which ticket.
CREATE TABLE mention (
    message_id TEXT    NOT NULL,
    ticket     INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    PRIMARY KEY (message_id, ticket, kind, recipient)
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox_cursor (
    mailbox     TEXT PRIMARY KEY,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    first_sight INTEGER NOT NULL -- highest UID at first sight
) STRICT;

CREATE TABLE attempt (
    mailbox     TEXT    NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (mailbox, uidvalidity, uid)
) STRICT, WITHOUT ROWID;

-- Mail to send. Rows stay, and with them their keys.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    key        TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    ticket     INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    last_error TEXT    NOT NULL,
    sent_at    INTEGER NOT NULL,
    message_id TEXT    NOT NULL,
    sender     TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    raw_size   INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_state ON outbox (state, id, next_at);
CREATE INDEX outbox_kind ON outbox (kind, created_at);
CREATE INDEX outbox_ticket ON outbox (ticket) WHERE ticket <> 0;

CREATE TABLE outbox_piece (
    owner INTEGER NOT NULL, -- outbox.id
    seq   INTEGER NOT NULL,
    data  BLOB    NOT NULL,
    PRIMARY KEY (owner, seq)
) STRICT;

CREATE TABLE alert (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    ticket  TEXT    NOT NULL,
    line    TEXT    NOT NULL,
    waits   INTEGER NOT NULL,
    subject TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    told_at INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_told_at ON alert (told_at);
