package governance

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// selectRecent names the tenants whose own ruleset was switched last.
const selectRecent = `SELECT tenant_id FROM document_pointer WHERE name = $1 AND tenant_id <> '' ORDER BY updated_at DESC, tenant_id LIMIT $2`

// Warm loads tenants' own rulesets after a start, so that the first decision of
// each does not have to wait for thousands of rules to be compiled. It is a
// convenience: what can't be read or loaded now is Active's to tell when it is
// needed, and never a reason to end the server.
func (s *Service) Warm(ctx context.Context) error {
	var tenants []domain.TenantID
	err := s.DB.InSystemReadTx(ctx, "find which rulesets will be needed", func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectRecent, []any{pointerName, maxCompiled}, func(sc db.Scanner) error {
			var t domain.TenantID
			if err := sc.Scan(&t); err != nil {
				return err
			}
			tenants = append(tenants, t)
			return nil
		})
	})
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	for _, t := range tenants {
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the server stops: there is nothing to tell
		}
		_, _ = s.Active(ctx, t)
	}
	return nil
}
