-- +goose Up
CREATE TABLE webhook (
  tenant_id   TEXT NOT NULL,
  webhook_id  TEXT NOT NULL,
  url         TEXT NOT NULL,
  secret      BYTEA NOT NULL,
  filter      TEXT NOT NULL,
  status      TEXT NOT NULL,
  next_idx    BIGINT NOT NULL,
  attempt     BIGINT NOT NULL,
  next_at     BIGINT NOT NULL,
  last_status BIGINT NOT NULL,
  last_error  TEXT NOT NULL,
  delivered   BIGINT NOT NULL,
  created_by  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id)
);

SELECT frostgate_protect('tenant', 'webhook');
