package drift

import (
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Deps are the parts that the service stands on; all are needed.
type Deps struct {
	DB        *db.DB
	Clock     clock.Clock
	Log       *evidence.Sequencer
	Keys      *evidence.Keyring
	Inventory *inventory.Service
	Types     *normal.Types
	// OrgFunc tells which organisation a tenant belongs to, TenantsFunc which
	// tenants there are: acceptances expire in all of them.
	OrgFunc     func(domain.TenantID) (domain.OrgID, error)
	TenantsFunc func() []domain.TenantID
}

// Service compares runs and keeps findings. It is safe for concurrent use.
type Service struct {
	Deps
	// OnError hears of background work that failed and is going to be tried again;
	// nil: nobody does. It is set before use.
	OnError func(tenant domain.TenantID, err error)

	work keyedLock // of tenant and source: one comparison at a time
	// rows is of tenants: one transaction at a time moves findings, so that no two
	// lock the same rows in different orders.
	rows keyedLock
}

// NewService returns the service; New is a state.
func NewService(d Deps) *Service { return &Service{Deps: d} }
