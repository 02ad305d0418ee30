package enforce

import (
	"context"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Batch collects the enforcements and approvals of the decisions of one
// transaction. It is used by one goroutine and reused.
type Batch struct {
	ttl          time.Duration
	enforcements *db.Bulk
	approvals    *db.Bulk
}

// NewBatch returns an empty batch with the service's approval time.
func (s *Service) NewBatch() *Batch {
	return &Batch{
		ttl: s.cfg.ApprovalTTL,
		enforcements: db.NewBulk("enforcement",
			db.Column{Name: "tenant_id"}, db.Column{Name: "enforcement_id"},
			db.Column{Name: "idx", Type: db.Int}, db.Column{Name: "ordinal", Type: db.Int},
			db.Column{Name: "action"}, db.Column{Name: "target_kind"}, db.Column{Name: "target"}, db.Column{Name: "rule"},
			db.Column{Name: "created_at", Type: db.Int}, db.Column{Name: "expires_at", Type: db.Int},
			db.Column{Name: "revoked_at", Type: db.Int}, db.Column{Name: "revoked_by"}, db.Column{Name: "revoke_reason"}),
		approvals: db.NewBulk("approval",
			db.Column{Name: "tenant_id"}, db.Column{Name: "approval_id"}, db.Column{Name: "idx", Type: db.Int},
			db.Column{Name: "mitigations_hash"}, db.Column{Name: "status"},
			db.Column{Name: "created_at", Type: db.Int}, db.Column{Name: "expires_at", Type: db.Int}),
	}
}

// Add takes what one decision sets in force or waits for. A decision that
// proposes nothing costs nothing.
func (b *Batch) Add(tenant domain.TenantID, logID string, idx int64, outcome *domain.Outcome, now domain.Micros) {
	if len(outcome.Mitigations) == 0 && outcome.Gating == domain.GateAllow {
		return
	}
	for _, e := range Plan(tenant, logID, idx, outcome, now) {
		b.addEnforcement(&e)
	}
	if a, ok := PlanApproval(tenant, logID, idx, outcome, now, b.ttl); ok {
		b.addApproval(&a)
	}
}

func (b *Batch) addEnforcement(e *Enforcement) {
	r := b.enforcements
	r.Text(0, string(e.Tenant))
	r.Text(1, e.ID)
	r.Int(2, e.Index)
	r.Int(3, int64(e.Ordinal))
	r.Text(4, e.Action)
	r.Text(5, e.TargetKind)
	r.Text(6, e.Target)
	r.Text(7, e.Rule)
	r.Int(8, int64(e.CreatedAt))
	r.Int(9, int64(e.ExpiresAt))
	r.Int(10, 0)
	r.Text(11, "")
	r.Text(12, "")
}

func (b *Batch) addApproval(a *Approval) {
	r := b.approvals
	r.Text(0, string(a.Tenant))
	r.Text(1, a.ID)
	r.Int(2, a.Index)
	r.Text(3, string(a.MitigationsHash))
	r.Text(4, a.Status)
	r.Int(5, int64(a.CreatedAt))
	r.Int(6, int64(a.ExpiresAt))
}

// Write inserts what was added, in the decisions' transaction.
func (b *Batch) Write(ctx context.Context, tx *db.Tx) error {
	if err := tx.Insert(ctx, b.enforcements); err != nil {
		return err
	}
	return tx.Insert(ctx, b.approvals)
}

// Len tells how many rows Write would insert.
func (b *Batch) Len() int { return b.enforcements.Len() + b.approvals.Len() }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.enforcements.Reset()
	b.approvals.Reset()
}
