package drift

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"

	"go.yaml.in/yaml/v3"
)

// Bounds of a template document.
const (
	maxTemplate        = 4 << 20 // bytes
	maxTemplateObjects = 5_000
	maxTemplateErrors  = 20 // told at once
	maxAnyOf           = 100
)

// template is a document that says what is wanted: docs/drift-templates.md.
type template struct {
	objects []wantedObject
}

// wantedObject is one object of a template.
type wantedObject struct {
	line     int
	typ      string // inventory type
	name     string // one of name, id and template is given
	id       string
	template string
	severity diff.Severity // empty: by the severity rules
	absent   bool
	// desired is the wanted part of the object as canonical JSON, normalised as
	// observations are.
	desired []byte
	anyOf   []alternatives
}

// alternatives are the values that are as good as each other at one place.
type alternatives struct {
	line int
	path string // keyed, as findings show it
	// variants are the wanted object with each of the values in place.
	variants [][]byte
	text     []byte // {"anyOf":[...]}: what a finding shows as expected
}

// selector says in words what the object is looked for by.
func (w *wantedObject) selector() string {
	switch {
	case w.id != "":
		return "id " + w.id
	case w.name != "":
		return "name " + w.name
	}
	return "template " + w.template
}

// templateReader collects what is wrong with a document, so that its author
// sees it at once and not one by one.
type templateReader struct {
	types *normal.Types
	norm  *normal.Normaliser
	wrong []string
	more  int
}

func (r *templateReader) fail(n *yaml.Node, format string, args ...any) {
	r.failAt(n.Line, format, args...)
}

func (r *templateReader) failAt(line int, format string, args ...any) {
	if len(r.wrong) == maxTemplateErrors {
		r.more++
		return
	}
	r.wrong = append(r.wrong, fmt.Sprintf("line %d: %s", line, fmt.Sprintf(format, args...)))
}

func (r *templateReader) err() error {
	if len(r.wrong) == 0 {
		return nil
	}
	text := strings.Join(r.wrong, "\n")
	if r.more > 0 {
		text += fmt.Sprintf("\nand %d more", r.more)
	}
	return fault.New(fault.Invalid, "template: %s", text).At("document")
}

// parseTemplate reads a document strictly.
func parseTemplate(doc string, types *normal.Types) (*template, error) {
	if len(doc) > maxTemplate {
		return nil, fault.New(fault.TooLarge, "template: %d bytes are over the limit of %d", len(doc), maxTemplate).At("document")
	}
	dec := yaml.NewDecoder(bytes.NewReader([]byte(doc)))
	var root, more yaml.Node
	if err := dec.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fault.New(fault.Invalid, "template: the document is empty").At("document")
		}
		return nil, fault.Wrap(fault.Invalid, err, "template: %s", strings.TrimPrefix(err.Error(), "yaml: ")).At("document")
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "template: must be one YAML document").At("document")
	}
	r := &templateReader{types: types, norm: normal.New(types, nil)}
	t := new(template)
	if len(root.Content) > 0 {
		r.document(t, root.Content[0])
	}
	return t, r.err()
}

func (r *templateReader) document(t *template, n *yaml.Node) {
	if noAliases(n) != nil {
		r.fail(noAliases(n), "anchors and aliases are not taken; write it out")
		return
	}
	m := r.members(n, "version", "title", "description", "objects")
	if m == nil {
		return
	}
	if v := m["version"]; v == nil || v.Value != "1" {
		r.fail(n, "version: must be 1")
	}
	for _, key := range []string{"title", "description"} {
		r.text(m[key], key)
	}
	list := m["objects"]
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		r.fail(n, "objects: want a list of objects")
		return
	}
	if len(list.Content) > maxTemplateObjects {
		r.fail(list, "objects: %d are over the limit of %d", len(list.Content), maxTemplateObjects)
		return
	}
	seen := map[string]int{}
	for _, item := range list.Content {
		w := r.object(item)
		if w == nil {
			continue
		}
		key := w.typ + "\x00" + w.selector()
		if at, twice := seen[key]; twice {
			r.fail(item, "%s with %s is on line %d already; an object is described once", w.typ, w.selector(), at)
			continue
		}
		seen[key] = item.Line
		t.objects = append(t.objects, *w)
	}
}

// noAliases finds the first alias or anchor: with them a small document may
// stand for a huge one.
func noAliases(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if found := noAliases(c); found != nil {
			return found
		}
	}
	return nil
}

// members reads a map whose keys are known; nil when it is none.
func (r *templateReader) members(n *yaml.Node, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "want a map of %s", strings.Join(known, ", "))
		return nil
	}
	out := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !slices.Contains(known, key.Value):
			r.fail(key, "unknown key %q; known: %s", key.Value, strings.Join(known, ", "))
		case out[key.Value] != nil:
			r.fail(key, "%q occurs twice", key.Value)
		default:
			out[key.Value] = n.Content[i+1]
		}
	}
	return out
}

// text reads an optional text.
func (r *templateReader) text(n *yaml.Node, what string) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || strings.TrimSpace(n.Value) == "" {
		r.fail(n, "%s: want a text", what)
		return ""
	}
	return n.Value
}
