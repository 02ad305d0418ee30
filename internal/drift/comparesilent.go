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

const (
	silentColumns = `SELECT finding_id, kind, type, object_id, path, before_run, run_seq, state, reason, reopens, unverified FROM drift_finding WHERE tenant_id = $1 AND baseline_id = $2`
	selectOpen    = silentColumns + ` AND pos < $3 ORDER BY finding_id`
	selectSince   = silentColumns + ` AND pos >= $3 AND run_seq > $4 AND run_seq < $5 ORDER BY finding_id`
)

// silentFinding is what silent needs of a finding.
type silentFinding struct {
	id         FindingID
	kind       diff.Kind
	subject    subject
	before     inventory.RunID
	seq        int64
	state      State
	reason     string
	reopens    FindingID
	unverified int64
}

func (f *silentFinding) scan(row db.Scanner) error {
	return row.Scan(&f.id, &f.kind, &f.subject.typ, &f.subject.id, &f.subject.path, &f.before, &f.seq, &f.state, &f.reason, &f.reopens, &f.unverified)
}

// silence is what to do with findings that a comparison does not speak of.
type silence struct{ resolve, away, restore, doubt []FindingID }

// silent finds the findings that the comparison does not speak of: those to
// resolve, because it proves that the value is as expected, those of which it
// can't tell, and those to restore.
func (c *comparing) silent(ctx context.Context) (out silence, err error) {
	gaps := c.gaps()
	if !c.obs.fixed && len(gaps) == 0 {
		return out, nil
	}
	resolved := rankOf(Resolved, severities()[0]) << rankShift
	err = c.s.DB.InReadTx(ctx, c.tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, selectOpen, []any{c.tenant, c.base.ID, resolved}, func(row db.Scanner) error {
			var f silentFinding
			if err := f.scan(row); err != nil {
				return err
			}
			return c.silentOpen(&f, &out)
		})
		if err != nil || len(gaps) == 0 {
			return err
		}
		oldest := gaps[len(gaps)-1].seq
		return tx.ForEach(ctx, selectSince, []any{c.tenant, c.base.ID, resolved, oldest, c.run.Seq}, func(row db.Scanner) error {
			var f silentFinding
			if err := f.scan(row); err != nil {
				return err
			}
			if c.undone(&f) {
				out.restore = append(out.restore, f.id)
			}
			return nil
		})
	})
	return out, err
}

// silentOpen judges an open finding.
func (c *comparing) silentOpen(f *silentFinding, out *silence) error {
	if p := c.gapOf(f.subject.typ); !c.obs.fixed && (p == nil || p.run != f.before) {
		return nil
	}
	if seen, err := c.sees(f.id); err != nil || seen {
		return err
	}
	switch {
	case !c.tells(f):
		if c.obs.fixed && f.unverified == 0 {
			out.doubt = append(out.doubt, f.id)
		}
	case c.obs.fixed:
		out.resolve = append(out.resolve, f.id)
	case c.obs.settled(&stored{Finding: Finding{State: f.state}, runSeq: f.seq}):
		out.away = append(out.away, f.id)
	case f.state == Reopened && f.reason == BecauseValue && f.reopens == "": // somebody has to look at it
	default:
		out.resolve = append(out.resolve, f.id)
	}
	return nil
}

// undone says that a finding, which a run in between resolved, holds again: it
// was open when the run was made that this one is compared with, and its subject
// is as it was then.
func (c *comparing) undone(f *silentFinding) bool {
	p := c.gapOf(f.subject.typ)
	if p == nil || p.run == f.before || f.seq <= p.seq || c.subjects[f.subject] || c.subjects[subject{objectKey: f.subject.objectKey}] {
		return false
	}
	switch f.reason {
	case BecauseReturned, BecauseSuperseded, BecauseGone:
		return !c.leftOut[f.subject.objectKey] && !c.unknown.objects[f.subject.objectKey] && !c.unknown.types[f.subject.typ]
	}
	return false
}

// gapOf is the part that a type is compared with, if runs lie between.
func (c *comparing) gapOf(typ string) *part {
	for _, p := range c.parts {
		if p.has(typ) && p.seq < c.lastOf {
			return p
		}
	}
	return nil
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
func (c *comparing) tells(f *silentFinding) bool {
	root, o := c.seen.Root, f.subject.objectKey
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
