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
  given_up    BIGINT NOT NULL,
  created_by  TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id)
);

-- What was given up after its last attempt: never silently.
CREATE TABLE webhook_failure (
  tenant_id   TEXT NOT NULL,
  webhook_id  TEXT NOT NULL,
  idx         BIGINT NOT NULL,
  message_id  TEXT NOT NULL,
  attempts    BIGINT NOT NULL,
  last_status BIGINT NOT NULL,
  last_error  TEXT NOT NULL,
  given_up_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id, idx)
);

SELECT frostgate_protect('tenant', 'webhook');
SELECT frostgate_protect('tenant', 'webhook_failure');
