package inventory

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

const countNaming = `SELECT count(*) FROM inventory_item
	WHERE tenant_id = $1 AND (%s LIKE $2 ESCAPE '!' OR %s LIKE $2 ESCAPE '!')`

// EraseSubject says how many items name a subject, and keeps them: a snapshot is
// the proof of what was configured, and can't lose a value and stay one. What
// ends is the next observation: once the configuration does not name the subject
// any more, items don't.
func (s *Service) EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, subject domain.Subject, dry bool) ([]evidence.Copy, error) {
	if !dry {
		return nil, nil // nothing is removed, and counting takes time that decisions would wait
	}
	var n int64
	if _, err := tx.Get(ctx, fmt.Sprintf(countNaming, tx.Lower("name"), tx.Lower("id")), []any{tenant, db.LikeText(subject.Value)}, &n); err != nil {
		return nil, fmt.Errorf("count inventory items: %w", err)
	}
	if n == 0 {
		return nil, nil
	}
	return []evidence.Copy{{
		What: "inventory items whose name or ID has it", Rows: n,
		Kept: "snapshots prove what was configured; take it out of the configuration, and the next run no longer shows it",
	}}, nil
}
