package decision

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// A decision row is found by its event ID in one probe per epoch of 512 entries,
// the newest first. CROSS JOIN keeps SQLite from turning the loops around; the
// expressions are those of the index decision_event_id.
const (
	selectLastIndex = `SELECT coalesce(max(idx), -1) FROM decision WHERE tenant_id = $1`
	selectByEvent   = `WITH RECURSIVE e(n) AS (SELECT CAST($4 AS BIGINT) UNION ALL SELECT n - 1 FROM e WHERE n > 0)
		SELECT d.idx FROM e CROSS JOIN decision d
		WHERE d.tenant_id = $1 AND d.idx / 512 = e.n AND substr(d.dedup, 5, 4) = $2 AND substr(d.dedup, 5) = $3 LIMIT 1`
	eventEpoch  = 512
	eventPrefix = 4
)

// IndexOfEvent finds the decision on an event ID.
func (s *Service) IndexOfEvent(ctx context.Context, tenant domain.TenantID, id domain.EventID) (uint64, error) {
	k, err := s.Keys.Keys(ctx, tenant)
	if err != nil {
		return 0, err
	}
	mac := k.Dedup(string(id))
	found, idx := false, int64(0)
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var last int64
		if _, err := tx.Get(ctx, selectLastIndex, []any{tenant}, &last); err != nil || last < 0 {
			return err
		}
		found, err = tx.Get(ctx, selectByEvent, []any{tenant, mac[:eventPrefix], mac[:dedupMACSize], last / eventEpoch}, &idx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find an event: %w", err)
	}
	if !found {
		return 0, fault.New(fault.NotFound, "the tenant has no event %.80q", string(id))
	}
	return uint64(idx), nil
}

// FindByEvent returns the decision on an event ID.
func (s *Service) FindByEvent(ctx context.Context, tenant domain.TenantID, id domain.EventID) (*Result, error) {
	idx, err := s.IndexOfEvent(ctx, tenant, id)
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, tenant, idx)
}
