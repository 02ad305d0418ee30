package sigma

import (
	"errors"
	"slices"
)

// spot is a node of the path tree as a state holds it.
type spot struct {
	node    int32
	dotted  bool // the last name had dots
	inArray bool // the value is an element: the path goes on below it, but doesn't end at it
}

// pathBuilder makes the automaton out of the tree: its states are sets of
// places, because a name can be that of a path and that of any object of a *
// root at once.
type pathBuilder struct {
	tree  *pathTree
	table *pathTable
	ids   map[string]int32
	todo  [][]spot // per state
	full  bool     // more than maxStates
}

// maxStates bounds the automaton: names that lead on from many places at once can
// multiply its states. All public rules together take a few thousand.
const maxStates = 1 << 17

// build fails when there are too many states.
func (t *pathTree) build() (*pathTable, error) {
	b := &pathBuilder{tree: t, table: t.table, ids: map[string]int32{}, todo: [][]spot{nil}}
	t.table.states = make([]pathState, 1)
	b.state([]spot{{}})
	for i := 1; i < len(b.todo); i++ {
		b.fill(int32(i))
	}
	if b.full {
		return nil, errors.New("sigma: the rules' fields need more paths than the limit")
	}
	return t.table, nil
}

// state is the number of the state for a set of places.
func (b *pathBuilder) state(set []spot) int32 {
	if len(set) == 0 {
		return deadState
	}
	slices.SortFunc(set, func(x, y spot) int {
		if x.node != y.node {
			return int(x.node - y.node)
		}
		return int(x.bits()) - int(y.bits())
	})
	set = slices.Compact(set)
	key := make([]byte, 0, 5*len(set))
	for _, p := range set {
		n := uint32(p.node)
		key = append(key, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), p.bits())
	}
	id, ok := b.ids[string(key)]
	if !ok && len(b.todo) >= maxStates {
		b.full = true
		return deadState
	}
	if !ok {
		id = int32(len(b.todo))
		b.ids[string(key)] = id
		b.todo = append(b.todo, set)
		b.table.states = append(b.table.states, pathState{})
	}
	return id
}

func (p spot) bits() (v byte) {
	if p.dotted {
		v |= 1
	}
	if p.inArray {
		v |= 2
	}
	return v
}

func (b *pathBuilder) fill(id int32) {
	set := b.todo[id]
	var st pathState
	var stars []spot
	var elem []spot
	for _, p := range set {
		n := &b.tree.nodes[p.node]
		if !p.inArray {
			for _, s := range n.slots {
				if !p.dotted {
					s.rank = 1
				}
				st.slots = append(st.slots, s)
			}
			st.roots = append(st.roots, n.roots...)
			if n.star != 0 {
				stars = append(stars, spot{node: n.star})
			}
		}
		if !n.isAny && len(n.kids) > 0 {
			elem = append(elem, spot{node: p.node, inArray: true})
		}
	}
	names := b.names(set)
	b.numbers(&st, set, elem, names)
	st.def, st.elem = b.state(stars), b.state(elem)
	b.edges(&st, set, stars, names)
	b.table.states[id] = st
}

// numbers are the states of the elements that names of a path count. Such an
// element is also one of those that the path passes through. Arrays in arrays are
// passed through and not counted.
func (b *pathBuilder) numbers(st *pathState, set, elem []spot, names []string) {
	values := slices.DeleteFunc(slices.Clone(set), func(p spot) bool { return p.inArray })
	for _, name := range names {
		i, ok := arrayIndex(name)
		if !ok {
			continue
		}
		if next := b.after(values, name); len(next) > 0 {
			st.nums = append(st.nums, numberEdge{index: i, state: b.state(append(next, elem...))})
		}
	}
	slices.SortFunc(st.nums, func(a, b numberEdge) int { return a.index - b.index })
}

// names are those that lead on from a set of places.
func (b *pathBuilder) names(set []spot) []string {
	if len(set) == 1 {
		return sortedKeys(b.tree.nodes[set[0].node].kids)
	}
	all := map[string]int32{}
	for _, p := range set {
		for name := range b.tree.nodes[p.node].kids {
			all[name] = 0
		}
	}
	return sortedKeys(all)
}

func (b *pathBuilder) edges(st *pathState, set, stars []spot, names []string) {
	if len(names) == 0 {
		return
	}
	size := 2
	for size < 2*len(names) {
		size *= 2
	}
	st.edges = make([]pathEdge, size)
	mask := uint32(size - 1)
	for _, name := range names {
		next := b.after(set, name)
		e := pathEdge{name: name, hash: hashName(name), next: b.state(append(next, stars...))}
		i := e.hash & mask
		for st.edges[i].next != deadState {
			i = (i + 1) & mask
		}
		st.edges[i] = e
	}
}

// after are the places that a name leads to. A name with dots is one that the
// tree links over several steps.
func (b *pathBuilder) after(set []spot, name string) []spot {
	dotted := false
	for i := range len(name) {
		dotted = dotted || name[i] == '.'
	}
	var next []spot
	for _, p := range set {
		if to, ok := b.tree.nodes[p.node].kids[name]; ok {
			next = append(next, spot{node: to, dotted: dotted})
		}
	}
	return next
}
