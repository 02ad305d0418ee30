-- +goose Up
-- Roles belong to the whole cluster: another store may have made them. They
-- own nothing, can't log in and can't bypass row-level security; a transaction
-- takes one with SET LOCAL ROLE.
-- +goose StatementBegin
DO $do$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['frostgate_app', 'frostgate_sequencer', 'frostgate_system', 'frostgate_report'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', r);
    END IF;
    IF NOT pg_has_role(current_user, r, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', r, current_user);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), r);
  END LOOP;
END
$do$;
-- +goose StatementEnd

-- Puts a table behind row-level security. audience: 'tenant' (rows of the
-- transaction's tenant), 'shared' (also the platform's rows, tenant_id '', for
-- reading), 'system' (no tenant role at all).
-- +goose StatementBegin
CREATE FUNCTION frostgate_protect(audience text, tab text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tab);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO frostgate_system', tab);
  EXECUTE format('CREATE POLICY system_all ON %I TO frostgate_system USING (true) WITH CHECK (true)', tab);
  IF audience = 'system' THEN
    RETURN;
  END IF;
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO frostgate_app, frostgate_sequencer', tab);
  EXECUTE format('GRANT SELECT ON %I TO frostgate_report', tab);
  EXECUTE format('CREATE POLICY app_tenant ON %I TO frostgate_app
    USING (tenant_id = (SELECT current_setting(''frostgate.tenant'', true)))
    WITH CHECK (tenant_id = (SELECT current_setting(''frostgate.tenant'', true)))', tab);
  EXECUTE format('CREATE POLICY sequencer_tenants ON %I TO frostgate_sequencer
    USING (tenant_id = ANY ((SELECT string_to_array(current_setting(''frostgate.tenants'', true), '',''))::text[]))
    WITH CHECK (tenant_id = ANY ((SELECT string_to_array(current_setting(''frostgate.tenants'', true), '',''))::text[]))', tab);
  EXECUTE format('CREATE POLICY report_tenant ON %I FOR SELECT TO frostgate_report
    USING (tenant_id = (SELECT current_setting(''frostgate.tenant'', true)))', tab);
  IF audience = 'shared' THEN
    EXECUTE format('CREATE POLICY platform_rows ON %I FOR SELECT TO frostgate_app, frostgate_sequencer, frostgate_report USING (tenant_id = '''')', tab);
  END IF;
END
$fn$;
-- +goose StatementEnd

-- What shows whether the key folder belongs to this store; no secret.
CREATE TABLE key_check (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE organisation (
  org_id     TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tenant (
  tenant_id  TEXT NOT NULL PRIMARY KEY,
  org_id     TEXT NOT NULL REFERENCES organisation (org_id),
  name       TEXT NOT NULL,
  log_id     TEXT NOT NULL UNIQUE,
  slot       BIGINT NOT NULL UNIQUE,
  status     TEXT NOT NULL,
  settings   TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE principal (
  principal_id TEXT NOT NULL PRIMARY KEY,
  org_id       TEXT NOT NULL REFERENCES organisation (org_id),
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  email        TEXT NOT NULL,
  status       TEXT NOT NULL,
  created_at   BIGINT NOT NULL
);
CREATE INDEX principal_org ON principal (org_id, principal_id);

-- tenant_id '' is a role in every tenant of the organisation.
CREATE TABLE role_binding (
  principal_id TEXT NOT NULL REFERENCES principal (principal_id),
  org_id       TEXT NOT NULL,
  tenant_id    TEXT NOT NULL,
  role         TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (principal_id, org_id, tenant_id, role)
);

CREATE TABLE api_key (
  tenant_id    TEXT NOT NULL REFERENCES tenant (tenant_id),
  key_id       TEXT NOT NULL UNIQUE,
  principal_id TEXT NOT NULL REFERENCES principal (principal_id),
  name         TEXT NOT NULL,
  env          TEXT NOT NULL,
  mac          BYTEA NOT NULL,
  scopes       TEXT NOT NULL,
  limits       TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  revoked_at   BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  replaces     TEXT NOT NULL,
  PRIMARY KEY (tenant_id, key_id)
);

CREATE TABLE audit (
  tenant_id    TEXT NOT NULL,
  audit_id     TEXT NOT NULL,
  at           BIGINT NOT NULL,
  principal_id TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  action       TEXT NOT NULL,
  target       TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  remote       TEXT NOT NULL,
  times        BIGINT NOT NULL,
  detail       TEXT NOT NULL,
  PRIMARY KEY (tenant_id, audit_id)
);
CREATE INDEX audit_at ON audit (tenant_id, at);

CREATE TABLE idempotency (
  tenant_id   TEXT NOT NULL,
  key_mac     BYTEA NOT NULL,
  request_mac BYTEA NOT NULL,
  status      BIGINT NOT NULL,
  response    BYTEA NOT NULL,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, key_mac)
);
CREATE INDEX idempotency_at ON idempotency (tenant_id, created_at);

CREATE TABLE data_key (
  tenant_id  TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  version    BIGINT NOT NULL,
  wrapped    BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, purpose, version)
);

SELECT frostgate_protect('system', 'key_check');
SELECT frostgate_protect('system', 'organisation');
SELECT frostgate_protect('tenant', 'tenant');
SELECT frostgate_protect('system', 'principal');
SELECT frostgate_protect('system', 'role_binding');
SELECT frostgate_protect('tenant', 'api_key');
SELECT frostgate_protect('tenant', 'audit');
SELECT frostgate_protect('tenant', 'idempotency');
SELECT frostgate_protect('tenant', 'data_key');

-- Finding a key's tenant before the tenant is known: the one function that
-- looks across tenants, and it gives nothing but the tenant.
-- +goose StatementBegin
CREATE FUNCTION frostgate_key_tenant(key text) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER STABLE SET search_path FROM CURRENT AS $fn$
DECLARE found text;
BEGIN
  SELECT tenant_id INTO found FROM api_key WHERE key_id = key;
  RETURN coalesce(found, '');
END
$fn$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION frostgate_key_tenant(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION frostgate_key_tenant(text) TO frostgate_system;
-- The function runs as its owner, whom FORCE binds too.
CREATE POLICY owner_lookup ON api_key FOR SELECT TO CURRENT_USER USING (true);
