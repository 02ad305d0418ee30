package sigma

import (
	"math/bits"
	"slices"
)

// Match is a rule that an event fits.
type Match struct {
	Rule  *Rule
	Index int // in Set.Rules()
}

// Matcher matches events against a Set, one after the other. It belongs to one
// goroutine; its buffers are used again, so that matching allocates nothing.
type Matcher struct {
	scanner
	textBuffer
	set *Set

	shape  *shape
	fields []fieldView
	routes []uint64
	mask   []uint64
	cand   []uint64
	result []Match
	hits   []*planRule // beside the matches: the rule as its route has it

	spent
	explained spent    // by Explain, of the same event
	profile   *profile // nil: nothing is measured
}

// NewMatcher returns a matcher of the set.
func (s *Set) NewMatcher() *Matcher {
	words := 0
	for _, p := range s.pipes {
		words = max(words, p.words)
	}
	return &Matcher{
		scanner: newScanner(s.table),
		set:     s,
		fields:  make([]fieldView, len(s.fields)),
		routes:  make([]uint64, words),
		mask:    make([]uint64, words),
		cand:    make([]uint64, s.words),
	}
}

// Match returns the rules that an event fits, in the order of Set.Rules(). The
// result holds until the next call. An event that is no JSON object, or beyond
// MaxEvent, MaxDepth or MaxValues, is an error; one that no pipeline recognises
// fits no rule, and Pipeline says so.
func (m *Matcher) Match(event []byte) ([]Match, error) {
	m.result, m.hits, m.shape = m.result[:0], m.hits[:0], nil
	m.spent, m.explained = spent{}, spent{}
	if cap(m.buf) > 1<<20 {
		m.buf = nil
	}
	m.buf = m.buf[:0]
	if err := m.scan(event); err != nil {
		return nil, err
	}
	if m.shape = m.recognise(); m.shape != nil {
		m.resolve(m.shape)
		m.matchShape(m.shape.pipe)
	}
	m.cut = m.cut || m.work > ampleWork
	return m.result, nil
}

// matchShape evaluates the plans that the event's routes lead to.
func (m *Matcher) matchShape(p *pipe) {
	routes := m.route(p)
	if pl := p.plan(routes); pl != nil {
		m.run(pl)
	} else {
		m.runRoutes(p, routes)
	}
	if p.own != nil {
		m.runOwn(p.own)
		m.merge()
	}
}

// runRoutes evaluates the plans of single routes: no plan is for all of these
// together.
func (m *Matcher) runRoutes(p *pipe, routes []uint64) {
	for r, pl := range p.single {
		if routes[r>>6]>>(r&63)&1 != 0 {
			m.run(pl.plan(m.set.rarity))
		}
	}
	m.merge()
}

// Pipeline is the name of the pipeline that recognised the event last matched;
// it is empty when none did, so that no rule could apply.
func (m *Matcher) Pipeline() string {
	if m.shape == nil {
		return ""
	}
	return m.shape.pipe.src.Name
}

// Cut tells whether the event last matched was too costly to be matched in full:
// some tests saw only the first values of a field or the beginnings of texts, or
// the last rules were not tested at all. Rules may then be missing from the result,
// and ones whose exceptions weren't seen be in it. Whoever decides by the result
// must not take such an event for a harmless one.
func (m *Matcher) Cut() bool { return m.cut }

// recognise finds the first shape whose tests hold.
func (m *Matcher) recognise() *shape {
	for _, sh := range m.set.shapes {
		ok := true
		for i := range sh.when {
			if t := &sh.when[i]; !m.fitsShape(t) {
				ok = false
				break
			}
		}
		if ok {
			return sh
		}
	}
	return nil
}

func (m *Matcher) fitsShape(t *shapeTest) bool {
	if m.slots[t.path].gen != m.gen {
		return false
	}
	if t.values == nil {
		return true
	}
	for c := m.valuesAt(t.path); c.next(m); {
		l := &m.leaves[c.leaf]
		if l.kind == leafNull {
			continue
		}
		text := m.folded(m.ev, l)
		m.work += testWork + len(text)/8
		if _, ok := t.values[string(text)]; ok {
			return true
		}
	}
	return false
}

// route finds the routes whose tests hold.
func (m *Matcher) route(p *pipe) []uint64 {
	routes := m.routes[:p.words]
	all := len(p.src.Routes)
	for i := range routes {
		routes[i] = ^uint64(0)
	}
	if all&63 != 0 {
		routes[all>>6] = 1<<(all&63) - 1
	}
	for i := range p.columns {
		c := &p.columns[i]
		if !m.present(c.field) {
			and(routes, c.absent)
			continue
		}
		mask := m.mask[:p.words]
		copy(mask, c.other)
		for v := m.values(c.field); v.next(m); {
			l := &m.leaves[v.leaf]
			if l.kind == leafNull {
				continue
			}
			text := m.folded(m.ev, l)
			m.work += testWork + len(text)/8
			for j, w := range c.classes[string(text)] {
				mask[j] |= w
			}
		}
		and(routes, mask)
	}
	return routes
}

func and(a, b []uint64) {
	for i := range a {
		a[i] &= b[i]
	}
}

// run evaluates a plan: the witnesses find candidates, each of which is then
// tested in full.
func (m *Matcher) run(p *plan) {
	cand := m.cand[:len(p.always)]
	copy(cand, p.always)
	for _, x := range p.index {
		if x.field != keywordField && !m.present(x.field) {
			continue
		}
		mark(cand, x.present)
		if len(x.needles) == 0 && len(x.short) == 0 {
			continue
		}
		for c := m.values(x.field); c.next(m); {
			l := &m.leaves[c.leaf]
			if l.kind == leafNull || x.raw != nil && !x.raw.may(m.ev, l, &m.spent) {
				continue
			}
			x.find(m.folded(m.ev, l), l.flags&flagTextWide != 0, cand, &m.spent)
			if l.flags&flagLongS != 0 {
				mark(cand, x.longS)
			}
		}
	}
	m.testAll(p, cand)
}

// testAll tests the candidates of a plan.
func (m *Matcher) testAll(p *plan, cand []uint64) {
	for w, word := range cand {
		for ; word != 0; word &= word - 1 {
			if m.over() {
				return
			}
			r := p.rules[w<<6+bits.TrailingZeros64(word)]
			if last := len(m.hits) - 1; last >= 0 && m.hits[last].rule == r.rule {
				continue // found by another route already
			}
			if m.test(r) && !m.over() { // else nobody knows
				m.hits = append(m.hits, r)
				m.result = append(m.result, Match{Rule: m.set.rules[r.rule], Index: int(r.rule)})
			}
		}
	}
}

// merge puts the finds of several plans in order, each rule once.
func (m *Matcher) merge() {
	slices.SortFunc(m.hits, func(a, b *planRule) int { return int(a.rule - b.rule) })
	m.hits = slices.CompactFunc(m.hits, func(a, b *planRule) bool { return a.rule == b.rule })
	m.result = m.result[:0]
	for _, r := range m.hits {
		m.result = append(m.result, Match{Rule: m.set.rules[r.rule], Index: int(r.rule)})
	}
}
