// Package governance holds what decides beside the event: immutable, hashed
// documents (scenarios, policy, doctrine, rulesets, mission envelopes), the
// pointers that say which ruleset is active, and missions with their budgets.
//
// Invariant: a document version never changes, and its bytes are checked
// against its hash each time it is loaded. Every change of a tenant's pointers
// and missions is one transaction with its audit row and its evidence artifact.
// What can't be loaded answers an error: there is no silent default ruleset,
// and an envelope that does not verify is not valid.
//
// Which ruleset is active: a tenant's own pointer "ruleset" if it has one, else
// the platform's pointer (tenant_id empty), followed at run time. A new binary adds
// its default ruleset as further platform documents and leaves every pointer
// where it is: an upgrade changes no decision until somebody switches.
//
// It must not decide on events (that is decision's) nor serve HTTP.
package governance
