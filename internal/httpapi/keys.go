package httpapi

import (
	"context"
	"net/http"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// apiKey is a key without its secret.
type apiKey struct {
	ID         string    `json:"id"`
	Tenant     string    `json:"tenant_id"`
	Principal  string    `json:"principal_id"`
	Name       string    `json:"name"`
	Env        string    `json:"env"`
	Scopes     []string  `json:"scopes"`
	Limits     keyLimits `json:"limits"`
	Status     string    `json:"status" enum:"active|expired|revoked"`
	CreatedAt  Time      `json:"created_at"`
	ExpiresAt  Time      `json:"expires_at,omitzero" doc:"Absent: it does not expire."`
	RevokedAt  Time      `json:"revoked_at,omitzero"`
	LastUsedAt Time      `json:"last_used_at,omitzero" doc:"To about a minute."`
	Replaces   string    `json:"replaces,omitempty" doc:"The key that this one was rotated from."`
}

// keyLimits narrow what a key may claim for its events.
type keyLimits struct {
	Personas []string `json:"personas,omitempty" enum:"guardian|sentinel" doc:"Empty: the tenant's default only."`
	Rings    []string `json:"rings,omitempty" enum:"UNCLASS|CUI|SECRET|TOPSECRET" doc:"Empty: the tenant's default only."`
	Missions []string `json:"missions,omitempty" maxitems:"100" doc:"Empty: all of the tenant."`
}

type newKey struct {
	Name      string    `json:"name" minlen:"1" maxlen:"100"`
	Scopes    []string  `json:"scopes" maxitems:"64" doc:"Nobody hands out more than they hold."`
	Tenant    string    `json:"tenant_id,omitempty" doc:"Default: the tenant of the key in use."`
	Principal string    `json:"principal_id,omitempty" doc:"Default: you."`
	Limits    keyLimits `json:"limits,omitzero"`
	ExpiresAt Time      `json:"expires_at,omitzero" doc:"Absent: it ends with the key in use, if that one expires. It must not outlive it."`
}

// createdKey shows the secret this once.
type createdKey struct {
	apiKey
	Secret string `json:"key" doc:"The key to send. Shown once; it can't be read again."`
}

type rotation struct {
	Overlap int64 `json:"overlap_s,omitzero" min:"0" doc:"Seconds for which the old key goes on; default 0."`
}

type keyRevocation struct {
	Reason string `json:"reason,omitempty" maxlen:"500"`
}

type leakReport struct {
	Key string `json:"key" minlen:"1" maxlen:"256" doc:"The whole key that leaked."`
}

// tenantParam lets organisation-wide roles name a tenant beside the key's own.
func tenantParam() Param {
	return Param{Name: "tenant_id", Doc: "Default: the tenant of the key in use."}
}

func (s *Server) keyRoutes() []*Route {
	const base = prefixV1 + "/keys"
	row := func(method, path, summary string, scope domain.Scope, e endpoint, params ...Param) *Route {
		class := tenant.ClassRead
		if scope == domain.ScopeKeysWrite {
			class = tenant.ClassWrite
		}
		return &Route{
			Method: method, Path: base + path, Access: scoped, Scope: scope, Class: class, Tag: "keys",
			Summary: summary, Query: params, Mutates: class == tenant.ClassWrite, endpoint: e,
		}
	}
	return []*Route{
		row("GET", "", "Keys of a tenant", domain.ScopeKeysRead, read(s.listKeys),
			pageParams(tenantParam(), Param{Name: "principal", Doc: "Principal ID."})...),
		row("POST", "", "Make a key", domain.ScopeKeysWrite, write(http.StatusCreated, s.createKey)),
		row("GET", "/{id}", "One key", domain.ScopeKeysRead, read(s.getKey), tenantParam()),
		row("POST", "/{id}/rotate", "Make a successor, which does not outlive the key in use, and let the key end", domain.ScopeKeysWrite, write(http.StatusCreated, s.rotateKey), tenantParam()),
		row("POST", "/{id}/revoke", "End a key at once", domain.ScopeKeysWrite, write(http.StatusOK, s.revokeKey), tenantParam()),
		{
			Method: http.MethodPost, Path: base + "/leaked", Access: public, Tag: "keys",
			Summary: "Report a leaked key", Doc: "Whoever has the whole key may end it; it is revoked at once. Needs no other key; an address may try 10 times a minute.",
			endpoint: write(http.StatusOK, s.reportLeak),
		},
	}
}

// keyTenant is the tenant that a request on keys is about.
func (s *Server) keyTenant(ctx context.Context, c *Call, scope domain.Scope) (domain.TenantID, error) {
	id := domain.TenantID(c.Query.text("tenant_id"))
	if id == "" || id == c.Tenant() {
		return c.Tenant(), nil
	}
	return id, s.deps.People.AuthorizeIn(ctx, c.Principal, id, scope)
}

func (s *Server) keyOf(k *auth.Key) apiKey {
	return apiKey{
		ID: string(k.ID), Tenant: string(k.Tenant), Principal: string(k.Principal), Name: k.Name, Env: k.Env, Scopes: strs(k.Scopes),
		Limits: keyLimits{strs(k.Limits.Personas), strs(k.Limits.Rings), strs(k.Limits.Missions)}, Status: k.Status(s.clock.Now()),
		CreatedAt: Time(k.CreatedAt), ExpiresAt: Time(k.ExpiresAt), RevokedAt: Time(k.RevokedAt), LastUsedAt: Time(k.LastUsedAt),
		Replaces: string(k.Replaces),
	}
}

func (s *Server) listKeys(ctx context.Context, c *Call) (list[apiKey], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[apiKey]{}, err
	}
	id, err := s.keyTenant(ctx, c, domain.ScopeKeysRead)
	if err != nil {
		return list[apiKey]{}, err
	}
	found, next, err := s.deps.People.Keys(ctx, id, domain.PrincipalID(c.Query.text("principal")), c.Query.text("cursor"), limit)
	if err != nil {
		return list[apiKey]{}, err
	}
	items := make([]apiKey, len(found))
	for i := range found {
		items[i] = s.keyOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) createKey(ctx context.Context, c *Call, in newKey) (createdKey, error) {
	k, secret, err := s.deps.People.CreateKey(ctx, c.actor(), auth.NewKey{
		Tenant: domain.TenantID(in.Tenant), Principal: domain.PrincipalID(in.Principal), Name: in.Name, Scopes: typed[domain.Scope](in.Scopes),
		Limits: auth.Limits{
			Personas: typed[domain.Persona](in.Limits.Personas), Rings: typed[domain.Ring](in.Limits.Rings),
			Missions: typed[domain.MissionID](in.Limits.Missions),
		},
		ExpiresAt: domain.Micros(in.ExpiresAt),
	})
	if err != nil {
		return createdKey{}, err
	}
	c.Location("keys", string(k.ID))
	return createdKey{s.keyOf(k), secret.Reveal()}, nil
}

func (s *Server) getKey(ctx context.Context, c *Call) (apiKey, error) {
	id, err := s.keyTenant(ctx, c, domain.ScopeKeysRead)
	if err != nil {
		return apiKey{}, err
	}
	k, err := s.deps.People.Key(ctx, id, domain.KeyID(c.Path("id")))
	if err != nil {
		return apiKey{}, err
	}
	return s.keyOf(k), nil
}

func (s *Server) rotateKey(ctx context.Context, c *Call, in rotation) (createdKey, error) {
	id, err := s.keyTenant(ctx, c, domain.ScopeKeysWrite)
	if err != nil {
		return createdKey{}, err
	}
	overlap := time.Duration(min(in.Overlap, int64(auth.MaxOverlap/time.Second)+1)) * time.Second
	k, secret, err := s.deps.People.RotateKey(ctx, c.actor(), id, domain.KeyID(c.Path("id")), overlap)
	if err != nil {
		return createdKey{}, err
	}
	c.Location("keys", string(k.ID))
	return createdKey{s.keyOf(k), secret.Reveal()}, nil
}

func (s *Server) revokeKey(ctx context.Context, c *Call, in keyRevocation) (apiKey, error) {
	id, err := s.keyTenant(ctx, c, domain.ScopeKeysWrite)
	if err != nil {
		return apiKey{}, err
	}
	if err := s.deps.People.RevokeKey(ctx, c.actor(), id, domain.KeyID(c.Path("id")), in.Reason); err != nil {
		return apiKey{}, err
	}
	k, err := s.deps.People.Key(ctx, id, domain.KeyID(c.Path("id")))
	if err != nil {
		return apiKey{}, err
	}
	return s.keyOf(k), nil
}

type leakAnswer struct {
	Revoked bool `json:"revoked"`
}

func (s *Server) reportLeak(ctx context.Context, c *Call, in leakReport) (leakAnswer, error) {
	if err := s.leaks.take(c.Remote(), s.clock.Now()); err != nil {
		return leakAnswer{}, err
	}
	err := s.deps.People.ReportLeak(ctx, in.Key, c.ID, c.Remote())
	return leakAnswer{err == nil}, err
}

func typed[T ~string](in []string) []T {
	out := make([]T, len(in))
	for i, s := range in {
		out[i] = T(s)
	}
	return out
}
