package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// nameView is what people call a principal or a key; nothing else of it.
type nameView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind" enum:"person|service|key"`
	Active bool   `json:"active" doc:"Not disabled, expired or revoked."`
}

func (s *Server) nameRoutes() []*Route {
	return []*Route{{
		Method: http.MethodGet, Path: prefixV1 + "/names", Access: anyKey, Class: tenant.ClassRead, Tag: "people",
		Summary: "Names behind the IDs of people, service accounts and keys",
		Doc: "Either id: what these are called; what does not exist is left out. Or may: who is able to do what the scope allows, by name, " +
			"for choosing somebody; this needs the scope itself, or people:read.",
		Query: pageParams(tenantChoice(false),
			Param{Name: "id", Many: true, Doc: "ID of a person, service account or key of the tenant."},
			Param{Name: "may", Enum: strs(domain.AllScopes()), Doc: "A scope: lists who is active and holds it in the tenant."},
			Param{Name: "text", Doc: "With may: part of the name."}),
		endpoint: read(s.listNames),
	}}
}

func (s *Server) listNames(ctx context.Context, c *Call) (list[nameView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[nameView]{}, err
	}
	id := domain.TenantID(c.Query.text("tenant"))
	if id == "" {
		id = c.Tenant()
	}
	ids, may := c.Query.texts("id"), domain.Scope(c.Query.text("may"))
	var found []auth.Name
	var next string
	switch {
	case len(ids) > 0 && may == "":
		found, err = s.deps.People.Names(ctx, c.Principal, id, ids)
	case len(ids) == 0 && may != "":
		found, next, err = s.deps.People.Able(ctx, c.Principal, id, may, c.Query.text("text"), c.Query.text("cursor"), limit)
	default:
		err = fault.New(fault.Invalid, "Name either the IDs or, with may, a scope.").At("id")
	}
	if err != nil {
		return list[nameView]{}, err
	}
	items := make([]nameView, len(found))
	for i, n := range found {
		items[i] = nameView(n)
	}
	return listOf(items, next), nil
}
