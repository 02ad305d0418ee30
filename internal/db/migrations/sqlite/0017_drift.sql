-- +goose Up
-- What people see as drift. pos orders lists: what waits first, then severity,
-- then the newest; its upper bits are the rank of state and severity. ord is the
-- order in which findings were found, which breaks ties: what one run found lies
-- side by side in the indexes, so that writing it touches few pages. words say
-- what became of the value, for lists, without secrets; search has name, ID and
-- path in small letters, where the index of the list finds it. from_value
-- and to_value are left empty for whole objects, whose content inventory keeps.
-- origin is the hash of the value that a return would bring back; was is the
-- state before it was resolved; decided says that a person has decided on it.
CREATE TABLE drift_finding (
  tenant_id   TEXT NOT NULL,
  finding_id  TEXT NOT NULL,
  version     INTEGER NOT NULL,
  pos         INTEGER NOT NULL,
  ord         INTEGER NOT NULL,
  state       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  severity    TEXT NOT NULL,
  kind        TEXT NOT NULL,
  baseline_id TEXT NOT NULL,
  source      TEXT NOT NULL,
  type        TEXT NOT NULL,
  object_id   TEXT NOT NULL,
  name        TEXT NOT NULL,
  path        TEXT NOT NULL,
  words       TEXT NOT NULL,
  search      TEXT NOT NULL,
  from_hash   TEXT NOT NULL,
  to_hash     TEXT NOT NULL,
  origin      TEXT NOT NULL,
  group_key   TEXT NOT NULL,
  first_run   TEXT NOT NULL,
  run_id      TEXT NOT NULL,
  run_seq     INTEGER NOT NULL,
  before_run  TEXT NOT NULL,
  first_seen  INTEGER NOT NULL,
  since       INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  decided     INTEGER NOT NULL,
  was         TEXT NOT NULL,
  flap        INTEGER NOT NULL,
  unverified  INTEGER NOT NULL,
  assignee    TEXT NOT NULL,
  decided_by  TEXT NOT NULL,
  approver    TEXT NOT NULL,
  note        TEXT NOT NULL,
  reopens     TEXT NOT NULL,
  from_value  BLOB NOT NULL,
  to_value    BLOB NOT NULL,
  ops         BLOB NOT NULL,
  PRIMARY KEY (tenant_id, finding_id)
);
CREATE INDEX drift_finding_list ON drift_finding (tenant_id, pos, ord, finding_id, group_key, search);
CREATE INDEX drift_finding_type ON drift_finding (tenant_id, type, pos, ord, finding_id);
CREATE INDEX drift_finding_source ON drift_finding (tenant_id, source, pos, ord, finding_id);
CREATE INDEX drift_finding_baseline ON drift_finding (tenant_id, baseline_id, pos, ord, finding_id);
CREATE INDEX drift_finding_run ON drift_finding (tenant_id, run_id, pos, ord, finding_id);
CREATE INDEX drift_finding_group ON drift_finding (tenant_id, group_key, pos, ord, finding_id);
CREATE INDEX drift_finding_object ON drift_finding (tenant_id, object_id);
CREATE INDEX drift_finding_assignee ON drift_finding (tenant_id, assignee, pos, ord, finding_id) WHERE assignee <> '';
CREATE INDEX drift_finding_until ON drift_finding (tenant_id, until) WHERE state = 'accepted';

-- The steps of findings after the first, which the finding itself tells. version
-- is the finding's after the step; artifact is the entry of the log that records
-- it, -1 for steps of a comparison, which the comparison's entry covers.
CREATE TABLE drift_event (
  tenant_id    TEXT NOT NULL,
  finding_id   TEXT NOT NULL,
  version      INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  action       TEXT NOT NULL,
  state        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  run_id       TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  approver     TEXT NOT NULL,
  assignee     TEXT NOT NULL,
  note         TEXT NOT NULL,
  until        INTEGER NOT NULL,
  artifact     INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, finding_id, version)
) WITHOUT ROWID;

-- One comparison of a run with one version of a baseline. done counts the
-- objects whose findings are written: after a crash it goes on there.
CREATE TABLE drift_comparison (
  tenant_id        TEXT NOT NULL,
  comparison_id    TEXT NOT NULL,
  run_id           TEXT NOT NULL,
  run_seq          INTEGER NOT NULL,
  source           TEXT NOT NULL,
  baseline_id      TEXT NOT NULL,
  baseline_version INTEGER NOT NULL,
  rules_version    INTEGER NOT NULL,
  state            TEXT NOT NULL,
  done             INTEGER NOT NULL,
  before_run       TEXT NOT NULL,
  counts           TEXT NOT NULL,
  found_new        INTEGER NOT NULL,
  found_reopened   INTEGER NOT NULL,
  found_resolved   INTEGER NOT NULL,
  found_accepted   INTEGER NOT NULL,
  unknowns         TEXT NOT NULL,
  findings_root    TEXT NOT NULL,
  artifact         INTEGER NOT NULL,
  started_at       INTEGER NOT NULL,
  ended_at         INTEGER NOT NULL,
  error            TEXT NOT NULL,
  PRIMARY KEY (tenant_id, comparison_id)
) WITHOUT ROWID;
CREATE INDEX drift_comparison_run ON drift_comparison (tenant_id, run_seq, comparison_id);
CREATE INDEX drift_comparison_baseline ON drift_comparison (tenant_id, baseline_id, run_seq);

-- The run that the next run's objects of a type are compared with: the last one
-- that read the type completely under the same filters, else the last that read
-- any of it.
CREATE TABLE drift_base (
  tenant_id   TEXT NOT NULL,
  baseline_id TEXT NOT NULL,
  filters     TEXT NOT NULL,
  type        TEXT NOT NULL,
  run_id      TEXT NOT NULL,
  run_seq     INTEGER NOT NULL,
  root        TEXT NOT NULL,
  complete    INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, baseline_id, filters, type)
) WITHOUT ROWID;

-- Versions of a tenant's severity rules; without any the built-in ones hold.
CREATE TABLE drift_rules (
  tenant_id  TEXT NOT NULL,
  version    INTEGER NOT NULL,
  document   TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  artifact   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, version)
) WITHOUT ROWID;
