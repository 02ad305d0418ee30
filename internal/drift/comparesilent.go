package drift

import (
	"bytes"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

const selectOpen = `SELECT finding_id, kind, type, object_id, before_run, unverified FROM drift_finding
	WHERE tenant_id = $1 AND baseline_id = $2 AND pos < $3 ORDER BY finding_id`

// openFinding is what silent needs of a finding.
type openFinding struct {
	id         FindingID
	kind       diff.Kind
	object     objectKey
	before     inventory.RunID
	unverified int64
}

// silent finds the open findings that the comparison does not speak of: those to
// resolve, because it proves that the value is as expected, and those of which
// it can't tell.
func (c *comparing) silent(ctx context.Context) (resolve, doubt []FindingID, err error) {
	gaps := c.gaps()
	if !c.obs.fixed && len(gaps) == 0 {
		return nil, nil, nil
	}
	err = c.s.DB.InReadTx(ctx, c.tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectOpen, []any{c.tenant, c.base.ID, rankOf(Resolved, severities()[0]) << rankShift}, func(row db.Scanner) error {
			var f openFinding
			if err := row.Scan(&f.id, &f.kind, &f.object.typ, &f.object.id, &f.before, &f.unverified); err != nil {
				return err
			}
			if !c.obs.fixed && !slices.ContainsFunc(gaps, func(p *part) bool { return p.run == f.before && p.has(f.object.typ) }) {
				return nil
			}
			if seen, err := c.sees(f.id); err != nil || seen {
				return err
			}
			switch {
			case c.tells(&f):
				resolve = append(resolve, f.id)
			case c.obs.fixed && f.unverified == 0:
				doubt = append(doubt, f.id)
			}
			return nil
		})
	})
	return resolve, doubt, err
}

// gaps are the parts that runs between them and this one were compared with too.
func (c *comparing) gaps() (out []*part) {
	for _, p := range c.parts {
		if p.seq < c.lastOf {
			out = append(out, p)
		}
	}
	return out
}

// sees says whether the finding is among the differences.
func (c *comparing) sees(id FindingID) (bool, error) {
	raw, err := parseFinding(id)
	if err != nil {
		return false, err
	}
	_, ok := slices.BinarySearchFunc(c.ids, raw, func(a, b [idBytes]byte) int { return bytes.Compare(a[:], b[:]) })
	return ok, nil
}

// tells says whether the run proves that a finding holds no more, given that it
// is not among the differences.
func (c *comparing) tells(f *openFinding) bool {
	root, o := c.seen.Root, f.object
	if c.leftOut[o] || c.unknown.objects[o] || c.unknown.types[o.typ] {
		return false
	}
	if f.kind != diff.Added {
		return true // both sides have the object, else it would be removed or unknown
	}
	if _, seen := root.Cover(o.typ); seen {
		return wholly(root, o.typ)
	}
	vouched := slices.Contains(root.Selected, o.typ) || len(root.Selected) == 0 && len(root.Folders) == 0
	return vouched && !slices.ContainsFunc(root.Quarantined, func(q manifest.Quarantined) bool { return q.Type == "" || q.Type == o.typ })
}
