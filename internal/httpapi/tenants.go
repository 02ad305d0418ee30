package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// tenantView is a tenant with its effective settings.
type tenantView struct {
	ID        string         `json:"id"`
	Org       string         `json:"org_id"`
	Name      string         `json:"name"`
	Log       string         `json:"log_id" doc:"The tenant's evidence log."`
	Status    string         `json:"status" enum:"active|suspended|closing"`
	Settings  tenantSettings `json:"settings" doc:"In effect: defaults are filled in."`
	CreatedAt Time           `json:"created_at"`
}

// tenantSettings is what a tenant may set; 0 and an empty text go back to the
// default, what is absent stays as it is.
type tenantSettings struct {
	Persona            *string     `json:"persona,omitzero" enum:"|guardian|sentinel" doc:"Persona of events that name none."`
	Ring               *string     `json:"ring,omitzero" enum:"|UNCLASS|CUI|SECRET|TOPSECRET" doc:"Ring of events that name none."`
	ClockStaleMS       *int64      `json:"clock_stale_ms,omitzero" min:"0" doc:"Beyond it an old event is an import and no clock drift."`
	Rates              tenantRates `json:"rates,omitzero"`
	RetentionDays      *int64      `json:"retention_days,omitzero" min:"0" doc:"How long payloads are kept, by the time of their record; 0 keeps them. Proofs and the clear part of decisions stay."`
	AuditRetentionDays *int64      `json:"audit_retention_days,omitzero" min:"0" doc:"How long audit entries are kept; 0 keeps them. The log records how many were deleted."`
}

type tenantRates struct {
	Defend rate `json:"defend,omitzero"`
	Read   rate `json:"read,omitzero"`
	Write  rate `json:"write,omitzero"`
}

type rate struct {
	PerSecond *int64 `json:"per_second,omitzero" min:"0"`
	Burst     *int64 `json:"burst,omitzero" min:"0"`
}

type newTenant struct {
	Name     string         `json:"name" minlen:"1" maxlen:"100"`
	Settings tenantSettings `json:"settings,omitzero"`
}

type tenantChange struct {
	Name     *string         `json:"name,omitzero" minlen:"1" maxlen:"100"`
	Status   string          `json:"status,omitempty" enum:"active|suspended|closing" doc:"suspended: reads stay, decisions answer 403. closing is final."`
	Settings *tenantSettings `json:"settings,omitzero"`
}

func (s *Server) tenantRoutes() []*Route {
	const base = prefixV1 + "/tenants"
	return []*Route{
		{
			Method: http.MethodGet, Path: base, Access: scoped, Scope: domain.ScopeTenantsRead, Class: tenant.ClassRead, Tag: "tenants",
			Summary: "Tenants of the key's organisation that its owner may see", Query: pageParams(), endpoint: read(s.listTenants),
		}, {
			Method: http.MethodPost, Path: base, Access: scoped, Scope: domain.ScopeTenantsWrite, Class: tenant.ClassWrite, Tag: "tenants",
			Summary: "Make a tenant in the key's organisation", Mutates: true, endpoint: write(http.StatusCreated, s.createTenant),
		}, {
			Method: http.MethodGet, Path: base + "/{id}", Access: scoped, Scope: domain.ScopeTenantsRead, Class: tenant.ClassRead, Tag: "tenants",
			Summary: "One tenant", endpoint: read(s.getTenant),
		}, {
			Method: http.MethodPatch, Path: base + "/{id}", Access: scoped, Scope: domain.ScopeTenantsWrite, Class: tenant.ClassWrite, Tag: "tenants",
			Summary: "Rename, set, suspend or resume a tenant", Doc: "Status and settings.rates need tenants:write in the whole organisation. " +
				"If-Match with the tenant's ETag keeps two editors from overwriting each other.",
			Mutates: true, endpoint: write(http.StatusOK, s.updateTenant),
		},
	}
}

