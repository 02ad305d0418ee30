package inventory

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// RunFilter selects runs; empty fields take all.
type RunFilter struct {
	Source string // kind/name
	State  RunState
}

const runList = "inventory runs"

// Runs lists a tenant's runs, the newest first, without their coverage, and the
// cursor of the next page.
func (s *Service) Runs(ctx context.Context, tenant domain.TenantID, f RunFilter, cursor string, limit int) (items []Run, next string, err error) {
	before := int64(1) << 62
	if err := db.DecodeCursor(runList, cursor, &before); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		const page = onlyRuns + ` AND seq < $2 AND ($3 = '' OR source = $3) AND ($4 = '' OR state = $4) ORDER BY seq DESC LIMIT $5`
		return tx.ForEach(ctx, selectRuns+page, []any{tenant, before, f.Source, string(f.State), size + 1}, func(row db.Scanner) error {
			var r Run
			err := r.scan(row)
			items = append(items, r)
			return err
		})
	})
	if len(items) > size {
		items = items[:size]
		next = db.EncodeCursor(runList, items[size-1].Seq)
	}
	return items, next, err
}

// Run returns one run with its coverage.
func (s *Service) Run(ctx context.Context, tenant domain.TenantID, id RunID) (*Run, error) {
	var r *Run
	err := s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) (err error) {
		r, err = runIn(ctx, tx, onlyRuns+` AND run_id = $2`, tenant, id)
		return err
	})
	if err == nil && r == nil {
		err = fault.New(fault.NotFound, "no run %q", id)
	}
	if err != nil || r.Root == "" {
		return r, err
	}
	snap, err := s.Snapshot(ctx, tenant, r.Root)
	if err != nil {
		return nil, err
	}
	r.Coverage = snap.Root.Coverage
	return r, nil
}

// SourceInfo is one source of a tenant.
type SourceInfo struct {
	Source Source
	Runs   int
	Last   *Run // the last closed run; nil: none yet
	Open   bool
}

const selectSources = `SELECT source, count(*), coalesce(max(CASE WHEN state = 'closed' THEN seq END), 0), coalesce(max(CASE WHEN state = 'open' THEN 1 END), 0)
	FROM inventory_run WHERE tenant_id = $1` + onlyRuns + ` GROUP BY source ORDER BY source`

// Sources lists the sources that a tenant has runs of.
func (s *Service) Sources(ctx context.Context, tenant domain.TenantID) (out []SourceInfo, err error) {
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var last []int64
		err := tx.ForEach(ctx, selectSources, []any{tenant}, func(row db.Scanner) error {
			var i SourceInfo
			var name string
			var seq, open int64
			if err := row.Scan(&name, &i.Runs, &seq, &open); err != nil {
				return err
			}
			source, err := ParseSource(name)
			i.Source, i.Open = source, open != 0
			out, last = append(out, i), append(last, seq)
			return err
		})
		for i := range out {
			if err != nil || last[i] == 0 {
				continue
			}
			out[i].Last, err = runIn(ctx, tx, ` AND seq = $2`, tenant, last[i])
		}
		return err
	})
	return out, err
}

// Snapshot opens a snapshot by its root, in hex. All that it reads is checked
// against its hash.
func (s *Service) Snapshot(ctx context.Context, tenant domain.TenantID, root string) (*manifest.Snapshot, error) {
	h, err := manifest.ParseHash(root)
	if err != nil {
		return nil, fault.New(fault.Invalid, "a snapshot is named by 64 lower-case hex digits").At("root")
	}
	var body []byte
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		var have string
		found, err := tx.Get(ctx, selectSnapshot, []any{tenant, root}, &have)
		if err == nil && !found {
			err = fault.New(fault.NotFound, "no snapshot %s", root)
		}
		if err != nil {
			return err
		}
		found, err = tx.Get(ctx, selectPart, []any{tenant, h[:]}, &body)
		if err == nil && !found {
			err = fault.New(fault.Damaged, "inventory lacks the root document %s", root)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	_, plain, err := openPart(h[:], body)
	if err != nil {
		return nil, err
	}
	doc, err := manifest.DecodeRoot(plain, h)
	if err != nil {
		return nil, err
	}
	return &manifest.Snapshot{Root: doc, Hash: h, Store: partsStore{svc: s, tenant: tenant}}, nil
}

// SnapshotInfo is one snapshot in a list.
type SnapshotInfo struct {
	Root    string
	Source  string
	Objects int
	Run     RunID // the first run that saw it; empty: imported
	At      domain.Micros
}

const (
	snapshotList    = "inventory snapshots"
	selectSnapshots = `SELECT root, source, objects, run_id, created_at FROM inventory_snapshot
		WHERE tenant_id = $1 AND ($2 = '' OR source = $2) AND (created_at < $3 OR (created_at = $3 AND root < $4))
		ORDER BY created_at DESC, root DESC LIMIT $5`
)

// Snapshots lists a tenant's snapshots, the newest first; source (kind/name) may
// be empty for all.
func (s *Service) Snapshots(ctx context.Context, tenant domain.TenantID, source, cursor string, limit int) (items []SnapshotInfo, next string, err error) {
	at, root := int64(1)<<62, ""
	if err := db.DecodeCursor(snapshotList, cursor, &at, &root); err != nil {
		return nil, "", err
	}
	size := db.PageSize(limit)
	err = s.DB.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectSnapshots, []any{tenant, source, at, root, size + 1}, func(row db.Scanner) error {
			var i SnapshotInfo
			err := row.Scan(&i.Root, &i.Source, &i.Objects, &i.Run, &i.At)
			items = append(items, i)
			return err
		})
	})
	if len(items) > size {
		items = items[:size]
		last := items[size-1]
		next = db.EncodeCursor(snapshotList, int64(last.At), last.Root)
	}
	return items, next, err
}
