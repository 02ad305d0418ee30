package diff

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// named is an entry with what identifies it in another tenant.
type named struct {
	typ, template, name string
	id                  string
	hash                manifest.Hash
}

// order is by type, template and name; an object without a name goes by its ID.
func (n *named) order(o *named) int {
	return cmp.Or(strings.Compare(n.typ, o.typ), strings.Compare(n.template, o.template), strings.Compare(n.name, o.name))
}

// joinNames is the join by name. It reads all contents, because names are in them.
func (c *comparison) joinNames() (equal int, err error) {
	a, err := c.names(c.from)
	if err != nil {
		return 0, err
	}
	b, err := c.names(c.to)
	if err != nil {
		return 0, err
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		x, y := run(a, i), run(b, j)
		switch {
		case len(y) > 0 && (len(x) == 0 || x[0].order(&y[0]) > 0):
			x = nil
		case len(x) > 0 && (len(y) == 0 || x[0].order(&y[0]) < 0):
			y = nil
		}
		i, j = i+len(x), j+len(y)
		same, err := c.namesake(x, y)
		if err != nil {
			return equal, err
		}
		equal += same
	}
	return equal, nil
}

// run gives the entries from i on that have one name.
func run(list []named, i int) []named {
	end := i
	for end < len(list) && list[end].order(&list[i]) == 0 {
		end++
	}
	return list[i:end]
}

// namesake compares what the sides have under one name.
func (c *comparison) namesake(x, y []named) (equal int, err error) {
	if len(x) > 1 || len(y) > 1 {
		return 0, c.ambiguous(x, y)
	}
	var p pair
	if len(x) == 1 {
		p.typ, p.idFrom, p.from, p.inFrom = x[0].typ, x[0].id, x[0].hash, true
	}
	if len(y) == 1 {
		p.typ, p.idTo, p.to, p.inTo = y[0].typ, y[0].id, y[0].hash, true
	}
	if p.inFrom && p.inTo && p.from == p.to {
		return 1, nil
	}
	return 0, c.pair(p)
}

// ambiguous reports a name that several objects have: nobody can say which of
// them corresponds to which.
func (c *comparison) ambiguous(x, y []named) error {
	all := append(slices.Clone(x), y...)
	d := manifest.Duplicate{Type: all[0].typ, ID: all[0].name}
	for _, n := range all {
		d.Hashes = append(d.Hashes, hex.EncodeToString(n.hash[:]))
	}
	slices.Sort(d.Hashes)
	return c.duplicate(d)
}

// names lists a snapshot's entries by name.
func (c *comparison) names(s *manifest.Snapshot) ([]named, error) {
	var list []named
	from := 0
	flush := func() error {
		err := c.nameAll(s.Store, list[from:])
		from = len(list)
		c.batch = nextBatch(c.batch, len(c.bodies[0].buf))
		return err
	}
	err := manifest.Walk(c.ctx, s, c.opt.Types, func(e manifest.Entry) error {
		if c.duplicates[identity{e.Type, e.ID}] {
			return nil
		}
		list = append(list, named{typ: e.Type, id: e.ID, hash: e.Hash})
		if len(list)-from >= c.batch {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	slices.SortFunc(list, func(x, y named) int {
		return cmp.Or(x.order(&y), bytes.Compare([]byte(x.id), []byte(y.id)))
	})
	return list, err
}

// nameAll reads the contents of a batch for their names.
func (c *comparison) nameAll(store manifest.Store, list []named) error {
	pairs := make([]pair, len(list))
	for i := range list {
		pairs[i] = pair{from: list[i].hash, inFrom: true}
	}
	err := c.bodies[0].fetch(c.ctx, store, pairs, func(p *pair) (manifest.Hash, bool) { return p.from, true })
	if err != nil {
		return err
	}
	for i := range list {
		n := &list[i]
		if n.name, n.template = c.types.NameOf(n.typ, c.bodies[0].of(n.hash)); n.name == "" {
			n.name = "\x00" + n.id
		}
	}
	return nil
}
