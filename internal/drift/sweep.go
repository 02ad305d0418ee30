package drift

import (
	"context"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// sweepEvery is how often acceptances are looked through.
const sweepEvery = time.Minute

// The state stands in the text, where the index for it can be seen.
const selectExpired = `SELECT finding_id FROM drift_finding
	WHERE tenant_id = $1 AND state = 'accepted' AND until <= $2 ORDER BY until LIMIT $3`

// Run reopens what was accepted until a time that is over, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		for _, tenant := range s.TenantsFunc() {
			if err := s.expire(ctx, tenant); err != nil && ctx.Err() == nil && s.OnError != nil {
				s.OnError(tenant, err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// expire reopens a tenant's findings whose acceptance is over; the log says that
// the server did.
func (s *Service) expire(ctx context.Context, tenant domain.TenantID) error {
	for {
		var ids []FindingID
		err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
			return tx.ForEach(ctx, selectExpired, []any{tenant, s.Clock.Now(), MaxTriage}, func(row db.Scanner) error {
				var id FindingID
				err := row.Scan(&id)
				ids = append(ids, id)
				return err
			})
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		if _, err := s.triage(ctx, tenant, ids, &act{event: evExpired}); err != nil {
			return err
		}
	}
}
