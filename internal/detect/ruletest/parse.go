package ruletest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// File is the tests of one rule.
type File struct {
	Name  string
	Rule  string // ID of a rule or correlation
	Cases []Case
}

// Case is one test.
type Case struct {
	Name   string
	Line   int    // in the file, 1-based
	Match  bool   // of one event: what is expected
	Event  []byte // JSON; nil: a case of several events
	Steps  []Step
	Alerts []int // after which events of all steps the rule fires, ascending, from 1
}

// Step is an event that comes once or at regular times.
type Step struct {
	At     time.Duration // of the first, from the beginning of the case
	Repeat int
	Every  time.Duration
	Event  []byte // JSON
}

// maxEvents bounds the events of one case.
const maxEvents = 1_000_000

// IsTest reports whether a file holds tests, by its name.
func IsTest(name string) bool {
	return strings.HasSuffix(name, ".test.yml") || strings.HasSuffix(name, ".test.yaml")
}

// Parse reads a file of tests; errors name the line.
func Parse(name string, data []byte) (*File, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: a file of tests is one YAML document", name)
	}
	f := &File{Name: name}
	if err := f.read(doc.Content[0]); err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return f, nil
}

// lineError is a reason with its line in front.
func lineError(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%d: %s", n.Line, fmt.Sprintf(format, args...))
}

// members reads a map whose keys are known.
func members(n *yaml.Node, known ...string) (map[string]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode {
		return nil, lineError(n, "want a map of %s", strings.Join(known, ", "))
	}
	out := map[string]*yaml.Node{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if !slices.Contains(known, key.Value) {
			return nil, lineError(key, "unknown key %q; known: %s", key.Value, strings.Join(known, ", "))
		}
		if out[key.Value] != nil {
			return nil, lineError(key, "%q occurs twice", key.Value)
		}
		out[key.Value] = n.Content[i+1]
	}
	return out, nil
}

func (f *File) read(n *yaml.Node) error {
	m, err := members(n, "rule", "cases")
	if err != nil {
		return err
	}
	if m["rule"] == nil || m["rule"].Kind != yaml.ScalarNode || m["rule"].Value == "" {
		return lineError(n, "rule: the ID of the rule is missing")
	}
	f.Rule = m["rule"].Value
	if m["cases"] == nil || m["cases"].Kind != yaml.SequenceNode || len(m["cases"].Content) == 0 {
		return lineError(n, "cases: want a list of cases")
	}
	for _, item := range m["cases"].Content {
		c, err := readCase(item)
		if err != nil {
			return err
		}
		f.Cases = append(f.Cases, *c)
	}
	return nil
}

func readCase(n *yaml.Node) (*Case, error) {
	m, err := members(n, "name", "event", "match", "events", "alerts")
	if err != nil {
		return nil, err
	}
	c := &Case{Line: n.Line}
	if m["name"] == nil || m["name"].Kind != yaml.ScalarNode || m["name"].Value == "" {
		return nil, lineError(n, "name: say in plain words what is tested")
	}
	c.Name = m["name"].Value
	single, several := m["event"] != nil && m["match"] != nil, m["events"] != nil && m["alerts"] != nil
	if single == several || single && (m["events"] != nil || m["alerts"] != nil) || several && (m["event"] != nil || m["match"] != nil) {
		return nil, lineError(n, "a case has event and match, or events and alerts")
	}
	if single {
		if err := m["match"].Decode(&c.Match); err != nil {
			return nil, lineError(m["match"], "match: want true or false")
		}
		c.Event, err = eventJSON(m["event"])
		return c, err
	}
	if err := c.readSteps(m["events"]); err != nil {
		return nil, err
	}
	if err := c.readAlerts(m["alerts"]); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Case) readSteps(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return lineError(n, "events: want a list")
	}
	total := 0
	for _, item := range n.Content {
		m, err := members(item, "at", "repeat", "every", "event")
		if err != nil {
			return err
		}
		s := Step{Repeat: 1}
		if s.At, err = duration(m["at"]); err != nil {
			return err
		}
		if s.Every, err = duration(m["every"]); err != nil {
			return err
		}
		if r := m["repeat"]; r != nil {
			if s.Repeat, err = strconv.Atoi(r.Value); err != nil || s.Repeat < 1 {
				return lineError(r, "repeat: want a number from 1")
			}
		}
		if total += s.Repeat; s.Repeat > maxEvents || total > maxEvents {
			return lineError(item, "a case has at most %d events", maxEvents)
		}
		if m["event"] == nil {
			return lineError(item, "event is missing")
		}
		if s.Event, err = eventJSON(m["event"]); err != nil {
			return err
		}
		c.Steps = append(c.Steps, s)
	}
	return nil
}

// duration reads a time span; absent is 0.
func duration(n *yaml.Node) (time.Duration, error) {
	if n == nil {
		return 0, nil
	}
	d, err := time.ParseDuration(n.Value)
	if n.Kind == yaml.ScalarNode && n.Value == "0" {
		return 0, nil
	}
	if err != nil || d < 0 {
		return 0, lineError(n, "want a time span such as 90s or 1h30m")
	}
	return d, nil
}

func (c *Case) readAlerts(n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return lineError(n, "alerts: want a list, [] for silence")
	}
	for _, item := range n.Content {
		m, err := members(item, "after")
		if err != nil {
			return err
		}
		if m["after"] == nil {
			return lineError(item, "after is missing")
		}
		at, err := strconv.Atoi(m["after"].Value)
		if err != nil || at < 1 || len(c.Alerts) > 0 && at <= c.Alerts[len(c.Alerts)-1] {
			return lineError(item, "after: want the number of an event, from 1, ascending")
		}
		c.Alerts = append(c.Alerts, at)
	}
	return nil
}
