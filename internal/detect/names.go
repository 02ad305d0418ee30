package detect

import (
	"reflect"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// names are the variables rules and tags: maps from a detection's ID or tag to
// whether it matched and counts, in which every name is readable. As a set, by in,
// they hold those that did.
type names struct {
	has  func(string) bool
	list func() []string
}

var _ traits.Mapper = names{}

// counts reports a match of a rule, by either of its names, that is not
// suppressed.
func (m *Matched) counts(id string) bool {
	h := m.find(id)
	return h != nil && h.suppressed == ""
}

// tagged reports such a match of a rule with a tag.
func (m *Matched) tagged(tag string) bool {
	return m != nil && slices.ContainsFunc(m.hits, func(h hit) bool { return h.suppressed == "" && slices.Contains(h.tags, tag) })
}

func (m *Matched) ruleNames() []string {
	out := m.IDs()
	for i := range out {
		out[i] = out[i][len(sigmaPrefix):]
	}
	slices.Sort(out)
	return out
}

func (m *Matched) tagNames() []string {
	var out []string
	if m != nil {
		for i := range m.hits {
			if m.hits[i].suppressed == "" {
				out = append(out, m.hits[i].tags...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Find gives false for what did not match, so that an index never fails.
func (n names) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(key), false
	}
	return types.Bool(n.has(string(name))), true
}

func (n names) Get(key ref.Val) ref.Val {
	v, _ := n.Find(key)
	return v
}

func (n names) Contains(key ref.Val) ref.Val { return n.Get(key) }

func (n names) Size() ref.Val { return types.Int(len(n.list())) }

func (n names) Iterator() traits.Iterator {
	list := n.list()
	out := make([]ref.Val, len(list))
	for i, s := range list {
		out[i] = types.String(s)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, out).Iterator()
}

func (n names) whole() traits.Mapper {
	all := map[ref.Val]ref.Val{}
	for _, s := range n.list() {
		all[types.String(s)] = types.True
	}
	return types.NewRefValMap(types.DefaultTypeAdapter, all)
}

func (n names) ConvertToNative(t reflect.Type) (any, error) { return n.whole().ConvertToNative(t) }

func (n names) ConvertToType(t ref.Type) ref.Val { return n.whole().ConvertToType(t) }

func (n names) Equal(other ref.Val) ref.Val { return n.whole().Equal(other) }

func (n names) Type() ref.Type { return types.MapType }

func (n names) Value() any { return n.whole().Value() }
