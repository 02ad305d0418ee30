package sigma

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxTimespan bounds the time that a correlation looks back.
const maxTimespan = 366 * 24 * time.Hour

// addCorrelation reads a correlation.
func (p *parser) addCorrelation(c *Collection, top *yaml.Node) error {
	h, err := readHeader(top)
	if err != nil {
		return err
	}
	n := member(top, "correlation")
	if n.Kind != yaml.MappingNode {
		return at(n, "correlation must be a map, not %s", kindName(n))
	}
	if member(top, "detection") != nil {
		return at(n, "a document is either a rule or a correlation, not both")
	}
	out := &Correlation{
		ID: h.ID, Title: h.Title, Name: h.Name, Status: h.Status, Description: h.Description,
		Author: h.Author, Date: h.Date, Modified: h.Modified, Level: h.Level, Tags: h.Tags,
		File: p.file, Line: p.line(top),
	}
	r := &reader{}
	if v := member(top, "generate"); v != nil {
		out.Generate = r.flag("generate", v)
	}
	for key, v := range pairs(n) {
		out.member(r, key, v)
	}
	if r.err != nil {
		return r.err
	}
	if v := member(n, "condition"); v != nil && !isNull(v) {
		if err := p.correlationCondition(out, v); err != nil {
			return err
		}
	}
	if err := out.check(n); err != nil {
		return err
	}
	c.Correlations = append(c.Correlations, out)
	return nil
}

// member reads one member of the correlation's map. The condition comes after
// them, because it depends on the type and the rules.
func (c *Correlation) member(r *reader, key, v *yaml.Node) {
	switch key.Value {
	case "type":
		c.Type = CorrelationType(r.oneOf("type", v,
			string(EventCount), string(ValueCount), string(Temporal), string(TemporalOrdered),
			string(ValueSum), string(ValueAvg), string(ValuePercentile), string(ValueMedian)))
	case "rules":
		c.Rules = r.texts("rules", v)
	case "group-by":
		c.GroupBy = r.texts("group-by", v)
	case "timespan", "timeframe":
		c.Timespan = r.timespan(v)
	case "aliases":
		c.Aliases = r.aliases(v)
	case "generate":
		c.Generate = r.flag("generate", v)
	case "condition":
	default:
		r.fail(key, "correlation has no member %q", key.Value)
	}
}

// timespan reads a number with a letter, for example 90m.
func (r *reader) timespan(v *yaml.Node) time.Duration {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	text := r.text("timespan", v, 16)
	if text != "" {
		unit := units[text[len(text)-1]]
		count, err := strconv.ParseUint(text[:len(text)-1], 10, 32)
		if span := time.Duration(count) * unit; err == nil && count > 0 && unit > 0 && count <= uint64(maxTimespan/unit) {
			return span
		}
	}
	r.fail(v, "timespan %q is not a number followed by s, m, h, d or w, or it is longer than a year", text)
	return 0
}

// aliases reads, per alias, the field that stands for it in each rule.
func (r *reader) aliases(v *yaml.Node) map[string]map[string]string {
	if v.Kind != yaml.MappingNode {
		r.fail(v, "aliases must be a map, not %s", kindName(v))
		return nil
	}
	aliases := map[string]map[string]string{}
	for alias, fields := range pairs(v) {
		if fields.Kind != yaml.MappingNode {
			r.fail(fields, "the alias %s must be a map of rules and their fields, not %s", alias.Value, kindName(fields))
			return nil
		}
		byRule := map[string]string{}
		for rule, field := range pairs(fields) {
			byRule[rule.Value] = r.text("the alias "+alias.Value, field, maxWord)
		}
		aliases[alias.Value] = byRule
	}
	return aliases
}

// correlationCondition reads the condition: a map of comparisons or, for temporal
// types, an expression over the rules.
func (p *parser) correlationCondition(c *Correlation, v *yaml.Node) error {
	if v.Kind == yaml.ScalarNode {
		return c.expression(v)
	}
	if v.Kind != yaml.MappingNode {
		return at(v, "condition must be a map, not %s", kindName(v))
	}
	r := &reader{}
	for key, value := range pairs(v) {
		switch key.Value {
		case "gt", "gte", "lt", "lte", "eq", "neq":
			number, err := parseNumber(value)
			if err != nil {
				return err
			}
			c.Conditions = append(c.Conditions, CorrelationCondition{Op: key.Value, Value: number})
		case "field":
			fields := r.texts("field", value)
			if len(fields) != 1 {
				r.fail(value, "field must name one field")
				break
			}
			c.Field = fields[0]
		case "percentile":
			number, err := parseNumber(value)
			if err != nil || number != math.Trunc(number) || number < 1 || number > 99 {
				return at(value, "percentile must be a whole number from 1 to 99")
			}
			c.Percentile = int(number)
		default:
			r.fail(key, "condition has no member %q", key.Value)
		}
	}
	return r.err
}

