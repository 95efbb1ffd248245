-- +goose Up
-- What lists look for, beside however many closed tickets: the open ones, and
-- those that were opened or resolved of late.
CREATE INDEX ticket_open ON ticket (id) WHERE status NOT IN ('resolved', 'closed', 'cancelled', 'merged', 'rejected');
CREATE INDEX ticket_opened ON ticket (opened_at);
CREATE INDEX ticket_resolved ON ticket (resolved_at);
