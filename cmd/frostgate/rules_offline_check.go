package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"frostgate.io/frostgate/sigma"
	"frostgate.io/frostgate/sigma/correlate"
)

// rulesCheckCmd lists what can't be used and why. It exits with 0 also when
// rules are refused, so that a large foreign archive can be loaded by scripts;
// --strict makes a refusal exit 1. Nothing usable at all is 1 either way, a path
// that can't be read 2.
type rulesCheckCmd struct {
	Rules  []string `arg:"" help:"Rules: folders, tars (plain or gzip) or files."`
	Strict bool     `help:"Exit 1 when something is refused."`
}

// checked is the result of rules check.
type checked struct {
	Loaded       int            `json:"loaded"` // rules that can be used
	Correlations int            `json:"correlations"`
	Filters      int            `json:"filters"`
	Refused      []refused      `json:"refused"`
	Skipped      map[string]int `json:"skipped"`  // left out on purpose, by folder or status
	Unserved     []unserved     `json:"unserved"` // loaded, but only events with a member logsource reach them
}

type refused struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // 0: the whole file
	Reason string `json:"reason"`
}

type unserved struct {
	Product  string `json:"product,omitempty"`
	Category string `json:"category,omitempty"`
	Service  string `json:"service,omitempty"`
	Rules    int    `json:"rules"`
}

// voidFilters lists filters that name a rule which is not there: a typing error
// that nobody would see.
func voidFilters(c *sigma.Collection) []sigma.Refusal {
	known := map[string]bool{}
	for _, r := range c.Rules {
		known[r.ID], known[r.Name] = true, true
	}
	var out []sigma.Refusal
	for _, f := range c.Filters {
		for _, name := range f.Rules {
			if !known[name] {
				out = append(out, sigma.Refusal{File: f.File, Line: f.Line, Reason: fmt.Sprintf("the filter names %q, which is no rule here", name)})
			}
		}
	}
	return out
}

// Run lists what can't be used.
func (c *rulesCheckCmd) Run(p *program) error {
	rules, err := loadRules(c.Rules)
	if err != nil {
		return err
	}
	set, err := sigma.Compile(rules, sigma.Options{})
	if err != nil {
		return errUsage{fmt.Errorf("rules: %w", err)}
	}
	plans, bad := correlate.Compile(rules)
	out := &checked{
		Loaded: set.Len(), Correlations: len(plans), Filters: len(rules.Filters),
		Refused: []refused{}, Skipped: rules.Skipped, Unserved: unservedOf(set.Unserved()),
	}
	for _, r := range slices.Concat(refusals(rules, set), bad, voidFilters(rules)) {
		out.Refused = append(out.Refused, refused{r.File, r.Line, r.Reason})
	}
	if err := c.print(p, out); err != nil {
		return err
	}
	if out.Loaded+out.Correlations+out.Filters == 0 || c.Strict && len(out.Refused) > 0 {
		return errQuiet(exitFailed)
	}
	return nil
}

func (c *rulesCheckCmd) print(p *program, out *checked) error {
	if p.cli.Output == "json" {
		return p.one(out)
	}
	rows := [][]string{
		{"rules loaded", fmt.Sprint(out.Loaded)},
		{"correlations", fmt.Sprint(out.Correlations)},
		{"filters", fmt.Sprint(out.Filters)},
		{"refused", fmt.Sprint(len(out.Refused))},
	}
	for _, why := range sortedKeys(out.Skipped) {
		rows = append(rows, []string{"skipped: " + why, fmt.Sprint(out.Skipped[why])})
	}
	for _, u := range out.Unserved {
		rows = append(rows, []string{"no events known: " + u.String(), fmt.Sprint(u.Rules)})
	}
	return p.emit(func(w io.Writer) error {
		if p.cli.Output == "csv" {
			bad := [][]string{}
			for _, r := range out.Refused {
				bad = append(bad, []string{r.File, fmt.Sprint(r.Line), r.Reason})
			}
			return writeCSV(w, cols("file", "line", "reason"), bad)
		}
		if err := writeAligned(w, rows, p.width()); err != nil || len(out.Refused) == 0 {
			return err
		}
		fmt.Fprintln(w, "\nRefused:")
		for _, r := range out.Refused {
			fmt.Fprintf(w, "  %s\n", printable(fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Reason)))
		}
		return nil
	})
}

// String is the logsource as its parts.
func (u unserved) String() string {
	dash := func(s string) string { return cmp.Or(s, "*") }
	return fmt.Sprintf("%s/%s/%s", dash(u.Product), dash(u.Category), dash(u.Service))
}

// unservedOf counts rules by logsource, most first.
func unservedOf(rules []*sigma.Rule) []unserved {
	count := map[sigma.Logsource]int{}
	for _, r := range rules {
		count[r.Logsource]++
	}
	out := []unserved{}
	for l, n := range count {
		out = append(out, unserved{l.Product, l.Category, l.Service, n})
	}
	slices.SortFunc(out, func(a, b unserved) int {
		return cmp.Or(cmp.Compare(b.Rules, a.Rules), cmp.Compare(a.String(), b.String()))
	})
	return out
}
