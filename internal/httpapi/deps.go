package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/httpapi/idempotency"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/graph"
	"frostgate.io/frostgate/internal/module"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/obs"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/internal/tenant"
)

// Authenticator finds out who is behind a presented key. With an error it
// returns the principal too where it is known (an expired key has an owner).
type Authenticator interface {
	Authenticate(ctx context.Context, presented string) (*domain.Principal, error)
}

// Deps are the parts that the server calls. All of them are needed, but
// Modules and Checks may be empty.
type Deps struct {
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics *obs.Metrics
	DB      *db.DB

	Auth    Authenticator // People, unless something stands before it
	People  *auth.Service
	Tenants *tenant.Service
	Limits  *auth.Limiter
	Answers *idempotency.Memory

	Audit    *evidence.AuditStore
	Denied   *evidence.DeniedLog
	Evidence *evidence.Sequencer
	Disposal *evidence.Disposal // erasure, retention, rekeying
	Decide   *decision.Service
	Govern   *governance.Service
	Enforce  *enforce.Service
	Notify   *notify.Service
	Signers  *module.Service // modules that sign attestations

	Inventory *inventory.Service
	Graph     *graph.Service
	Drift     *drift.Service

	// VerifierKey is the public key of the evidence logs (C2SP signed-note
	// form), Origin the base of their names.
	VerifierKey string
	Origin      string
	// LogKeys are all keys of the evidence logs, the oldest first.
	LogKeys []signing.LogKey

	Checks  []Check
	Modules []Module
}

// validate names the first part that is missing: none may be absent silently.
func (d *Deps) validate() error {
	v := reflect.ValueOf(d).Elem()
	for f := range fieldsOf(v.Type()) {
		switch f.Name {
		case "Checks", "Modules":
			continue
		}
		if v.FieldByIndex(f.Index).IsZero() {
			return fmt.Errorf("httpapi: %s is missing", f.Name)
		}
	}
	return nil
}
