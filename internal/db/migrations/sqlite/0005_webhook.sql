-- +goose Up
CREATE TABLE webhook (
  tenant_id   TEXT NOT NULL,
  webhook_id  TEXT NOT NULL,
  url         TEXT NOT NULL,
  secret      BLOB NOT NULL,
  filter      TEXT NOT NULL,
  status      TEXT NOT NULL,
  next_idx    INTEGER NOT NULL,
  attempt     INTEGER NOT NULL,
  next_at     INTEGER NOT NULL,
  last_status INTEGER NOT NULL,
  last_error  TEXT NOT NULL,
  delivered   INTEGER NOT NULL,
  given_up    INTEGER NOT NULL,
  created_by  TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id)
);

-- What was given up after its last attempt: never silently.
CREATE TABLE webhook_failure (
  tenant_id   TEXT NOT NULL,
  webhook_id  TEXT NOT NULL,
  idx         INTEGER NOT NULL,
  message_id  TEXT NOT NULL,
  attempts    INTEGER NOT NULL,
  last_status INTEGER NOT NULL,
  last_error  TEXT NOT NULL,
  given_up_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id, idx)
);
