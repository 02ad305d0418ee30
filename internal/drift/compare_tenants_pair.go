package drift

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// pairing compares two snapshots whose objects have different IDs.
type pairing struct {
	types *normal.Types
	a, b  *view
}

// pairSink takes what a pairing finds, with the objects' own IDs; one is empty
// for an object that only the other tenant has.
type pairSink struct {
	change  func(c diff.Change, inA, inB string) error
	unknown func(u diff.Unknown) error // with the ID in b, else in a
}

// prepare reads both sides and lets each see what the other calls things.
func (p *pairing) prepare(ctx context.Context, a, b *manifest.Snapshot) error {
	p.a, p.b = newView(p.types, a), newView(p.types, b)
	for _, v := range [2]*view{p.a, p.b} {
		if err := v.read(ctx); err != nil {
			return err
		}
		v.learn()
	}
	p.a.refs.other, p.b.refs.other = p.b.refs, p.a.refs
	for _, v := range [2]*view{p.a, p.b} {
		if err := v.show(ctx); err != nil {
			return err
		}
	}
	alignPlaces(p.a.root.Root, p.b.root.Root)
	return nil
}

// learn tells the references what everything is called.
func (v *view) learn() {
	for _, e := range v.entries {
		_, only := v.real[e.nameKey]
		v.refs.learn(v.labels[e.nameKey], e.real, only)
	}
	root := v.snap.Root
	anything := false
	for _, q := range root.Quarantined {
		anything = anything || q.Type == ""
	}
	v.refs.covered = func(typ string) bool {
		c, ok := root.Cover(typ)
		return ok && c.Status == manifest.Complete && c.Quarantined == 0 && c.Duplicates == 0 && !anything
	}
}

// alignPlaces forgets in which folders the types lay that both sides read:
// tenants' exports need not lie in equal folders. Where only one side has a type,
// its folders still say whether the other would have shown it.
func alignPlaces(a, b *manifest.Root) {
	for i := range a.Coverage {
		if c, ok := b.Cover(a.Coverage[i].Type); ok {
			a.Coverage[i].Places, c.Places = nil, nil
		}
	}
}

// compare reports how b differs from a. Counts are of objects, as ever.
func (p *pairing) compare(ctx context.Context, opt diff.Options, sink pairSink) (diff.Counts, error) {
	s := &pairCollector{p: p, sink: sink}
	opt.ByName, opt.Prepare, opt.Duplicate = false, nil, nil
	counts, err := diff.Snapshots(ctx, p.types, p.a.root, p.b.root, opt, s)
	if err == nil {
		err = s.flush()
	}
	if err != nil {
		return counts, err
	}
	counts.Changed, counts.Metadata = counts.Changed-s.doubtful, counts.Metadata-s.doubtfulMetadata
	counts.Unknown += s.doubtful
	err = p.leftOut(opt.Types, &counts, sink)
	return counts, err
}

// ambiguousKeys gives the names that several objects of a side have, in order.
// Identities that were duplicated in a run are no such names.
func (p *pairing) ambiguousKeys(keep func(string) bool) []nameKey {
	seen := map[nameKey]bool{}
	var out []nameKey
	for _, v := range [2]*view{p.a, p.b} {
		for key := range v.several {
			if (keep == nil || keep(key.typ)) && !seen[key] && !p.a.twice[key] && !p.b.twice[key] {
				seen[key] = true
				out = append(out, key)
			}
		}
	}
	slices.SortFunc(out, func(x, y nameKey) int { return cmp.Or(cmp.Compare(x.typ, y.typ), cmp.Compare(x.id, y.id)) })
	return out
}

// leftOut reports the objects whose names others have too: whatever is known of
// them can't be confirmed, and is not over either.
func (p *pairing) leftOut(keep func(string) bool, counts *diff.Counts, sink pairSink) error {
	for _, key := range p.ambiguousKeys(keep) {
		counts.Duplicates--
		counts.Unknown++
		ids := p.b.several[key]
		if id, one := p.b.real[key]; one {
			ids = []string{id}
		}
		if len(ids) == 0 {
			ids = []string{p.missing(key)}
		}
		for _, id := range ids {
			if err := sink.unknown(diff.Unknown{Type: key.typ, ID: id, Reason: UnknownAmbiguous}); err != nil {
				return err
			}
		}
	}
	return nil
}

// missing is the ID that stands for an object which b does not have.
func (p *pairing) missing(key nameKey) string {
	l := p.a.labels[key]
	if l.name == "" {
		return strings.TrimPrefix(key.id, "id\x01")
	}
	return missingID(l.name, l.template)
}

// missingID names an object that is not there by what it would be called.
func missingID(name, template string) string {
	if template == "" {
		return "name:" + name
	}
	return "name:" + name + " (" + template + ")"
}

// pairCollector gathers the changes of one object, to see which are in doubt.
type pairCollector struct {
	p       *pairing
	sink    pairSink
	key     nameKey
	changes []diff.Change
	// doubtful counts objects of which nothing but references in doubt differs.
	doubtful, doubtfulMetadata int
}

// Change takes a change of a view's object.
func (s *pairCollector) Change(c diff.Change) error {
	if key := (nameKey{c.Type, c.ID}); key != s.key {
		if err := s.flush(); err != nil {
			return err
		}
		s.key = key
	}
	s.changes = append(s.changes, c)
	return nil
}

// Unknown takes an object that can't be told.
func (s *pairCollector) Unknown(u diff.Unknown) error {
	if err := s.flush(); err != nil {
		return err
	}
	key := nameKey{u.Type, u.ID}
	_, u.ID = s.ids(key)
	if u.ID == "" {
		u.ID = s.p.missing(key)
	}
	return s.sink.unknown(u)
}

func (s *pairCollector) ids(key nameKey) (inA, inB string) { return s.p.a.real[key], s.p.b.real[key] }

// flush reports what one object's changes come to.
func (s *pairCollector) flush() error {
	if len(s.changes) == 0 {
		return nil
	}
	changes := s.changes
	s.changes = s.changes[:0]
	inA, inB := s.ids(s.key)
	id := inB
	if id == "" {
		id = s.p.missing(s.key)
	}
	sure := certain(changes)
	doubt := len(sure) < len(changes)
	if len(sure) == 0 {
		s.doubtful++
		if changes[0].Kind == diff.Metadata {
			s.doubtfulMetadata++
		}
	}
	for i := range sure {
		c := sure[i]
		c.ID = id
		undoubt(&c)
		if err := s.sink.change(c, inA, inB); err != nil {
			return err
		}
	}
	if doubt {
		return s.sink.unknown(diff.Unknown{Type: s.key.typ, ID: id, Reason: UnknownReference})
	}
	return nil
}
