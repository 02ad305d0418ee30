package main

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type rulesFilterCmd struct {
	Add    rulesFilterAddCmd    `cmd:"" help:"Take known noise out of rules until a date."`
	List   rulesFilterListCmd   `cmd:"" help:"List filters, the expired ones too."`
	Remove rulesFilterRemoveCmd `cmd:"" help:"End a filter before its time."`
}

type rulesFilterAddCmd struct {
	Title  string        `arg:"" help:"What it is about."`
	Not    []string      `help:"What is noise, as a Sigma field and value; all must fit: --not 'Image|endswith=\\backup.exe'." required:"" placeholder:"FIELD=VALUE" sep:"none"`
	Rule   []string      `help:"Rule by ID; repeatable." placeholder:"ID"`
	All    bool          `help:"Every rule but the critical ones, instead of --rule; for a day at most."`
	For    time.Duration `help:"How long it holds." default:"168h"`
	Until  time.Time     `help:"Until when it holds (2026-11-21, or RFC 3339)." placeholder:"TIME"`
	Reason string        `help:"Why it is noise." required:""`
}

// Run adds a filter.
func (c *rulesFilterAddCmd) Run(p *program) error {
	if c.All == (len(c.Rule) > 0) {
		return usagef("name rules with --rule, or say --all")
	}
	not, err := searchOf(c.Not)
	if err != nil {
		return err
	}
	until := c.Until
	if until.IsZero() {
		until = time.Now().UTC().Add(c.For).Truncate(time.Second)
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.RuleFilter, error) {
		return cl.AddRuleFilter(p.ctx, frostgate.NewRuleFilter{Title: c.Title, Rules: c.Rule, All: c.All, Not: not, Expires: until, Reason: c.Reason})
	})
}

// searchOf makes a Sigma search of FIELD=VALUE; a field that is named again has
// alternatives.
func searchOf(pairs []string) (jsontext.Value, error) {
	fields := map[string][]string{}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, usagef("--not looks like 'Image|endswith=\\backup.exe', got %q", pair)
		}
		name = strings.TrimSpace(name)
		fields[name] = append(fields[name], value)
	}
	return rawOf(fields)
}

type rulesFilterListCmd struct{}

// Run lists filters.
func (*rulesFilterListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	columns := []string{"id", "title", "expires", "expired", "suppressed", "SINCE=counted_since", "rules", "not", "reason", "author"}
	if p.cli.Output != "table" {
		return list(p, cl.RuleFilters(p.ctx), 0, columns...)
	}
	filters, err := frostgate.Collect(cl.RuleFilters(p.ctx), 0)
	if err != nil {
		return err
	}
	titles := map[string]string{}
	title := func(id string) string {
		if _, asked := titles[id]; !asked {
			titles[id] = id
			if r, err := cl.Rule(p.ctx, id); err == nil && r.Title != "" { // else the rule is gone
				titles[id] = r.Title
			}
		}
		return titles[id]
	}
	rows := make([]any, len(filters))
	for i := range filters {
		rows[i] = filterRow(&filters[i], title)
	}
	return p.table(rows, columns...)
}

// filterRow is a filter for reading.
func filterRow(f *frostgate.RuleFilter, title func(id string) string) map[string]any {
	rules := make([]string, len(f.Rules))
	for i, id := range f.Rules {
		rules[i] = title(id)
	}
	return map[string]any{
		"id": f.ID, "title": f.Title, "expires": f.Expires, "expired": f.Expired, "suppressed": f.Suppressed, "counted_since": f.Since, "rules": rules,
		"not": searchText(f.Not), "reason": f.Reason, "author": f.Author,
	}
}

// searchText puts a search of fields with lists of values on one line; of another
// form it only folds the lines.
func searchText(yaml string) string {
	var parts []string
	for line := range strings.Lines(yaml) {
		text := strings.TrimSpace(line)
		name, isField := strings.CutSuffix(text, ":")
		value, isValue := strings.CutPrefix(text, "- ")
		switch {
		case text == "":
		case isField && line[0] != ' ' && line[0] != '-':
			parts = append(parts, name+" =")
		case isValue && line[0] == ' ' && len(parts) > 0:
			if last := &parts[len(parts)-1]; strings.HasSuffix(*last, " =") {
				*last += " " + value
			} else {
				*last += " or " + value
			}
		default:
			return strings.Join(strings.Fields(yaml), " ")
		}
	}
	return strings.Join(parts, " and ")
}

type rulesFilterRemoveCmd struct{ idArg }

// Run removes a filter.
func (c *rulesFilterRemoveCmd) Run(p *program) error {
	return p.done("Removed from the next event on.", func(cl *frostgate.Client) error { return cl.RemoveRuleFilter(p.ctx, c.ID) })
}
