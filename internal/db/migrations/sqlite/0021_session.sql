-- +goose Up
-- Browsers that are signed in. A row is found by a MAC of the session's secret
-- part; the session stands for its key and ends with it. Expired rows go when
-- somebody of the tenant signs in.
CREATE TABLE session (
  tenant_id  TEXT NOT NULL,
  mac        BLOB NOT NULL,
  key_id     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, mac)
) WITHOUT ROWID;
