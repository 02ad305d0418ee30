package app

import (
	"context"
	"log/slog"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/graph"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// wireInventory builds what observes configuration and what finds its drift: a
// closed run's items come first, with what refers to what, then its findings.
func (p *Parts) wireInventory(d *db.DB, clk clock.Clock, log *slog.Logger) {
	types := normal.Builtin()
	p.Inventory = inventory.New(inventory.Deps{DB: d, Clock: clk, Log: p.Log, Keys: p.Keyring, Types: types}, inventory.Config{})
	p.Graph = graph.New(graph.Deps{DB: d, Types: types, Inventory: p.Inventory}, graph.Config{})
	p.Inventory.Projectors = []inventory.Projector{p.Graph}
	p.Drift = drift.NewService(drift.Deps{
		DB: d, Clock: clk, Log: p.Log, Keys: p.Keyring, Inventory: p.Inventory, Types: types,
		OrgFunc: p.orgOf, TenantsFunc: p.tenantIDs,
	})
	p.Inventory.AfterClose = func(ctx context.Context, tenant domain.TenantID, run *inventory.Run) error {
		err := p.Drift.CompareRun(ctx, tenant, run)
		if werr := p.Graph.Warm(ctx, tenant, run); werr != nil && ctx.Err() == nil {
			// Who asks next waits for it, nothing more.
			log.WarnContext(ctx, "graph of references is not made ahead", "tenant", tenant, "run", run.ID, "error", werr)
		}
		return err
	}
	p.Inventory.OnError = func(ctx context.Context, tenant domain.TenantID, run inventory.RunID, err error) {
		log.ErrorContext(ctx, "what follows from a run is not made yet and is tried again", "tenant", tenant, "run", run, "error", err)
	}
	p.Drift.OnError = func(tenant domain.TenantID, err error) {
		log.Error("drift work is tried again", "tenant", tenant, "error", err)
	}
}

func (p *Parts) orgOf(id domain.TenantID) (domain.OrgID, error) {
	t, err := p.Tenants.Lookup(id)
	if err != nil {
		return "", err
	}
	return t.Org, nil
}

func (p *Parts) tenantIDs() []domain.TenantID {
	all := p.Tenants.All()
	ids := make([]domain.TenantID, len(all))
	for i, t := range all {
		ids[i] = t.ID
	}
	return ids
}
