package sigma

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a condition.
const (
	maxCondition      = 8192 // bytes
	maxConditionDepth = 64   // of parentheses and nots
)

// conditions reads the condition, or the list of them, of which one must hold.
func (p *parser) conditions(n *yaml.Node, searches []search) (*Node, error) {
	if n.Kind != yaml.SequenceNode {
		return p.condition(n, searches)
	}
	var args []*Node
	for _, item := range n.Content {
		arg, err := p.condition(deref(item), searches)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	if len(args) == 0 {
		return nil, at(n, "condition is an empty list")
	}
	return join(OpOr, args), nil
}

// condition reads one condition.
func (p *parser) condition(n *yaml.Node, searches []search) (*Node, error) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		return nil, at(n, "condition must be a text, not %s", kindName(n))
	}
	c := conditionParser{node: n, budget: maxTests, leaf: func(c *conditionParser, word string) (*Node, error) {
		for _, s := range searches {
			if s.name == word {
				return s.node, c.use(s)
			}
		}
		return nil, at(n, "the condition names %q, which the detection doesn't define", word)
	}}
	c.of = func(c *conditionParser, op Op, pattern string) (*Node, error) {
		return c.selection(op, pattern, searches)
	}
	return c.parse()
}

// conditionParser reads a condition by recursive descent: or binds least, then
// and, then not, then "x of". What a name stands for is the caller's.
type conditionParser struct {
	node   *yaml.Node
	tokens []string
	depth  int
	budget int
	leaf   func(c *conditionParser, word string) (*Node, error)
	of     func(c *conditionParser, op Op, pattern string) (*Node, error)
}

// parse reads the whole text.
func (c *conditionParser) parse() (*Node, error) {
	if len(c.node.Value) > maxCondition {
		return nil, at(c.node, "a condition longer than %d bytes", maxCondition)
	}
	if strings.Contains(c.node.Value, "|") {
		return nil, at(c.node, "the condition aggregates with a |, which was removed from Sigma; write a correlation")
	}
	c.tokens = tokens(c.node.Value)
	if len(c.tokens) == 0 {
		return nil, at(c.node, "the condition is empty")
	}
	node, err := c.chain(OpOr, "or", func() (*Node, error) { return c.chain(OpAnd, "and", c.not) })
	if err == nil && len(c.tokens) > 0 {
		return nil, at(c.node, "the condition has %q where it should end or continue with and or or", c.tokens[0])
	}
	return node, err
}

// tokens cuts a condition into words and parentheses.
func tokens(text string) []string {
	var list []string
	start := -1
	word := func(end int) {
		if start >= 0 {
			list = append(list, text[start:end])
			start = -1
		}
	}
	for i := range len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n':
			word(i)
		case '(', ')':
			word(i)
			list = append(list, text[i:i+1])
		default:
			if start < 0 {
				start = i
			}
		}
	}
	word(len(text))
	return list
}

// peek tells whether the next token is a word, whatever its case.
func (c *conditionParser) peek(word string) bool {
	return len(c.tokens) > 0 && strings.EqualFold(c.tokens[0], word)
}

// take takes the next token; "" at the end.
func (c *conditionParser) take() string {
	if len(c.tokens) == 0 {
		return ""
	}
	token := c.tokens[0]
	c.tokens = c.tokens[1:]
	return token
}

// chain reads parts with one operator between them.
func (c *conditionParser) chain(op Op, word string, part func() (*Node, error)) (*Node, error) {
	var args []*Node
	for {
		arg, err := part()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
		if !c.peek(word) {
			return join(op, args), nil
		}
		c.take()
	}
}

// not reads a part that may be negated.
func (c *conditionParser) not() (*Node, error) {
	if !c.peek("not") {
		return c.primary()
	}
	c.take()
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	arg, err := c.not()
	if err != nil {
		return nil, err
	}
	return &Node{Op: OpNot, Args: []*Node{arg}}, nil
}

func (c *conditionParser) enter() error {
	if c.depth++; c.depth > maxConditionDepth {
		return at(c.node, "a condition nested deeper than %d levels", maxConditionDepth)
	}
	return nil
}

func (c *conditionParser) leave() { c.depth-- }

// primary reads a name, an "x of" or something in parentheses.
func (c *conditionParser) primary() (*Node, error) {
	token := c.take()
	switch {
	case token == "":
		return nil, at(c.node, "the condition ends where a name should follow")
	case token == "(":
		return c.parenthesis()
	case token == ")", isOperator(token):
		return nil, at(c.node, "the condition has %q where a name should stand", token)
	case c.peek("of"):
		return c.quantified(token)
	case strings.Contains(token, "*"):
		return nil, at(c.node, "the condition has the wildcard %q without 1 of or all of", token)
	}
	return c.leaf(c, token)
}

func isOperator(token string) bool {
	return slices.Contains([]string{"and", "or", "not", "of"}, strings.ToLower(token))
}

// parenthesis reads up to the closing parenthesis.
func (c *conditionParser) parenthesis() (*Node, error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	defer c.leave()
	node, err := c.chain(OpOr, "or", func() (*Node, error) { return c.chain(OpAnd, "and", c.not) })
	if err == nil && c.take() != ")" {
		return nil, at(c.node, "the condition lacks a closing parenthesis")
	}
	return node, err
}

// quantified reads "1 of x" and "all of x".
func (c *conditionParser) quantified(count string) (*Node, error) {
	c.take()
	pattern := c.take()
	if pattern == "" || pattern == "(" || pattern == ")" {
		return nil, at(c.node, "the condition lacks a name behind %q", count+" of")
	}
	switch strings.ToLower(count) {
	case "1", "any":
		return c.of(c, OpOr, pattern)
	case "all":
		return c.of(c, OpAnd, pattern)
	}
	return nil, at(c.node, "the condition has %q; only 1 of, any of and all of are known", count+" of")
}

// selection joins the searches that a pattern names.
func (c *conditionParser) selection(op Op, pattern string, searches []search) (*Node, error) {
	them := strings.EqualFold(pattern, "them")
	var args []*Node
	for _, s := range searches {
		if them && strings.HasPrefix(s.name, "_") || !them && !fits(pattern, s.name) {
			continue
		}
		if err := c.use(s); err != nil {
			return nil, err
		}
		args = append(args, s.node)
	}
	if len(args) == 0 {
		return nil, at(c.node, "the condition names %q, which the detection doesn't define", pattern)
	}
	return join(op, args), nil
}

// use counts a search into the condition's size.
func (c *conditionParser) use(s search) error {
	if c.budget -= s.size + 1; c.budget < 0 {
		return at(c.node, "the condition asks for more than %d values", maxTests)
	}
	return nil
}

// fits says whether a name fits a pattern with * for any text.
func fits(pattern, name string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	name = name[len(head):]
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], next
	}
}
