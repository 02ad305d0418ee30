package sigma

import (
	"slices"
)

// columns sorts the routes' tests by field. A route that tests one field twice
// has its second test in a second column of that field.
func (k *compiler) columns(routes []Route) []column {
	type test struct {
		route  int
		values map[string]struct{}
	}
	var order []string
	tests := map[string][][]test{}
	for r := range routes {
		seen := map[string]int{}
		for _, w := range routes[r].When {
			name := nameKey(w.Path)
			nth := seen[name]
			seen[name]++
			if tests[name] == nil {
				order = append(order, name)
			}
			if nth == len(tests[name]) {
				tests[name] = append(tests[name], nil)
			}
			tests[name][nth] = append(tests[name][nth], test{route: r, values: foldedSet(w.Values)})
		}
	}
	var out []column
	words := (len(routes) + 63) / 64
	for _, name := range order {
		for _, list := range tests[name] {
			c := column{field: k.field(name), absent: allRoutes(len(routes)), classes: map[string][]uint64{}}
			for _, t := range list {
				c.absent[t.route>>6] &^= 1 << (t.route & 63)
			}
			c.other = slices.Clone(c.absent)
			for _, t := range list {
				if t.values == nil {
					c.other[t.route>>6] |= 1 << (t.route & 63)
				}
			}
			for _, t := range list {
				for v := range t.values {
					if c.classes[v] == nil {
						c.classes[v] = append(make([]uint64, 0, words), c.other...)
					}
					c.classes[v][t.route>>6] |= 1 << (t.route & 63)
				}
			}
			out = append(out, c)
		}
	}
	return out
}

func allRoutes(n int) []uint64 {
	out := make([]uint64, (n+63)/64)
	for i := range n {
		out[i>>6] |= 1 << (i & 63)
	}
	return out
}

// Bounds of the plans of one pipeline that are built in advance.
const (
	maxPlans     = 1024
	maxPlanRules = 10_000 // in all of them together
)

// plans builds one for each set of routes that a combination of values leads
// to. Where these are too many, or an event leads to another set (a field with
// several values at once), the plans of the single routes serve.
func (k *compiler) plans(p *pipe) {
	for _, rules := range p.routes {
		k.room(rules)
		p.single = append(p.single, &lazyPlan{rules: rules})
	}
	sets := [][]uint64{allRoutes(len(p.src.Routes))}
	for _, c := range p.columns {
		masks := [][]uint64{c.absent, c.other}
		for _, v := range c.classes {
			masks = append(masks, v)
		}
		if sets = intersections(sets, masks); len(sets) > maxPlans {
			return
		}
	}
	var plans []*plan
	total := 0
	for _, set := range sets {
		rules := p.rules(set)
		if total += len(rules); total > maxPlanRules {
			return
		}
		plans = append(plans, &plan{set: set, rules: rules})
	}
	for _, pl := range plans {
		k.room(pl.rules)
		built := newPlan(pl.rules, k.set.rarity)
		built.set = pl.set
		h := hashRoutes(built.set)
		p.plans[h] = append(p.plans[h], built)
	}
}

// room makes matchers wide enough for the candidates of a plan.
func (k *compiler) room(rules []*planRule) {
	k.set.words = max(k.set.words, (len(rules)+63)/64)
}

// intersections are the distinct sets that a member of both lists have in
// common, as long as they aren't too many.
func intersections(sets, masks [][]uint64) [][]uint64 {
	seen := map[string]bool{}
	var out [][]uint64
	for _, s := range sets {
		for _, m := range masks {
			both := make([]uint64, len(s))
			key := make([]byte, 0, 8*len(s))
			for i := range s {
				both[i] = s[i] & m[i]
				for shift := 0; shift < 64; shift += 8 {
					key = append(key, byte(both[i]>>shift))
				}
			}
			if !seen[string(key)] {
				if len(out) > maxPlans {
					return out
				}
				seen[string(key)] = true
				out = append(out, both)
			}
		}
	}
	return out
}

// rules are those that a set of routes brings in, each once.
func (p *pipe) rules(set []uint64) []*planRule {
	var rules []*planRule
	for r := range p.routes {
		if set[r>>6]>>(r&63)&1 != 0 {
			rules = append(rules, p.routes[r]...)
		}
	}
	slices.SortStableFunc(rules, func(a, b *planRule) int { return int(a.rule - b.rule) })
	return slices.Compact(rules)
}

// plan finds the plan of a set of routes.
func (p *pipe) plan(set []uint64) *plan {
	for _, pl := range p.plans[hashRoutes(set)] {
		if slices.Equal(pl.set, set) {
			return pl
		}
	}
	return nil
}

func hashRoutes(set []uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, w := range set {
		h = (h ^ w) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return h
}
