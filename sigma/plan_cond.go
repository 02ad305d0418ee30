package sigma

import "slices"

// condForm is how a test is carried out.
type condForm uint8

const (
	formEqual condForm = iota
	formStart
	formEnd
	formContains
	formGlob
	formAny // every text
	formRegexp
	formCIDR
	formCompare
	formExists
	formNull
	formField
	formTime
	formRun // a regular expression that only asks for a long line
)

// cond is a condition tree with fields as numbers and literals folded.
type cond struct {
	op   Op
	args []*cond
	item *condItem
}

// keywordField is the number of the field that stands for all values.
const keywordField int32 = 0

type condItem struct {
	field int32
	tests []condTest
	src   *Item
	table *fieldIndex // of the tests that it can decide, when they are many
	rest  []condTest  // those that it can't; without a table all
}

type condTest struct {
	form   condForm
	cased  bool
	lit    []byte // formEqual to formContains
	glob   *glob
	other  int32  // formField
	needs  *needs // formRegexp; nil: nothing is known
	weight int    // formRegexp: see regexpWeight
	src    *Test
}

// condCompiler turns trees of one rule into conds; rename gives the event's
// names of fields under a route.
type condCompiler struct {
	field  func(name string) int32
	rename map[string]string
	rarity *Rarity
}

func (c *condCompiler) node(n *Node) *cond {
	out := &cond{op: n.Op}
	if n.Op == OpItem {
		out.item = c.item(n.Item)
		return out
	}
	for _, a := range n.Args {
		out.args = append(out.args, c.node(a))
	}
	// What is cheap may spare what isn't.
	slices.SortStableFunc(out.args, func(a, b *cond) int { return a.weight() - b.weight() })
	return out
}

// weight is 1 for conditions with regular expressions, else 0.
func (c *cond) weight() int {
	if c.op != OpItem {
		return boolToInt(slices.ContainsFunc(c.args, func(a *cond) bool { return a.weight() > 0 }))
	}
	return boolToInt(slices.ContainsFunc(c.item.tests, func(t condTest) bool { return t.form == formRegexp }))
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (c *condCompiler) number(name string) int32 {
	if other, ok := c.rename[name]; ok {
		name = other
	}
	return c.field(name)
}

func (c *condCompiler) item(it *Item) *condItem {
	out := &condItem{src: it, tests: make([]condTest, len(it.Tests))}
	if it.Field != "" {
		out.field = c.number(it.Field)
	}
	for i := range it.Tests {
		out.tests[i] = c.test(&it.Tests[i], it.Field)
	}
	out.tabulate(c.rarity)
	return out
}

// manyTests is the number of alternatives from which on looking them all up at
// once is faster than trying one after the other.
const manyTests = 10

// tabulate makes a table of plain text tests.
func (it *condItem) tabulate(rarity *Rarity) {
	kinds := map[condForm]witnessKind{
		formEqual: witnessEqual, formStart: witnessStart, formEnd: witnessEnd, formContains: witnessContains,
	}
	b := newIndexBuilder()
	for _, t := range it.tests {
		if kind, ok := kinds[t.form]; ok && !t.cased {
			b.add(&witness{kind: kind, text: string(t.lit)}, 0)
		} else {
			it.rest = append(it.rest, t)
		}
	}
	if len(it.tests)-len(it.rest) < manyTests {
		it.rest = it.tests
		return
	}
	it.table = b.build(it.field, rarity)
}

func (c *condCompiler) test(t *Test, field string) condTest {
	out := condTest{cased: t.Cased, src: t}
	switch t.Kind {
	case TestText:
		p := t.Pattern
		if field == "" {
			p = append(append(Pattern{{Wild: WildMany}}, p...), Piece{Wild: WildMany})
		}
		out.pattern(foldPattern(p, t.Cased))
	case TestRegexp:
		out.form = formRegexp
		out.needs, out.weight = regexpNeeds(c.rarity, field, t.Regexp)
		if out.needs != nil && out.needs.run {
			out.form = formRun
		}
	case TestCIDR:
		out.form = formCIDR
	case TestCompare:
		out.form = formCompare
	case TestExists:
		out.form = formExists
	case TestNull:
		out.form = formNull
	case TestField:
		out.form, out.other = formField, c.number(t.Other)
	case TestTime:
		out.form = formTime
	}
	return out
}

// foldPattern merges neighbours and, unless case counts, lowers literals.
func foldPattern(p Pattern, cased bool) Pattern {
	var out Pattern
	for _, piece := range p {
		if !cased {
			piece.Literal = foldString(piece.Literal)
		}
		last := len(out) - 1
		switch {
		case piece.Wild == NoWild && piece.Literal == "":
		case last >= 0 && piece.Wild == NoWild && out[last].Wild == NoWild:
			out[last].Literal += piece.Literal
		case last >= 0 && piece.Wild == WildMany && out[last].Wild == WildMany:
		default:
			out = append(out, piece)
		}
	}
	return out
}

// pattern picks the plainest form that does for a pattern.
func (t *condTest) pattern(p Pattern) {
	many := func(i int) bool { return p[i].Wild == WildMany }
	text := func(i int) bool { return p[i].Wild == NoWild }
	switch {
	case len(p) == 0:
		t.form = formEqual
	case len(p) == 1 && text(0):
		t.form, t.lit = formEqual, []byte(p[0].Literal)
	case len(p) == 1 && many(0):
		t.form = formAny
	case len(p) == 2 && text(0) && many(1):
		t.form, t.lit = formStart, []byte(p[0].Literal)
	case len(p) == 2 && many(0) && text(1):
		t.form, t.lit = formEnd, []byte(p[1].Literal)
	case len(p) == 3 && many(0) && text(1) && many(2):
		t.form, t.lit = formContains, []byte(p[1].Literal)
	default:
		t.form, t.glob = formGlob, newGlob(p)
	}
}
