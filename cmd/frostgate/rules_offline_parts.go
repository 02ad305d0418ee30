package main

import (
	"fmt"
	"io"
	"strings"

	"frostgate.io/frostgate/sigma"
)

// part is one part of a condition and whether it holds for an event.
type part struct {
	Holds bool   `json:"holds"`
	What  string `json:"what"` // "all of", "one of", "not", or a field's test
	Value string `json:"value,omitempty"`
	Parts []part `json:"parts,omitempty"`
}

// partsOf evaluates each part of a rule's condition on its own: every node of the
// tree becomes a rule of the same logsource, so that the matcher itself says which
// hold. nil: the event is not of the rule's logsource.
func partsOf(r *sigma.Rule, event []byte) (*part, error) {
	c := &sigma.Collection{Rules: []*sigma.Rule{alone(r, 0, &sigma.Node{Op: sigma.OpAnd})}}
	var nodes []*sigma.Node
	var collect func(*sigma.Node)
	collect = func(n *sigma.Node) {
		nodes = append(nodes, n)
		c.Rules = append(c.Rules, alone(r, len(nodes), n))
		for _, arg := range n.Args {
			collect(arg)
		}
	}
	collect(r.Condition)
	set, err := sigma.Compile(c, sigma.Options{})
	if err != nil {
		return nil, err
	}
	m := set.NewMatcher()
	found, err := m.Match(event)
	if err != nil {
		return nil, err
	}
	t := &parting{m: m, holds: map[string]bool{}}
	for _, x := range found {
		t.holds[x.Rule.ID] = true
		if x.Rule.ID == partID(0) {
			t.any, t.routed = x, true
		}
	}
	if !t.routed {
		return nil, nil
	}
	out := t.part(r.Condition)
	return &out, nil
}

// alone is a rule that is one part of another.
func alone(r *sigma.Rule, number int, n *sigma.Node) *sigma.Rule {
	return &sigma.Rule{ID: partID(number), Title: r.Title, Logsource: r.Logsource, Condition: n, File: r.File, Line: r.Line}
}

func partID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// parting walks the tree again, in the order in which its nodes were numbered.
type parting struct {
	m      *sigma.Matcher
	holds  map[string]bool
	any    sigma.Match // of the rule that always holds: how fields are seen
	routed bool
	number int
}

func (t *parting) part(n *sigma.Node) part {
	t.number++
	out := part{Holds: t.holds[partID(t.number)]}
	switch n.Op {
	case sigma.OpAnd:
		out.What = "all of"
	case sigma.OpOr:
		out.What = "one of"
	case sigma.OpNot:
		out.What = "not"
	case sigma.OpItem:
		out.What, out.Value = t.item(n.Item)
	}
	for _, arg := range n.Args {
		out.Parts = append(out.Parts, t.part(arg))
	}
	return out
}

// shownTests is how many alternatives of an item are written out.
const shownTests = 6

func (t *parting) item(it *sigma.Item) (what, value string) {
	var tests []string
	for i := range it.Tests {
		if i == shownTests {
			tests = append(tests, fmt.Sprintf("... (%d more)", len(it.Tests)-i))
			break
		}
		tests = append(tests, it.Tests[i].String())
	}
	if it.Field == "" {
		return "any value " + strings.Join(tests, " or "), ""
	}
	if v, ok := t.m.Field(t.any, it.Field); ok {
		value = fmt.Sprintf("%q", v)
	} else {
		value = "not there"
	}
	return it.Field + " " + strings.Join(tests, " or "), value
}

// write shows a part as a tree.
func (p *part) write(w io.Writer, depth int) {
	mark := "no "
	if p.Holds {
		mark = "yes"
	}
	fmt.Fprintf(w, "%s%s  %s", strings.Repeat("  ", depth), mark, printable(p.What))
	if p.Value != "" {
		fmt.Fprintf(w, "  [%s]", printable(p.Value))
	}
	fmt.Fprintln(w)
	for i := range p.Parts {
		p.Parts[i].write(w, depth+1)
	}
}
