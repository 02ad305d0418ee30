package domain

import "slices"

// PrincipalKind tells a human from a machine; only humans count as approvers.
type PrincipalKind string

// The kinds of principals.
const (
	Person         PrincipalKind = "person"
	ServiceAccount PrincipalKind = "service"
)

// Scope is one permission, the unit of authorisation; roles are sets of them.
type Scope string

// The scopes. A route needs exactly one (see httpapi routes).
const (
	ScopeDefendWrite    Scope = "defend:write"
	ScopeDecisionsRead  Scope = "decisions:read"
	ScopeEvidenceRead   Scope = "evidence:read"
	ScopeEvidenceWrite  Scope = "evidence:write" // submit signed artifacts
	ScopeEvidenceErase  Scope = "evidence:erase" // destroy payloads
	ScopeModulesRead    Scope = "modules:read"
	ScopeModulesWrite   Scope = "modules:write"
	ScopeRulesRead      Scope = "rules:read"
	ScopeRulesWrite     Scope = "rules:write"
	ScopeMissionsRead   Scope = "missions:read"
	ScopeMissionsWrite  Scope = "missions:write"
	ScopeEnforceRead    Scope = "enforcements:read"
	ScopeEnforceWrite   Scope = "enforcements:write"
	ScopeInventoryRead  Scope = "inventory:read"
	ScopeInventoryWrite Scope = "inventory:write"
	ScopeDriftRead      Scope = "drift:read"
	ScopeDriftWrite     Scope = "drift:write"
	ScopeAuditRead      Scope = "audit:read"
	ScopeUsageRead      Scope = "usage:read"
	ScopeTenantsRead    Scope = "tenants:read"
	ScopeTenantsWrite   Scope = "tenants:write"
	ScopePeopleRead     Scope = "people:read"
	ScopePeopleWrite    Scope = "people:write"
	ScopeKeysRead       Scope = "keys:read"
	ScopeKeysWrite      Scope = "keys:write"
	ScopeWebhooksRead   Scope = "webhooks:read"
	ScopeWebhooksWrite  Scope = "webhooks:write"
	ScopeOpsRead        Scope = "ops:read"
)

// AllScopes lists every scope, in a stable order.
func AllScopes() []Scope {
	return []Scope{
		ScopeDefendWrite, ScopeDecisionsRead, ScopeEvidenceRead, ScopeEvidenceWrite, ScopeEvidenceErase,
		ScopeModulesRead, ScopeModulesWrite, ScopeRulesRead, ScopeRulesWrite,
		ScopeMissionsRead, ScopeMissionsWrite, ScopeEnforceRead, ScopeEnforceWrite,
		ScopeInventoryRead, ScopeInventoryWrite, ScopeDriftRead, ScopeDriftWrite, ScopeAuditRead, ScopeUsageRead,
		ScopeTenantsRead, ScopeTenantsWrite, ScopePeopleRead, ScopePeopleWrite,
		ScopeKeysRead, ScopeKeysWrite, ScopeWebhooksRead, ScopeWebhooksWrite, ScopeOpsRead,
	}
}

// Principal is who calls: the human or service account behind a key, with what
// this key may do. It is immutable and safe to share.
type Principal struct {
	ID       PrincipalID
	Kind     PrincipalKind
	Name     string
	Org      OrgID
	Tenant   TenantID // the key's tenant
	Key      KeyID
	Scopes   []Scope
	Personas []Persona   // allowed personas; empty allows the tenant's default only
	Rings    []Ring      // allowed rings; empty allows the tenant's default only
	Missions []MissionID // allowed missions; empty allows every mission of the tenant
}

// Has reports whether the principal holds the scope.
func (p *Principal) Has(s Scope) bool { return p != nil && slices.Contains(p.Scopes, s) }
