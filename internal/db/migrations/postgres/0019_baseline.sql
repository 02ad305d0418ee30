-- +goose Up
-- What the runs of a source are compared with. A baseline keeps its ID over its
-- versions; findings name the ID, so that their history survives an edit.
CREATE TABLE drift_baseline (
  tenant_id    TEXT NOT NULL,
  baseline_id  TEXT NOT NULL,
  source       TEXT NOT NULL,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  active       BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, baseline_id)
);
CREATE UNIQUE INDEX drift_baseline_name ON drift_baseline (tenant_id, source, name);

-- Each version as it was made; idx is the entry that records it. spec names the
-- snapshot or the golden tenant, document is a template's text.
CREATE TABLE drift_baseline_version (
  tenant_id    TEXT NOT NULL,
  baseline_id  TEXT NOT NULL,
  version      BIGINT NOT NULL,
  name         TEXT NOT NULL,
  spec         TEXT NOT NULL,
  document     TEXT NOT NULL,
  note         TEXT NOT NULL,
  idx          BIGINT NOT NULL,
  principal_id TEXT NOT NULL,
  at           BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, baseline_id, version)
);

SELECT frostgate_protect('tenant', 'drift_baseline');
SELECT frostgate_protect('tenant', 'drift_baseline_version');
