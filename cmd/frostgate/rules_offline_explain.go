package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"frostgate.io/frostgate/sigma"
)

type rulesExplainCmd struct {
	Rules []string `help:"Rules: a folder, a tar (plain or gzip) or a file; repeatable. Without it, the server's." placeholder:"DIR|TAR" sep:"none"`
	Rule  string   `help:"Only this rule, also when it does not match." placeholder:"ID"`
	Event string   `arg:"" help:"File with one event as JSON (of several, the first counts); - is standard input."`
}

// explained is why one rule matches an event, or why it does not.
type explained struct {
	RuleID     string   `json:"rule_id"`
	Title      string   `json:"title"`
	Level      string   `json:"level"`
	Author     string   `json:"author,omitempty"`
	Techniques []string `json:"techniques"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Matched    bool     `json:"matched"`
	Why        []why    `json:"why,omitempty"`   // fields and values that made it match
	Parts      *part    `json:"parts,omitempty"` // the condition, part by part, when it does not match
	Reason     string   `json:"reason,omitempty"`
}

// why is one field that counted.
type why struct {
	Field string `json:"field,omitempty"` // empty: a keyword
	Path  string `json:"path"`            // where it is in the event
	Value string `json:"value"`
	Test  string `json:"test"`
}

// Run explains an event.
func (c *rulesExplainCmd) Run(p *program) error {
	if len(c.Rules) == 0 {
		event, err := c.event(p)
		if err != nil {
			return err
		}
		return explainOnServer(p, event, c.Rule)
	}
	set, rules, err := compileRules(p, c.Rules)
	if err != nil {
		return err
	}
	event, err := c.event(p)
	if err != nil {
		return err
	}
	m := set.NewMatcher()
	found, err := m.Match(event)
	if err != nil {
		return usagef("%s: %w", c.Event, err)
	}
	shape := m.Pipeline()
	var out []explained
	for _, x := range found {
		if c.Rule == "" || x.Rule.ID == c.Rule {
			e := describe(x.Rule)
			e.Matched = true
			for _, f := range m.Explain(x) {
				e.Why = append(e.Why, why{f.Field, f.Path, f.Value, f.Test})
			}
			out = append(out, e)
		}
	}
	if c.Rule != "" && len(out) == 0 {
		e, err := c.missing(set, rules, event, shape)
		if err != nil {
			return err
		}
		out = append(out, *e)
	}
	return c.print(p, out, shape)
}

// event reads the first event of the file.
func (c *rulesExplainCmd) event(p *program) ([]byte, error) {
	r := p.in
	if c.Event != "-" {
		f, err := os.Open(c.Event)
		if err != nil {
			return nil, errUsage{err}
		}
		defer f.Close()
		r = f
	}
	events, _, err := openEvents(r, c.Event)
	if err != nil {
		return nil, usagef("%s: %w", c.Event, err)
	}
	_, raw, err := events.next()
	if errors.Is(err, io.EOF) {
		return nil, usagef("%s holds no event", c.Event)
	}
	if err != nil {
		return nil, usagef("%s: %w", c.Event, err)
	}
	return raw, nil
}

// missing finds out which parts of the wanted rule fail.
func (c *rulesExplainCmd) missing(set *sigma.Set, rules *sigma.Collection, event []byte, shape string) (*explained, error) {
	for _, r := range set.Rules() {
		if r.ID != c.Rule {
			continue
		}
		e := describe(r)
		if shape == "" {
			e.Reason = "the shape of the event is not known, so it is tested against no rule; a member logsource {product, category, service} would say what it is"
			return &e, nil
		}
		parts, err := partsOf(r, event)
		if err != nil {
			return nil, err
		}
		if e.Parts = parts; parts == nil {
			e.Reason = fmt.Sprintf("the event is recognised (%s), but not as one of logsource %s", shape, logsourceText(r.Logsource))
		} else if parts.Holds {
			e.Reason = "the condition holds, but a filter of the rule set keeps the rule from matching"
		}
		return &e, nil
	}
	for _, r := range refusals(rules, set) {
		if strings.Contains(r.Reason, c.Rule) {
			return nil, usagef("rule %s can't be used: %s:%d: %s", c.Rule, r.File, r.Line, r.Reason)
		}
	}
	return nil, usagef("there is no rule %s", c.Rule)
}

func describe(r *sigma.Rule) explained {
	return explained{
		RuleID: r.ID, Title: r.Title, Level: r.Level.String(), Author: r.Author,
		Techniques: append([]string{}, r.Techniques()...), File: r.File, Line: r.Line,
	}
}

func logsourceText(l sigma.Logsource) string {
	var parts []string
	for _, x := range [][2]string{{"product", l.Product}, {"category", l.Category}, {"service", l.Service}} {
		if x[1] != "" {
			parts = append(parts, x[0]+" "+x[1])
		}
	}
	return strings.Join(parts, ", ")
}

func (c *rulesExplainCmd) print(p *program, out []explained, shape string) error {
	if p.cli.Output != "table" {
		rows := make([]any, len(out))
		for i := range out {
			rows[i] = out[i]
		}
		return p.table(rows, "rule_id", "title", "level", "matched", "author", "techniques", "reason")
	}
	if len(out) == 0 {
		if shape == "" {
			shape = "nothing known: no rule is tested against it"
		}
		fmt.Fprintf(p.err, "No rule matches. The event is recognised as: %s.\n", shape)
		return nil
	}
	return p.emit(func(w io.Writer) error {
		for i := range out {
			if i > 0 {
				fmt.Fprintln(w)
			}
			if err := out[i].write(w, p.width()); err != nil {
				return err
			}
		}
		return nil
	})
}

// write shows one rule to a person.
func (e *explained) write(w io.Writer, width int) error {
	verdict := "matches"
	if !e.Matched {
		verdict = "does not match"
	}
	fmt.Fprintf(w, "%s (%s) %s\n", printable(e.Title), e.Level, verdict)
	rows := [][]string{{"  rule", e.RuleID + "  " + printable(fmt.Sprintf("%s:%d", e.File, e.Line))}}
	if e.Author != "" {
		rows = append(rows, []string{"  author", printable(e.Author)})
	}
	if len(e.Techniques) > 0 {
		rows = append(rows, []string{"  technique", strings.Join(e.Techniques, ", ")})
	}
	if e.Reason != "" {
		rows = append(rows, []string{"  why not", e.Reason})
	}
	if err := writeAligned(w, rows, width); err != nil {
		return err
	}
	for _, y := range e.Why {
		name := y.Field
		if name == "" {
			name = "keyword"
		}
		fmt.Fprintf(w, "  - %s %s\n      %s = %s\n", printable(name), printable(y.Test), printable(y.Path), printable(y.Value))
	}
	if e.Parts != nil {
		e.Parts.write(w, 1)
	}
	return nil
}