func tenantOf(t *tenant.Tenant) tenantView {
	of := func(r tenant.Rate) rate { return rate{&r.PerSecond, &r.Burst} }
	set := t.Settings
	persona, ring := string(set.Persona), string(set.Ring)
	return tenantView{
		ID: string(t.ID), Org: string(t.Org), Name: t.Name, Log: t.LogID, Status: string(t.Status), CreatedAt: Time(t.CreatedAt),
		Settings: tenantSettings{
			Persona: &persona, Ring: &ring, ClockStaleMS: &set.ClockStaleMS,
			Rates:         tenantRates{of(set.Rates.Defend), of(set.Rates.Read), of(set.Rates.Write)},
			RetentionDays: &set.RetentionDays, AuditRetentionDays: &set.AuditRetentionDays,
		},
	}
}

// settingsDocument is what the feature merges; nil when nothing is given.
func settingsDocument(in *tenantSettings) ([]byte, error) {
	if in == nil {
		return nil, nil
	}
	doc, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	return doc, nil
}

func (s *Server) listTenants(ctx context.Context, c *Call) (list[tenantView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[tenantView]{}, err
	}
	only, err := s.deps.People.Reach(ctx, c.Principal, domain.ScopeTenantsRead)
	if err != nil {
		return list[tenantView]{}, err
	}
	found, next, err := s.deps.Tenants.List(c.Principal.Org, only, c.Query.text("cursor"), limit)
	if err != nil {
		return list[tenantView]{}, err
	}
	items := make([]tenantView, len(found))
	for i, t := range found {
		items[i] = tenantOf(t)
	}
	return listOf(items, next), nil
}

func (s *Server) createTenant(ctx context.Context, c *Call, in newTenant) (tenantView, error) {
	if err := s.deps.People.AuthorizeIn(ctx, c.Principal, "", domain.ScopeTenantsWrite); err != nil {
		return tenantView{}, err
	}
	settings, err := settingsDocument(&in.Settings)
	if err != nil {
		return tenantView{}, err
	}
	t, err := s.deps.Tenants.Create(ctx, c.actor(), c.Principal.Org, in.Name, settings)
	if err != nil {
		return tenantView{}, err
	}
	c.Location("tenants", string(t.ID))
	return tenantOf(t), nil
}

// tenantIn finds the tenant in the path and checks the caller's scope in it.
func (s *Server) tenantIn(ctx context.Context, c *Call, scope domain.Scope) (*tenant.Tenant, error) {
	id := domain.TenantID(c.Path("id"))
	if err := s.deps.People.AuthorizeIn(ctx, c.Principal, id, scope); err != nil {
		return nil, err
	}
	return s.deps.Tenants.Get(c.Principal.Org, id)
}

func (s *Server) getTenant(ctx context.Context, c *Call) (tenantView, error) {
	t, err := s.tenantIn(ctx, c, domain.ScopeTenantsRead)
	if err != nil {
		return tenantView{}, err
	}
	return tenantOf(t), nil
}

// mayGovern keeps to the organisation what it holds a tenant with: a tenant's
// own owner must not lift its suspension or raise its limits.
func (s *Server) mayGovern(ctx context.Context, c *Call, in tenantChange) error {
	field := ""
	switch {
	case in.Status != "":
		field = "status"
	case in.Settings != nil && in.Settings.Rates != tenantRates{}:
		field = "settings.rates"
	default:
		return nil
	}
	err := s.deps.People.AuthorizeIn(ctx, c.Principal, "", domain.ScopeTenantsWrite)
	var f *fault.Error
	if errors.As(err, &f) && f.Code == fault.Forbidden {
		return fault.Wrap(f.Code, err, "Only the organisation changes %s: %s.", field, f.Msg).At(field)
	}
	return err
}

func (s *Server) updateTenant(ctx context.Context, c *Call, in tenantChange) (tenantView, error) {
	t, err := s.tenantIn(ctx, c, domain.ScopeTenantsWrite)
	if err != nil {
		return tenantView{}, err
	}
	if err := s.mayGovern(ctx, c, in); err != nil {
		return tenantView{}, err
	}
	if err := c.ifMatch(tenantOf(t)); err != nil {
		return tenantView{}, err
	}
	u := tenant.Update{Name: in.Name}
	if in.Status != "" {
		status := tenant.Status(in.Status)
		u.Status = &status
	}
	if u.Settings, err = settingsDocument(in.Settings); err != nil {
		return tenantView{}, err
	}
	if t, err = s.deps.Tenants.Update(ctx, c.actor(), c.Principal.Org, t.ID, u); err != nil {
		return tenantView{}, err
	}
	return tenantOf(t), nil
}
