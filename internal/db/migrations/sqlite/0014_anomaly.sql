-- +goose Up
-- What a tenant's events have taught, for each ring by itself: counters and a
-- digest, no value. idx is the last decision that they tell of.
CREATE TABLE anomaly_state (
  tenant_id TEXT NOT NULL,
  ring      TEXT NOT NULL,
  idx       INTEGER NOT NULL,
  state     BLOB NOT NULL,
  PRIMARY KEY (tenant_id, ring)
);

-- Observations that are no part of anomaly_state yet: keyed hashes of what
-- events named, in log order. idx is the last decision of the batch.
CREATE TABLE anomaly_journal (
  tenant_id    TEXT NOT NULL,
  ring         TEXT NOT NULL,
  idx          INTEGER NOT NULL,
  observations BLOB NOT NULL,
  PRIMARY KEY (tenant_id, ring, idx)
) WITHOUT ROWID;

-- Versions of the weights that feedback made; idx is the entry that records it.
CREATE TABLE anomaly_model (
  tenant_id TEXT NOT NULL,
  ring      TEXT NOT NULL,
  version   INTEGER NOT NULL,
  document  TEXT NOT NULL,
  idx       INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, ring, version)
) WITHOUT ROWID;

-- People's latest verdict on a decision and on each rule that fired in it; rule
-- is empty for the decision as a whole. by_idx is the entry that records it,
-- with the comment. trained says that the model took it in.
CREATE TABLE feedback (
  tenant_id     TEXT NOT NULL,
  idx           INTEGER NOT NULL,
  rule          TEXT NOT NULL,
  verdict       TEXT NOT NULL,
  comment_mac   BLOB NOT NULL,
  by_idx        INTEGER NOT NULL,
  principal_id  TEXT NOT NULL,
  at            INTEGER NOT NULL,
  trained       INTEGER NOT NULL,
  model_version INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, idx, rule)
) WITHOUT ROWID;