// expression reads a temporal condition such as "a and (b or not c)".
func (c *Correlation) expression(v *yaml.Node) error {
	if c.Type != Temporal && c.Type != TemporalOrdered {
		return at(v, "only temporal and temporal_ordered can have an expression as condition")
	}
	parse := conditionParser{node: v, leaf: func(_ *conditionParser, word string) (*Node, error) {
		if !slices.Contains(c.Rules, word) {
			return nil, at(v, "the condition names %q, which is not in the list of rules", word)
		}
		return &Node{Op: OpItem, Item: &Item{Field: word}}, nil
	}}
	parse.of = func(_ *conditionParser, op Op, pattern string) (*Node, error) {
		var args []*Node
		for _, rule := range c.Rules {
			if strings.EqualFold(pattern, "them") || fits(pattern, rule) {
				args = append(args, &Node{Op: OpItem, Item: &Item{Field: rule}})
			}
		}
		if len(args) == 0 {
			return nil, at(v, "the condition names %q, which is not in the list of rules", pattern)
		}
		return join(op, args), nil
	}
	node, err := parse.parse()
	if err == nil {
		c.Expression = ruleTree(node)
	}
	return err
}

// ruleTree turns a parsed expression into one over rules.
func ruleTree(n *Node) *RuleNode {
	if n.Op == OpItem {
		return &RuleNode{Op: OpItem, Rule: n.Item.Field}
	}
	out := &RuleNode{Op: n.Op}
	for _, arg := range n.Args {
		out.Args = append(out.Args, ruleTree(arg))
	}
	return out
}

// check refuses correlations that lack what their type needs.
func (c *Correlation) check(n *yaml.Node) error {
	valued := strings.HasPrefix(string(c.Type), "value_")
	temporal := c.Type == Temporal || c.Type == TemporalOrdered
	switch {
	case c.Type == "":
		return at(n, "correlation lacks its type")
	case len(c.Rules) == 0:
		return at(n, "correlation lacks its rules")
	case c.Timespan == 0:
		return at(n, "correlation lacks its timespan")
	case valued && c.Field == "":
		return at(n, "a correlation of the type %s needs a field in its condition", c.Type)
	case !valued && c.Field != "":
		return at(n, "a correlation of the type %s has no field in its condition", c.Type)
	case !temporal && len(c.Conditions) == 0:
		return at(n, "a correlation of the type %s needs a condition", c.Type)
	case (c.Type == ValuePercentile) != (c.Percentile > 0):
		return at(n, "a percentile belongs to the condition of value_percentile, and only there")
	case temporal && len(c.Rules) < 2:
		return at(n, "a correlation of the type %s needs two rules or more", c.Type)
	}
	return c.checkReferences(n)
}

// checkReferences refuses rules that are listed twice, aliases of rules that
// aren't listed and correlations that refer to themselves.
func (c *Correlation) checkReferences(n *yaml.Node) error {
	for i, rule := range c.Rules {
		if rule == "" || slices.Contains(c.Rules[:i], rule) {
			return at(n, "correlation lists the rule %q twice", rule)
		}
		if rule == c.ID || rule == c.Name {
			return at(n, "correlation refers to itself")
		}
	}
	for alias, fields := range c.Aliases {
		for rule := range fields {
			if !slices.Contains(c.Rules, rule) {
				return at(n, "the alias %s has the rule %q, which is not in the list of rules", alias, rule)
			}
		}
	}
	return nil
}

// addFilter reads a filter.
func (p *parser) addFilter(c *Collection, top *yaml.Node) error {
	h, err := readHeader(top)
	if err != nil {
		return err
	}
	source, err := readLogsource(top)
	if err != nil {
		return err
	}
	n := member(top, "filter")
	if n.Kind != yaml.MappingNode {
		return at(n, "filter must be a map, not %s", kindName(n))
	}
	rules := member(n, "rules")
	if rules == nil || isNull(rules) {
		return at(n, "filter lacks its rules (any stands for all of its logsource)")
	}
	r := &reader{}
	names := r.texts("rules", rules)
	if r.err != nil {
		return r.err
	}
	if len(names) == 1 && strings.EqualFold(names[0], "any") {
		names = nil
	} else if len(names) == 0 {
		return at(rules, "filter has an empty list of rules (any stands for all of its logsource)")
	}
	condition, err := p.detection(n, "filter", "rules")
	if err != nil {
		return err
	}
	c.Filters = append(c.Filters, &Filter{
		ID: h.ID, Title: h.Title, Name: h.Name, Description: h.Description, Author: h.Author,
		Date: h.Date, Modified: h.Modified, Logsource: source, Rules: names,
		Condition: condition, File: p.file, Line: p.line(top),
	})
	return nil
}
