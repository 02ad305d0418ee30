package auth

import (
	"slices"

	"frostgate.io/frostgate/internal/domain"
)

// Role is a named set of scopes, held in one tenant or in a whole organisation.
type Role string

// The roles.
const (
	Viewer   Role = "viewer"   // sees decisions, rules, missions, enforcements, inventory, drift
	Analyst  Role = "analyst"  // viewer; investigates, submits events, triages drift
	Approver Role = "approver" // viewer; decides on enforcements
	Editor   Role = "editor"   // analyst; changes rules, missions, webhooks, observes inventory
	Admin    Role = "admin"    // everything but creating and changing tenants
	Owner    Role = "owner"    // everything
	Auditor  Role = "auditor"  // reads everything, changes nothing
)

// Roles lists all roles in a fixed order.
func Roles() []Role { return []Role{Viewer, Analyst, Approver, Editor, Admin, Owner, Auditor} }

// Scopes gives the scopes of a role; an unknown role has none.
//
//	scope               viewer analyst approver editor admin owner auditor
//	defend:write                  x                x      x     x
//	decisions:read        x       x       x        x      x     x      x
//	evidence:read                 x       x        x      x     x      x
//	evidence:write                x                x      x     x
//	evidence:erase                                        x     x
//	modules:read                                          x     x      x
//	modules:write                                         x     x
//	rules:read            x       x       x        x      x     x      x
//	rules:write                                    x      x     x
//	missions:read         x       x       x        x      x     x      x
//	missions:write                                 x      x     x
//	enforcements:read     x       x       x        x      x     x      x
//	enforcements:write                    x        x      x     x
//	inventory:read        x       x       x        x      x     x      x
//	inventory:write                                x      x     x
//	drift:read            x       x       x        x      x     x      x
//	drift:write                   x                x      x     x
//	audit:read                                            x     x      x
//	usage:read                    x                x      x     x      x
//	tenants:read                                          x     x      x
//	tenants:write                                               x
//	people:read                                           x     x      x
//	people:write                                          x     x
//	keys:read                                             x     x      x
//	keys:write                                            x     x
//	webhooks:read                                  x      x     x      x
//	webhooks:write                                 x      x     x
//	ops:read                                              x     x      x
func (r Role) Scopes() []domain.Scope {
	viewer := []domain.Scope{
		domain.ScopeDecisionsRead, domain.ScopeRulesRead, domain.ScopeMissionsRead, domain.ScopeEnforceRead,
		domain.ScopeInventoryRead, domain.ScopeDriftRead,
	}
	analyst := append(slices.Clone(viewer), domain.ScopeDefendWrite, domain.ScopeEvidenceRead,
		domain.ScopeEvidenceWrite, domain.ScopeUsageRead, domain.ScopeDriftWrite)
	switch r {
	case Viewer:
		return viewer
	case Analyst:
		return analyst
	case Approver:
		return append(viewer, domain.ScopeEvidenceRead, domain.ScopeEnforceWrite)
	case Editor:
		return append(analyst, domain.ScopeRulesWrite, domain.ScopeMissionsWrite, domain.ScopeEnforceWrite,
			domain.ScopeInventoryWrite, domain.ScopeWebhooksRead, domain.ScopeWebhooksWrite)
	case Admin:
		return without(domain.AllScopes(), domain.ScopeTenantsWrite)
	case Owner:
		return domain.AllScopes()
	case Auditor:
		return append(viewer, domain.ScopeEvidenceRead, domain.ScopeModulesRead, domain.ScopeAuditRead, domain.ScopeUsageRead, domain.ScopeTenantsRead,
			domain.ScopePeopleRead, domain.ScopeKeysRead, domain.ScopeWebhooksRead, domain.ScopeOpsRead)
	}
	return nil
}

func without(scopes []domain.Scope, s domain.Scope) []domain.Scope {
	return slices.DeleteFunc(scopes, func(x domain.Scope) bool { return x == s })
}

// Binding is a role held in a tenant, or in every tenant of the organisation
// when Tenant is empty.
type Binding struct {
	Tenant domain.TenantID
	Role   Role
}

// scopesIn gives the scopes that bindings give in a tenant; for the empty
// tenant, what they give in the organisation itself. The result is in the
// order of domain.AllScopes.
func scopesIn(bindings []Binding, tenant domain.TenantID) []domain.Scope {
	var have []domain.Scope
	for _, b := range bindings {
		if b.Tenant == "" || b.Tenant == tenant {
			have = append(have, b.Role.Scopes()...)
		}
	}
	return intersect(domain.AllScopes(), have)
}

// intersect keeps what both have, in the order of the first.
func intersect[T comparable](a, b []T) []T {
	var out []T
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// missing gives the first of want that have lacks.
func missing[T comparable](want, have []T) (x T, found bool) {
	for _, x := range want {
		if !slices.Contains(have, x) {
			return x, true
		}
	}
	return x, false
}
