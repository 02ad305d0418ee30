-- +goose Up
-- One row per tenant log: the state that was committed before it was signed.
CREATE TABLE log_state (
  tenant_id  TEXT NOT NULL PRIMARY KEY,
  size       BIGINT NOT NULL,
  root       BYTEA NOT NULL,
  edge       BYTEA NOT NULL,
  checkpoint TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Leaves that are not decisions.
CREATE TABLE artifact (
  tenant_id TEXT NOT NULL,
  idx       BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  leaf_hash BYTEA NOT NULL,
  entry     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);

-- The wide decision row: its leaf and what feeds, filters and usage read. It
-- holds nothing personal in the clear. dedup is 4 bytes of event time and 12 of
-- HMAC: time first keeps inserts together.
CREATE TABLE decision (
  tenant_id    TEXT NOT NULL,
  idx          BIGINT NOT NULL,
  dedup        BYTEA NOT NULL,
  leaf_hash    BYTEA NOT NULL,
  entry        TEXT NOT NULL,
  received_at  BIGINT NOT NULL,
  event_at     BIGINT NOT NULL,
  source       TEXT NOT NULL,
  event_type   TEXT NOT NULL,
  level        TEXT NOT NULL,
  score        BIGINT NOT NULL,
  anomaly      BIGINT NOT NULL,
  gating       TEXT NOT NULL,
  action_taken TEXT NOT NULL,
  policy_allow BIGINT NOT NULL,
  changed      BIGINT NOT NULL,
  rules        TEXT NOT NULL,
  persona      TEXT NOT NULL,
  ring         TEXT NOT NULL,
  mission_id   TEXT NOT NULL,
  prev_idx     BIGINT NOT NULL,
  key_id       TEXT NOT NULL,
  windows      BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);
CREATE UNIQUE INDEX decision_dedup ON decision (tenant_id, dedup);
CREATE INDEX decision_received ON decision (tenant_id, received_at);
CREATE INDEX decision_event ON decision (tenant_id, event_at);

-- The latest decision of each (ring, source, event type): what a decision diff
-- compares with.
CREATE TABLE decision_last (
  tenant_id  TEXT NOT NULL,
  ring       TEXT NOT NULL,
  source     TEXT NOT NULL,
  event_type TEXT NOT NULL,
  idx        BIGINT NOT NULL,
  state      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, ring, source, event_type)
);

-- Detection windows: HMAC of ring, window and value, how many events since when.
-- A restart must not forget an attack in progress. Each decision's row holds the
-- windows that it moved; they are collected here from time to time, and
-- window_mark says up to which index that was done.
CREATE TABLE window_state (
  tenant_id TEXT NOT NULL,
  mac       BYTEA NOT NULL,
  events    BIGINT NOT NULL,
  since     BIGINT NOT NULL,
  used      BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, mac)
);

CREATE TABLE window_mark (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  idx       BIGINT NOT NULL
);

-- Sealed field groups and salts of a leaf; prunable, erasable. wrapped is the
-- content key under the ring's payload key and once per subject.
CREATE TABLE payload (
  tenant_id TEXT NOT NULL,
  idx       BIGINT NOT NULL,
  ring      TEXT NOT NULL,
  key_ver   BIGINT NOT NULL,
  wrapped   BYTEA NOT NULL,
  sealed    BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);

-- Who or what a leaf speaks of, found by HMAC only. HMACs are random, so an
-- index led by them would touch another page for each row: they stand inside
-- epochs of 128 leaves, which keeps inserts together and costs a search one
-- probe per epoch.
CREATE TABLE subject (
  tenant_id TEXT NOT NULL,
  epoch     BIGINT NOT NULL,
  mac       BYTEA NOT NULL,
  idx       BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, epoch, mac, idx)
);

-- Full tiles of the Merkle tree (c2sp.org/tlog-tiles): 256 nodes each.
CREATE TABLE tile (
  tenant_id TEXT NOT NULL,
  level     BIGINT NOT NULL,
  idx       BIGINT NOT NULL,
  hashes    BYTEA NOT NULL,
  root      BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, level, idx)
);

CREATE VIEW log_leaf WITH (security_invoker = true) AS
  SELECT tenant_id, idx, 'decision' AS kind, leaf_hash, entry FROM decision
  UNION ALL
  SELECT tenant_id, idx, kind, leaf_hash, entry FROM artifact;

GRANT SELECT ON log_leaf TO frostgate_app, frostgate_sequencer, frostgate_system, frostgate_report;

SELECT frostgate_protect('tenant', 'log_state');
SELECT frostgate_protect('tenant', 'artifact');
SELECT frostgate_protect('tenant', 'decision');
SELECT frostgate_protect('tenant', 'decision_last');
SELECT frostgate_protect('tenant', 'payload');
SELECT frostgate_protect('tenant', 'subject');
SELECT frostgate_protect('tenant', 'tile');
SELECT frostgate_protect('tenant', 'window_state');
SELECT frostgate_protect('tenant', 'window_mark');
