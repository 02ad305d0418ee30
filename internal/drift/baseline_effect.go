package drift

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// BaselineEffect is what making or switching a baseline did to what waits: a list
// that is suddenly short must not look like good news.
type BaselineEffect struct {
	// LastRun is off or on where the source's automatic baseline was switched.
	LastRun string
	// SetAside are findings of the automatic baseline that waited and no longer
	// do; Waiting those of the baseline itself that wait now.
	SetAside, Waiting int
}

const countWaiting = `SELECT count(*) FROM drift_finding WHERE tenant_id = $1 AND baseline_id = $2 AND state IN ('reopened', 'new')`

// BaselineStep does a step of a baseline of a source and says what it did to what
// waits.
func (s *Service) BaselineStep(ctx context.Context, tenant domain.TenantID, source string, step func() (*Baseline, error)) (*Baseline, BaselineEffect, error) {
	id := lastRunID(tenant, source)
	wasOn, before, err := s.lookAt(ctx, tenant, id)
	if err != nil {
		return nil, BaselineEffect{}, err
	}
	b, err := step()
	if err != nil {
		return nil, BaselineEffect{}, err
	}
	isOn, after, err := s.lookAt(ctx, tenant, id)
	if err != nil {
		return b, BaselineEffect{}, err
	}
	out := BaselineEffect{}
	switch {
	case wasOn && !isOn:
		out.LastRun, out.SetAside = "off", max(0, before-after)
	case isOn && !wasOn:
		out.LastRun = "on"
	}
	if b.ID != id {
		_, out.Waiting, err = s.lookAt(ctx, tenant, b.ID)
	}
	return b, out, err
}

// lookAt says whether a baseline is on, and how many of its findings wait.
func (s *Service) lookAt(ctx context.Context, tenant domain.TenantID, id BaselineID) (on bool, waiting int, err error) {
	b, err := s.Baseline(ctx, tenant, id)
	if fault.CodeOf(err) == fault.NotFound {
		return false, 0, nil
	}
	if err != nil {
		return false, 0, err
	}
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, countWaiting, []any{tenant, id}, &waiting)
		return err
	})
	return b.Active, waiting, err
}
