-- +goose Up
-- Immutable documents; tenant_id '' belongs to the platform and is readable by
-- every tenant.
CREATE TABLE document (
  tenant_id  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  version    TEXT NOT NULL,
  hash       TEXT NOT NULL,
  content    BYTEA NOT NULL,
  signed_by  TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, kind, name, version)
);
CREATE INDEX document_hash ON document (tenant_id, hash);

-- The active document of a kind: one pointer per tenant and name.
CREATE TABLE document_pointer (
  tenant_id  TEXT NOT NULL,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  generation BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE mission (
  tenant_id  TEXT NOT NULL,
  mission_id TEXT NOT NULL,
  hash       TEXT NOT NULL,
  status     TEXT NOT NULL,
  starts_at  BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  budget     BIGINT NOT NULL,
  spent      BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, mission_id)
);

SELECT frostgate_protect('shared', 'document');
SELECT frostgate_protect('tenant', 'document_pointer');
SELECT frostgate_protect('tenant', 'mission');
