-- +goose Up
-- What shows whether the key folder belongs to this store; no secret.
CREATE TABLE key_check (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE organisation (
  org_id     TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE tenant (
  tenant_id  TEXT NOT NULL PRIMARY KEY,
  org_id     TEXT NOT NULL REFERENCES organisation (org_id),
  name       TEXT NOT NULL,
  log_id     TEXT NOT NULL UNIQUE,
  slot       INTEGER NOT NULL UNIQUE,
  status     TEXT NOT NULL,
  settings   TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE principal (
  principal_id TEXT NOT NULL PRIMARY KEY,
  org_id       TEXT NOT NULL REFERENCES organisation (org_id),
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  email        TEXT NOT NULL,
  status       TEXT NOT NULL,
  created_at   INTEGER NOT NULL
);
CREATE INDEX principal_org ON principal (org_id, principal_id);

-- tenant_id '' is a role in every tenant of the organisation.
CREATE TABLE role_binding (
  principal_id TEXT NOT NULL REFERENCES principal (principal_id),
  org_id       TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  role         TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (principal_id, org_id, tenant_id, role)
);

CREATE TABLE api_key (
  tenant_id    TEXT NOT NULL REFERENCES tenant (tenant_id),
  key_id       TEXT NOT NULL UNIQUE,
  principal_id TEXT NOT NULL REFERENCES principal (principal_id),
  name         TEXT NOT NULL,
  env          TEXT NOT NULL,
  mac          BLOB NOT NULL,
  scopes       TEXT NOT NULL,
  limits       TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  revoked_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  replaces     TEXT NOT NULL,
  PRIMARY KEY (tenant_id, key_id)
);

CREATE TABLE audit (
  tenant_id    TEXT NOT NULL,
  audit_id     TEXT NOT NULL,
  at           INTEGER NOT NULL,
  principal_id TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  action       TEXT NOT NULL,
  target       TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  remote       TEXT NOT NULL,
  times        INTEGER NOT NULL,
  detail       TEXT NOT NULL,
  PRIMARY KEY (tenant_id, audit_id)
);
CREATE INDEX audit_at ON audit (tenant_id, at);

CREATE TABLE idempotency (
  tenant_id   TEXT NOT NULL,
  key_mac     BLOB NOT NULL,
  request_mac BLOB NOT NULL,
  status      INTEGER NOT NULL,
  response    BLOB NOT NULL,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, key_mac)
);
CREATE INDEX idempotency_at ON idempotency (tenant_id, created_at);

CREATE TABLE data_key (
  tenant_id  TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  version    INTEGER NOT NULL,
  wrapped    BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, purpose, version)
);
