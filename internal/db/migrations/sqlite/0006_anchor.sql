-- +goose Up
-- A tenant's checkpoint in an epoch of the log of logs. A leaf is anchored by
-- the row with the smallest size above its index. epoch is the index of the
-- entry in the root log, whose own rows stand in log_state, artifact and tile
-- under the pseudo tenant 'root'. path holds the sibling hashes of the slot in
-- the epoch's tree over all slots.
CREATE TABLE anchor (
  tenant_id  TEXT NOT NULL,
  size       INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  slot       INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  checkpoint TEXT NOT NULL,
  path       BLOB NOT NULL,
  PRIMARY KEY (tenant_id, size)
);

-- The latest checkpoint of the root log that a quorum of witnesses cosigned.
CREATE TABLE cosigned (
  tenant_id  TEXT NOT NULL PRIMARY KEY,
  size       INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  checkpoint TEXT NOT NULL
);
