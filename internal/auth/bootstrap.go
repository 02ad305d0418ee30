package auth

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/tenant"
)

// firstPerson names the person that the first start makes.
const firstPerson = "Owner"

// First is what the first start made.
type First struct {
	Tenant    *tenant.Tenant
	Principal *Account
	Key       Secret // all scopes, every persona and ring
}

// Bootstrap makes the first organisation, tenant and person (its owner) with a
// key, on an empty store; later it does nothing and returns nil. publish is
// called before the commit, to write the secret where the operator finds it: a
// key nobody knows is never left behind. It must only write a local file.
func (s *Service) Bootstrap(ctx context.Context, publish func(First) error) (*First, error) {
	var first First
	made, err := s.tenants.Bootstrap(ctx, func(ctx context.Context, tx *db.Tx, t *tenant.Tenant) error {
		a := &Account{
			ID: domain.PrincipalID(tenant.NewID(s.clk, "pr_")), Org: t.Org, Kind: domain.Person, Name: firstPerson,
			Status: AccountActive, CreatedAt: tx.Now, Bindings: []Binding{{Role: Owner}},
		}
		if err := s.putAccount(ctx, tx, evidence.Actor{}, a, a.Bindings, t.ID); err != nil {
			return err
		}
		k, secret := s.mint(NewKey{
			Tenant: t.ID, Principal: a.ID, Name: "bootstrap", Scopes: domain.AllScopes(),
			Limits: Limits{Personas: []domain.Persona{domain.Guardian, domain.Sentinel}, Rings: domain.Rings()},
		})
		if err := putKey(ctx, tx, k); err != nil {
			return err
		}
		if err := evidence.Audit(ctx, tx, s.clk, keyEntry(evidence.Actor{}, "key.create", k)); err != nil {
			return err
		}
		first = First{Tenant: t, Principal: a, Key: secret}
		return publish(first)
	})
	if err != nil || made == nil {
		return nil, err
	}
	return &first, nil
}
