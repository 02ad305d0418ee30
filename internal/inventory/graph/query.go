package graph

import (
	"context"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
)

// Object is an object that is in a graph, be it observed or only referred to.
type Object struct {
	Type, ID string
	Name     string
	// State is what inventory knows of it; empty: it was not observed.
	State inventory.ItemState
}

// Link is a reference between an object and its neighbour.
type Link struct {
	Relation string // "assigned to"
	Object   Object // the neighbour
	// Known: the neighbour is there in every tenant, cluster or account.
	Known bool
}

// Neighbourhood is what is next to an object.
type Neighbourhood struct {
	Object
	To   []Link // what it refers to
	From []Link // what refers to it
	// ToCount and FromCount count all, also those beyond the limit.
	ToCount, FromCount int
}

// Step is one step of the way from one object to another.
type Step struct {
	Object
	Relation string
	// Backwards: the object refers to the one before; else that one to it.
	Backwards bool
}

// Affected is an object that feels a change of another.
type Affected struct {
	Object
	// Path leads to it from the object that changes; its length is the distance.
	Path []Step
}

// Radius is all that feels a change of an object.
type Radius struct {
	Object
	Total   int            // objects, without the object itself
	ByType  map[string]int // of them
	ByDepth []int          // objects at distance 1, 2, ...
	// Affected are the nearest, up to the limit.
	Affected []Affected
}

// Limits of questions.
const (
	MaxDepth = 32
	MaxLimit = 1000
)

// Neighbours gives what an object refers to and what refers to it, at most limit
// of each.
func (s *Service) Neighbours(ctx context.Context, tenant domain.TenantID, source, typ, id string, limit int) (*Neighbourhood, error) {
	k := sourceKey{tenant, source}
	g, err := s.graph(ctx, k)
	if err != nil {
		return nil, err
	}
	out := &Neighbourhood{Object: Object{Type: typ, ID: id}}
	limit = clamp(limit, MaxLimit)
	n, inGraph := g.find(typ, id)
	if inGraph {
		out.To, out.ToCount = g.links(g.out[g.outStart[n]:g.outStart[n+1]], limit, true)
		in := make([]edge, 0, g.inStart[n+1]-g.inStart[n])
		for _, i := range g.in[g.inStart[n]:g.inStart[n+1]] {
			in = append(in, g.out[i])
		}
		out.From, out.FromCount = g.links(in, limit, false)
	}
	named := []*Object{&out.Object}
	for i := range out.To {
		named = append(named, &out.To[i].Object)
	}
	for i := range out.From {
		named = append(named, &out.From[i].Object)
	}
	if err := s.name(ctx, k, named); err != nil {
		return nil, err
	}
	return out, mustBe(&out.Object, inGraph)
}

// mustBe refuses an object that neither inventory nor any reference knows.
func mustBe(o *Object, inGraph bool) error {
	if !inGraph && o.State == "" {
		return fault.New(fault.NotFound, "no object %s %s", o.Type, o.ID)
	}
	return nil
}

func clamp(n, most int) int {
	if n <= 0 || n > most {
		return most
	}
	return n
}

// links shows edges by relation and neighbour.
func (g *compact) links(edges []edge, limit int, forward bool) ([]Link, int) {
	out := make([]Link, len(edges))
	for i, e := range edges {
		end := e.from
		if forward {
			end = e.to
		}
		out[i] = Link{Relation: g.set.refs[e.rule].relation, Object: g.object(end), Known: e.known && forward}
	}
	order := func(x, y Link) int {
		return strings.Compare(x.Relation+"\x00"+x.Object.Type+"\x00"+x.Object.ID, y.Relation+"\x00"+y.Object.Type+"\x00"+y.Object.ID)
	}
	slices.SortFunc(out, order)
	out = slices.CompactFunc(out, func(x, y Link) bool { return order(x, y) == 0 })
	return out[:min(limit, len(out))], len(out)
}

