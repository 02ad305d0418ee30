-- +goose Up
-- The scopes of inventory and drift. As with the scopes before: a key with exactly
-- what a role gave gets what it gives now; keys that were cut narrower stay.
-- owner
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","evidence:erase","modules:read","modules:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","inventory:read","inventory:write","drift:read","drift:write","audit:read","usage:read","tenants:read","tenants:write","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","evidence:write","evidence:erase","modules:read","modules:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","tenants:write","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]';
-- admin
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","evidence:erase","modules:read","modules:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","inventory:read","inventory:write","drift:read","drift:write","audit:read","usage:read","tenants:read","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","evidence:write","evidence:erase","modules:read","modules:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","audit:read","usage:read","tenants:read","people:read","people:write","keys:read","keys:write","webhooks:read","webhooks:write","ops:read"]';
-- editor
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","inventory:read","inventory:write","drift:read","drift:write","usage:read","webhooks:read","webhooks:write"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","evidence:write","rules:read","rules:write","missions:read","missions:write","enforcements:read","enforcements:write","usage:read","webhooks:read","webhooks:write"]';
-- analyst
UPDATE api_key SET scopes = '["defend:write","decisions:read","evidence:read","evidence:write","rules:read","missions:read","enforcements:read","inventory:read","drift:read","drift:write","usage:read"]'
  WHERE scopes = '["defend:write","decisions:read","evidence:read","evidence:write","rules:read","missions:read","enforcements:read","usage:read"]';
-- approver
UPDATE api_key SET scopes = '["decisions:read","evidence:read","rules:read","missions:read","enforcements:read","enforcements:write","inventory:read","drift:read"]'
  WHERE scopes = '["decisions:read","evidence:read","rules:read","missions:read","enforcements:read","enforcements:write"]';
-- auditor
UPDATE api_key SET scopes = '["decisions:read","evidence:read","modules:read","rules:read","missions:read","enforcements:read","inventory:read","drift:read","audit:read","usage:read","tenants:read","people:read","keys:read","webhooks:read","ops:read"]'
  WHERE scopes = '["decisions:read","evidence:read","modules:read","rules:read","missions:read","enforcements:read","audit:read","usage:read","tenants:read","people:read","keys:read","webhooks:read","ops:read"]';
-- viewer
UPDATE api_key SET scopes = '["decisions:read","rules:read","missions:read","enforcements:read","inventory:read","drift:read"]'
  WHERE scopes = '["decisions:read","rules:read","missions:read","enforcements:read"]';
