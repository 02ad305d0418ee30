-- +goose Up
-- Who may sign attestations. counter is the greatest one recorded, last_idx the
-- log index of the module's latest change.
CREATE TABLE module (
  tenant_id     TEXT NOT NULL,
  module_id     TEXT NOT NULL,
  name          TEXT NOT NULL,
  kind          TEXT NOT NULL,
  types         TEXT NOT NULL,
  counter       BIGINT NOT NULL,
  last_idx      BIGINT NOT NULL,
  created_by    TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  revoked_at    BIGINT NOT NULL,
  revoked_by    TEXT NOT NULL,
  revoke_reason TEXT NOT NULL,
  PRIMARY KEY (tenant_id, module_id)
);

-- The public keys of a module. idx is the log index at which a key came in;
-- not_after is set when a successor takes over.
CREATE TABLE module_key (
  tenant_id  TEXT NOT NULL,
  module_id  TEXT NOT NULL,
  key_id     TEXT NOT NULL,
  vkey       TEXT NOT NULL,
  idx        BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  not_after  BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, module_id, key_id)
);

-- One-time enrolment tokens. mac is keyed: the store alone opens nothing.
CREATE TABLE module_token (
  tenant_id  TEXT NOT NULL,
  token_id   TEXT NOT NULL,
  module_id  TEXT NOT NULL,
  mac        BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, token_id)
);
CREATE INDEX module_token_module ON module_token (tenant_id, module_id);

-- Which leaf holds which attestation. mac stands for the envelope's bytes, so
-- that the same one again is recognised.
CREATE TABLE attestation (
  tenant_id TEXT NOT NULL,
  idx       BIGINT NOT NULL,
  module_id TEXT NOT NULL,
  counter   BIGINT NOT NULL,
  key_id    TEXT NOT NULL,
  type      TEXT NOT NULL,
  mac       BYTEA NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);
CREATE UNIQUE INDEX attestation_counter ON attestation (tenant_id, module_id, counter);

SELECT frostgate_protect('tenant', 'module');
SELECT frostgate_protect('tenant', 'module_key');
SELECT frostgate_protect('tenant', 'module_token');
SELECT frostgate_protect('tenant', 'attestation');
