package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"

	"github.com/go-json-experiment/json"
)

const latestAudit = `SELECT audit_id, at, principal_id, detail FROM audit WHERE tenant_id = $1 AND target = $2 AND action = $3 ORDER BY at DESC LIMIT 1`

// Latest gives the last entry of an action on a target; nil when there is none.
func (s *AuditStore) Latest(ctx context.Context, tenant domain.TenantID, action, target string) (*AuditRecord, error) {
	r := &AuditRecord{AuditEntry: AuditEntry{Tenant: tenant, Action: action, Target: target, Outcome: AuditOK}}
	var detail string
	err := s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		found, err := tx.Get(ctx, latestAudit, []any{tenant, target, action}, &r.ID, &r.At, &r.Principal, &detail)
		if err != nil || !found {
			r = nil
			return err
		}
		return json.Unmarshal([]byte(detail), &r.Detail)
	})
	if err != nil {
		return nil, fmt.Errorf("latest audit of %s: %w", action, err)
	}
	return r, nil
}
