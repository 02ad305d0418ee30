package httpapi

import (
	"context"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// allTenants asks for every tenant in which the key's owner holds the scope.
const allTenants = "all"

func tenantChoice(many bool) Param {
	doc := "A tenant of the key's organisation in which its owner holds the scope; default the key's."
	if many {
		doc += " all: every such tenant."
	}
	return Param{Name: "tenant", Doc: doc}
}

// tenantAsked is the tenant that the request is about. Another than the key's is
// given only where the key's owner holds the scope, and another organisation's
// does not exist.
func (s *Server) tenantAsked(ctx context.Context, c *Call, scope domain.Scope) (domain.TenantID, error) {
	id := domain.TenantID(c.Query.text("tenant"))
	switch id {
	case "", c.Tenant():
		return c.Tenant(), nil
	case allTenants:
		return "", fault.New(fault.Invalid, "This is about one tenant: name it.").At("tenant")
	}
	if err := s.deps.People.AuthorizeIn(ctx, c.Principal, id, scope); err != nil {
		return "", err
	}
	return id, nil
}

// tenantFor is tenantAsked for the routes that can be about any tenant. Where
// the path names a decision, all is every tenant: the decision's ID says which.
func (s *Server) tenantFor(ctx context.Context, rt *Route, c *Call) (domain.TenantID, error) {
	if !rt.byDecision || c.Query.text("tenant") != allTenants {
		return s.tenantAsked(ctx, c, rt.Scope)
	}
	log, _, err := decision.ParseDecisionID(c.Path("id"))
	if err != nil {
		return "", err
	}
	ids, err := s.tenantsOf(ctx, c, rt.Scope)
	if err != nil {
		return "", err
	}
	for _, id := range ids {
		if t, err := s.deps.Tenants.Lookup(id); err == nil && t.LogID == log {
			return id, nil
		}
	}
	return "", fault.New(fault.NotFound, "No tenant in which you may look has the decision %s.", clip(c.Path("id")))
}

// anywhere lets routes be about another tenant, and tells so in the contract.
func anywhere(routes ...*Route) []*Route {
	for _, rt := range routes {
		rt.Anywhere, rt.byDecision = true, strings.Contains(rt.Path, "/decisions/{id}")
		doc := tenantChoice(false)
		if rt.byDecision {
			doc.Doc += " all: the one whose decision it is."
		}
		rt.Query = append(rt.Query, doc)
	}
	return routes
}

// tenantsAsked is tenantAsked for what can show several.
func (s *Server) tenantsAsked(ctx context.Context, c *Call, scope domain.Scope) ([]domain.TenantID, error) {
	if c.Query.text("tenant") == allTenants {
		return s.tenantsOf(ctx, c, scope)
	}
	id, err := s.tenantAsked(ctx, c, scope)
	if err != nil {
		return nil, err
	}
	return []domain.TenantID{id}, nil
}

// tenantsOf are all tenants of the organisation in which the key's owner holds
// the scope, in the order of their IDs.
func (s *Server) tenantsOf(ctx context.Context, c *Call, scope domain.Scope) ([]domain.TenantID, error) {
	only, err := s.deps.People.Reach(ctx, c.Principal, scope)
	if err != nil {
		return nil, err
	}
	var out []domain.TenantID
	for cursor := ""; ; {
		page, next, err := s.deps.Tenants.List(c.Principal.Org, only, cursor, db.MaxPage)
		if err != nil {
			return nil, err
		}
		for _, t := range page {
			out = append(out, t.ID)
		}
		if next == "" {
			return out, nil
		}
		cursor = next
	}
}

// tenantName is what people call a tenant.
func (s *Server) tenantName(c *Call, id domain.TenantID) string {
	return s.nameOfTenant(c.Principal.Org, id)
}
