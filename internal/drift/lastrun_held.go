package drift

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// An identity that two objects claim in a run is left out of its comparison, and
// of the next one, whose base that run is; so is an object that a run did not see,
// of a type that none reads to its end. What it became meanwhile would never be
// found. So the base of before is held for that identity alone, in a row of its
// own, until a run has one object of it again, or proves that there is none.

// heldMark begins the type of such a row, and parts it from the identity; no
// type's name has it.
const heldMark = "\t"

func heldType(key objectKey) string { return heldMark + key.typ + heldMark + key.id }

func heldKey(typ string) (key objectKey, ok bool) {
	rest, ok := strings.CutPrefix(typ, heldMark)
	if !ok {
		return key, false
	}
	key.typ, key.id, ok = strings.Cut(rest, heldMark)
	return key, ok
}

// heldBases are the identities whose base is held.
type heldBases struct {
	all map[objectKey]base
	// parts are the bases of those that the run has once, or not at all.
	parts []*part
	of    map[objectKey]*part
	// unknown are those of which the run could not tell.
	unknown map[objectKey]bool
	// skipped counts what the type's own comparison said of them.
	skipped diff.Counts
}

const (
	// maxHeld bounds the identities that are held for a baseline.
	maxHeld = 10_000
	// heldRuns is of how many runs bases are held for objects that are not seen:
	// each is compared once more.
	heldRuns = 10
)

// skip passes over what the type's own comparison says.
func (h *heldBases) skip(ch *diff.Change) error {
	switch {
	case ch.Path != "":
	case ch.Kind == diff.Added:
		h.skipped.Added++
	case ch.Kind == diff.Removed:
		h.skipped.Removed++
	}
	return nil
}

// readHolds splits off the rows of single identities.
func readHolds(bases []base) (types []base, h *heldBases) {
	h = &heldBases{all: map[objectKey]base{}, of: map[objectKey]*part{}, unknown: map[objectKey]bool{}}
	for _, b := range bases {
		if key, ok := heldKey(b.typ); ok {
			h.all[key] = b
		} else {
			types = append(types, b)
		}
	}
	return types, h
}

// open reads the snapshots of what the run can be compared with.
func (h *heldBases) open(ctx context.Context, s *Service, tenant domain.TenantID, seen *manifest.Root) error {
	if len(h.all) == 0 {
		return nil
	}
	twice := duplicatesOf(seen)
	for key, b := range h.all {
		if twice[key] {
			continue
		}
		i := slices.IndexFunc(h.parts, func(p *part) bool { return p.run == b.run })
		if i < 0 {
			snap, err := s.Inventory.Snapshot(ctx, tenant, b.root)
			if err != nil {
				return err
			}
			h.parts = append(h.parts, &part{base: b, snap: snap, types: map[string]bool{}})
			i = len(h.parts) - 1
		}
		h.parts[i].types[key.typ] = true
		h.of[key] = h.parts[i]
	}
	// The same comparison has the same order, whenever it goes on.
	slices.SortFunc(h.parts, func(a, b *part) int { return int(a.seq - b.seq) })
	return nil
}

func duplicatesOf(root *manifest.Root) map[objectKey]bool {
	out := make(map[objectKey]bool, len(root.Duplicates))
	for _, d := range root.Duplicates {
		out[objectKey{d.Type, d.ID}] = true
	}
	return out
}

// compareHeld compares the identities whose base is held.
func (c *comparing) compareHeld(ctx context.Context, opt diff.Options) error {
	opt.Duplicate = nil
	c.counts.Added -= c.held.skipped.Added
	c.counts.Removed -= c.held.skipped.Removed
	c.counts.Unknown -= c.held.skipped.Unknown
	for _, p := range c.held.parts {
		opt.Types = p.has
		sink := &heldSink{c: c, part: p}
		if _, err := diff.Snapshots(ctx, c.s.Types, p.snap, c.seen, opt, sink); err != nil {
			return err
		}
		sink.count()
	}
	return nil
}

