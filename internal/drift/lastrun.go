package drift

import (
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

const (
	selectBases = `SELECT filters, type, run_id, run_seq, root, complete FROM drift_base
		WHERE tenant_id = $1 AND baseline_id = $2 ORDER BY run_seq DESC, type, filters`
	upsertBase = `INSERT INTO drift_base (tenant_id, baseline_id, filters, type, run_id, run_seq, root, complete)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (tenant_id, baseline_id, filters, type) DO UPDATE SET run_id = excluded.run_id, run_seq = excluded.run_seq,
			root = excluded.root, complete = excluded.complete`
)

// base is the run that a type's objects are compared with.
type base struct {
	filters, typ string
	run          inventory.RunID
	seq          int64
	root         string
	complete     bool
}

// part is one snapshot that some of a run's types are compared with. The newest
// part also has the types that nothing is known of yet.
type part struct {
	base
	snap  *manifest.Snapshot
	types map[string]bool
	rest  func(typ string) bool // of the newest part: no other part has the type
}

func (p *part) has(typ string) bool { return p.types[typ] || p.rest != nil && p.rest(typ) }

// readBases reads a baseline's bases for a selection, the newest first; without
// any, those of other selections, so that a change of the selection is seen as
// what it is.
func readBases(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id BaselineID, filters string) (own, other []base, err error) {
	seen := map[string]bool{}
	err = tx.ForEach(ctx, selectBases, []any{tenant, id}, func(row db.Scanner) error {
		var b base
		var complete int64
		if err := row.Scan(&b.filters, &b.typ, &b.run, &b.seq, &b.root, &complete); err != nil {
			return err
		}
		b.complete = complete != 0
		switch {
		case b.filters == filters:
			own = append(own, b)
		case !seen[b.typ] && !strings.HasPrefix(b.typ, heldMark):
			seen[b.typ] = true
			other = append(other, b)
		}
		return nil
	})
	return own, other, err
}

// parts groups bases, which are the newest first, by their snapshots.
func (s *Service) parts(ctx context.Context, tenant domain.TenantID, bases []base) ([]*part, error) {
	var out []*part
	listed := map[string]bool{}
	for _, b := range bases {
		listed[b.typ] = true
		i := slices.IndexFunc(out, func(p *part) bool { return p.run == b.run })
		if i < 0 {
			snap, err := s.Inventory.Snapshot(ctx, tenant, b.root)
			if err != nil {
				return nil, err
			}
			out = append(out, &part{base: b, snap: snap, types: map[string]bool{}})
			i = len(out) - 1
		}
		out[i].types[b.typ] = true
	}
	if len(out) > 0 {
		out[0].rest = func(typ string) bool { return !listed[typ] }
	}
	return out, nil
}

// wholly says that a root has every object of a type that there was. An identity
// that two objects claim is left out on both sides, and does not count.
func wholly(root *manifest.Root, typ string) bool {
	c, ok := root.Cover(typ)
	return ok && c.Status == manifest.Complete && c.Quarantined == 0 &&
		!slices.ContainsFunc(root.Quarantined, func(q manifest.Quarantined) bool { return q.Type == "" || q.Type == typ })
}

// nextBases are the bases for the run after this one. unknown are the types of
// which something could not be told. A run that read a type only in part does
// not take the place of one that read all of it: what changed in the part that
// it did not see would never be found.
func nextBases(run *inventory.Run, root *manifest.Root, filters string, parts []*part, unknown map[string]bool) []base {
	var out []base
	next := func(typ string, complete bool) {
		out = append(out, base{filters: filters, typ: typ, run: run.ID, seq: run.Seq, root: run.Root, complete: complete})
	}
	held := map[string]*part{}
	for _, p := range parts {
		for typ := range p.types {
			held[typ] = p
		}
	}
	for _, c := range root.Coverage {
		p := held[c.Type]
		delete(held, c.Type)
		switch {
		case c.Status == manifest.Failed || c.Status == manifest.Skipped:
		case wholly(root, c.Type):
			next(c.Type, true)
		case p == nil || p.filters != filters || !wholly(p.snap.Root, c.Type) || !sameNormaliser(p.snap.Root, &c):
			next(c.Type, false)
		}
	}
	for typ, p := range held { // types that the run has none of
		if !unknown[typ] && p.filters == filters && coverObjects(p.snap.Root, typ) > 0 {
			next(typ, true)
		}
	}
	slices.SortFunc(out, func(a, b base) int { return strings.Compare(a.typ, b.typ) })
	return out
}

func sameNormaliser(root *manifest.Root, c *manifest.Coverage) bool {
	was, ok := root.Cover(c.Type)
	return ok && was.Normaliser == c.Normaliser
}

func coverObjects(root *manifest.Root, typ string) int {
	if c, ok := root.Cover(typ); ok {
		return c.Objects
	}
	return 0
}

func storeBases(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id BaselineID, bases []base) error {
	for _, b := range bases {
		if _, err := tx.Exec(ctx, upsertBase, tenant, id, b.filters, b.typ, b.run, b.seq, b.root, flag(b.complete)); err != nil {
			return err
		}
	}
	return nil
}
