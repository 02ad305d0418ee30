package sigma

import (
	"slices"
	"strconv"
	"strings"
)

// The first states of a path table.
const (
	deadState  int32 = 0 // nobody asks for anything below
	startState int32 = 1 // the event itself
)

// pathTable is every path at which a rule, a route or a shape looks, as one
// automaton over member names, so that a scan meets all of them in one pass.
type pathTable struct {
	states    []pathState
	paths     []string // as texts, root and name
	rootOf    []int32  // per path
	rootNames []string
	rootStar  []bool
}

// pathState is a set of places in the tree of paths.
type pathState struct {
	edges []pathEdge   // hash table by name; its length is a power of two
	def   int32        // for all other names
	elem  int32        // for the elements, when the value is an array
	nums  []numberEdge // for some of the elements, by number
	slots []pathSlot   // paths that end here
	roots []int32      // roots that end here
}

type pathEdge struct {
	name string
	hash uint32
	next int32
}

type numberEdge struct {
	index int
	state int32
}

type pathSlot struct {
	path, root int32
	rank       uint8 // 0 when a name with dots led here, 1 for a path of single names
	star       bool  // only objects count
	rootStar   bool
}

// find is the state after a member name without spaces.
func (st *pathState) find(name []byte) (int32, bool) {
	mask := uint32(len(st.edges) - 1)
	h := hashName(name)
	for i := h & mask; ; i = (i + 1) & mask {
		e := &st.edges[i]
		if e.next == deadState {
			return deadState, false
		}
		if e.hash == h && e.name == string(name) {
			return e.next, true
		}
	}
}

// hashName mixes length, first and last bytes; names that agree in them are
// told apart by comparing.
func hashName[T string | []byte](s T) uint32 {
	n := len(s)
	h := uint32(n) * 0x9e3779b1
	switch {
	case n >= 8:
		h ^= le32(s, 0)*0x85ebca6b ^ le32(s, n-4)*0xc2b2ae35 ^ le32(s, n/2-2)*0x27d4eb2f
	case n >= 4:
		h ^= le32(s, 0)*0x85ebca6b ^ le32(s, n-4)*0xc2b2ae35
	default:
		for i := range n {
			h = (h ^ uint32(s[i])) * 0x01000193
		}
	}
	return h ^ h>>15
}

func le32[T string | []byte](s T, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

// nameKey is a name as names are compared: without ASCII spaces.
func nameKey(s string) string { return strings.ReplaceAll(s, " ", "") }

// pathTree collects paths; a node is known by its dotted name.
type pathTree struct {
	table *pathTable
	nodes []pathNode
	ids   map[string]int32 // "root\x00name" to path
	roots map[string]int32
}

type pathNode struct {
	kids  map[string]int32
	slots []pathSlot
	roots []int32
	star  int32 // node for any object that is a member, 0: none
	isAny bool  // is such a node itself
}

func newPathTree() *pathTree {
	return &pathTree{table: &pathTable{}, nodes: make([]pathNode, 1), ids: map[string]int32{}, roots: map[string]int32{}}
}

// add returns the path of a name below a root; a root may end in *.
func (t *pathTree) add(root, name string) int32 {
	root, name = nameKey(root), nameKey(name)
	key := root + "\x00" + name
	if id, ok := t.ids[key]; ok {
		return id
	}
	id := int32(len(t.table.paths))
	t.ids[key] = id
	r, node := t.root(root)
	full := strings.Trim(root+"."+name, ".")
	t.table.paths = append(t.table.paths, full)
	t.table.rootOf = append(t.table.rootOf, r)
	node = t.walk(node, name)
	t.nodes[node].slots = append(t.nodes[node].slots, pathSlot{path: id, root: r, star: t.nodes[node].isAny, rootStar: t.table.rootStar[r]})
	return id
}

func (t *pathTree) root(root string) (id, node int32) {
	above, star := strings.CutSuffix(root, "*")
	node = t.walk(0, strings.TrimSuffix(above, "."))
	if star {
		if t.nodes[node].star == 0 {
			t.nodes[node].star = t.node()
			t.nodes[t.nodes[node].star].isAny = true
		}
		node = t.nodes[node].star
	}
	id, ok := t.roots[root]
	if !ok {
		id = int32(len(t.table.rootNames))
		t.roots[root] = id
		t.table.rootNames = append(t.table.rootNames, root)
		t.table.rootStar = append(t.table.rootStar, star)
		t.nodes[node].roots = append(t.nodes[node].roots, id)
	}
	return id, node
}

func (t *pathTree) node() int32 {
	t.nodes = append(t.nodes, pathNode{})
	return int32(len(t.nodes) - 1)
}

// walk goes down a dotted name, making what is missing: step by step, and from
// each step on also by one member with all that is left as its name.
func (t *pathTree) walk(node int32, name string) int32 {
	if name == "" {
		return node
	}
	parts := strings.Split(name, ".")
	steps := []int32{node}
	for _, part := range parts {
		next, ok := t.nodes[node].kids[part]
		if !ok {
			next = t.node()
			t.link(node, part, next)
		}
		node = next
		steps = append(steps, node)
	}
	for i := 0; i+1 < len(parts); i++ {
		t.link(steps[i], strings.Join(parts[i:], "."), node)
	}
	return node
}

func (t *pathTree) link(from int32, name string, to int32) {
	if t.nodes[from].kids == nil {
		t.nodes[from].kids = map[string]int32{}
	}
	t.nodes[from].kids[name] = to
}

// arrayIndex reads a path part as an index.
func arrayIndex(part string) (int, bool) {
	i, err := strconv.Atoi(part)
	return i, err == nil && i >= 0 && strconv.Itoa(i) == part
}

// sortedKeys makes the automaton's numbering the same in each run.
func sortedKeys(m map[string]int32) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
