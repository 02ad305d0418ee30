package enforce

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

const countWaiting = `SELECT count(*) FROM approval WHERE tenant_id = $1 AND status = $2 AND expires_at > $3`

// CountApprovals says how many approvals wait and have not run out.
func (s *Service) CountApprovals(ctx context.Context, tenant domain.TenantID) (n int, err error) {
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, countWaiting, []any{string(tenant), Waiting, int64(tx.Now)}, &n)
		return err
	})
	return n, err
}
