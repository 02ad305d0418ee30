package sigma

import (
	"slices"
	"sync"
)

// plan is what one set of routes brings in: its rules and, per field, the
// witnesses that make a rule a candidate.
type plan struct {
	set    []uint64 // of routes
	rules  []*planRule
	always []uint64 // rules without witnesses
	index  []*fieldIndex
}

// lazyPlan is built when the first event asks for it, because most are never
// asked for. There are as many as there are routes or logsources.
type lazyPlan struct {
	once  sync.Once
	rules []*planRule
	built *plan
}

func (l *lazyPlan) plan(r *Rarity) *plan {
	l.once.Do(func() { l.built = newPlan(l.rules, r) })
	return l.built
}

// newPlan builds the tables for some rules, which are in the order of their
// numbers.
func newPlan(rules []*planRule, rarity *Rarity) *plan {
	words := (len(rules) + 63) / 64
	p := &plan{rules: rules, always: make([]uint64, words)}
	fields := map[int32]*indexBuilder{}
	for n, r := range rules {
		n := int32(n)
		if r.witnesses == nil {
			p.always[n>>6] |= 1 << (n & 63)
		}
		for i := range r.witnesses {
			w := &r.witnesses[i]
			b := fields[w.field]
			if b == nil {
				b = newIndexBuilder()
				fields[w.field] = b
			}
			b.add(w, n)
		}
	}
	for field, b := range fields {
		p.index = append(p.index, b.build(field, rarity))
	}
	slices.SortFunc(p.index, func(a, b *fieldIndex) int { return int(a.field - b.field) })
	return p
}

// witnesses are those of a rule; nil means that it has none that help, an empty
// list that it can't match at all.
func (k *compiler) witnesses(c *cond) []witness {
	best := k.cover(c)
	if best.useless() {
		return nil
	}
	if best.list == nil {
		return []witness{}
	}
	return best.list
}

type witnessText struct {
	kind witnessKind
	text string
}

// indexBuilder collects the witnesses of one field, each text once.
type indexBuilder struct {
	texts   map[witnessText]int32
	order   []witnessText
	rules   [][]int32
	present []int32
	longS   []int32
}

func newIndexBuilder() *indexBuilder { return &indexBuilder{texts: map[witnessText]int32{}} }

func (b *indexBuilder) add(w *witness, rule int32) {
	if w.longS && !ends(b.longS, rule) {
		b.longS = append(b.longS, rule)
	}
	if w.kind == witnessPresent {
		if !ends(b.present, rule) {
			b.present = append(b.present, rule)
		}
		return
	}
	key := witnessText{w.kind, w.text}
	i, ok := b.texts[key]
	if !ok {
		i = int32(len(b.order))
		b.texts[key] = i
		b.order = append(b.order, key)
		b.rules = append(b.rules, nil)
	}
	if !ends(b.rules[i], rule) {
		b.rules[i] = append(b.rules[i], rule)
	}
}

func ends(list []int32, n int32) bool { return len(list) > 0 && list[len(list)-1] == n }

// build makes the tables, each only when it has something in it.
func (b *indexBuilder) build(field int32, rarity *Rarity) *fieldIndex {
	x := &fieldIndex{field: field, present: b.present, longS: b.longS, stride: b.stride()}
	counts := map[**litTable]int{}
	homes := make([]**litTable, len(b.order))
	for i, w := range b.order {
		if home := x.home(w); home != nil {
			homes[i] = home
			counts[home]++
		}
	}
	for home, n := range counts {
		if home == &x.grams {
			n *= x.stride
		}
		*home = newLitTable(n, 32)
	}
	for i, w := range b.order {
		l := needle{text: []byte(w.text), rules: b.rules[i]}
		if homes[i] == nil {
			x.short = append(x.short, shortNeedle{kind: w.kind, wide: !isASCII(w.text), lit: l})
			continue
		}
		x.needles = append(x.needles, l)
		if homes[i] != &x.grams {
			x.link(*homes[i], x.key(w), 0)
			continue
		}
		from := rarity.rarest(l.text, x.stride)
		for at := from; at < from+x.stride; at++ {
			x.link(x.grams, uint64(le32(l.text, at)), at)
		}
	}
	if len(b.order) > 0 && len(counts) == 1 && x.grams != nil && len(x.short) == 0 {
		x.raw = newRawIndex(x.needles, rarity)
	}
	return x
}

// stride is the largest that every needle looked for inside of values allows.
func (b *indexBuilder) stride() int {
	stride := 8
	for _, w := range b.order {
		for w.kind == witnessContains && len(w.text) >= 4 && len(w.text) < stride+3 {
			stride /= 2
		}
	}
	return stride
}

// link makes the newest needle known by a key.
func (x *fieldIndex) link(t *litTable, key uint64, at int) {
	next := t.add(key, int32(len(x.links)+1))
	x.links = append(x.links, link{needle: int32(len(x.needles) - 1), at: int32(at), next: next})
}

// home is the table of a witness, or nil when it is too short for one.
func (x *fieldIndex) home(w witnessText) **litTable {
	n := len(w.text)
	long := 0
	if n >= 8 {
		long = 1
	}
	switch {
	case w.kind == witnessEqual:
		return &x.equal
	case n < 4:
		return nil
	case w.kind == witnessStart:
		return &x.starts[long]
	case w.kind == witnessEnd:
		return &x.ends[long]
	}
	return &x.grams
}

// key is what the edge of a value, or all of it, shows when it may have the
// witness.
func (x *fieldIndex) key(w witnessText) uint64 {
	n := len(w.text)
	switch {
	case w.kind == witnessEqual:
		x.lengths |= 1 << min(n, 63)
		return hashText([]byte(w.text))
	case n >= 8 && w.kind == witnessStart:
		return le64(w.text, 0)
	case n >= 8:
		return le64(w.text, n-8)
	case w.kind == witnessStart:
		return uint64(le32(w.text, 0))
	}
	return uint64(le32(w.text, n-4))
}

func le64(b string, i int) uint64 { return uint64(le32(b, i)) | uint64(le32(b, i+4))<<32 }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
