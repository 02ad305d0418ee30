package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// RowVerdict is the outcome of checking rows in the order of the log.
type RowVerdict struct {
	Checked int64 // rows
	// Bad is the first row with a mismatch, -1 when there is none.
	Bad        int64
	Mismatches []Mismatch // of that row
	// Next is where to go on, -1 at the end of the log.
	Next int64
}

const (
	selectFrom = `SELECT idx FROM decision WHERE tenant_id = $1 AND idx >= $2 ORDER BY idx LIMIT $3`
	checkChunk = 512
)

// CheckRows checks up to limit rows from an index on and stops behind the first
// bad one.
func (s *Service) CheckRows(ctx context.Context, tenant domain.TenantID, from int64, limit int) (*RowVerdict, error) {
	v := &RowVerdict{Bad: -1, Next: from}
	c, err := s.newRowChecker(ctx, tenant)
	if err != nil {
		return nil, err
	}
	for v.Checked < int64(limit) && v.Next >= 0 && v.Bad < 0 {
		// A transaction for each part: a long one would hold back the store.
		err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error { return c.chunk(ctx, tx, v, min(checkChunk, limit-int(v.Checked))) })
		if err != nil {
			return nil, fmt.Errorf("check rows from %d: %w", v.Next, err)
		}
	}
	return v, nil
}

func (c *rowChecker) chunk(ctx context.Context, tx *db.Tx, v *RowVerdict, size int) error {
	var rows []int64
	err := tx.ForEach(ctx, selectFrom, []any{c.tenant, v.Next, size}, func(sc db.Scanner) error {
		var idx int64
		err := sc.Scan(&idx)
		rows = append(rows, idx)
		return err
	})
	if err != nil {
		return err
	}
	for _, idx := range rows {
		found, err := c.check(ctx, tx, uint64(idx))
		if err != nil {
			return err
		}
		v.Checked, v.Next = v.Checked+1, idx+1
		if len(found) > 0 {
			v.Bad, v.Mismatches = idx, found
			return nil
		}
	}
	if len(rows) < size {
		v.Next = -1
	}
	return nil
}
