package correlate

import (
	"fmt"
	"math"
	"slices"

	"frostgate.io/frostgate/sigma"
)

// Plan is a correlation made ready: which rules and correlations it looks at and
// the Machine that does its counting. It never changes.
type Plan struct {
	Correlation *sigma.Correlation
	Machine     Machine
	Members     []Member
	// Depth is 0 for a correlation over rules only, and one more than the deepest
	// correlation that it looks at else.
	Depth int
	// Quiet says that the plan only serves others: it is no alert of its own.
	Quiet bool
	// scale is what one is in the machine's numbers: value_* compute in
	// thousandths.
	scale float64
}

// Member is one entry of a correlation's list: a rule, or another plan.
type Member struct {
	Ref  string // as the list names it
	Rule *sigma.Rule
	Plan *Plan
}

// Compile makes plans of a collection's correlations, those that others look at
// before the others. What can't be used is refused by name.
func Compile(c *sigma.Collection) (plans []*Plan, refused []sigma.Refusal) {
	b := &planner{byName: map[string]*sigma.Correlation{}, rules: map[string]*sigma.Rule{}, done: map[*sigma.Correlation]*Plan{}}
	for _, r := range c.Rules {
		name(b.rules, r, r.ID, r.Name)
	}
	for _, k := range c.Correlations {
		name(b.byName, k, k.ID, k.Name)
	}
	for _, k := range c.Correlations {
		p, err := b.plan(k, 0)
		if err != nil {
			refused = append(refused, sigma.Refusal{File: k.File, Line: k.Line, Reason: err.Error()})
			continue
		}
		plans = append(plans, p)
	}
	slices.SortStableFunc(plans, func(a, b *Plan) int { return a.Depth - b.Depth })
	silence(plans)
	return plans, refused
}

// silence makes plans quiet that only others without generate look at.
func silence(plans []*Plan) {
	loud := map[*Plan]bool{}
	for _, p := range plans {
		for i := range p.Members {
			if inner := p.Members[i].Plan; inner != nil {
				loud[inner] = loud[inner] || p.Correlation.Generate
				inner.Quiet = !loud[inner]
			}
		}
	}
}

// name enters a thing under its names; the first that bears one keeps it.
func name[T any](m map[string]T, what T, names ...string) {
	for _, n := range names {
		if _, taken := m[n]; n != "" && !taken {
			m[n] = what
		}
	}
}

type planner struct {
	rules  map[string]*sigma.Rule
	byName map[string]*sigma.Correlation
	done   map[*sigma.Correlation]*Plan
}

// maxDepth bounds chains of correlations, circles among them.
const maxDepth = 8

func (b *planner) plan(c *sigma.Correlation, depth int) (*Plan, error) {
	if p := b.done[c]; p != nil {
		return p, nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("correlation %s: the chain is a circle or longer than %d", title(c), maxDepth)
	}
	p := &Plan{Correlation: c, scale: 1}
	for _, ref := range c.Rules {
		m := Member{Ref: ref, Rule: b.rules[ref]}
		if k := b.byName[ref]; m.Rule == nil && k != nil {
			inner, err := b.plan(k, depth+1)
			if err != nil {
				return nil, err
			}
			m.Plan, p.Depth = inner, max(p.Depth, inner.Depth+1)
		}
		if m.Rule == nil && m.Plan == nil {
			return nil, fmt.Errorf("correlation %s: no rule and no correlation has the name or ID %q", title(c), ref)
		}
		p.Members = append(p.Members, m)
	}
	if err := p.machine(); err != nil {
		return nil, fmt.Errorf("correlation %s: %w", title(c), err)
	}
	b.done[c] = p
	return p, nil
}

func title(c *sigma.Correlation) string { return fmt.Sprintf("%q", c.Title) }

// machine chooses what counts. Limits are just above what the condition compares
// with: more would be kept for nothing.
func (p *Plan) machine() error {
	c := p.Correlation
	m := Machine{Span: c.Timespan, Lateness: min(DefaultLateness, c.Timespan)}
	switch c.Type {
	case sigma.EventCount:
		m.Kind, m.Limit = Sliding, p.limit()
	case sigma.ValueCount:
		m.Kind, m.Limit = Distinct, p.limit()
	case sigma.ValueSum:
		m.Kind, p.scale = Sum, 1000
	case sigma.ValueAvg:
		m.Kind, p.scale = Average, 1000
	case sigma.ValuePercentile, sigma.ValueMedian:
		m.Kind, m.Limit, m.Percent, p.scale = Percentile, MaxExact, max(c.Percentile, 1), 1000
		if c.Type == sigma.ValueMedian {
			m.Percent = 50
		}
	case sigma.Temporal, sigma.TemporalOrdered:
		m.Kind, m.Steps = Temporal, make([]int, len(p.Members))
		for i := range m.Steps {
			m.Steps[i] = 1
		}
		if c.Type == sigma.TemporalOrdered {
			m.Kind = Sequence
		}
		if c.Expression != nil && m.Kind == Sequence {
			return fmt.Errorf("temporal_ordered asks for all rules in their order; an expression has none")
		}
		if c.Expression != nil {
			m.Holds = func(steps uint32) bool { return holds(c.Expression, c.Rules, steps) }
		}
	default:
		return fmt.Errorf("type %q is not known", c.Type)
	}
	p.Machine = m
	return m.Check()
}

// limit is one more than the greatest number that a condition names.
func (p *Plan) limit() int {
	most := 1.0
	for _, c := range p.Correlation.Conditions {
		most = max(most, math.Ceil(c.Value)+1)
		if c.Op == "gte" {
			most = max(most-1, 1)
		}
	}
	return int(min(most, 1<<30))
}

// holds evaluates a temporal expression over the rules that matched.
func holds(n *sigma.RuleNode, rules []string, steps uint32) bool {
	switch n.Op {
	case sigma.OpItem:
		i := slices.Index(rules, n.Rule)
		return i >= 0 && steps>>i&1 == 1
	case sigma.OpNot:
		return !holds(n.Args[0], rules, steps)
	case sigma.OpOr:
		return slices.ContainsFunc(n.Args, func(a *sigma.RuleNode) bool { return holds(a, rules, steps) })
	}
	return !slices.ContainsFunc(n.Args, func(a *sigma.RuleNode) bool { return !holds(a, rules, steps) })
}

// Holds reports whether the correlation's condition accepts a number of its
// machine.
func (p *Plan) Holds(number int64) bool {
	if p.Machine.Holds != nil {
		return number == 1
	}
	if len(p.Correlation.Conditions) == 0 {
		return number >= int64(len(p.Members))
	}
	v := float64(number) / p.scale
	for _, c := range p.Correlation.Conditions {
		ok := false
		switch c.Op {
		case "gt":
			ok = v > c.Value
		case "gte":
			ok = v >= c.Value
		case "lt":
			ok = v < c.Value
		case "lte":
			ok = v <= c.Value
		case "eq":
			ok = v == c.Value
		case "neq":
			ok = v != c.Value
		}
		if !ok {
			return false
		}
	}
	return true
}

// Number is a machine's number as the correlation counts.
func (p *Plan) Number(number int64) float64 { return float64(number) / p.scale }
