package sigma

import (
	"errors"
	"fmt"
	"slices"
)

// Options says how a collection is compiled.
type Options struct {
	// Pipelines recognise events, tried in order; nil stands for Builtin().
	Pipelines []*Pipeline
	// Sample is traffic like that to come, one event each. It tells which parts
	// of rules are rare and so worth looking for first; results don't depend on
	// it. Without any, shipped statistics serve.
	Sample [][]byte
}

// Set is a compiled collection. It never changes and serves any number of
// goroutines, each with a Matcher of its own.
type Set struct {
	rules    []*Rule
	unserved []*Rule
	refused  []Refusal

	table  *pathTable
	uses   [][]pathUse // per path
	fields map[string]int32
	shapes []*shape
	pipes  []*pipe
	words  int // of the largest plan's candidates
	rarity *Rarity
}

// pathUse says that a path is one of those of a field in a shape; the lowest
// rank counts.
type pathUse struct{ shape, field, rank int32 }

// shape is a Shape with paths as numbers.
type shape struct {
	id       int32
	pipe     *pipe
	src      *Shape
	when     []shapeTest
	keywords []int32
	has      []bool // per field, whether its paths are kept
	whole    bool   // keywords look at the whole event
}

type shapeTest struct {
	path   int32
	values map[string]struct{} // folded; nil asks for presence
}

// Rules are the rules of the set, in the collection's order; Match.Index counts
// in it. The caller must not change it.
func (s *Set) Rules() []*Rule { return s.rules }

// Len is the number of rules.
func (s *Set) Len() int { return len(s.rules) }

// Unserved are the rules whose logsource none of the pipelines' routes stands
// for. Only events that name their logsource themselves reach them.
func (s *Set) Unserved() []*Rule { return s.unserved }

// Refused are the documents that the collection couldn't use.
func (s *Set) Refused() []Refusal { return s.refused }

// Compile makes a set of a collection's rules and filters.
func Compile(c *Collection, opt Options) (*Set, error) {
	if c == nil {
		return nil, errors.New("sigma: no collection to compile")
	}
	pipelines := opt.Pipelines
	if pipelines == nil {
		pipelines = Builtin()
	}
	s := &Set{
		rules:   slices.Clone(c.Rules),
		refused: slices.Clone(c.Refused),
		fields:  map[string]int32{"": keywordField},
		rarity:  shippedRarity(),
	}
	k := &compiler{set: s, tree: newPathTree(), rules: map[ruleKey]*planRule{}, variants: []map[string]string{nil}}
	if len(opt.Sample) > 0 {
		s.rarity = Train(opt.Sample)
	}
	if err := k.conditions(c.Filters); err != nil {
		return nil, err
	}
	k.extra = correlationFields(c.Correlations)
	for _, p := range pipelines {
		k.pipeline(p)
	}
	var err error
	if s.table, err = k.tree.build(); err != nil {
		return nil, err
	}
	s.uses = make([][]pathUse, len(s.table.paths)) // some paths are no field's
	copy(s.uses, k.uses)
	s.unserved = k.unserved()
	return s, nil
}

// compiler holds what is needed only while compiling.
type compiler struct {
	set   *Set
	tree  *pathTree
	uses  [][]pathUse
	extra []string // fields of correlations

	nodes    []*Node // per rule: condition and filters
	sources  map[Logsource][]int32
	rules    map[ruleKey]*planRule
	wanted   []bool // fields of the pipeline at hand
	served   map[Logsource]bool
	variants []map[string]string // distinct renames, the first is none
}

// conditions narrows each rule's condition by the filters that name it, and
// sorts the rules by logsource.
func (k *compiler) conditions(filters []*Filter) error {
	for _, f := range filters {
		if err := soundNode(f.Condition); err != nil {
			return fmt.Errorf("sigma: filter %s: %w", f.ID, err)
		}
	}
	k.sources, k.served = map[Logsource][]int32{}, map[Logsource]bool{}
	for i, r := range k.set.rules {
		if err := soundNode(r.Condition); err != nil {
			return fmt.Errorf("sigma: rule %s: %w", r.ID, err)
		}
		n := r.Condition
		for _, f := range filters {
			if f.covers(r) {
				n = &Node{Op: OpAnd, Args: []*Node{n, f.Condition}}
			}
		}
		k.nodes = append(k.nodes, n)
		k.sources[r.Logsource] = append(k.sources[r.Logsource], int32(i))
	}
	return nil
}

// covers tells whether a filter narrows a rule.
func (f *Filter) covers(r *Rule) bool {
	named := len(f.Rules) == 0 || slices.Contains(f.Rules, r.ID) || r.Name != "" && slices.Contains(f.Rules, r.Name)
	return named && f.Logsource.covers(r.Logsource)
}

// covers tells whether each part that a names is b's.
func (a Logsource) covers(b Logsource) bool {
	return (a.Category == "" || a.Category == b.Category) &&
		(a.Product == "" || a.Product == b.Product) &&
		(a.Service == "" || a.Service == b.Service)
}

// unserved are the rules of logsources that no route covers.
func (k *compiler) unserved() []*Rule {
	var out []*Rule
	for _, r := range k.set.rules {
		if !k.served[r.Logsource] {
			out = append(out, r)
		}
	}
	return out
}

// correlationFields are the fields that correlations group and count by.
func correlationFields(list []*Correlation) []string {
	var out []string
	for _, c := range list {
		out = append(append(out, c.GroupBy...), c.Field)
		for _, refs := range c.Aliases {
			for _, name := range refs {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}

// field is the number of a field, and notes that the pipeline at hand has it.
func (k *compiler) field(name string) int32 {
	key := nameKey(name)
	id, ok := k.set.fields[key]
	if !ok {
		id = int32(len(k.set.fields))
		k.set.fields[key] = id
	}
	for int(id) >= len(k.wanted) {
		k.wanted = append(k.wanted, false)
	}
	k.wanted[id] = true
	return id
}
