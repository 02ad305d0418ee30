-- +goose Up
-- Scopes that came later. A key holds the scopes of the day it was made, so the
-- holders of keys with all that a role gave (the bootstrap key among them) could
-- neither use the new routes nor grant the roles any more. A key with exactly the
-- scopes that a role gave before gets those that it gives now; its principal's
-- roles bound it as ever. Keys that were cut narrower stay as they are.
-- Row security binds the table's owner too; this role sees all tenants.
SET LOCAL ROLE frostgate_system;
-- owner
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","evidence:erase","modules:read","modules:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","tenants:write","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","tenants:write","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]';
-- admin
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","evidence:erase","modules:read","modules:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]';
-- analyst
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","rules:read","missions:read","enforcements:read","usage:read"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","rules:read","missions:read","enforcements:read","usage:read"]';
-- editor
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","usage:read","webhooks:read","webhooks:write"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","usage:read","webhooks:read","webhooks:write"]';
-- auditor
UPDATE api_key SET scopes = '["decisions:read","evidence:read","modules:read","rules:read","missions:read","enforcements:read","audit:read","usage:read","tenants:read","people:read","keys:read","webhooks:read","ops:read"]'
  WHERE scopes = '["decisions:read","evidence:read","rules:read","missions:read","enforcements:read","audit:read","usage:read","tenants:read","people:read","keys:read","webhooks:read","ops:read"]';
RESET ROLE;
