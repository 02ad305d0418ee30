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
	return s.acted(ctx, tenant, evExpired, selectExpired, tenant, s.Clock.Now(), MaxTriage)
}

const selectRetired = `SELECT f.finding_id FROM drift_finding f JOIN drift_baseline b ON b.tenant_id = f.tenant_id AND b.baseline_id = f.baseline_id
	WHERE f.tenant_id = $1 AND b.source = $2 AND b.active = 0 AND f.pos < $3 LIMIT $4`

// retire resolves what baselines found that are off now: nothing would ever show
// that it is no more.
func (s *Service) retire(ctx context.Context, tenant domain.TenantID, source string) error {
	return s.acted(ctx, tenant, evBaseline, selectRetired, tenant, source, rankOf(Resolved, severities()[0])<<rankShift, MaxTriage)
}

const selectSetAside = `SELECT finding_id FROM drift_finding WHERE tenant_id = $1 AND baseline_id = $2 AND pos >= $3
	AND reason = 'baseline' AND since > $4 AND was NOT IN ('', 'resolved') LIMIT $5`

// resume brings back what a baseline had found when it was switched off, now that
// it is on again: nobody has decided on it, and the run that it is compared with
// has it already.
func (s *Service) resume(ctx context.Context, tenant domain.TenantID, b *Baseline) error {
	var last *comparisonRow
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		last, err = oneComparison(ctx, tx, selectCompared, tenant, b.ID)
		return err
	})
	if err != nil || last == nil || b.UpdatedAt <= last.DoneAt {
		return err
	}
	return s.acted(ctx, tenant, evBack, selectSetAside, tenant, b.ID, rankOf(Resolved, severities()[0])<<rankShift, last.DoneAt, MaxTriage)
}

// acted does to the findings of a query, some at a time, what takes them out of
// it; the log says that the server did.
func (s *Service) acted(ctx context.Context, tenant domain.TenantID, e event, query string, args ...any) error {
	for {
		var ids []FindingID
		err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
			return tx.ForEach(ctx, query, args, func(row db.Scanner) error {
				var id FindingID
				err := row.Scan(&id)
				ids = append(ids, id)
				return err
			})
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		if _, err := s.triage(ctx, tenant, ids, &act{event: e}); err != nil {
			return err
		}
	}
}
