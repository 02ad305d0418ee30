-- +goose Up
-- HMAC of the log's state under a key outside the database: what stands here was
-- written by the server, so it may be signed. Empty in rows of older versions.
ALTER TABLE log_state ADD COLUMN mac BLOB NOT NULL DEFAULT x'';
