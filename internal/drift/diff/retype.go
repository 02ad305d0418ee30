package diff

import (
	"bytes"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// retyped are objects that one side shows as what they are and the other as
// plain JSON: an edit took away the member by which their type was known. That
// is a change of them, not one object gone and another there.
type retyped struct {
	hashes map[identity]manifest.Hash // of what is plain, by the identity with the type
	toward bool                       // the plain one is in to
}

// findRetyped looks for plain objects of one side that the other knows by a type.
func (c *comparison) findRetyped(typed, plain *manifest.Snapshot, toward bool) (*retyped, error) {
	if _, any := plain.Root.Cover(normal.PlainType); !any {
		return nil, nil //nolint:nilnil // there are none
	}
	isPlain := func(typ string) bool { return typ == normal.PlainType }
	fresh := map[string]manifest.Hash{}
	if err := manifest.Walk(c.ctx, plain, isPlain, func(e manifest.Entry) error { fresh[e.ID] = e.Hash; return nil }); err != nil {
		return nil, err
	}
	if err := manifest.Walk(c.ctx, typed, isPlain, func(e manifest.Entry) error { delete(fresh, e.ID); return nil }); err != nil || len(fresh) == 0 {
		return nil, err
	}
	// What plain shows with its type too is another object of that ID.
	known := map[identity]bool{}
	isTyped := func(typ string) bool { return typ != normal.PlainType && c.wants(typ) }
	byID := func(each func(e *manifest.Entry)) func(manifest.Entry) error {
		return func(e manifest.Entry) error {
			if _, ok := fresh[e.ID]; ok {
				each(&e)
			}
			return nil
		}
	}
	if err := manifest.Walk(c.ctx, plain, isTyped, byID(func(e *manifest.Entry) { known[identity{e.Type, e.ID}] = true })); err != nil {
		return nil, err
	}
	types := map[string][]string{}
	err := manifest.Walk(c.ctx, typed, isTyped, byID(func(e *manifest.Entry) {
		if !known[identity{e.Type, e.ID}] {
			types[e.ID] = append(types[e.ID], e.Type)
		}
	}))
	r := &retyped{hashes: map[identity]manifest.Hash{}, toward: toward}
	for id, list := range types {
		if len(list) == 1 && !c.duplicates[identity{list[0], id}] && !c.duplicates[identity{normal.PlainType, id}] {
			r.hashes[identity{list[0], id}] = fresh[id]
			c.retyped[identity{normal.PlainType, id}] = true
		}
	}
	return r, err
}

// completed gives a pair the side that shows it as plain JSON.
func (r *retyped) completed(p *pair) {
	if r == nil || p.inFrom && p.inTo {
		return
	}
	hash, ok := r.hashes[identity{p.typ, p.id()}]
	switch {
	case !ok:
	case r.toward && p.inFrom:
		p.to, p.idTo, p.inTo, p.retyped = hash, p.idFrom, true, true
	case !r.toward && p.inTo:
		p.from, p.idFrom, p.inFrom, p.retyped = hash, p.idTo, true, true
	}
}

// again reads a plain content by the rules of the type that it had.
func (c *comparison) again(p *pair, content []byte) ([]byte, error) {
	if c.normaliser == nil {
		c.normaliser = normal.New(c.types, nil)
	}
	out, _, err := c.normaliser.Again(p.typ, content)
	return bytes.Clone(out), err
}