// BlastRadius gives what feels a change of an object: what refers to it, what
// refers to that, and so on, up to depth; where a rule says that a reference
// flows the other way, what it refers to. At most limit of them are listed, all
// are counted.
func (s *Service) BlastRadius(ctx context.Context, tenant domain.TenantID, source, typ, id string, depth, limit int) (*Radius, error) {
	k := sourceKey{tenant, source}
	g, err := s.graph(ctx, k)
	if err != nil {
		return nil, err
	}
	out := &Radius{Object: Object{Type: typ, ID: id}, ByType: map[string]int{}}
	n, inGraph := g.find(typ, id)
	if inGraph {
		g.reach(n, clamp(depth, MaxDepth), clamp(limit, MaxLimit), out)
	}
	named := []*Object{&out.Object}
	for i := range out.Affected {
		named = append(named, &out.Affected[i].Object)
	}
	if err := s.name(ctx, k, named); err != nil {
		return nil, err
	}
	out.shareNames()
	return out, mustBe(&out.Object, inGraph)
}

// shareNames gives the steps of paths the names that were looked up.
func (r *Radius) shareNames() {
	known := make(map[[2]string]Object, len(r.Affected))
	for _, a := range r.Affected {
		known[[2]string{a.Type, a.ID}] = a.Object
	}
	for i := range r.Affected {
		path := r.Affected[i].Path
		for j := range path {
			path[j].Object = known[[2]string{path[j].Type, path[j].ID}]
		}
	}
}

// way is how an object was reached first.
type way struct {
	by       int32 // the object before
	rule     uint16
	reverse  bool
	distance uint8
}

// reach walks breadth first, so that paths are shortest and the nearest come
// first; objects of one distance come in the order of their edges.
func (g *compact) reach(start int32, depth, limit int, out *Radius) {
	ways := make([]way, len(g.nodes))
	ways[start].distance = 255
	queue := []int32{start}
	byType := make([]int, len(g.types))
	visit := func(from, to int32, rule uint16, reverse bool) {
		if ways[to].distance != 0 {
			return
		}
		d := uint8(1)
		if from != start {
			d = ways[from].distance + 1
		}
		ways[to] = way{by: from, rule: rule, reverse: reverse, distance: d}
		queue = append(queue, to)
	}
	for head := 0; head < len(queue); head++ {
		n := queue[head]
		if n != start {
			d := int(ways[n].distance)
			for len(out.ByDepth) < d {
				out.ByDepth = append(out.ByDepth, 0)
			}
			out.ByDepth[d-1]++
			byType[g.nodes[n].typ]++
			if d == depth {
				continue
			}
		}
		for _, i := range g.in[g.inStart[n]:g.inStart[n+1]] {
			if e := g.out[i]; !g.set.refs[e.rule].forward {
				visit(n, e.from, e.rule, true)
			}
		}
		for _, e := range g.out[g.outStart[n]:g.outStart[n+1]] {
			if g.set.refs[e.rule].forward {
				visit(n, e.to, e.rule, false)
			}
		}
	}
	out.Total = len(queue) - 1
	for t, n := range byType {
		if n > 0 {
			out.ByType[g.types[t]] = n
		}
	}
	for _, n := range queue[1:min(len(queue), limit+1)] {
		out.Affected = append(out.Affected, Affected{Object: g.object(n), Path: g.path(start, n, ways)})
	}
}

func (g *compact) path(start, n int32, ways []way) []Step {
	var path []Step
	for n != start {
		w := ways[n]
		path = append(path, Step{Object: g.object(n), Relation: g.set.refs[w.rule].relation, Backwards: w.reverse})
		n = w.by
	}
	slices.Reverse(path)
	return path
}

// name looks up what inventory knows of objects.
func (s *Service) name(ctx context.Context, k sourceKey, objects []*Object) error {
	ids := map[string][]string{}
	for _, o := range objects {
		ids[o.Type] = append(ids[o.Type], o.ID)
	}
	items := make(map[string]map[string]inventory.Known, len(ids))
	for typ, list := range ids {
		slices.Sort(list)
		found, err := s.Inventory.Names(ctx, k.tenant, k.source, typ, slices.Compact(list))
		if err != nil {
			return err
		}
		items[typ] = found
	}
	for _, o := range objects {
		if item, ok := items[o.Type][o.ID]; ok {
			o.Name, o.State = item.Name, item.State
		}
	}
	return nil
}
