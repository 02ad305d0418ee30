package sigma

import (
	"slices"
)

// pipe is a Pipeline with fields as numbers and its rules in plans.
type pipe struct {
	src     *Pipeline
	words   int // of a set of routes
	columns []column
	routes  [][]*planRule // per route, the rules it brings in
	plans   map[uint64][]*plan
	single  []*lazyPlan // per route: for sets of routes without a plan
	own     *ownSource
}

// column is one field that routes test: what each of its values says about the
// routes. Routes that don't test it are in every mask.
type column struct {
	field   int32
	absent  []uint64
	other   []uint64 // present, with none of the values
	classes map[string][]uint64
}

// ruleKey is a rule under one set of renames.
type ruleKey struct{ rule, variant int32 }

// planRule is a rule ready to be evaluated.
type planRule struct {
	rule      int32
	cond      *cond
	rename    map[string]string
	witnesses []witness // one of them must be there; none: always evaluated
}

func (k *compiler) pipeline(src *Pipeline) {
	p := &pipe{src: src, words: (len(src.Routes) + 63) / 64, plans: map[uint64][]*plan{}}
	k.wanted = make([]bool, len(k.set.fields))
	for _, name := range k.extra {
		k.field(name)
	}
	for i := range src.Routes {
		p.routes = append(p.routes, k.routeRules(&src.Routes[i]))
	}
	p.columns = k.columns(src.Routes)
	if src.LogsourceAt != "" {
		p.own = k.ownSource(src.LogsourceAt)
	}
	k.set.pipes = append(k.set.pipes, p)
	for i := range src.Shapes {
		k.shape(p, &src.Shapes[i])
	}
	k.plans(p)
}

// routeRules are the rules that a route covers, compiled with its renames.
func (k *compiler) routeRules(r *Route) []*planRule {
	var out []*planRule
	variant := k.variant(r.Fields)
	for source, rules := range k.sources {
		if !source.covers(r.Logsource) {
			continue
		}
		k.served[source] = true
		for _, i := range rules {
			out = append(out, k.rule(i, variant))
		}
	}
	slices.SortFunc(out, func(a, b *planRule) int { return int(a.rule - b.rule) })
	return out
}

// variant numbers distinct renames; 0 is none.
func (k *compiler) variant(fields map[string]string) int32 {
	if len(fields) == 0 {
		return 0
	}
	for i, v := range k.variants {
		if sameNames(v, fields) {
			return int32(i)
		}
	}
	k.variants = append(k.variants, fields)
	return int32(len(k.variants) - 1)
}

func sameNames(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for key, v := range a {
		if w, ok := b[key]; !ok || w != v {
			return false
		}
	}
	return true
}

// rule compiles a rule once per set of renames that concerns it.
func (k *compiler) rule(i, variant int32) *planRule {
	rename := k.variants[variant]
	if variant != 0 && !touches(k.nodes[i], rename) {
		variant, rename = 0, nil
	}
	key := ruleKey{i, variant}
	r, ok := k.rules[key]
	if !ok {
		c := condCompiler{field: k.field, rename: rename, rarity: k.set.rarity}
		r = &planRule{rule: i, cond: c.node(k.nodes[i]), rename: rename}
		r.witnesses = k.witnesses(r.cond)
		k.rules[key] = r
	} else {
		k.want(r.cond)
	}
	return r
}

// touches tells whether a condition has a field that is renamed.
func touches(n *Node, rename map[string]string) bool {
	if n.Op != OpItem {
		return slices.ContainsFunc(n.Args, func(a *Node) bool { return touches(a, rename) })
	}
	if _, ok := rename[n.Item.Field]; ok {
		return true
	}
	return slices.ContainsFunc(n.Item.Tests, func(t Test) bool {
		_, ok := rename[t.Other]
		return ok && t.Kind == TestField
	})
}

// want notes the fields of a condition that another pipeline compiled.
func (k *compiler) want(c *cond) {
	for _, a := range c.args {
		k.want(a)
	}
	if c.op != OpItem {
		return
	}
	k.wantField(c.item.field)
	for i := range c.item.tests {
		if t := &c.item.tests[i]; t.form == formField {
			k.wantField(t.other)
		}
	}
}

func (k *compiler) wantField(id int32) {
	for int(id) >= len(k.wanted) {
		k.wanted = append(k.wanted, false)
	}
	k.wanted[id] = true
}

// shape numbers the paths at which a shape has the pipeline's fields.
func (k *compiler) shape(p *pipe, src *Shape) {
	sh := &shape{id: int32(len(k.set.shapes)), pipe: p, src: src, whole: len(src.Keywords) == 0}
	k.set.shapes = append(k.set.shapes, sh)
	for _, t := range src.When {
		sh.when = append(sh.when, shapeTest{path: k.tree.add("", t.Path), values: foldedSet(t.Values)})
	}
	for _, path := range src.Keywords {
		sh.keywords = append(sh.keywords, k.tree.add(path, ""))
	}
	sh.has = slices.Clone(k.wanted)
	names := sortedKeys(k.set.fields)
	for _, name := range names {
		id := k.set.fields[name]
		if id == keywordField || int(id) >= len(k.wanted) || !k.wanted[id] {
			continue
		}
		rank := int32(0)
		for _, alias := range fieldNames(name, src, p.src) {
			for _, root := range sh.roots() {
				k.use(k.tree.add(root, alias), pathUse{shape: sh.id, field: id, rank: rank})
				rank++
			}
		}
	}
}

// roots are the objects in which fields are looked up.
func (sh *shape) roots() []string {
	if len(sh.src.Roots) == 0 {
		return []string{""}
	}
	return sh.src.Roots
}

// fieldNames are the names under which a field may be, the first first.
func fieldNames(name string, sh *Shape, p *Pipeline) []string {
	out := []string{name}
	for _, aliases := range []map[string][]string{sh.Aliases, p.Aliases} {
		for key, list := range aliases {
			if nameKey(key) == name {
				out = append(out, list...)
			}
		}
	}
	return out
}

func (k *compiler) use(path int32, u pathUse) {
	for int(path) >= len(k.uses) {
		k.uses = append(k.uses, nil)
	}
	k.uses[path] = append(k.uses[path], u)
}

func foldedSet(values []string) map[string]struct{} {
	if len(values) == 0 {
		return nil
	}
	out := map[string]struct{}{}
	for _, v := range values {
		out[foldString(v)] = struct{}{}
	}
	return out
}
