-- +goose Up
-- enforcement_id spells out (log, idx, ordinal), so it needs no index of its own.
CREATE TABLE enforcement (
  tenant_id      TEXT NOT NULL,
  enforcement_id TEXT NOT NULL,
  idx            BIGINT NOT NULL,
  ordinal        BIGINT NOT NULL,
  action         TEXT NOT NULL,
  target_kind    TEXT NOT NULL,
  target         TEXT NOT NULL,
  rule           TEXT NOT NULL,
  created_at     BIGINT NOT NULL,
  expires_at     BIGINT NOT NULL,
  revoked_at     BIGINT NOT NULL,
  revoked_by     TEXT NOT NULL,
  revoke_reason  TEXT NOT NULL,
  PRIMARY KEY (tenant_id, idx, ordinal)
);
CREATE INDEX enforcement_expiry ON enforcement (tenant_id, expires_at);
CREATE INDEX enforcement_target ON enforcement (tenant_id, target_kind, target);

-- Never block: entries are removed by time or by setting removed_at, never
-- deleted.
CREATE TABLE allowlist (
  tenant_id  TEXT NOT NULL,
  entry_id   TEXT NOT NULL,
  kind       TEXT NOT NULL,
  value      TEXT NOT NULL,
  reason     TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  removed_at BIGINT NOT NULL,
  removed_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, entry_id)
);

-- A decision that waits for a human: bound to the exact mitigations by hash.
-- approval_id spells out (log, idx).
CREATE TABLE approval (
  tenant_id        TEXT NOT NULL,
  approval_id      TEXT NOT NULL,
  idx              BIGINT NOT NULL,
  mitigations_hash TEXT NOT NULL,
  status           TEXT NOT NULL,
  created_at       BIGINT NOT NULL,
  expires_at       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);

SELECT frostgate_protect('tenant', 'enforcement');
SELECT frostgate_protect('tenant', 'allowlist');
SELECT frostgate_protect('tenant', 'approval');
