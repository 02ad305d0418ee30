package diff

import (
	"bytes"
	_ "embed"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// The bounds of a severity document.
const (
	maxSeverityBytes = 256 << 10
	maxSeverityRules = 2000
	maxPattern       = 512
)

// severityYAML are the built-in rules.
//
//go:embed severity.yaml
var severityYAML string

// SeverityRules say how grave changes are; the first rule that matches counts.
// They are immutable.
type SeverityRules struct {
	version string
	rules   []*severityRule
	rest    Severity
}

// severityDoc is the document's schema.
type severityDoc struct {
	// Version is the author's name for this text.
	Version string `yaml:"version"`
	// Default is for changes that no rule speaks of.
	Default Severity      `yaml:"default"`
	Rules   []severityRow `yaml:"rules"`
}

type severityRow struct {
	Name     string   `yaml:"name"`
	Severity Severity `yaml:"severity"`
	// Types are globs of inventory types, Paths of keyed paths: * is any text
	// within one step, ** any number of steps. Letters' case does not matter.
	Types []string `yaml:"types"`
	Paths []string `yaml:"paths"`
	// Objects are globs of the objects' names.
	Objects []string `yaml:"objects"`
	Kinds   []Kind   `yaml:"kinds"`
	// From and To are globs of the text of a plain value, of which one must match;
	// "absent" stands for no value.
	From []string `yaml:"from"`
	To   []string `yaml:"to"`
	// Gains and Loses say that something must come, or go: an element of a set, a
	// member, or the object.
	Gains bool `yaml:"gains"`
	Loses bool `yaml:"loses"`
}

type severityRule struct {
	severityRow
	paths [][]string
}

// BuiltinSeverity gives the built-in rules.
func BuiltinSeverity() *SeverityRules {
	s, err := ParseSeverity([]byte(severityYAML))
	if err != nil {
		panic("diff: built-in severities: " + err.Error())
	}
	return s
}

// BuiltinSeverityDocument is the text of the built-in rules, to start one's own from.
func BuiltinSeverityDocument() string { return severityYAML }

// ParseSeverity reads a severity document strictly.
func ParseSeverity(doc []byte) (*SeverityRules, error) {
	if len(doc) > maxSeverityBytes {
		return nil, fault.New(fault.TooLarge, "severity rules: %d bytes are over the limit of %d", len(doc), maxSeverityBytes).At("document")
	}
	dec := yaml.NewDecoder(bytes.NewReader(doc))
	dec.KnownFields(true)
	var d severityDoc
	if err := dec.Decode(&d); err != nil {
		return nil, badSeverity("%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(new(severityDoc)); !errors.Is(err, io.EOF) {
		return nil, badSeverity("must be one YAML document")
	}
	if d.Default == "" {
		d.Default = Medium
	}
	if !d.Default.known() {
		return nil, badSeverity("default: %.40q is no severity", string(d.Default))
	}
	if len(d.Rules) > maxSeverityRules {
		return nil, badSeverity("%d rules are over the limit of %d", len(d.Rules), maxSeverityRules)
	}
	s := &SeverityRules{version: d.Version, rest: d.Default}
	for i := range d.Rules {
		r, why := compileSeverity(&d.Rules[i])
		if why != "" {
			return nil, badSeverity("rule %d (%.60s): %s", i+1, d.Rules[i].Name, why)
		}
		s.rules = append(s.rules, r)
	}
	return s, nil
}

func badSeverity(format string, args ...any) error {
	return fault.New(fault.Invalid, "severity rules: "+format, args...).At("document")
}

func (s Severity) known() bool {
	return slices.Contains([]Severity{Informational, Low, Medium, High, Critical}, s)
}

func compileSeverity(row *severityRow) (r *severityRule, why string) {
	r = &severityRule{severityRow: *row}
	switch {
	case row.Name == "":
		return nil, "name: is missing"
	case !row.Severity.known():
		return nil, "severity: want informational, low, medium, high or critical"
	}
	for _, k := range row.Kinds {
		if !slices.Contains([]Kind{Added, Removed, Changed, Metadata}, k) {
			return nil, "kinds: want added, removed, changed or metadata"
		}
	}
	for _, list := range [][]string{row.Types, row.Paths, row.Objects, row.From, row.To} {
		for _, p := range list {
			if len(p) > maxPattern || strings.Count(p, "*") > 16 {
				return nil, "a pattern is too long or has too many stars"
			}
		}
	}
	for _, p := range row.Paths {
		if !strings.HasPrefix(p, "/") {
			return nil, "paths: a path begins with a slash"
		}
		steps := strings.Split(p[1:], "/")
		if n := len(slices.DeleteFunc(slices.Clone(steps), func(s string) bool { return s != "**" })); n > 3 {
			return nil, "paths: ** stands more than three times in one"
		}
		r.paths = append(r.paths, steps)
	}
	return r, ""
}

// Version is the author's name for the rules.
func (s *SeverityRules) Version() string { return s.version }

// Of gives a change's severity.
func (s *SeverityRules) Of(c *Change) Severity {
	for _, r := range s.rules {
		if r.ofType(c.Type) && r.matches(c) {
			return r.Severity
		}
	}
	return s.rest
}

// forType gives the rules that can match changes of a type.
func (s *SeverityRules) forType(typ string) *SeverityRules {
	out := &SeverityRules{version: s.version, rest: s.rest}
	for _, r := range s.rules {
		if r.ofType(typ) {
			out.rules = append(out.rules, r)
		}
	}
	return out
}

func (r *severityRule) ofType(typ string) bool { return len(r.Types) == 0 || anyGlob(r.Types, typ) }

func (r *severityRule) matches(c *Change) bool {
	if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, c.Kind) {
		return false
	}
	if len(r.paths) > 0 && !r.ofPath(c.Path) || len(r.Objects) > 0 && !anyGlob(r.Objects, c.Name) {
		return false
	}
	if r.Gains && !moves(c, "add", c.From == nil) || r.Loses && !moves(c, "remove", c.To == nil) {
		return false
	}
	return (len(r.From) == 0 || anyGlob(r.From, textOf(c.From))) && (len(r.To) == 0 || anyGlob(r.To, textOf(c.To)))
}

func moves(c *Change, op string, whole bool) bool {
	return whole || slices.ContainsFunc(c.Ops, func(o Op) bool { return o.Op == op })
}

func (r *severityRule) ofPath(path string) bool {
	if path == "" {
		return false
	}
	for _, p := range r.paths {
		if globPath(p, path[1:]) {
			return true
		}
	}
	return false
}

// textOf gives the text that globs of values see.
func textOf(value []byte) string {
	if len(value) == 0 {
		return "absent"
	}
	if value[0] != '"' {
		return string(value)
	}
	d, err := jsondoc.Parse(value, jsondoc.Limits{MaxBytes: maxObject})
	if err != nil {
		return string(value)
	}
	s, _ := d.Root().Str()
	return s
}

func anyGlob(globs []string, text string) bool {
	return slices.ContainsFunc(globs, func(g string) bool { return glob(g, text) })
}

// globPath matches the steps of a pattern with those of a path. A pattern that
// ends before the path does matches too when it ends in **.
func globPath(pattern []string, path string) bool {
	for i, p := range pattern {
		if p == "**" {
			if i == len(pattern)-1 {
				return true
			}
			for rest, more := path, true; more; _, rest, more = strings.Cut(rest, "/") {
				if globPath(pattern[i+1:], rest) {
					return true
				}
			}
			return false
		}
		step, rest, more := strings.Cut(path, "/")
		if !glob(p, step) {
			return false
		}
		if !more {
			return i == len(pattern)-1 || i == len(pattern)-2 && pattern[i+1] == "**"
		}
		path = rest
	}
	return false
}

// glob matches text with a pattern in which * stands for any text, whatever the
// case of ASCII letters. Stars are tried from the last one back, so that the
// time is at most pattern times text.
func glob(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && fold(pattern[p]) == fold(text[t]):
			p, t = p+1, t+1
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

func fold(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
