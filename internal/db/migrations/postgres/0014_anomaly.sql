-- +goose Up
-- What a tenant's events have taught, for each ring by itself: counters and a
-- digest, no value. idx is the last decision that they tell of.
CREATE TABLE anomaly_state (
  tenant_id TEXT NOT NULL,
  ring      TEXT NOT NULL,
  idx       BIGINT NOT NULL,
  state     BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, ring)
);

-- Observations that are no part of anomaly_state yet: keyed hashes of what
-- events named, in log order. idx is the last decision of the batch.
CREATE TABLE anomaly_journal (
  tenant_id    TEXT NOT NULL,
  ring         TEXT NOT NULL,
  idx          BIGINT NOT NULL,
  observations BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, ring, idx)
);

-- Versions of the weights that feedback made; idx is the entry that records it.
CREATE TABLE anomaly_model (
  tenant_id TEXT NOT NULL,
  ring      TEXT NOT NULL,
  version   BIGINT NOT NULL,
  document  TEXT NOT NULL,
  idx       BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, ring, version)
);

-- People's latest verdict on a decision and on each rule that fired in it; rule
-- is empty for the decision as a whole. by_idx is the entry that records it,
-- with the comment. trained says that the model took it in.
CREATE TABLE feedback (
  tenant_id     TEXT NOT NULL,
  idx           BIGINT NOT NULL,
  rule          TEXT NOT NULL,
  verdict       TEXT NOT NULL,
  comment_mac   BYTEA NOT NULL,
  by_idx        BIGINT NOT NULL,
  principal_id  TEXT NOT NULL,
  at            BIGINT NOT NULL,
  trained       BIGINT NOT NULL,
  model_version BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, idx, rule)
);

SELECT frostgate_protect('tenant', 'anomaly_state');
SELECT frostgate_protect('tenant', 'anomaly_journal');
SELECT frostgate_protect('tenant', 'anomaly_model');
SELECT frostgate_protect('tenant', 'feedback');
