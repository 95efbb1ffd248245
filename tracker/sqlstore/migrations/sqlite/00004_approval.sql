-- +goose Up
ALTER TABLE ticket ADD COLUMN approval TEXT NOT NULL DEFAULT ''; -- JSON of tracker.Approval; '' where none was ever needed
ALTER TABLE ticket DROP COLUMN approval_state;
ALTER TABLE ticket DROP COLUMN approval_by;
ALTER TABLE ticket DROP COLUMN approval_at;
