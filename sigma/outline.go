package sigma

import (
	"slices"
	"strings"
)

// Clause is one line of a condition in words. Deeper clauses belong to the one
// before them that is less deep.
type Clause struct {
	Depth int
	// Text says what is asked, for example "Image ends with one of", or how the
	// deeper clauses belong together: "all of", "any of", "none of".
	Text string
	// Values are the alternatives that Text ends with, in the rule's order.
	Values []string
	Line   int // in the rule's file; 0: it stands for several
}

// maxClauses bounds an outline: past it a condition is not understood by reading.
const maxClauses = 400

// Outline says line by line what the condition asks of an event; cut says that it
// goes on.
func (n *Node) Outline() (clauses []Clause, cut bool) {
	o := &outline{}
	o.node(n, 0, false)
	return o.clauses, o.cut
}

type outline struct {
	clauses []Clause
	cut     bool
}

func (o *outline) add(c Clause) bool {
	if len(o.clauses) >= maxClauses {
		o.cut = true
		return false
	}
	o.clauses = append(o.clauses, c)
	return true
}

// node writes a part; not says that it must not hold.
func (o *outline) node(n *Node, depth int, not bool) {
	switch {
	case n.Op == OpItem:
		c := n.Item.clause()
		if c.Depth = depth; not {
			c.Text = "not: " + c.Text
		}
		o.add(c)
	case n.Op == OpNot:
		o.node(n.Args[0], depth, !not)
	case len(n.Args) == 1:
		o.node(n.Args[0], depth, not)
	default:
		if !o.add(Clause{Depth: depth, Text: together(n.Op, not)}) {
			return
		}
		for _, arg := range flat(n) {
			o.node(arg, depth+1, false)
		}
	}
}

func together(op Op, not bool) string {
	switch {
	case op == OpAnd && not:
		return "not all of"
	case op == OpAnd:
		return "all of"
	case not:
		return "none of"
	}
	return "any of"
}

// flat lists what is joined by the same word, however deep it is nested.
func flat(n *Node) []*Node {
	var out []*Node
	for _, arg := range n.Args {
		if arg.Op == n.Op {
			out = append(out, flat(arg)...)
			continue
		}
		out = append(out, arg)
	}
	return out
}

// verbs are the beginnings of what tests say that a list of values can follow.
var verbs = []string{"contains ", "ends with ", "starts with ", "is like ", "fits the regular expression ", "is an address in ", "is "}

func (i *Item) clause() Clause {
	name := i.Field
	if name == "" {
		name = "any value"
	}
	verb, values := "", make([]string, len(i.Tests))
	for n, t := range i.Tests {
		said := t.String()
		at := slices.IndexFunc(verbs, func(v string) bool { return strings.HasPrefix(said, v) })
		if at < 0 || verb != "" && verb != verbs[at] || t.Kind != TestText && t.Kind != TestRegexp && t.Kind != TestCIDR || said == "is empty" || said == "is any text" {
			return Clause{Text: i.String(), Line: i.Line}
		}
		verb, values[n] = verbs[at], said[len(verbs[at]):]
	}
	text := name + " " + strings.TrimSuffix(verb, " ")
	if len(values) > 1 {
		text += " one of"
	}
	return Clause{Text: text, Values: values, Line: i.Line}
}
