-- +goose Up
-- Runs: one row per observation of a source. seq counts within the tenant; the
-- row is invisible but to lists of runs until state is closed. idx is the entry
-- of the tenant's log that records it. added, changed, missing and unseen say
-- how it differs from what was there before; they, projected and compared are
-- derived. garbage: contents may be left that no closed run needs.
CREATE TABLE inventory_run (
  tenant_id    TEXT NOT NULL,
  run_id       TEXT NOT NULL,
  seq          BIGINT NOT NULL,
  source       TEXT NOT NULL,
  scope        TEXT NOT NULL,
  selected     TEXT NOT NULL,
  filters      TEXT NOT NULL,
  state        TEXT NOT NULL,
  started_at   BIGINT NOT NULL,
  closed_at    BIGINT NOT NULL,
  principal_id TEXT NOT NULL,
  error        TEXT NOT NULL,
  root         TEXT NOT NULL,
  idx          BIGINT NOT NULL,
  objects      BIGINT NOT NULL,
  quarantined  BIGINT NOT NULL,
  duplicates   BIGINT NOT NULL,
  added        BIGINT NOT NULL,
  changed      BIGINT NOT NULL,
  missing      BIGINT NOT NULL,
  unseen       BIGINT NOT NULL,
  projected    BIGINT NOT NULL,
  compared     BIGINT NOT NULL,
  garbage      BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, run_id)
);
CREATE UNIQUE INDEX inventory_run_seq ON inventory_run (tenant_id, seq);
CREATE INDEX inventory_run_source ON inventory_run (tenant_id, source, seq);
CREATE UNIQUE INDEX inventory_run_open ON inventory_run (tenant_id, source) WHERE state = 'open';

-- Parts of snapshots by their SHA-256: contents of objects, chunks of entries,
-- root documents. They never change. The body begins with a byte that says how
-- the rest is kept (0: as it is). run_seq is the run that brought it.
CREATE TABLE inventory_part (
  tenant_id TEXT NOT NULL,
  hash      BYTEA NOT NULL,
  run_seq   BIGINT NOT NULL,
  body      BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX inventory_part_run ON inventory_part (tenant_id, run_seq);

-- Snapshots: which roots there are. run_id is the first run that had it, empty
-- for one that was imported.
CREATE TABLE inventory_snapshot (
  tenant_id  TEXT NOT NULL,
  root       TEXT NOT NULL,
  source     TEXT NOT NULL,
  objects    BIGINT NOT NULL,
  run_id     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, root)
);
CREATE INDEX inventory_snapshot_at ON inventory_snapshot (tenant_id, created_at, root);

-- Items: what was last seen of each object; derived from closed runs. The runs
-- are by seq. last_seen is of items that are not present: a present one was last
-- seen when its type was (inventory_coverage.seen), so that a run in which
-- nothing changed writes nothing here.
CREATE TABLE inventory_item (
  tenant_id  TEXT NOT NULL,
  source     TEXT NOT NULL,
  type       TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  template   TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  state      TEXT NOT NULL,
  first_seen BIGINT NOT NULL,
  changed_in BIGINT NOT NULL,
  last_seen  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, source, type, id)
);
CREATE INDEX inventory_item_away ON inventory_item (tenant_id, source, type, state, id) WHERE state <> 'present';

-- What an item was before it changed: seq is the run that saw the change, state
-- and hash are what it was until then.
CREATE TABLE inventory_history (
  tenant_id TEXT NOT NULL,
  source    TEXT NOT NULL,
  type      TEXT NOT NULL,
  id        TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  state     TEXT NOT NULL,
  hash      BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, source, type, id, seq)
);

-- How completely each type was read the last time: seen is that run, complete
-- the last run in which it was complete. body is the coverage as canonical JSON.
CREATE TABLE inventory_coverage (
  tenant_id TEXT NOT NULL,
  source    TEXT NOT NULL,
  type      TEXT NOT NULL,
  seen      BIGINT NOT NULL,
  complete  BIGINT NOT NULL,
  body      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, source, type)
);

SELECT frostgate_protect('tenant', 'inventory_run');
SELECT frostgate_protect('tenant', 'inventory_part');
SELECT frostgate_protect('tenant', 'inventory_snapshot');
SELECT frostgate_protect('tenant', 'inventory_item');
SELECT frostgate_protect('tenant', 'inventory_history');
SELECT frostgate_protect('tenant', 'inventory_coverage');

-- Contents of a few KB stay in their row, as they are: moving each to a table of
-- its own, or compressing it in the writer's transaction, costs more than it saves.
ALTER TABLE inventory_part ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE inventory_part SET (toast_tuple_target = 8160);
