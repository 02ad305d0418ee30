package graph

import (
	"context"
	"errors"
	"slices"

	"frostgate.io/frostgate/internal/db"
)

// compact is the graph of one source in memory: objects by number, their
// references as ranges of arrays. It is immutable.
type compact struct {
	set   *ruleset
	types []string
	nodes []node
	index map[nodeKey]int32
	// out[outStart[n]:outStart[n+1]] are the references of node n; in the same way
	// in holds the numbers of the edges that lead to it.
	outStart, inStart []int32
	out               []edge
	in                []int32
	bytes             int64
}

type nodeKey struct {
	typ uint32
	id  string
}

type node struct {
	id   string
	typ  uint32
	kept bool // the store has a row of it, so it is there
}

type edge struct {
	from, to    int32
	rule        uint16
	sure, known bool
}

// row is an object as the store has it.
type row struct {
	typ, id string
	refs    []byte
}

// load reads a source's graph. One goroutine reads rows while another builds.
func (s *Service) load(ctx context.Context, k sourceKey) (*compact, int64, error) {
	b := newBuilder(s.extract.set)
	pages := make(chan []row, 4)
	built := make(chan error, 1)
	go func() {
		var err error
		for page := range pages {
			for i := range page {
				if err == nil {
					err = b.object(s.extract, page[i].typ, page[i].id, page[i].refs)
				}
			}
		}
		built <- err
	}()
	generation, err := s.read(ctx, k, pages)
	close(pages)
	if err := errors.Join(err, <-built); err != nil {
		return nil, 0, err
	}
	return b.done(), generation, nil
}

// read sends a source's rows.
func (s *Service) read(ctx context.Context, k sourceKey, pages chan<- []row) (generation int64, err error) {
	const size = 256
	page := make([]row, 0, size)
	err = s.DB.InReadTx(ctx, k.tenant, func(tx *db.Tx) error {
		err := tx.ForEach(ctx, selectState, []any{k.tenant, k.source}, func(sc db.Scanner) error {
			var rules string
			return sc.Scan(&generation, &rules)
		})
		if err != nil {
			return err
		}
		return tx.ForEach(ctx, selectObjects, []any{k.tenant, k.source}, func(sc db.Scanner) error {
			var r row
			var st int64
			if err := sc.Scan(&r.typ, &r.id, &st, &r.refs); err != nil {
				return err
			}
			if page = append(page, r); len(page) == size {
				pages <- page
				page = make([]row, 0, size)
			}
			return nil
		})
	})
	pages <- page
	return generation, err
}

// builder makes a compact graph from objects in any order.
type builder struct {
	g     *compact
	types map[string]uint32
	rules map[int]uint32 // type of rules with a constant one
}

func newBuilder(set *ruleset) *builder {
	return &builder{g: &compact{set: set, index: map[nodeKey]int32{}}, types: map[string]uint32{}, rules: map[int]uint32{}}
}

func (b *builder) object(x *extractor, typ, id string, packed []byte) error {
	from := b.node(b.typ(typ), id)
	b.g.nodes[from].kept = true
	return x.unpack(packed, func(rule int, sure, known bool, typ, id []byte) {
		t, ok := b.rules[rule]
		if typ != nil {
			t = b.typ(string(typ))
		} else if !ok {
			name, _ := x.set.refs[rule].to.constant()
			t = b.typ(name)
			b.rules[rule] = t
		}
		to, ok := b.g.index[nodeKey{t, string(id)}] // no copy to look it up
		if !ok {
			to = b.node(t, string(id))
		}
		b.g.out = append(b.g.out, edge{from: from, to: to, rule: uint16(rule), sure: sure, known: known})
	})
}

func (b *builder) typ(name string) uint32 {
	t, ok := b.types[name]
	if !ok {
		t = uint32(len(b.g.types))
		b.types[name] = t
		b.g.types = append(b.g.types, name)
	}
	return t
}

func (b *builder) node(typ uint32, id string) int32 {
	k := nodeKey{typ, id}
	if n, ok := b.g.index[k]; ok {
		return n
	}
	n := int32(len(b.g.nodes))
	b.g.index[k] = n
	b.g.nodes = append(b.g.nodes, node{id: id, typ: typ})
	b.g.bytes += int64(len(id)) + 96
	return n
}

// done lays the edges out by their ends.
func (b *builder) done() *compact {
	g := b.g
	g.outStart, g.inStart = make([]int32, len(g.nodes)+1), make([]int32, len(g.nodes)+1)
	for _, e := range g.out {
		g.outStart[e.from+1]++
		g.inStart[e.to+1]++
	}
	for n := range g.nodes {
		g.outStart[n+1] += g.outStart[n]
		g.inStart[n+1] += g.inStart[n]
	}
	found := g.out
	g.out, g.in = make([]edge, len(found)), make([]int32, len(found))
	next := slices.Clone(g.outStart)
	for _, e := range found {
		g.out[next[e.from]] = e
		next[e.from]++
	}
	next = slices.Clone(g.inStart)
	for i, e := range g.out {
		g.in[next[e.to]] = int32(i)
		next[e.to]++
	}
	g.bytes += int64(len(g.out)) * 20
	return g
}

// find gives an object's number.
func (g *compact) find(typ, id string) (int32, bool) {
	t := slices.Index(g.types, typ)
	if t < 0 {
		return 0, false
	}
	n, ok := g.index[nodeKey{uint32(t), id}]
	return n, ok
}

func (g *compact) object(n int32) Object {
	return Object{Type: g.types[g.nodes[n].typ], ID: g.nodes[n].id}
}
