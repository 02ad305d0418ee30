package rename

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// Reasons of diff.Unknown that come from comparing by name.
const (
	// BecauseAmbiguous means that several objects have the name by which they are matched.
	BecauseAmbiguous = "ambiguous"
	// BecauseReference means that what differs are references to objects that the snapshot
	// does not have, so that nobody can say whether they mean the same.
	BecauseReference = "reference"
)

// Pairing compares two snapshots whose objects have different IDs.
type Pairing struct {
	types *normal.Types
	a, b  *View
}

// New is for one comparison, which Prepare begins.
func New(types *normal.Types) *Pairing { return &Pairing{types: types} }

// AmbiguousName is a name that more than one object of a side has: nobody can
// say which is which, so that they are left out.
type AmbiguousName struct {
	Type, Name, Template string
	InA, InB             int // objects that have it
	// IDsInA and IDsInB are those objects.
	IDsInA, IDsInB []string
}

// Sink takes what a pairing finds, with the objects' own IDs; one is empty
// for an object that only the other tenant has.
type Sink struct {
	Change  func(c diff.Change, inA, inB string) error
	Unknown func(u diff.Unknown) error
	// OwnIDs names an object that only a has by its ID there; else by what it would
	// be called in b, which b's own IDs can't be taken for.
	OwnIDs bool
}

// Prepare reads both sides and lets each see what the other calls things.
func (p *Pairing) Prepare(ctx context.Context, a, b *manifest.Snapshot) error {
	p.a, p.b = NewView(p.types, a), NewView(p.types, b)
	for _, v := range [2]*View{p.a, p.b} {
		if err := v.Read(ctx); err != nil {
			return err
		}
		v.learn()
	}
	p.a.refs.other, p.b.refs.other = p.b.refs, p.a.refs
	for _, v := range [2]*View{p.a, p.b} {
		if err := v.show(ctx); err != nil {
			return err
		}
	}
	alignPlaces(p.a.root.Root, p.b.root.Root)
	return nil
}

// learn tells the references what everything is called.
func (v *View) learn() {
	for _, e := range v.Entries {
		_, only := v.real[e.Key]
		v.refs.learn(v.Labels[e.Key], e.Real, only)
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
	// What could not be read is judged by its folder, while that is known.
	for _, side := range [2][2]*manifest.Root{{a, b}, {b, a}} {
		for i := range side[0].Coverage {
			if c := &side[0].Coverage[i]; side[0].MayHide(side[1], c.Type) {
				c.Quarantined = max(1, c.Quarantined)
			}
		}
	}
	for i := range a.Coverage {
		if c, ok := b.Cover(a.Coverage[i].Type); ok {
			a.Coverage[i].Places, c.Places = nil, nil
		}
	}
}

// Compare reports how b differs from a. Counts are of objects, as ever.
func (p *Pairing) Compare(ctx context.Context, opt diff.Options, sink Sink) (diff.Counts, error) {
	s := &pairCollector{p: p, sink: sink}
	opt.Prepare, opt.Duplicate = nil, nil
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
func (p *Pairing) ambiguousKeys(keep func(string) bool) []Key {
	seen := map[Key]bool{}
	var out []Key
	for _, v := range [2]*View{p.a, p.b} {
		for key := range v.several {
			if (keep == nil || keep(key.Type)) && !seen[key] && !p.a.Twice[key] && !p.b.Twice[key] {
				seen[key] = true
				out = append(out, key)
			}
		}
	}
	slices.SortFunc(out, func(x, y Key) int { return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.ID, y.ID)) })
	return out
}

// leftOut reports the objects whose names others have too: whatever is known of
// them can't be confirmed, and is not over either.
func (p *Pairing) leftOut(keep func(string) bool, counts *diff.Counts, sink Sink) error {
	for _, key := range p.ambiguousKeys(keep) {
		counts.Duplicates--
		counts.Unknown++
		ids := p.b.several[key]
		if id, one := p.b.real[key]; one {
			ids = []string{id}
		}
		if len(ids) == 0 {
			ids = []string{p.missing(key)}
			if id, one := p.a.real[key]; one && sink.OwnIDs {
				ids[0] = id
			}
		}
		for _, id := range ids {
			if err := sink.Unknown(diff.Unknown{Type: key.Type, ID: id, Reason: BecauseAmbiguous}); err != nil {
				return err
			}
		}
	}
	return nil
}

// missing is the ID that stands for an object which b does not have.
func (p *Pairing) missing(key Key) string {
	l := p.a.Labels[key]
	if l.Name == "" {
		return strings.TrimPrefix(key.ID, "id\x01")
	}
	return MissingID(l.Name, l.Template)
}

// MissingID names an object that is not there by what it would be called.
func MissingID(name, template string) string {
	if template == "" {
		return "name:" + name
	}
	return "name:" + name + " (" + template + ")"
}

// pairCollector gathers the changes of one object, to see which are in doubt.
type pairCollector struct {
	p       *Pairing
	sink    Sink
	key     Key
	changes []diff.Change
	// doubtful counts objects of which nothing but references in doubt differs.
	doubtful, doubtfulMetadata int
}

// Change takes a change of a view's object.
func (s *pairCollector) Change(c diff.Change) error {
	if key := (Key{c.Type, c.ID}); key != s.key {
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
	key := Key{u.Type, u.ID}
	u.ID = s.id(s.ids(key))
	if u.ID == "" {
		u.ID = s.p.missing(key)
	}
	return s.sink.Unknown(u)
}

func (s *pairCollector) ids(key Key) (inA, inB string) { return s.p.a.real[key], s.p.b.real[key] }

// id is the ID under which an object is reported, empty for what b would call it.
func (s *pairCollector) id(inA, inB string) string {
	if inB == "" && s.sink.OwnIDs {
		return inA
	}
	return inB
}

// flush reports what one object's changes come to.
func (s *pairCollector) flush() error {
	if len(s.changes) == 0 {
		return nil
	}
	changes := s.changes
	s.changes = s.changes[:0]
	inA, inB := s.ids(s.key)
	id := s.id(inA, inB)
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
		if err := s.sink.Change(c, inA, inB); err != nil {
			return err
		}
	}
	if doubt {
		return s.sink.Unknown(diff.Unknown{Type: s.key.Type, ID: id, Reason: BecauseReference})
	}
	return nil
}

// Ambiguous lists the names that were left out, in order.
func (p *Pairing) Ambiguous(keep func(string) bool) []AmbiguousName {
	keys := p.ambiguousKeys(keep)
	out := make([]AmbiguousName, len(keys))
	for i, key := range keys {
		l, ok := p.a.Labels[key]
		if !ok {
			l = p.b.Labels[key]
		}
		out[i] = AmbiguousName{Type: key.Type, Name: l.Name, Template: l.Template, IDsInA: p.a.claimants(key), IDsInB: p.b.claimants(key)}
		out[i].InA, out[i].InB = len(out[i].IDsInA), len(out[i].IDsInB)
	}
	return out
}
