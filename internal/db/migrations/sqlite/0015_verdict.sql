-- +goose Up
-- Each person's verdict on a decision, as a whole (rule is empty), on one rule
-- or on its anomaly score: what the anomaly weights follow from. by_idx is the
-- entry that records it with its comment, since the entry from which the verdict
-- stands: another comment doesn't move it. findings are what the anomaly
-- features found in the decision: names and rarities, no values. The feedback
-- table has the latest verdict of anybody, for the counts; rows of it that have
-- none here were made before this table, and join it with the next feedback.
CREATE TABLE verdict (
  tenant_id    TEXT NOT NULL,
  idx          INTEGER NOT NULL,
  rule         TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  verdict      TEXT NOT NULL,
  comment_mac  BLOB NOT NULL,
  by_idx       INTEGER NOT NULL,
  since        INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  ring         TEXT NOT NULL,
  source       TEXT NOT NULL,
  event_type   TEXT NOT NULL,
  findings     TEXT NOT NULL,
  PRIMARY KEY (tenant_id, idx, rule, principal_id)
) WITHOUT ROWID;
