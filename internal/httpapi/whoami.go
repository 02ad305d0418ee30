package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// identity is who a key belongs to and what it may do.
type identity struct {
	Principal  string   `json:"principal_id"`
	Kind       string   `json:"kind" enum:"person|service"`
	Name       string   `json:"name"`
	Org        string   `json:"org_id"`
	OrgName    string   `json:"org_name"`
	Tenant     string   `json:"tenant_id"`
	TenantName string   `json:"tenant_name"`
	Key        string   `json:"key_id"`
	Scopes     []string `json:"scopes"`
	Personas   []string `json:"personas" doc:"Personas the key may name; empty: the tenant's default only."`
	Rings      []string `json:"rings" doc:"Rings the key may name; empty: the tenant's default only."`
	Missions   []string `json:"missions" doc:"Missions the key may name; empty: all of the tenant."`
}

func (s *Server) whoamiRoutes() []*Route {
	return []*Route{{
		Method: http.MethodGet, Path: prefixV1 + "/whoami", Access: anyKey, Class: tenant.ClassRead, Tag: "keys",
		Summary: "Who the key belongs to and what it may do", endpoint: read(s.whoami),
	}}
}

func (s *Server) whoami(_ context.Context, c *Call) (identity, error) {
	return s.identityOf(c.Principal), nil
}

func (s *Server) identityOf(p *domain.Principal) identity {
	return identity{
		Principal: string(p.ID), Kind: string(p.Kind), Name: p.Name, Org: string(p.Org), OrgName: s.orgName(p.Org),
		Tenant: string(p.Tenant), TenantName: s.nameOfTenant(p.Org, p.Tenant), Key: string(p.Key),
		Scopes: strs[domain.Scope](p.Scopes), Personas: strs(p.Personas), Rings: strs(p.Rings), Missions: strs(p.Missions),
	}
}

// orgName is what people call an organisation.
func (s *Server) orgName(id domain.OrgID) string {
	o, err := s.deps.Tenants.Organisation(id)
	if err != nil {
		return string(id)
	}
	return o.Name
}

// nameOfTenant is what people call a tenant of an organisation.
func (s *Server) nameOfTenant(org domain.OrgID, id domain.TenantID) string {
	t, err := s.deps.Tenants.Get(org, id)
	if err != nil {
		return string(id)
	}
	return t.Name
}
