package inventory

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

const (
	selectGarbageRuns = `SELECT run_id, seq FROM inventory_run WHERE tenant_id = $1 AND garbage = 1 ORDER BY seq`
	// Snapshots whose run was not over when the run with the garbage began: only
	// they can rest on what it brought.
	selectSince = `SELECT DISTINCT root FROM inventory_run WHERE tenant_id = $1 AND state IN ('closed', 'imported')
		AND closed_at >= (SELECT started_at FROM inventory_run WHERE tenant_id = $1 AND seq = $2)`
	selectBrought = `SELECT hash FROM inventory_part WHERE tenant_id = $1 AND run_seq = $2`
	deletePart    = `DELETE FROM inventory_part WHERE tenant_id = $1 AND hash = $2 AND run_seq = $3`
	garbageGone   = `UPDATE inventory_run SET garbage = 0 WHERE tenant_id = $1 AND run_id = $2`
)

// collect removes what aborted runs and imports brought and no snapshot needs.
// It works only while no run of the tenant is open, because an open run may rest
// on anything that is there; it goes on with the next sweep.
func (s *Service) collect(ctx context.Context, tenant domain.TenantID) error {
	type brought struct {
		run RunID
		seq int64
	}
	var runs []brought
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectGarbageRuns, []any{tenant}, func(row db.Scanner) error {
			var b brought
			err := row.Scan(&b.run, &b.seq)
			runs = append(runs, b)
			return err
		})
	})
	for _, b := range runs {
		if err != nil {
			return err
		}
		var done bool
		if done, err = s.collectRun(ctx, tenant, b.run, b.seq); !done {
			return err
		}
	}
	return err
}

// collectRun removes what one run left; done is false if a run began meanwhile.
func (s *Service) collectRun(ctx context.Context, tenant domain.TenantID, run RunID, seq int64) (done bool, err error) {
	open := s.openOf(tenant)
	open.mu.Lock()
	begun, busy := open.begun, open.open > 0
	open.mu.Unlock()
	if busy {
		return false, nil
	}
	garbage, err := s.garbageOf(ctx, tenant, seq)
	if err != nil {
		return false, err
	}
	for len(garbage) > 0 {
		n := min(len(garbage), 128)
		open.mu.Lock()
		if open.begun != begun {
			open.mu.Unlock()
			return false, nil
		}
		err := s.DB.InTx(ctx, tenant, func(tx *db.Tx) error {
			for i := range garbage[:n] {
				if _, err := tx.Exec(ctx, deletePart, tenant, garbage[i][:], seq); err != nil {
					return err
				}
			}
			return nil
		})
		open.mu.Unlock()
		if err != nil {
			return false, err
		}
		garbage = garbage[n:]
	}
	return true, s.DB.InTx(ctx, tenant, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, garbageGone, tenant, run)
		return err
	})
}

// garbageOf lists what a run brought and no snapshot needs.
func (s *Service) garbageOf(ctx context.Context, tenant domain.TenantID, seq int64) ([]manifest.Hash, error) {
	left := map[manifest.Hash]bool{}
	var roots []string
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, selectBrought, []any{tenant, seq}, func(row db.Scanner) error {
			var name []byte
			err := row.Scan(&name)
			left[manifest.Hash(name)] = true
			return err
		})
		if err != nil || len(left) == 0 {
			return err
		}
		return tx.ForEach(ctx, selectSince, []any{tenant, seq}, func(row db.Scanner) error {
			var root string
			err := row.Scan(&root)
			roots = append(roots, root)
			return err
		})
	})
	for _, root := range roots {
		if err == nil {
			err = s.keepOf(ctx, tenant, root, left)
		}
	}
	if err != nil {
		return nil, err
	}
	out := make([]manifest.Hash, 0, len(left))
	for h := range left {
		out = append(out, h)
	}
	return out, nil
}

// keepOf takes the parts of a snapshot out of a set.
func (s *Service) keepOf(ctx context.Context, tenant domain.TenantID, root string, left map[manifest.Hash]bool) error {
	snap, err := s.Snapshot(ctx, tenant, root)
	if err != nil {
		return err
	}
	delete(left, snap.Hash)
	for _, c := range snap.Root.Chunks {
		h, err := manifest.ParseHash(c.Hash)
		if err != nil {
			return err
		}
		delete(left, h)
	}
	return manifest.Walk(ctx, snap, nil, func(e manifest.Entry) error { delete(left, e.Hash); return nil })
}
