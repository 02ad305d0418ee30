package inventory

import (
	"context"
	"maps"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"

	"github.com/go-json-experiment/json"
)

const (
	coverageColumns = `c.type, c.seen, c.complete, c.body`
	selectBase      = `SELECT ` + coverageColumns + `, coalesce(a.root, ''), coalesce(b.root, '') FROM inventory_coverage c
		LEFT JOIN inventory_run a ON a.tenant_id = c.tenant_id AND a.seq = c.seen
		LEFT JOIN inventory_run b ON b.tenant_id = c.tenant_id AND b.seq = c.complete
		WHERE c.tenant_id = $1 AND c.source = $2 ORDER BY c.type`
	upsertCoverage = `INSERT INTO inventory_coverage (tenant_id, source, type, seen, complete, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, source, type) DO UPDATE SET seen = excluded.seen, complete = excluded.complete, body = excluded.body`
)

// base is what a source had before a run: each type as the last run saw that
// looked at it.
type base struct {
	snap  *manifest.Snapshot
	types map[string]*baseType
}

type baseType struct {
	last     int64          // seq of the last run that looked at it
	complete int64          // of the last one in which it was complete, 0: none
	seen     *manifest.Root // of the last run that looked at it
	whole    *manifest.Root // of the run complete; nil: none
}

// baseOf reads what a source had.
func (s *Service) baseOf(ctx context.Context, tenant domain.TenantID, source string) (*base, error) {
	type row struct{ kind, seen, whole string }
	b := &base{types: map[string]*baseType{}}
	var rows []row
	err := s.readMany(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectBase, []any{tenant, source}, func(sc db.Scanner) error {
			var r row
			var seen, complete int64
			var body string
			err := sc.Scan(&r.kind, &seen, &complete, &body, &r.seen, &r.whole)
			rows = append(rows, r)
			b.types[r.kind] = &baseType{last: seen, complete: complete}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	roots := map[string]*manifest.Root{"": nil}
	all := &manifest.Root{V: 1, Source: source}
	for _, r := range rows {
		for _, name := range []string{r.seen, r.whole} {
			if _, ok := roots[name]; ok {
				continue
			}
			snap, err := s.Snapshot(ctx, tenant, name)
			if err != nil {
				return nil, err
			}
			roots[name] = snap.Root
		}
		t := b.types[r.kind]
		t.seen, t.whole = roots[r.seen], roots[r.whole]
		if t.seen == nil {
			continue
		}
		for _, c := range t.seen.Chunks {
			if c.Type == r.kind {
				all.Chunks = append(all.Chunks, c)
			}
		}
	}
	b.snap = &manifest.Snapshot{Root: all, Store: partsStore{svc: s, tenant: tenant}}
	return b, nil
}

// gone says whether the absence of an object of a type, in a run, proves that
// there is none. The folders of all that is known of the type must have been read.
func (t *baseType) gone(to *manifest.Root, kind string) bool {
	for _, from := range []*manifest.Root{t.seen, t.whole} {
		if from == nil {
			continue
		}
		if _, had := from.Cover(kind); had && !proves(from, to, kind) {
			return false
		}
	}
	return t.seen != nil
}

// looked says whether a run tried to read a type.
func looked(r *manifest.Root, kind string) bool {
	if len(r.Selected) > 0 && !slices.Contains(r.Selected, kind) {
		return false
	}
	c, ok := r.Cover(kind)
	return !ok || c.Status != manifest.Skipped
}

// next is the coverage that a source has after a run, of the types that the run
// looked at.
func (b *base) next(r *Run, root *manifest.Root) []TypeCoverage {
	var out []TypeCoverage
	for _, c := range root.Coverage {
		if c.Status == manifest.Skipped {
			continue
		}
		t := TypeCoverage{Coverage: c, seen: r.Seq, complete: r.Seq}
		if c.Status != manifest.Complete {
			t.complete = b.completeBefore(c.Type)
		}
		out = append(out, t)
	}
	for _, kind := range slices.Sorted(maps.Keys(b.types)) {
		if _, ok := root.Cover(kind); ok || !looked(root, kind) {
			continue
		}
		// Nothing of it was there. Whether that says something is a matter of where
		// it lay before.
		t := TypeCoverage{Coverage: manifest.Coverage{Type: kind, Status: manifest.Complete}, seen: r.Seq, complete: r.Seq}
		if !b.types[kind].gone(root, kind) {
			t.Status, t.complete = manifest.Partial, b.completeBefore(kind)
			t.Error = "the run found none, and did not read all the places where they lay"
		}
		out = append(out, t)
	}
	return out
}

func (b *base) completeBefore(kind string) int64 {
	if t := b.types[kind]; t != nil {
		return t.complete
	}
	return 0
}

// TypeCoverage says how completely a type of a source was read the last time
// that a run looked at it.
type TypeCoverage struct {
	Source string
	manifest.Coverage
	Run            RunID // that run
	At             domain.Micros
	CompleteRun    RunID // the last run in which it was complete; empty: none
	CompleteAt     domain.Micros
	seen, complete int64
}

const selectCoverage = `SELECT c.source, ` + coverageColumns + `, coalesce(a.run_id, ''), coalesce(a.closed_at, 0), coalesce(b.run_id, ''), coalesce(b.closed_at, 0)
	FROM inventory_coverage c
	LEFT JOIN inventory_run a ON a.tenant_id = c.tenant_id AND a.seq = c.seen
	LEFT JOIN inventory_run b ON b.tenant_id = c.tenant_id AND b.seq = c.complete
	WHERE c.tenant_id = $1 AND ($2 = '' OR c.source = $2) ORDER BY c.source, c.type`

// Coverage says how completely each type of a source (kind/name; empty: of all)
// was read the last time.
func (s *Service) Coverage(ctx context.Context, tenant domain.TenantID, source string) (out []TypeCoverage, err error) {
	err = s.readMany(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectCoverage, []any{tenant, source}, func(row db.Scanner) error {
			var c TypeCoverage
			var kind, body string
			err := row.Scan(&c.Source, &kind, &c.seen, &c.complete, &body, &c.Run, &c.At, &c.CompleteRun, &c.CompleteAt)
			if err == nil {
				err = json.Unmarshal([]byte(body), &c.Coverage)
			}
			out = append(out, c)
			return err
		})
	})
	return out, err
}
