package inventory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// settle makes what is derived of a source's closed runs: first their items,
// then, through AfterClose, their drift. Runs are taken in their order, one at a
// time; what a crash interrupted is done again from its beginning. A comparison
// that fails holds up the later ones, and no items.
func (s *Service) settle(ctx context.Context, tenant domain.TenantID, source Source) error {
	defer s.work.lock(string(tenant) + "\x00" + source.String())()
	err := s.eachOf(ctx, tenant, source, "projected", s.project)
	if err != nil {
		return fmt.Errorf("make items: %w", err)
	}
	err = s.eachOf(ctx, tenant, source, "compared", s.compare)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	return nil
}

// compare hands a run on, and notes that this is done.
func (s *Service) compare(ctx context.Context, tenant domain.TenantID, r *Run) error {
	if s.AfterClose != nil {
		if err := s.AfterClose(ctx, tenant, r); err != nil {
			return err
		}
	}
	return s.DB.InTx(ctx, tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, compareRun, tenant, r.ID)
		return err
	})
}

// eachOf calls do, which ends a run's step, for each closed run of a source that
// lacks it.
func (s *Service) eachOf(ctx context.Context, tenant domain.TenantID, source Source, step string, do func(context.Context, domain.TenantID, *Run) error) error {
	for {
		var r *Run
		err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
			r, err = runIn(ctx, tx, ` AND source = $2 AND state = 'closed' AND `+step+` = 0 ORDER BY seq LIMIT 1`, tenant, source.String())
			return err
		})
		if err != nil || r == nil {
			return err
		}
		snap, err := s.Snapshot(ctx, tenant, r.Root)
		if err == nil {
			r.Coverage = snap.Root.Coverage
			err = do(ctx, tenant, r)
		}
		if err != nil {
			return fmt.Errorf("run %s: %w", r.ID, err)
		}
	}
}

// later leaves derived work to Work.
func (s *Service) later(ctx context.Context, tenant domain.TenantID, run RunID, err error) {
	if s.OnError != nil && !errors.Is(err, context.Canceled) {
		s.OnError(ctx, tenant, run, err)
	}
	select {
	case s.wake <- tenant:
	default: // the sweep finds it
	}
}

// Work does what is left to do until ctx ends: it ends runs that a stop of the
// process left open, makes what is derived of closed runs, and removes what
// aborted ones left behind.
func (s *Service) Work(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.Sweep)
	defer tick.Stop()
	for {
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil && s.OnError != nil {
			s.OnError(ctx, "", "", err)
		}
		select {
		case tenant := <-s.wake:
			s.sweepTenant(ctx, tenant)
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// recoverRuns aborts, once, the runs that an earlier process left open: whoever sent
// them has lost the connection.
func (s *Service) recoverRuns(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.recovered {
		return nil
	}
	tenants, err := s.unfinished(ctx)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		err := s.DB.InTx(ctx, tenant, func(tx *db.Tx) error {
			left := map[RunID]RunState{}
			err := tx.ForEach(ctx, selectLeft, []any{tenant}, func(row db.Scanner) error {
				var id RunID
				var state RunState
				err := row.Scan(&id, &state)
				left[id] = state
				return err
			})
			for id, state := range left {
				if err != nil {
					break
				}
				const why = "the server stopped while it was open"
				if _, err = tx.Exec(ctx, abortRun, tenant, id, ended(state), tx.Now, why); err == nil {
					entry := evidence.Actor{}.Entry(tenant, "inventory.run.abort", string(id))
					entry.Detail = map[string]string{"reason": why}
					err = evidence.Audit(ctx, tx, s.Clock, entry)
				}
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("abort runs that were left open: %w", err)
		}
	}
	s.recovered = true
	return nil
}

// ended is what becomes of a row whose process is gone.
func ended(s RunState) RunState {
	if s == importing {
		return importFailed
	}
	return Aborted
}

func (s *Service) unfinished(ctx context.Context) (tenants []domain.TenantID, err error) {
	err = s.DB.InSystemReadTx(ctx, "find tenants with unfinished inventory runs", func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectUnfinished, nil, func(row db.Scanner) error {
			var t domain.TenantID
			err := row.Scan(&t)
			tenants = append(tenants, t)
			return err
		})
	})
	return tenants, err
}

func (s *Service) sweep(ctx context.Context) error {
	if err := s.recoverRuns(ctx); err != nil {
		return err
	}
	tenants, err := s.unfinished(ctx)
	for _, t := range tenants {
		s.sweepTenant(ctx, t)
	}
	return err
}

// sweepTenant does a tenant's work; one tenant's error does not stop another's.
func (s *Service) sweepTenant(ctx context.Context, tenant domain.TenantID) {
	err := s.settleAll(ctx, tenant)
	if err == nil {
		err = s.collect(ctx, tenant)
	}
	if err != nil && ctx.Err() == nil && s.OnError != nil {
		s.OnError(ctx, tenant, "", err)
	}
}

func (s *Service) settleAll(ctx context.Context, tenant domain.TenantID) error {
	var sources []Source
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectWaiting, []any{tenant}, func(row db.Scanner) error {
			var name string
			if err := row.Scan(&name); err != nil {
				return err
			}
			source, err := ParseSource(name)
			sources = append(sources, source)
			return err
		})
	})
	for _, source := range sources {
		if err == nil {
			err = s.settle(ctx, tenant, source)
		}
	}
	return err
}
