package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// principalView is a person or service account.
type principalView struct {
	ID        string     `json:"id"`
	Org       string     `json:"org_id"`
	Kind      string     `json:"kind" enum:"person|service"`
	Name      string     `json:"name"`
	Email     string     `json:"email,omitempty"`
	Status    string     `json:"status" enum:"active|disabled"`
	Roles     []roleView `json:"roles" doc:"As far as the caller may see them."`
	CreatedAt Time       `json:"created_at"`
}

// roleView is a role in a tenant, or in all of the organisation's.
type roleView struct {
	Role   string `json:"role" enum:"viewer|analyst|approver|editor|admin|owner|auditor"`
	Tenant string `json:"tenant_id,omitempty" doc:"Absent: every tenant of the organisation."`
}

type newPrincipal struct {
	Kind  string     `json:"kind" enum:"person|service"`
	Name  string     `json:"name" minlen:"1" maxlen:"100"`
	Email string     `json:"email,omitempty" maxlen:"254"`
	Roles []roleView `json:"roles,omitempty" maxitems:"100"`
}

func roleEnum() []string { return strs(auth.Roles()) }

func (s *Server) peopleRoutes() []*Route {
	const base = prefixV1 + "/people"
	row := func(method, path, summary string, scope domain.Scope, e endpoint, params ...Param) *Route {
		class := tenant.ClassRead
		if scope == domain.ScopePeopleWrite {
			class = tenant.ClassWrite
		}
		return &Route{
			Method: method, Path: base + path, Access: scoped, Scope: scope, Class: class, Tag: "people",
			Summary: summary, Query: params, Mutates: class == tenant.ClassWrite, endpoint: e,
		}
	}
	return []*Route{
		row("GET", "", "Persons and service accounts", domain.ScopePeopleRead, read(s.listPeople), pageParams()...),
		row("POST", "", "Add a person or service account", domain.ScopePeopleWrite, write(http.StatusCreated, s.createPrincipal)),
		row("GET", "/{id}", "One person or service account", domain.ScopePeopleRead, read(s.getPrincipal)),
		row("POST", "/{id}/disable", "Stop all keys of a principal at once", domain.ScopePeopleWrite, read(s.disablePrincipal)),
		row("POST", "/{id}/enable", "Let a disabled principal act again", domain.ScopePeopleWrite, read(s.enablePrincipal)),
		row("POST", "/{id}/roles", "Give a role", domain.ScopePeopleWrite, write(http.StatusOK, s.grantRole)),
		row("DELETE", "/{id}/roles", "Take a role", domain.ScopePeopleWrite, act(s.removeRole),
			Param{Name: "role", Enum: roleEnum()}, Param{Name: "tenant_id", Doc: "Absent: the role in the whole organisation."}),
	}
}

func principalOf(a *auth.Account) principalView {
	out := principalView{
		ID: string(a.ID), Org: string(a.Org), Kind: string(a.Kind), Name: a.Name, Email: a.Email, Status: string(a.Status),
		Roles: make([]roleView, len(a.Bindings)), CreatedAt: Time(a.CreatedAt),
	}
	for i, b := range a.Bindings {
		out.Roles[i] = roleView{string(b.Role), string(b.Tenant)}
	}
	return out
}

func bindingOf(r roleView) auth.Binding {
	return auth.Binding{Tenant: domain.TenantID(r.Tenant), Role: auth.Role(r.Role)}
}

func (s *Server) listPeople(ctx context.Context, c *Call) (list[principalView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[principalView]{}, err
	}
	found, next, err := s.deps.People.Principals(ctx, c.Principal, c.Query.text("cursor"), limit)
	if err != nil {
		return list[principalView]{}, err
	}
	items := make([]principalView, len(found))
	for i := range found {
		items[i] = principalOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) createPrincipal(ctx context.Context, c *Call, in newPrincipal) (principalView, error) {
	n := auth.NewAccount{Kind: domain.PrincipalKind(in.Kind), Name: in.Name, Email: in.Email}
	for _, r := range in.Roles {
		n.Bindings = append(n.Bindings, bindingOf(r))
	}
	a, err := s.deps.People.CreatePrincipal(ctx, c.actor(), n)
	if err != nil {
		return principalView{}, err
	}
	c.Location("people", string(a.ID))
	return principalOf(a), nil
}

func (s *Server) getPrincipal(ctx context.Context, c *Call) (principalView, error) {
	a, err := s.deps.People.Principal(ctx, c.Principal, domain.PrincipalID(c.Path("id")))
	if err != nil {
		return principalView{}, err
	}
	return principalOf(a), nil
}

func (s *Server) disablePrincipal(ctx context.Context, c *Call) (principalView, error) {
	return s.setStatus(ctx, c, auth.AccountDisabled)
}

func (s *Server) enablePrincipal(ctx context.Context, c *Call) (principalView, error) {
	return s.setStatus(ctx, c, auth.AccountActive)
}

func (s *Server) setStatus(ctx context.Context, c *Call, to auth.AccountStatus) (principalView, error) {
	if err := s.deps.People.SetPrincipalStatus(ctx, c.actor(), domain.PrincipalID(c.Path("id")), to); err != nil {
		return principalView{}, err
	}
	return s.getPrincipal(ctx, c)
}

func (s *Server) grantRole(ctx context.Context, c *Call, in roleView) (principalView, error) {
	if err := s.deps.People.GrantRole(ctx, c.actor(), domain.PrincipalID(c.Path("id")), bindingOf(in)); err != nil {
		return principalView{}, err
	}
	return s.getPrincipal(ctx, c)
}

func (s *Server) removeRole(ctx context.Context, c *Call) error {
	b := bindingOf(roleView{c.Query.text("role"), c.Query.text("tenant_id")})
	return s.deps.People.RemoveRole(ctx, c.actor(), domain.PrincipalID(c.Path("id")), b)
}
