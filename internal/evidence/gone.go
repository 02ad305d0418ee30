package evidence

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Why a payload is not there any more.
const (
	GoneErased = "erased"
	GonePruned = "pruned"
)

const (
	insertGone = `INSERT INTO payload_gone (tenant_id, first_idx, last_idx, by_idx, kind) VALUES ($1, $2, $3, $4, $5)`
	selectGone = `SELECT last_idx, by_idx, kind FROM payload_gone WHERE tenant_id = $1 AND first_idx <= $2 ORDER BY first_idx DESC LIMIT 1`
	listGone   = `SELECT first_idx, last_idx, by_idx, kind FROM payload_gone WHERE tenant_id = $1 AND last_idx >= $2 AND first_idx <= $3 ORDER BY first_idx`
	hasPayload = `SELECT count(*) FROM payload WHERE tenant_id = $1 AND idx = $2`
)

// Gone says which artifact tells that the payloads of a range of leaves are
// gone, and why.
type Gone struct {
	First, Last uint64 // both included
	By          uint64
	Kind        string // GoneErased, GonePruned
}

// fault is what a reader of a payload in the range is told.
func (g *Gone) fault(index uint64) error {
	if g.Kind == GoneErased {
		return fault.New(fault.Erased, "the payload of entry %d was erased; entry %d of the log says why, and the proofs stay valid", index, g.By)
	}
	return fault.New(fault.Pruned, "the payload of entry %d was deleted when its retention was over, as entry %d of the log says; the proofs stay valid", index, g.By)
}

// GoneOf tells why the payload of a leaf is gone; nil when nothing says it is.
func GoneOf(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64) (*Gone, error) {
	var last, by int64
	g := &Gone{First: index, Last: index}
	found, err := tx.Get(ctx, selectGone, []any{tenant, int64(index)}, &last, &by, &g.Kind)
	if err != nil || !found || uint64(last) < index {
		return nil, err
	}
	g.By = uint64(by)
	return g, nil
}

// GoneIn returns what is gone between two indexes, both included, in order.
func GoneIn(ctx context.Context, tx *db.Tx, tenant domain.TenantID, first, last uint64) ([]Gone, error) {
	var out []Gone
	err := tx.ForEach(ctx, listGone, []any{tenant, int64(first), int64(last)}, func(s db.Scanner) error {
		var f, l, by int64
		var g Gone
		err := s.Scan(&f, &l, &by, &g.Kind)
		g.First, g.Last, g.By = uint64(f), uint64(l), uint64(by)
		out = append(out, g)
		return err
	})
	return out, err
}

// readPayload reads a leaf's sealed payload. One that is gone is fault.Erased
// or fault.Pruned; one that is missing without a word in the log, or there
// although the log says it is gone, is fault.Damaged.
func readPayload(ctx context.Context, tx *db.Tx, tenant domain.TenantID, index uint64) (*storedPayload, error) {
	p := &storedPayload{}
	found, err := tx.Get(ctx, selectPayload, []any{tenant, int64(index)}, &p.ring, &p.version, &p.wrapped, &p.sealed)
	if err != nil {
		return nil, err
	}
	gone, err := GoneOf(ctx, tx, tenant, index)
	switch {
	case err != nil:
		return nil, err
	case gone != nil && found:
		return nil, fault.New(fault.Damaged, "entry %d says that the payload of entry %d is gone, yet the store holds one: it was put back", gone.By, index)
	case gone != nil:
		return nil, gone.fault(index)
	case !found:
		return nil, fault.New(fault.Damaged, "the payload of entry %d is missing, and no entry of the log says that it was erased or pruned", index)
	}
	return p, nil
}

// goneRows destroys payloads in the transaction of the artifact that says so.
type goneRows struct {
	tenant domain.TenantID
	kind   string
	ranges [][2]uint64 // of payloads that are there, both ends included
	// after runs behind the deletions; nil means nothing.
	after func(ctx context.Context, tx *db.Tx, by uint64) error

	by uint64
}

// Add remembers the artifact's index.
func (g *goneRows) Add(_ *Unit, c Committed) error { g.by = c.Index; return nil }

// Reset forgets nothing: the rows belong to one artifact.
func (*goneRows) Reset(bool) {}

// Write deletes the payloads, marks them as gone and does what belongs to it.
func (g *goneRows) Write(ctx context.Context, tx *db.Tx) error {
	for _, r := range g.ranges {
		n, err := tx.Exec(ctx, `DELETE FROM payload WHERE tenant_id = $1 AND idx >= $2 AND idx <= $3`, g.tenant, int64(r[0]), int64(r[1]))
		if err != nil {
			return fmt.Errorf("destroy payloads: %w", err)
		}
		if n != int64(r[1]-r[0]+1) {
			return fault.New(fault.Conflict, "payloads of entries %d to %d are gone meanwhile: try again", r[0], r[1])
		}
		if _, err := tx.Exec(ctx, insertGone, g.tenant, int64(r[0]), int64(r[1]), int64(g.by), g.kind); err != nil {
			return fmt.Errorf("mark payloads as gone: %w", err)
		}
	}
	if g.after == nil {
		return nil
	}
	return g.after(ctx, tx, g.by)
}

// rangesOf joins ascending indexes into ranges.
func rangesOf(indexes []uint64) [][2]uint64 {
	out := [][2]uint64{}
	for _, i := range indexes {
		if n := len(out); n > 0 && out[n-1][1]+1 == i {
			out[n-1][1] = i
			continue
		}
		out = append(out, [2]uint64{i, i})
	}
	return out
}
