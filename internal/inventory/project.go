package inventory

import (
	"bytes"
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// projection brings a source's items from what they were to what a run saw. It
// may be broken off anywhere and begun again: what an item was before the run is
// kept in its history, so that the second time counts the same.
type projection struct {
	svc    *Service
	tenant domain.TenantID
	run    *Run
	source string
	snap   *manifest.Snapshot
	base   *base
	none   bool               // the source had no items when it began
	twice  map[[2]string]bool // identities that more than one object claims
	pace   pace
	items  *db.Bulk
	past   *db.Bulk
	pairs  []manifest.Pair

	added, changed, missing, unseen int
}

// projectPage is how many items are looked at at a time.
const projectPage = 256

// project makes a closed run's items.
func (s *Service) project(ctx context.Context, tenant domain.TenantID, r *Run) error {
	p := &projection{svc: s, tenant: tenant, run: r, source: r.Source.String(), twice: map[[2]string]bool{}, pace: s.newPace(projectPage)}
	var err error
	if p.snap, err = s.Snapshot(ctx, tenant, r.Root); err != nil {
		return err
	}
	if p.base, err = s.baseOf(ctx, tenant, p.source); err != nil {
		return err
	}
	if p.none, err = s.noItems(ctx, tenant, p.source); err != nil {
		return err
	}
	for _, d := range p.snap.Root.Duplicates {
		p.twice[[2]string{d.Type, d.ID}] = true
	}
	p.items, p.past = itemBulks()
	if _, err := manifest.Join(ctx, p.base.snap, p.snap, func(pair manifest.Pair) error { return p.take(ctx, pair) }); err != nil {
		return err
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	if err := p.lost(ctx); err != nil {
		return err
	}
	return p.finish(ctx)
}

// take notes a difference; only what the run looked at counts.
func (p *projection) take(ctx context.Context, pair manifest.Pair) error {
	if !pair.InTo && !looked(p.snap.Root, pair.Type) {
		return nil
	}
	p.pairs = append(p.pairs, pair)
	if len(p.pairs) < projectPage {
		return nil
	}
	return p.flush(ctx)
}

// flush writes the items of the pairs that were noted.
func (p *projection) flush(ctx context.Context) error {
	if len(p.pairs) == 0 {
		return nil
	}
	had, err := p.before(ctx)
	if err != nil {
		return err
	}
	contents, err := p.contents(ctx)
	if err != nil {
		return err
	}
	var rows []itemRow
	changes := make([]ItemChange, 0, len(p.pairs))
	for i := range p.pairs {
		pair := &p.pairs[i]
		before := had[[2]string{pair.Type, pair.ID}]
		row := p.after(pair, before, contents)
		p.count(before, &row)
		changes = append(changes, ItemChange{Type: row.kind, ID: row.id, Name: row.name, State: row.state, Hash: row.hash, Content: contents[pair.To]})
		if row.differs(before) {
			rows = append(rows, row)
		}
	}
	if err := p.write(ctx, rows, had); err != nil {
		return err
	}
	for _, j := range p.svc.Projectors {
		if err := j.Project(ctx, p.tenant, p.run, changes); err != nil {
			return err
		}
	}
	p.pairs = p.pairs[:0]
	return nil
}

// before looks up what the items of the pairs were.
func (p *projection) before(ctx context.Context) (map[[2]string]*itemBefore, error) {
	if p.none {
		return nil, nil
	}
	return p.svc.itemsBefore(ctx, p.tenant, p.source, p.run.Seq, p.pairs)
}

// contents reads the objects that are new or changed.
func (p *projection) contents(ctx context.Context) (map[manifest.Hash][]byte, error) {
	var want []manifest.Hash
	for i := range p.pairs {
		if p.pairs[i].InTo {
			want = append(want, p.pairs[i].To)
		}
	}
	out := make(map[manifest.Hash][]byte, len(want))
	err := p.snap.Store.Contents(ctx, want, func(h manifest.Hash, b []byte) error {
		out[h] = bytes.Clone(b)
		return nil
	})
	return out, err
}

// after is what an item is after the run.
func (p *projection) after(pair *manifest.Pair, before *itemBefore, contents map[manifest.Hash][]byte) itemRow {
	row := itemRow{kind: pair.Type, id: pair.ID, hash: pair.To, state: Present, first: p.run.Seq, changed: p.run.Seq}
	if before != nil {
		row.first = before.first
	}
	if pair.InTo {
		row.name, row.template = p.svc.Types.NameOf(pair.Type, contents[pair.To])
		row.name, row.template = cutText(row.name, maxNameBytes), cutText(row.template, maxNameBytes)
		return row
	}
	row.hash, row.state = pair.From, Unseen
	if t := p.base.types[pair.Type]; t != nil && !p.twice[[2]string{pair.Type, pair.ID}] && t.gone(p.snap.Root, pair.Type) {
		row.state = Missing
	}
	if before != nil {
		row.name, row.template, row.last = before.name, before.template, before.last
		if before.state == Present {
			row.last = p.lastSeen(pair.Type)
		}
	}
	return row
}

// lastSeen is the run that saw the present items of a type last.
func (p *projection) lastSeen(kind string) int64 {
	if t := p.base.types[kind]; t != nil {
		return t.last
	}
	return 0
}

func (p *projection) count(before *itemBefore, now *itemRow) {
	switch {
	case now.state == Present && (before == nil || before.born):
		p.added++
	case now.state == Present && before.hash != now.hash && p.otherNormaliser(now.kind):
		p.unseen++ // whether anybody changed it can't be told
	case now.state == Present && (before.hash != now.hash || before.state == Missing):
		p.changed++
	case now.state == Missing && before != nil && before.state != Missing:
		p.missing++
	case now.state == Unseen && before != nil && before.state == Present:
		p.unseen++
	}
}

// otherNormaliser says that a type was normalised in another way before.
func (p *projection) otherNormaliser(kind string) bool {
	t := p.base.types[kind]
	if t == nil || t.seen == nil {
		return false
	}
	was, ok := t.seen.Cover(kind)
	is, also := p.snap.Root.Cover(kind)
	return ok && also && was.Normaliser != is.Normaliser
}

// write stores rows in transactions of bounded length.
func (p *projection) write(ctx context.Context, rows []itemRow, had map[[2]string]*itemBefore) error {
	for len(rows) > 0 {
		n := min(len(rows), p.pace.rows)
		p.items.Reset()
		p.past.Reset()
		for i := range rows[:n] {
			r := &rows[i]
			r.addTo(p.items, p.tenant, p.source)
			if before := had[[2]string{r.kind, r.id}]; before != nil {
				before.addTo(p.past, p.tenant, p.source, r, p.run.Seq)
			}
		}
		err := p.svc.write(ctx, p.tenant, &p.pace, n, func(tx *db.Tx) error {
			if err := tx.Insert(ctx, p.past); err != nil {
				return err
			}
			return tx.Insert(ctx, p.items)
		})
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// lost finds the items that an earlier run could not see, and that this one
// proves to be gone.
func (p *projection) lost(ctx context.Context) error {
	for kind, t := range p.base.types {
		if !looked(p.snap.Root, kind) || !t.gone(p.snap.Root, kind) {
			continue
		}
		after := ""
		for {
			ids, err := p.svc.unseenItems(ctx, p.tenant, p.source, kind, p.run.Seq, after)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				break
			}
			after = ids[len(ids)-1].ID
			for _, pair := range ids {
				if !p.twice[[2]string{kind, pair.ID}] {
					p.pairs = append(p.pairs, pair)
				}
			}
			if err := p.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// finish writes the coverage and says that the items are made, together: from
// then on the run is what the next one is compared with.
func (p *projection) finish(ctx context.Context) error {
	covers := p.base.next(p.run, p.snap.Root)
	err := p.svc.DB.InTx(ctx, p.tenant, func(tx *db.Tx) error {
		for _, c := range covers {
			body, err := text(c.Coverage)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, upsertCoverage, p.tenant, p.source, c.Type, c.seen, c.complete, body); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, projectRun, p.tenant, p.run.ID, p.added, p.changed, p.missing, p.unseen)
		return err
	})
	if err != nil {
		return err
	}
	p.run.Projected, p.run.New, p.run.Changed, p.run.Missing, p.run.Unknown = true, p.added, p.changed, p.missing, p.unseen
	return nil
}
