package drift

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

const countNaming = `SELECT count(*) FROM drift_finding WHERE tenant_id = $1 AND (search LIKE $2 ESCAPE '!' OR %s LIKE $2 ESCAPE '!')`

// EraseSubject says how many findings name a subject, and keeps them: they are
// part of the proof of what was configured and decided, as the snapshots that
// they were found in are.
func (s *Service) EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, subject domain.Subject, dry bool) ([]evidence.Copy, error) {
	if !dry {
		return nil, nil // nothing is removed, and counting takes time that decisions would wait
	}
	var n int64
	if _, err := tx.Get(ctx, fmt.Sprintf(countNaming, tx.Lower("words")), []any{tenant, db.LikeText(subject.Value)}, &n); err != nil {
		return nil, fmt.Errorf("count findings: %w", err)
	}
	if n == 0 {
		return nil, nil
	}
	return []evidence.Copy{{
		What: "drift findings that show it", Rows: n,
		Kept: "they prove what was configured and what was decided on it",
	}}, nil
}