// heldSink takes of a comparison what is about the identities of its part.
type heldSink struct {
	c       *comparing
	part    *part
	last    objectKey
	changed []diff.Kind // of last
}

// Change takes a difference.
func (h *heldSink) Change(ch diff.Change) error {
	key := objectKey{ch.Type, ch.ID}
	if h.c.held.of[key] != h.part {
		return nil
	}
	if key != h.last {
		h.count()
		h.last = key
	}
	h.changed = append(h.changed, ch.Kind)
	return h.c.take(ch)
}

// count counts the object whose changes came last.
func (h *heldSink) count() {
	n := &h.c.counts
	switch {
	case len(h.changed) == 0:
	case h.changed[0] == diff.Added:
		n.Added++
	case h.changed[0] == diff.Removed:
		n.Removed++
	default:
		n.Changed++
		if !slices.ContainsFunc(h.changed, func(k diff.Kind) bool { return k != diff.Metadata }) {
			n.Metadata++
		}
	}
	h.changed = h.changed[:0]
}

// Unknown takes an object, or a type, of which nothing can be said.
func (h *heldSink) Unknown(u diff.Unknown) error {
	if key := (objectKey{u.Type, u.ID}); u.ID != "" {
		if h.c.held.of[key] == h.part {
			h.c.held.unknown[key] = u.Reason != diff.BecauseBaseline // that run did not see it
			h.c.counts.Unknown++
			h.c.unknown.add(u)
		}
		return nil
	}
	for key, p := range h.c.held.of {
		if p == h.part && key.typ == u.Type {
			h.c.held.unknown[key] = true
		}
	}
	return nil
}

// next says what is held after this run: bases that come, and the types of rows
// that go. now are the bases of types that this run becomes, unseen the objects
// that it did not see.
func (h *heldBases) next(now []base, unseen map[objectKey]bool, seen *manifest.Root, filters string, parts []*part) (come []base, gone []string) {
	moved := map[string]bool{}
	for _, b := range now {
		moved[b.typ] = true
	}
	twice := duplicatesOf(seen)
	before := map[string]*part{}
	var missed []map[objectKey]bool // duplicates of parts
	for _, p := range parts {
		missed = append(missed, duplicatesOf(p.snap.Root))
		for typ := range p.types {
			before[typ] = p
		}
	}
	want := maps.Clone(twice)
	maps.Copy(want, unseen)
	for _, key := range slices.SortedFunc(maps.Keys(want), objectKey.compare) {
		p := before[key.typ]
		if len(h.all)+len(come) >= maxHeld {
			break
		}
		if _, held := h.all[key]; held || !moved[key.typ] || p == nil || p.filters != filters || missed[slices.Index(parts, p)][key] {
			continue
		}
		b := p.base
		b.filters, b.typ = filters, heldType(key)
		come = append(come, b)
	}
	for key, b := range h.all {
		p := h.of[key]
		if p != nil && moved[key.typ] && (!h.unknown[key] || h.old(p) || !comparableType(p.snap.Root, seen, key.typ)) {
			gone = append(gone, b.typ)
		}
	}
	return come, gone
}

// old says that there are enough newer runs whose bases are held.
func (h *heldBases) old(p *part) bool { return slices.Index(h.parts, p) < len(h.parts)-heldRuns }

func (k objectKey) compare(o objectKey) int {
	return cmp.Or(strings.Compare(k.typ, o.typ), strings.Compare(k.id, o.id))
}

// comparableType says that both roots have the type by the same normaliser.
func comparableType(before, seen *manifest.Root, typ string) bool {
	c, ok := seen.Cover(typ)
	return !ok || sameNormaliser(before, c)
}

const deleteBase = `DELETE FROM drift_base WHERE tenant_id = $1 AND baseline_id = $2 AND filters = $3 AND type = $4`

func dropBases(ctx context.Context, tx *db.Tx, tenant domain.TenantID, id BaselineID, filters string, types []string) error {
	for _, typ := range types {
		if _, err := tx.Exec(ctx, deleteBase, tenant, id, filters, typ); err != nil {
			return err
		}
	}
	return nil
}
