-- +goose Up
-- One row per tenant log: the state that was committed before it was signed.
CREATE TABLE log_state (
  tenant_id  TEXT NOT NULL PRIMARY KEY,
  size       INTEGER NOT NULL,
  root       BLOB NOT NULL,
  edge       BLOB NOT NULL,
  checkpoint TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);

-- Leaves that are not decisions.
CREATE TABLE artifact (
  tenant_id TEXT NOT NULL,
  idx       INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  leaf_hash BLOB NOT NULL,
  entry     TEXT NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);

-- The wide decision row: its leaf and what feeds, filters and usage read. It
-- holds nothing personal in the clear. dedup is 4 bytes of event time and 12 of
-- HMAC: time first keeps inserts together.
CREATE TABLE decision (
  tenant_id    TEXT NOT NULL,
  idx          INTEGER NOT NULL,
  dedup        BLOB NOT NULL,
  leaf_hash    BLOB NOT NULL,
  entry        TEXT NOT NULL,
  received_at  INTEGER NOT NULL,
  event_at     INTEGER NOT NULL,
  source       TEXT NOT NULL,
  event_type   TEXT NOT NULL,
  level        TEXT NOT NULL,
  score        INTEGER NOT NULL,
  anomaly      INTEGER NOT NULL,
  gating       TEXT NOT NULL,
  action_taken TEXT NOT NULL,
  policy_allow INTEGER NOT NULL,
  changed      INTEGER NOT NULL,
  rules        TEXT NOT NULL,
  persona      TEXT NOT NULL,
  ring         TEXT NOT NULL,
  mission_id   TEXT NOT NULL,
  prev_idx     INTEGER NOT NULL,
  key_id       TEXT NOT NULL,
  windows      BLOB NOT NULL,
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
  idx        INTEGER NOT NULL,
  state      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, ring, source, event_type)
);

-- Detection windows: HMAC of ring, window and value, how many events since when.
-- A restart must not forget an attack in progress. Each decision's row holds the
-- windows that it moved; they are collected here from time to time, and
-- window_mark says up to which index that was done.
CREATE TABLE window_state (
  tenant_id TEXT NOT NULL,
  mac       BLOB NOT NULL,
  events    INTEGER NOT NULL,
  since     INTEGER NOT NULL,
  used      INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, mac)
) WITHOUT ROWID;

CREATE TABLE window_mark (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  idx       INTEGER NOT NULL
);

-- Sealed field groups and salts of a leaf; prunable, erasable. wrapped is the
-- content key under the ring's payload key and once per subject.
CREATE TABLE payload (
  tenant_id TEXT NOT NULL,
  idx       INTEGER NOT NULL,
  ring      TEXT NOT NULL,
  key_ver   INTEGER NOT NULL,
  wrapped   BLOB NOT NULL,
  sealed    BLOB NOT NULL,
  PRIMARY KEY (tenant_id, idx)
);

-- Who or what a leaf speaks of, found by HMAC only. HMACs are random, so an
-- index led by them would touch another page for each row: they stand inside
-- epochs of 128 leaves, which keeps inserts together and costs a search one
-- probe per epoch.
CREATE TABLE subject (
  tenant_id TEXT NOT NULL,
  epoch     INTEGER NOT NULL,
  mac       BLOB NOT NULL,
  idx       INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, epoch, mac, idx)
) WITHOUT ROWID;

-- Full tiles of the Merkle tree (c2sp.org/tlog-tiles): 256 nodes each.
CREATE TABLE tile (
  tenant_id TEXT NOT NULL,
  level     INTEGER NOT NULL,
  idx       INTEGER NOT NULL,
  hashes    BLOB NOT NULL,
  root      BLOB NOT NULL,
  PRIMARY KEY (tenant_id, level, idx)
);

CREATE VIEW log_leaf AS
  SELECT tenant_id, idx, 'decision' AS kind, leaf_hash, entry FROM decision
  UNION ALL
  SELECT tenant_id, idx, kind, leaf_hash, entry FROM artifact;
