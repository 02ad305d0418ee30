package sigma

import (
	"math"
)

// witnessKind says how a witness's text must lie in a value.
type witnessKind uint8

const (
	witnessPresent witnessKind = iota // the field is there; no text
	witnessEqual
	witnessStart
	witnessEnd
	witnessContains
)

// witness is something that is cheap to look for in a folded value. Each rule
// has a list of which one must be there for the rule to match.
type witness struct {
	field int32
	kind  witnessKind
	longS bool // a value with U+017F counts as a find: see foldWide
	text  string
}

// cover is a list of witnesses and how often one of them is expected to be found
// in an event.
type cover struct {
	list []witness
	cost float64
}

// none covers nothing: what it stands for may hold in any event.
func none() cover { return cover{cost: math.Inf(1)} }

func (c cover) useless() bool { return math.IsInf(c.cost, 1) }

// cover finds the cheapest witnesses of a condition.
func (k *compiler) cover(c *cond) cover {
	switch c.op {
	case OpAnd:
		best := none()
		for _, a := range c.args {
			if got := k.cover(a); got.cost < best.cost {
				best = got
			}
		}
		return best
	case OpOr:
		var all cover
		for _, a := range c.args {
			got := k.cover(a)
			all.list = append(all.list, got.list...)
			all.cost += got.cost
		}
		return all
	case OpNot:
		return none()
	}
	var all cover
	for i := range c.item.tests {
		got := k.testCover(c.item, &c.item.tests[i])
		all.list = append(all.list, got.list...)
		all.cost += got.cost
	}
	return all
}

// testCover are the witnesses of one alternative of an item.
func (k *compiler) testCover(it *condItem, t *condTest) cover {
	name := it.src.Field
	one := func(kind witnessKind, text string) cover {
		w := witness{field: it.field, kind: kind, text: text}
		return cover{list: []witness{w}, cost: k.set.rarity.cost(name, kind, text)}
	}
	present := func() cover {
		if it.field == keywordField {
			return none()
		}
		return one(witnessPresent, "")
	}
	lit := string(t.lit)
	if t.cased {
		lit = foldString(lit)
	}
	switch t.form {
	case formEqual:
		return one(witnessEqual, lit)
	case formStart:
		return one(witnessStart, lit)
	case formEnd:
		return one(witnessEnd, lit)
	case formContains:
		return one(witnessContains, lit)
	case formGlob:
		if best := t.glob.cover(t.cased, one); !best.useless() {
			return best
		}
	case formRegexp, formRun:
		if best := t.needs.cover(it.field); !best.useless() {
			return best
		}
	case formNull:
		return none()
	case formExists:
		if !t.src.Exists {
			return none()
		}
	}
	return present()
}

// cover takes the rarest literal of a glob.
func (g *glob) cover(cased bool, one func(witnessKind, string) cover) cover {
	best := none()
	for i, seg := range g.segments {
		for j, lit := range seg {
			kind := witnessContains
			switch {
			case len(lit) == 0:
				continue
			case i == 0 && j == 0 && !g.start:
				kind = witnessStart
			case i == len(g.segments)-1 && j == len(seg)-1 && !g.end:
				kind = witnessEnd
			}
			text := string(lit)
			if cased {
				text = foldString(text)
			}
			if c := one(kind, text); c.cost < best.cost {
				best = c
			}
		}
	}
	return best
}
