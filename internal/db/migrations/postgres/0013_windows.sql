-- +goose Up
-- Windows of more kinds than counts: the whole state as bytes, and from when on it
-- says nothing any more (event time; 0: unknown). Rows of before have neither:
-- they are counts, in events, since and used.
ALTER TABLE window_state ADD COLUMN state BYTEA NOT NULL DEFAULT '';
ALTER TABLE window_state ADD COLUMN until BIGINT NOT NULL DEFAULT 0;
