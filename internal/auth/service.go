package auth

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// DefaultEnv is the environment part of keys where none is configured.
const DefaultEnv = "live"

// Config wires a Service.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	MAC     MAC // the key custody
	Tenants *tenant.Service
	Env     string // environment part of new keys; empty is DefaultEnv
}

// Service owns principals, role bindings and API keys.
type Service struct {
	db      *db.DB
	clk     clock.Clock
	mac     MAC
	tenants *tenant.Service
	env     string
	keys    *keyCache
	used    *usedKeys
}

// New returns a service; Run writes its deferred updates.
func New(c Config) (*Service, error) {
	if c.Env == "" {
		c.Env = DefaultEnv
	}
	if !isEnv(c.Env) {
		return nil, fault.New(fault.Invalid, "the keys' environment must be 1 to %d lower-case letters or digits", maxEnv).At("env")
	}
	return &Service{
		db: c.DB, clk: c.Clock, mac: c.MAC, tenants: c.Tenants, env: c.Env,
		keys: newKeyCache(), used: newUsedKeys(),
	}, nil
}

// holder is a principal together with what the key in use allows: whoever acts.
type holder struct {
	*Account
	caller *domain.Principal
}

// holder reads who acts, as of this transaction. The roles may have changed
// since the key was cached.
func (s *Service) holder(ctx context.Context, tx *db.Tx, p *domain.Principal) (holder, error) {
	if p == nil {
		return holder{}, fault.New(fault.Forbidden, "nobody acts")
	}
	a, err := getAccount(ctx, tx, p.ID)
	if err != nil {
		return holder{}, err
	}
	if a == nil || a.Status != AccountActive || a.Org != p.Org {
		return holder{}, fault.New(fault.Forbidden, "the principal behind this key is not active")
	}
	return holder{Account: a, caller: p}, nil
}

// scopes gives what the holder may do in a tenant; for the empty tenant, in
// the organisation itself.
func (h holder) scopes(id domain.TenantID) []domain.Scope {
	return intersect(scopesIn(h.Bindings, id), h.caller.Scopes)
}

func (h holder) need(id domain.TenantID, scope domain.Scope) error {
	if slices.Contains(h.scopes(id), scope) {
		return nil
	}
	if id == "" {
		return fault.New(fault.Forbidden, "needs scope %s in the whole organisation", scope)
	}
	return fault.New(fault.Forbidden, "needs scope %s in tenant %s", scope, id)
}

// AuthorizeIn checks that a caller holds a scope in a tenant of the caller's
// organisation, which may be another than the key's; for the empty tenant, in
// the organisation itself. Another organisation's tenant does not exist.
func (s *Service) AuthorizeIn(ctx context.Context, p *domain.Principal, id domain.TenantID, scope domain.Scope) error {
	if !p.Has(scope) {
		return fault.New(fault.Forbidden, "needs scope %s", scope)
	}
	if id != "" {
		if _, err := s.tenants.Get(p.Org, id); err != nil {
			return err
		}
	}
	if id == p.Tenant && id != "" {
		return nil // the key's scopes are those of its own tenant
	}
	return s.db.InSystemReadTx(ctx, "find what a principal may do", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, p)
		if err != nil {
			return err
		}
		return h.need(id, scope)
	})
}

// Reach gives the tenants in which a caller holds a scope, for lists: nil is
// the whole organisation, an empty list is none.
func (s *Service) Reach(ctx context.Context, p *domain.Principal, scope domain.Scope) ([]domain.TenantID, error) {
	only := []domain.TenantID{}
	err := s.db.InSystemReadTx(ctx, "find what a principal may do", func(tx *db.Tx) error {
		h, err := s.holder(ctx, tx, p)
		if err != nil {
			return err
		}
		if slices.Contains(h.scopes(""), scope) {
			only = nil
			return nil
		}
		for _, b := range h.Bindings {
			if !slices.Contains(only, b.Tenant) && slices.Contains(h.scopes(b.Tenant), scope) {
				only = append(only, b.Tenant)
			}
		}
		return nil
	})
	return only, err
}

// auditIn writes the entry of a change to each tenant it concerns, once.
func (s *Service) auditIn(ctx context.Context, tx *db.Tx, e evidence.AuditEntry, tenants ...domain.TenantID) error {
	var done []domain.TenantID
	for _, t := range tenants {
		if t == "" || slices.Contains(done, t) {
			continue
		}
		done = append(done, t)
		e.Tenant = t
		if err := evidence.Audit(ctx, tx, s.clk, e); err != nil {
			return err
		}
	}
	return nil
}
