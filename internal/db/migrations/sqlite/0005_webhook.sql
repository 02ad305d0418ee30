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
  created_by  TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id)
);
