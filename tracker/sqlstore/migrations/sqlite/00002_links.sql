-- +goose Up
ALTER TABLE ticket ADD COLUMN eta TEXT NOT NULL DEFAULT '';         -- 2006-01-02 or RFC 3339
ALTER TABLE ticket ADD COLUMN links TEXT NOT NULL DEFAULT '';       -- JSON array of keys, or ''
ALTER TABLE ticket ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''; -- key
