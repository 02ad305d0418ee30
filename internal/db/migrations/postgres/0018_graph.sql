-- +goose Up
-- What each observed object refers to, one row an object that refers to
-- anything or could be assigned: refs is packed (internal/inventory/graph
-- says how), standing says whether the object is assigned to anybody. Derived
-- from inventory and made again from it when rules, the version of the
-- reference rules in graph_state, is not the program's. generation rises with
-- every change of a source's rows: what memory holds is good for one.
CREATE TABLE graph_object (
  tenant_id TEXT NOT NULL,
  source    TEXT NOT NULL,
  type      TEXT NOT NULL,
  id        TEXT NOT NULL,
  standing  BIGINT NOT NULL,
  refs      BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, source, type, id)
);

CREATE INDEX graph_object_standing ON graph_object (tenant_id, source, standing, type, id);

CREATE TABLE graph_state (
  tenant_id  TEXT NOT NULL,
  source     TEXT NOT NULL,
  generation BIGINT NOT NULL,
  rules      TEXT NOT NULL,
  PRIMARY KEY (tenant_id, source)
);

-- A large graph as memory holds it, in parts, of one generation: reading it is
-- several times as fast as making it from the rows. It may be missing or of an
-- older generation; then the rows count.
CREATE TABLE graph_image (
  tenant_id  TEXT NOT NULL,
  source     TEXT NOT NULL,
  part       BIGINT NOT NULL,
  parts      BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  body       BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, source, part)
);

SELECT frostgate_protect('tenant', 'graph_object');
SELECT frostgate_protect('tenant', 'graph_state');
SELECT frostgate_protect('tenant', 'graph_image');
