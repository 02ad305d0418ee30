-- +goose Up
-- A decision by its event ID alone: four bytes of the HMAC, inside epochs of 512
-- entries, so that inserts stay on few pages (docs/adr/0005). The search must
-- spell these expressions as they stand here.
CREATE INDEX decision_event_id ON decision (tenant_id, (idx / 512), substr(dedup, 5, 4));

-- What the audit holds about one thing.
CREATE INDEX audit_target ON audit (tenant_id, target, at);
