package drift

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
)

// Listed counts what a filter lists.
type Listed struct {
	Total      int
	ByState    map[State]int
	BySeverity map[diff.Severity]int
}

// Count says how many findings of a tenant a filter lists.
func (s *Service) Count(ctx context.Context, tenant domain.TenantID, f Filter) (*Listed, error) {
	spans, err := f.spans()
	if err != nil {
		return nil, err
	}
	where, more := f.where()
	place, _ := f.place()
	// A rank is a state and a severity, see position.
	rank := "pos / " + strconv.FormatInt(1<<rankShift, 10)
	query := "SELECT " + rank + ", count(*) FROM drift_finding WHERE tenant_id = $1 AND " + place + where + " GROUP BY " + rank
	out := &Listed{ByState: map[State]int{}, BySeverity: map[diff.Severity]int{}}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		for _, sp := range spans {
			err := tx.ForEach(ctx, query, append([]any{tenant, sp.first, 0, "", sp.end}, more...), func(row db.Scanner) error {
				var rank int64
				var n int
				if err := row.Scan(&rank, &n); err != nil {
					return err
				}
				state, severity := ofRank(rank)
				out.Total += n
				out.ByState[state] += n
				out.BySeverity[severity] += n
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
