-- +goose Up
-- enforcement_id spells out (log, idx, ordinal), so it needs no index of its own.
CREATE TABLE enforcement (
  tenant_id      TEXT NOT NULL,
  enforcement_id TEXT NOT NULL,
  idx            INTEGER NOT NULL,
  ordinal        INTEGER NOT NULL,
  action         TEXT NOT NULL,
  target_kind    TEXT NOT NULL,
  target         TEXT NOT NULL,
  rule           TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER NOT NULL,
  revoked_at     INTEGER NOT NULL,
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
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  removed_at INTEGER NOT NULL,
  removed_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, entry_id)
);

-- A decision that waits for a human: bound to the exact mitigations by hash.
-- approval_id spells out (log, idx).
CREATE TABLE approval (
  tenant_id        TEXT NOT NULL,
  approval_id      TEXT NOT NULL,
  idx              INTEGER NOT NULL,
  mitigations_hash TEXT NOT NULL,
  status           TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);
