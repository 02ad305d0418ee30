package frostgate

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Tenant is the isolation unit.
type Tenant struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	OrgID     string         `json:"org_id"`
	Status    string         `json:"status"`
	LogID     string         `json:"log_id,omitempty"`
	CreatedAt time.Time      `json:"created_at,omitzero"`
	Settings  jsontext.Value `json:"settings,omitempty"`
}

// Tenants lists the tenants of the key's organisation.
func (c *Client) Tenants(ctx context.Context, p Page) iter.Seq2[Tenant, error] {
	return all[Tenant](ctx, c, in("tenants"), query{}, p)
}

// Tenant reads one tenant.
func (c *Client) Tenant(ctx context.Context, id string) (*Tenant, error) {
	out := &Tenant{}
	return out, c.get(ctx, in("tenants", id), nil, out)
}

// CreateTenant makes a tenant in the key's organisation.
func (c *Client) CreateTenant(ctx context.Context, name string, opts ...CallOption) (*Tenant, error) {
	out := &Tenant{}
	return out, c.post(ctx, in("tenants"), map[string]string{"name": name}, out, opts...)
}

// TenantChange is what may change of a tenant; empty fields stay.
type TenantChange struct {
	Status   string         `json:"status,omitempty"`   // active, suspended
	Settings jsontext.Value `json:"settings,omitempty"` // an object that is merged over the settings
}

// ChangeTenant changes a tenant's status or settings.
func (c *Client) ChangeTenant(ctx context.Context, id string, ch TenantChange, opts ...CallOption) (*Tenant, error) {
	out := &Tenant{}
	return out, c.change(ctx, http.MethodPatch, in("tenants", id), ch, out, opts)
}

// Role is a role held in a tenant, or in the whole organisation when the
// tenant is empty.
type Role struct {
	TenantID string `json:"tenant_id,omitempty"`
	Role     string `json:"role"`
}

// Principal is a person or a service account.
type Principal struct {
	ID        string    `json:"id,omitempty"`
	Kind      string    `json:"kind"` // person, service
	Name      string    `json:"name"`
	Email     string    `json:"email,omitempty"`
	Status    string    `json:"status,omitempty"` // active, disabled
	Roles     []Role    `json:"roles,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
}

// People lists persons and service accounts.
func (c *Client) People(ctx context.Context, p Page) iter.Seq2[Principal, error] {
	return all[Principal](ctx, c, in("people"), query{}, p)
}

// Person reads one principal.
func (c *Client) Person(ctx context.Context, id string) (*Principal, error) {
	out := &Principal{}
	return out, c.get(ctx, in("people", id), nil, out)
}

// AddPerson adds a person or service account; of p, kind, name, email and
// roles count.
func (c *Client) AddPerson(ctx context.Context, p Principal, opts ...CallOption) (*Principal, error) {
	out := &Principal{}
	p = Principal{Kind: p.Kind, Name: p.Name, Email: p.Email, Roles: p.Roles}
	return out, c.post(ctx, in("people"), p, out, opts...)
}

// DisablePerson ends what a principal may do, keys included.
func (c *Client) DisablePerson(ctx context.Context, id string, opts ...CallOption) error {
	return c.post(ctx, in("people", id, "disable"), nil, nil, opts...)
}

// EnablePerson lets a disabled principal act again.
func (c *Client) EnablePerson(ctx context.Context, id string, opts ...CallOption) error {
	return c.post(ctx, in("people", id, "enable"), nil, nil, opts...)
}

// GrantRole gives a principal a role.
func (c *Client) GrantRole(ctx context.Context, id string, r Role, opts ...CallOption) error {
	return c.post(ctx, in("people", id, "roles"), r, nil, opts...)
}

// RemoveRole takes a role away.
func (c *Client) RemoveRole(ctx context.Context, id string, r Role, opts ...CallOption) error {
	q := url.Values(query{}.str("role", r.Role).str("tenant_id", r.TenantID))
	return c.change(ctx, http.MethodDelete, in("people", id, "roles"), nil, nil, append(opts, func(rq *request) { rq.query = q }))
}

// Key is an API key, without its secret.
type Key struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	PrincipalID string    `json:"principal_id"`
	TenantID    string    `json:"tenant_id"`
	Scopes      []string  `json:"scopes"`
	Limits      KeyLimits `json:"limits"`
	Status      string    `json:"status"`
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"`
	LastUsedAt  time.Time `json:"last_used_at,omitzero"`
	RevokedAt   time.Time `json:"revoked_at,omitzero"`
	Replaces    string    `json:"replaces,omitempty"` // the key that this one was rotated from
	// Secret is the whole key; only the answers to create and rotate have it.
	Secret string `json:"key,omitempty"`
}

// KeyLimits narrow what a key may claim for its events. Empty personas and
// rings allow the tenant's default only, empty missions allow all.
type KeyLimits struct {
	Personas []string `json:"personas,omitempty"`
	Rings    []string `json:"rings,omitempty"`
	Missions []string `json:"missions,omitempty"`
}

// NewKey says what a new key may do.
type NewKey struct {
	Name        string    `json:"name"`
	PrincipalID string    `json:"principal_id,omitempty"` // empty: the caller
	TenantID    string    `json:"tenant_id,omitempty"`    // empty: the caller's
	Scopes      []string  `json:"scopes"`
	Limits      KeyLimits `json:"limits,omitzero"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"`
}

// Keys lists the tenant's keys.
func (c *Client) Keys(ctx context.Context, p Page) iter.Seq2[Key, error] {
	return all[Key](ctx, c, in("keys"), query{}, p)
}

// CreateKey makes a key; its secret is in this answer only.
func (c *Client) CreateKey(ctx context.Context, k NewKey, opts ...CallOption) (*Key, error) {
	out := &Key{}
	return out, c.post(ctx, in("keys"), k, out, opts...)
}

// RotateKey makes a successor and lets the old key work for the overlap.
func (c *Client) RotateKey(ctx context.Context, id string, overlap time.Duration, opts ...CallOption) (*Key, error) {
	out := &Key{}
	return out, c.post(ctx, in("keys", id, "rotate"), map[string]int64{"overlap_s": int64(overlap / time.Second)}, out, opts...)
}

// RevokeKey ends a key at once.
func (c *Client) RevokeKey(ctx context.Context, id, reason string, opts ...CallOption) error {
	return c.post(ctx, in("keys", id, "revoke"), map[string]string{"reason": reason}, nil, opts...)
}

// Identity is who a key belongs to and what it may do.
type Identity struct {
	PrincipalID string   `json:"principal_id"`
	Kind        string   `json:"kind"`
	Name        string   `json:"name"`
	OrgID       string   `json:"org_id"`
	TenantID    string   `json:"tenant_id"`
	KeyID       string   `json:"key_id"`
	Scopes      []string `json:"scopes"`
	Personas    []string `json:"personas"`
	Rings       []string `json:"rings"`
	Missions    []string `json:"missions"`
}

// Whoami reads who the client's key belongs to.
func (c *Client) Whoami(ctx context.Context) (*Identity, error) {
	out := &Identity{}
	return out, c.get(ctx, in("whoami"), nil, out)
}
