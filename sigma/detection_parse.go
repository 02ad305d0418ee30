package sigma

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxTests bounds what a rule may ask for, with its modifiers' variants written
// out and each use of a search counted.
const maxTests = 100_000

// search is one named part of a detection.
type search struct {
	name string
	node *Node
	size int // tests in it
}

// detection reads a map of searches with their condition; other members, for
// example a filter's rules, are the caller's.
func (p *parser) detection(n *yaml.Node, what string, others ...string) (*Node, error) {
	if n.Kind != yaml.MappingNode {
		return nil, at(n, "%s must be a map, not %s", what, kindName(n))
	}
	var searches []search
	var condition *yaml.Node
	for key, v := range pairs(n) {
		switch {
		case key.Value == "condition":
			condition = v
		case key.Value == "timeframe":
			return nil, at(key, "timeframe is not supported: it belongs to the removed aggregations; write a correlation")
		case contains(others, key.Value):
		default:
			before := p.budget
			node, err := p.search(v)
			if err != nil {
				return nil, err
			}
			searches = append(searches, search{name: key.Value, node: node, size: before - p.budget})
		}
	}
	if condition == nil {
		return nil, at(n, "condition is missing")
	}
	return p.conditions(condition, searches)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// search reads what stands under a search's name: a map is an and of its fields,
// a list an or of maps and keywords, a plain value a keyword.
func (p *parser) search(n *yaml.Node) (*Node, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return p.fieldMap(n)
	case yaml.SequenceNode:
		return p.searchList(n)
	}
	return p.keywords(n, []*yaml.Node{n})
}

// fieldMap reads a map of fields, which must all hold.
func (p *parser) fieldMap(n *yaml.Node) (*Node, error) {
	var args []*Node
	for key, v := range pairs(n) {
		arg, err := p.field(key, v)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) == 0 {
		return nil, at(n, "an empty map, which would fit every event")
	}
	return join(OpAnd, args), nil
}

// searchList reads a list of maps and keywords, of which one must hold.
func (p *parser) searchList(n *yaml.Node) (*Node, error) {
	var words []*yaml.Node
	var args []*Node
	for _, item := range n.Content {
		item = deref(item)
		switch item.Kind {
		case yaml.ScalarNode:
			words = append(words, item)
		case yaml.MappingNode:
			arg, err := p.fieldMap(item)
			if err != nil {
				return nil, err
			}
			args = append(args, arg)
		default:
			return nil, at(item, "a list inside of a list")
		}
	}
	if len(words) > 0 {
		arg, err := p.keywords(n, words)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) == 0 {
		return nil, at(n, "an empty list, which no event could fit")
	}
	return join(OpOr, args), nil
}

// keywords reads values that are looked for in the whole event.
func (p *parser) keywords(n *yaml.Node, words []*yaml.Node) (*Node, error) {
	return p.item(n, "", &modifiers{}, words)
}

// field reads one member of a map: a field's name with modifiers, and its values.
func (p *parser) field(key, v *yaml.Node) (*Node, error) {
	name, rest, modified := strings.Cut(key.Value, "|")
	var names []string
	if modified {
		names = strings.Split(rest, "|")
	}
	if strings.TrimSpace(name) == "" && len(names) == 0 {
		return nil, at(key, "a field without a name")
	}
	if len(name) > maxWord {
		return nil, at(key, "a field's name is longer than %d bytes", maxWord)
	}
	m, err := parseModifiers(key, names)
	if err != nil {
		return nil, err
	}
	values := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		values = v.Content
	}
	if len(values) == 0 {
		return nil, at(v, "the field %s has an empty list of values", name)
	}
	if m.all && len(values) == 1 {
		return nil, at(key, "the modifier all needs a list of two values or more")
	}
	return p.item(key, strings.TrimSpace(name), m, values)
}

// item builds the comparison of a field with its values.
func (p *parser) item(n *yaml.Node, field string, m *modifiers, values []*yaml.Node) (*Node, error) {
	if field == "" {
		if err := m.checkKeyword(n); err != nil {
			return nil, err
		}
	}
	items := []*Item{{Field: field, Line: p.line(n)}}
	for i, v := range values {
		v = deref(v)
		tests, err := p.tests(m, field, v)
		if err != nil {
			return nil, err
		}
		if err := p.charge(v, tests); err != nil {
			return nil, err
		}
		if m.all && i > 0 {
			items = append(items, &Item{Field: field, Line: p.line(v)})
		}
		last := items[len(items)-1]
		last.Tests = append(last.Tests, tests...)
	}
	args := make([]*Node, len(items))
	for i, item := range items {
		args[i] = &Node{Op: OpItem, Item: item}
	}
	node := join(OpAnd, args)
	if m.negate {
		node = &Node{Op: OpNot, Args: []*Node{node}}
	}
	return node, nil
}

// charge counts tests into the document's size and the collection's memory.
func (p *parser) charge(v *yaml.Node, tests []Test) error {
	if p.budget -= len(tests); p.budget < 0 {
		return at(v, "more than %d values with their variants", maxTests)
	}
	for _, t := range tests {
		*p.left -= valueCost
		for _, piece := range t.Pattern {
			*p.left -= int64(len(piece.Literal))
		}
	}
	if *p.left < 0 {
		return at(v, "the rules take more memory than the limit")
	}
	return nil
}

// checkKeyword refuses modifiers that need a field.
func (m *modifiers) checkKeyword(n *yaml.Node) error {
	if m.kind != TestText && m.kind != TestRegexp {
		return at(n, "keywords can only be texts and regular expressions")
	}
	if m.anchor == AnchorStart || m.anchor == AnchorEnd {
		return at(n, "a keyword is looked for anywhere; startswith and endswith need a field")
	}
	if m.negate {
		return at(n, "neq needs a field; negate the keywords in the condition")
	}
	return nil
}

// join makes an and or an or of parts; a single part stands for itself.
func join(op Op, args []*Node) *Node {
	if len(args) == 1 {
		return args[0]
	}
	return &Node{Op: op, Args: args}
}
