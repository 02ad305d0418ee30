-- +goose Up
-- Immutable documents; tenant_id '' belongs to the platform and is readable by
-- every tenant.
CREATE TABLE document (
  tenant_id  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  version    TEXT NOT NULL,
  hash       TEXT NOT NULL,
  content    BLOB NOT NULL,
  signed_by  TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, name, version)
);
CREATE INDEX document_hash ON document (tenant_id, hash);

-- The active document of a kind: one pointer per tenant and name.
CREATE TABLE document_pointer (
  tenant_id  TEXT NOT NULL,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  generation INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE mission (
  tenant_id  TEXT NOT NULL,
  mission_id TEXT NOT NULL,
  hash       TEXT NOT NULL,
  status     TEXT NOT NULL,
  starts_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  budget     INTEGER NOT NULL,
  spent      INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, mission_id)
);
