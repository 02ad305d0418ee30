package ruletest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/sigma"
)

// Result is what came of one case.
type Result struct {
	File, Rule, Case string
	Line             int
	Problem          string // empty: as expected
}

// Runner runs tests against a collection of rules.
type Runner struct {
	rules     *sigma.Collection
	set       *sigma.Set
	scenarios Scenarios // nil: there are none
}

// New compiles the rules that tests are about.
func New(rules *sigma.Collection) (*Runner, error) {
	set, err := sigma.Compile(rules, sigma.Options{})
	if err != nil {
		return nil, err
	}
	return &Runner{rules: rules, set: set}, nil
}

// Run runs the cases of one file.
func (r *Runner) Run(f *File) []Result {
	out := make([]Result, 0, len(f.Cases))
	missing := r.missing(f)
	for i := range f.Cases {
		c := &f.Cases[i]
		problem := missing
		switch {
		case problem != "":
		case c.Steps != nil:
			problem = r.several(f, c)
		default:
			problem = r.single(f, c)
		}
		out = append(out, Result{File: f.Name, Rule: f.Rule, Case: c.Name, Line: c.Line, Problem: problem})
	}
	return out
}

// Untested lists the rules and correlations that none of the files is about, in
// the order of their IDs.
func (r *Runner) Untested(files []*File) []string {
	tested := map[string]bool{}
	for _, f := range files {
		tested[f.Rule] = true
	}
	var out []string
	for _, rule := range r.set.Rules() {
		if !tested[rule.ID] {
			out = append(out, rule.ID)
		}
	}
	for _, c := range r.rules.Correlations {
		if !tested[c.ID] {
			out = append(out, c.ID)
		}
	}
	slices.Sort(out)
	return out
}

// missing says why the rule can't be tested; empty when it can.
func (r *Runner) missing(f *File) string {
	if r.rule(f.Rule) != nil || r.correlation(f.Rule) != nil || r.hasScenario(f.Rule) {
		return ""
	}
	beside := strings.TrimSuffix(strings.TrimSuffix(f.Name, ".test.yml"), ".test.yaml")
	for _, x := range slices.Concat(r.rules.Refused, r.set.Refused()) {
		if strings.HasPrefix(x.File, beside+".") {
			return fmt.Sprintf("the rule is refused: %s:%d: %s", x.File, x.Line, x.Reason)
		}
	}
	return "there is no rule " + f.Rule
}

func (r *Runner) rule(id string) *sigma.Rule {
	for _, rule := range r.set.Rules() {
		if rule.ID == id {
			return rule
		}
	}
	return nil
}

func (r *Runner) correlation(id string) *sigma.Correlation {
	for _, c := range r.rules.Correlations {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// unrecognised is the problem of an event that no rule is tried on.
const unrecognised = "the event is recognised by no pipeline, so no rule is tried on it"

func (r *Runner) single(f *File, c *Case) string {
	if r.hasScenario(f.Rule) {
		return r.oneRequest(f, c)
	}
	if r.rule(f.Rule) == nil {
		return "the rule looks at several events: give events and alerts"
	}
	m := r.set.NewMatcher()
	found, err := m.Match(c.Event)
	if err != nil {
		return err.Error()
	}
	if m.Pipeline() == "" {
		return unrecognised
	}
	i := slices.IndexFunc(found, func(x sigma.Match) bool { return x.Rule.ID == f.Rule })
	switch {
	case c.Match && i < 0:
		return "does not match"
	case !c.Match && i >= 0:
		return "matches, but must not: " + because(m.Explain(found[i]))
	}
	return ""
}

// because names the fields that made a rule match.
func because(why []sigma.FieldMatch) string {
	parts := make([]string, 0, len(why))
	for _, w := range why {
		parts = append(parts, fmt.Sprintf("%s = %q %s", cmp.Or(w.Field, w.Path, "keyword"), w.Value, w.Test))
	}
	return strings.Join(parts, "; ")
}
