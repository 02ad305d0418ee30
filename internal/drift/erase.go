package drift

import (
	"context"
	"fmt"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

const countNaming = `SELECT count(*) FROM drift_finding WHERE tenant_id = $1 AND (search LIKE $2 ESCAPE '!' OR lower(words) LIKE $2 ESCAPE '!')`

// EraseSubject says how many findings name a subject, and keeps them: they are
// part of the proof of what was configured and decided, as the snapshots that
// they were found in are.
func (s *Service) EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, subject domain.Subject, dry bool) ([]evidence.Copy, error) {
	if !dry {
		return nil, nil // nothing is removed, and counting takes time that decisions would wait
	}
	text := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(subject.Value))
	var n int64
	if _, err := tx.Get(ctx, countNaming, []any{tenant, "%" + text + "%"}, &n); err != nil {
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
