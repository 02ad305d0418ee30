-- +goose Up
-- Whose payload is gone, and which artifact of the same log says so. The ranges
-- of a tenant never overlap: one probe answers for a leaf.
CREATE TABLE payload_gone (
  tenant_id TEXT NOT NULL,
  first_idx BIGINT NOT NULL,
  last_idx  BIGINT NOT NULL,
  by_idx    BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, first_idx)
);

-- The artifacts of an erasure; a long one has several. cert_idx is the first.
CREATE TABLE erasure (
  tenant_id TEXT NOT NULL,
  cert_idx  BIGINT NOT NULL,
  idx       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, cert_idx, idx)
);

-- How far retention has worked a log off, and what it left behind because it was
-- still in force.
CREATE TABLE retention_mark (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  next_idx  BIGINT NOT NULL
);

CREATE TABLE retention_held (
  tenant_id TEXT NOT NULL,
  idx       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);

SELECT frostgate_protect('tenant', 'payload_gone');
SELECT frostgate_protect('tenant', 'erasure');
SELECT frostgate_protect('tenant', 'retention_mark');
SELECT frostgate_protect('tenant', 'retention_held');
