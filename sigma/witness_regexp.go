package sigma

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is taken out of a regular expression.
const (
	maxExact    = 24 // texts that a part may stand for
	maxExactLen = 48 // bytes of each
	maxClass    = 8  // characters of a class that is taken apart
)

// literals is what is known about the texts that a part of an expression finds.
type literals struct {
	// exact are all texts it can stand for, folded; nil: too many.
	exact []string
	// need are texts of which one is in whatever it finds; nil: unknown.
	need []string
	cost float64 // of need
	// longS: a text was folded in which U+017F could stand for an s.
	longS bool
}

// needs is what a text must have for a regular expression to find something.
type needs struct {
	least int // characters
	texts [][]byte
	longS bool
	cost  float64

	// run: it finds any text with so many characters in a row, and nothing else;
	// lines: none of them the end of a line.
	run, lines bool
}

// regexpNeeds looks for literals of which one is in every text that fits, and for
// what a byte of text may cost.
func regexpNeeds(rarity *Rarity, field string, from *regexp.Regexp) (n *needs, weight int) {
	re, err := syntax.Parse(from.String(), syntax.Perl)
	if err != nil {
		return nil, 1 << 12
	}
	l := literalFinder{rarity: rarity, field: field}
	found := l.known(l.find(re))
	n = &needs{least: leastLength(re), longS: found.longS, cost: found.cost}
	if re.Op == syntax.OpRepeat && re.Max < 0 {
		sub := re.Sub[0].Op
		n.run, n.lines = sub == syntax.OpAnyChar || sub == syntax.OpAnyCharNotNL, sub == syntax.OpAnyCharNotNL
	}
	for _, text := range found.need {
		n.texts = append(n.texts, []byte(text))
	}
	return n, regexpWeight(re)
}

// cover makes witnesses of the literals.
func (n *needs) cover(field int32) cover {
	if n == nil || n.texts == nil {
		return none()
	}
	c := cover{cost: n.cost}
	for _, text := range n.texts {
		c.list = append(c.list, witness{field: field, kind: witnessContains, text: string(text), longS: n.longS})
	}
	return c
}

// leastLength is the number of characters below which nothing is found.
func leastLength(re *syntax.Regexp) int {
	n := 0
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return leastLength(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * leastLength(re.Sub[0])
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n += leastLength(sub)
		}
	case syntax.OpAlternate:
		n = leastLength(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			n = min(n, leastLength(sub))
		}
	}
	return n
}

type literalFinder struct {
	rarity *Rarity
	field  string
}

// known turns a part's exact texts into needed ones, when that helps.
func (f literalFinder) known(l literals) literals {
	if l.exact == nil {
		return l
	}
	cost := 0.0
	for _, text := range l.exact {
		if text == "" {
			return l
		}
		cost += f.rarity.cost(f.field, witnessContains, text)
	}
	if l.need == nil || cost < l.cost {
		l.need, l.cost = l.exact, cost
	}
	return l
}

func (f literalFinder) find(re *syntax.Regexp) literals {
	switch re.Op {
	case syntax.OpLiteral:
		return foldedLiteral(re)
	case syntax.OpCharClass:
		return classTexts(re.Rune)
	case syntax.OpCapture:
		return f.find(re.Sub[0])
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literals{exact: []string{""}}
	case syntax.OpQuest:
		l := f.find(re.Sub[0])
		if l.exact == nil || len(l.exact) >= maxExact {
			return literals{}
		}
		return literals{exact: append([]string{""}, l.exact...), longS: l.longS}
	case syntax.OpPlus:
		return f.atLeastOnce(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return f.atLeastOnce(re.Sub[0])
		}
	case syntax.OpConcat:
		return f.concat(re.Sub)
	case syntax.OpAlternate:
		return f.alternate(re.Sub)
	}
	return literals{}
}

func (f literalFinder) atLeastOnce(re *syntax.Regexp) literals {
	l := f.known(f.find(re))
	l.exact = nil
	return l
}

// foldedLiteral is a literal in lower case. Without regard to case only ASCII is
// taken: other letters have more forms than one.
func foldedLiteral(re *syntax.Regexp) literals {
	text := string(re.Rune)
	if re.Flags&syntax.FoldCase == 0 {
		return literals{exact: []string{foldString(text)}}
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return literals{}
		}
	}
	text = foldString(text)
	return literals{exact: []string{text}, longS: strings.Contains(text, "s")}
}

func classTexts(ranges []rune) literals {
	var l literals
	seen := map[rune]bool{}
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 2*maxClass {
			return literals{}
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if folded := unicode.ToLower(r); !seen[folded] {
				seen[folded] = true
				l.exact = append(l.exact, string(folded))
			}
		}
	}
	if len(l.exact) > maxClass {
		return literals{}
	}
	return l
}

// concat joins exact neighbours as long as they stay few, and keeps the rarest
// of what its parts need.
func (f literalFinder) concat(subs []*syntax.Regexp) literals {
	run := literals{exact: []string{""}}
	whole := true
	var best literals
	take := func(l literals) {
		if l = f.known(l); l.need != nil && (best.need == nil || l.cost < best.cost) {
			best = literals{need: l.need, cost: l.cost, longS: l.longS}
		}
	}
	for _, sub := range subs {
		l := f.find(sub)
		joined, ok := cross(run.exact, l.exact)
		if ok {
			run.exact, run.longS = joined, run.longS || l.longS
			continue
		}
		take(run)
		whole = false
		if l.exact == nil {
			take(l)
			run = literals{exact: []string{""}}
			continue
		}
		run = l
	}
	take(run)
	if whole {
		best.exact, best.longS = run.exact, run.longS
	}
	return best
}

// cross are all texts of a followed by all of b.
func cross(a, b []string) ([]string, bool) {
	if b == nil || len(a)*len(b) > maxExact {
		return nil, false
	}
	var out []string
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxExactLen {
				return nil, false
			}
			out = append(out, x+y)
		}
	}
	return out, true
}

func (f literalFinder) alternate(subs []*syntax.Regexp) literals {
	all := literals{exact: []string{}, need: []string{}}
	for _, sub := range subs {
		l := f.known(f.find(sub))
		all.longS = all.longS || l.longS
		if l.exact == nil || len(all.exact)+len(l.exact) > maxExact {
			all.exact = nil
		} else if all.exact != nil {
			all.exact = append(all.exact, l.exact...)
		}
		if l.need == nil {
			all.need = nil
		} else if all.need != nil {
			all.need = append(all.need, l.need...)
			all.cost += l.cost
		}
	}
	return all
}
