package graph

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // refs.yaml
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed refs.yaml
var builtin []byte

// document is refs.yaml.
type document struct {
	Refs     []refDoc      `yaml:"refs"`
	Targets  []targetDoc   `yaml:"targets"`
	Assigned []assignedDoc `yaml:"assigned"`
}

type refDoc struct {
	Types    []string            `yaml:"types"`
	Under    []string            `yaml:"under"`
	Each     string              `yaml:"each"`
	When     map[string][]string `yaml:"when"`
	Like     []string            `yaml:"like"`
	To       string              `yaml:"to"`
	ID       string              `yaml:"id"`
	Relation string              `yaml:"relation"`
	Flows    string              `yaml:"flows"`
	Maybe    yaml.Node           `yaml:"maybe"`
}

type targetDoc struct {
	Type  string   `yaml:"type"`
	None  []string `yaml:"none"`
	Known []string `yaml:"known"`
	Proof string   `yaml:"proof"`
}

type assignedDoc struct {
	Types []string `yaml:"types"`
	Any   []string `yaml:"any"`
	None  []string `yaml:"none"`
}

// ruleset is the compiled document. It is immutable.
type ruleset struct {
	version  string // hash of the document
	refs     []rule
	targets  map[string]*target
	assigned []assignedRule
}

// rule finds references of one kind.
type rule struct {
	types    []glob
	paths    [][]string
	when     map[string][]string
	like     []glob
	to, id   template
	relation string
	forward  bool // flows: to
	maybe    bool
	maybeIf  map[string][]string
}

// target says what identities of a type mean by themselves.
type target struct {
	none, known []glob
	proof       string
}

type assignedRule struct {
	types []glob
	any   [][]string
	none  map[string]bool
}

// parse reads the document strictly.
func parse(raw []byte) (*ruleset, error) {
	var doc document
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil {
		return nil, err
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("holds more than one document")
	}
	sum := sha256.Sum256(raw)
	s := &ruleset{version: hex.EncodeToString(sum[:8]), targets: map[string]*target{}}
	for i := range doc.Refs {
		r, err := compile(&doc.Refs[i])
		if err != nil {
			return nil, fmt.Errorf("reference %d (%s %s): %w", i+1, doc.Refs[i].Each, doc.Refs[i].Relation, err)
		}
		s.refs = append(s.refs, r)
	}
	for _, d := range doc.Targets {
		if d.Type == "" || s.targets[d.Type] != nil {
			return nil, fmt.Errorf("target %q: has no type or is there twice", d.Type)
		}
		s.targets[d.Type] = &target{none: globs(d.None), known: globs(d.Known), proof: d.Proof}
	}
	for _, d := range doc.Assigned {
		a := assignedRule{types: globs(d.Types), none: map[string]bool{}}
		for _, n := range d.None {
			a.none[n] = true
		}
		for _, p := range d.Any {
			steps, err := steps(p)
			if err != nil {
				return nil, err
			}
			a.any = append(a.any, steps)
		}
		s.assigned = append(s.assigned, a)
	}
	return s, nil
}

func compile(d *refDoc) (rule, error) {
	r := rule{types: globs(d.Types), when: d.When, like: globs(d.Like), relation: d.Relation, forward: d.Flows == "to"}
	if len(d.Types) == 0 || d.Relation == "" || d.Flows != "" && d.Flows != "to" {
		return r, errors.New("needs types and a relation; flows is to or absent")
	}
	under := d.Under
	if len(under) == 0 {
		under = []string{""}
	}
	for _, prefix := range under {
		p, err := steps(prefix + d.Each)
		if err != nil {
			return r, err
		}
		r.paths = append(r.paths, p)
	}
	var err error
	if r.to, err = parseTemplate(d.To); err != nil {
		return r, err
	}
	if r.id, err = parseTemplate(d.ID); err != nil {
		return r, err
	}
	switch d.Maybe.Kind {
	case 0:
	case yaml.ScalarNode:
		err = d.Maybe.Decode(&r.maybe)
	default:
		err = d.Maybe.Decode(&r.maybeIf)
	}
	return r, err
}

func steps(path string) ([]string, error) {
	if len(path) < 2 || path[0] != '/' || strings.Contains(path, "//") || strings.HasSuffix(path, "/") {
		return nil, fmt.Errorf("path %q: must begin with a slash and name something", path)
	}
	return strings.Split(path[1:], "/"), nil
}

// glob is a pattern in which * is any text.
type glob struct{ parts []string }

func globs(patterns []string) []glob {
	out := make([]glob, len(patterns))
	for i, p := range patterns {
		out[i] = glob{strings.Split(p, "*")}
	}
	return out
}

func (g glob) match(s string) bool {
	first, last := g.parts[0], g.parts[len(g.parts)-1]
	if len(g.parts) == 1 {
		return s == first
	}
	if !strings.HasPrefix(s, first) || len(s) < len(first)+len(last) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range g.parts[1 : len(g.parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}

func matchAny(list []glob, s string) bool {
	for _, g := range list {
		if g.match(s) {
			return true
		}
	}
	return false
}

// template makes a text of constants and places.
type template struct {
	text   []string   // before each place, and after the last
	places [][]string // alternatives
}

var placePattern = regexp.MustCompile(`\{([^{}]+)\}`)

func parseTemplate(s string) (template, error) {
	var t template
	at := 0
	for _, m := range placePattern.FindAllStringSubmatchIndex(s, -1) {
		t.text = append(t.text, s[at:m[0]])
		t.places = append(t.places, strings.Split(s[m[2]:m[3]], "|"))
		at = m[1]
	}
	t.text = append(t.text, s[at:])
	if s == "" || strings.ContainsAny(strings.Join(t.text, ""), "{}") {
		return t, fmt.Errorf("template %q: empty, or braces that don't close", s)
	}
	for _, alternatives := range t.places {
		for _, a := range alternatives {
			if a[0] == '@' && a != "@namespace" && a != "@name" && a != "@account" {
				return t, fmt.Errorf("template %q: there is no %s", s, a)
			}
		}
	}
	return t, nil
}

// constant gives the text of a template without places.
func (t template) constant() (string, bool) {
	if len(t.places) > 0 {
		return "", false
	}
	return t.text[0], true
}

// identity are the parts of the identity of an object that refers.
type identity struct{ namespace, name, account string }

func identityOf(id string) identity {
	var out identity
	if parts := strings.SplitN(id, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		out.account = parts[4]
	}
	out.namespace, out.name = path.Split(id)
	out.namespace = strings.TrimSuffix(out.namespace, "/")
	return out
}

func (i identity) part(name string) string {
	switch name {
	case "@namespace":
		return i.namespace
	case "@name":
		return i.name
	}
	return i.account
}
