package drift

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/normal"

	"go.yaml.in/yaml/v3"
)

// object reads one wanted object; nil after a failure.
func (r *templateReader) object(n *yaml.Node) *wantedObject {
	before := len(r.wrong) + r.more
	m := r.members(n, "type", "name", "id", "template", "severity", "absent", "desired", "anyOf")
	if m == nil {
		return nil
	}
	w := &wantedObject{line: n.Line, name: r.text(m["name"], "name"), id: r.text(m["id"], "id"), template: r.text(m["template"], "template")}
	r.typeOf(w, n, m["type"])
	given := 0
	for _, key := range []string{"name", "id", "template"} {
		if m[key] != nil {
			given++
		}
	}
	if given != 1 {
		r.fail(n, "say one of name, id and template: by what the object is found")
	}
	if s := r.text(m["severity"], "severity"); s != "" {
		w.severity = diff.Severity(s)
		if !slices.Contains([]diff.Severity{diff.Informational, diff.Low, diff.Medium, diff.High, diff.Critical}, w.severity) {
			r.fail(m["severity"], "severity %q: want informational, low, medium, high or critical", s)
		}
	}
	if a := m["absent"]; a != nil {
		if a.ShortTag() != "!!bool" {
			r.fail(a, "absent: want true or false")
		}
		w.absent = a.Value == "true"
	}
	if w.absent && (m["desired"] != nil || m["anyOf"] != nil) {
		r.fail(n, "an object that must be absent has no desired state")
	}
	if len(r.wrong)+r.more > before {
		return nil
	}
	if !w.absent {
		r.state(w, n, m["desired"], m["anyOf"])
	}
	if len(r.wrong)+r.more > before {
		return nil
	}
	return w
}

func (r *templateReader) typeOf(w *wantedObject, n, typ *yaml.Node) {
	if typ == nil {
		r.fail(n, "type: is missing")
		return
	}
	if w.typ = r.text(typ, "type"); w.typ == "" {
		return
	}
	found := r.types.Find(w.typ)
	if len(found) == 1 && (strings.EqualFold(found[0].Name, w.typ) || strings.EqualFold(found[0].Label, w.typ)) {
		w.typ = found[0].Name
		return
	}
	if w.typ != "json" && r.types.Rules(w.typ).Type().Family == "json" {
		text := ""
		for i, f := range found[:min(len(found), 3)] {
			text += [...]string{"; do you mean ", ", ", ", "}[i] + f.Name
		}
		r.fail(typ, "no type %q%s", w.typ, text)
	}
}

// state reads desired and anyOf. What anyOf names beyond desired is put in with
// its first value, so that one comparison answers for both.
func (r *templateReader) state(w *wantedObject, n, desired, anyOf *yaml.Node) {
	if desired == nil {
		desired = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: n.Line}
	}
	if desired.Kind != yaml.MappingNode {
		r.fail(desired, "desired: want a map in the shape of an export")
		return
	}
	if anyOf != nil {
		if anyOf.Kind != yaml.MappingNode || len(anyOf.Content) == 0 {
			r.fail(anyOf, "anyOf: want a map of keyed paths, each with a list of values")
			return
		}
		for i := 0; i+1 < len(anyOf.Content); i += 2 {
			r.alternatives(w, desired, anyOf.Content[i], anyOf.Content[i+1])
		}
	}
	if len(desired.Content) == 0 {
		r.fail(n, "desired: says nothing; an object that must only be there has its name in it, one that must not has absent: true")
		return
	}
	text, ok := r.json(nil, desired, 0)
	if !ok {
		return
	}
	r.normalise(w, desired, text)
}

// normalise brings a wanted state into the form of observations; at is where its
// faults are told.
func (r *templateReader) normalise(w *wantedObject, at *yaml.Node, text []byte) {
	rec := normal.Record{Type: w.typ, ID: "template", JSON: text}
	found := 0
	err := r.norm.Objects(&rec, func(o *normal.Object) error {
		found++
		if o.Type != w.typ {
			r.fail(at, "desired: is of type %s, not %s", o.Type, w.typ)
		}
		w.desired = bytes.Clone(o.Canonical)
		return nil
	})
	var bad *normal.Unreadable
	switch {
	case errors.As(err, &bad):
		r.fail(at, "desired: %s", bad.Reason)
	case err != nil:
		r.fail(at, "desired: is not an object that can be compared")
	case found != 1:
		r.fail(at, "desired: want one object, not %d", found)
	case bytes.Contains(w.desired, []byte(`"frostgate-secret:`)) || bytes.Contains(text, []byte(`"frostgate-secret:`)):
		r.fail(at, "desired: holds a secret; a template is no place for secrets, leave it out")
	case bytes.Equal(w.desired, []byte("{}")):
		r.fail(at, "desired: says nothing that is compared")
	default:
		if w.desired, err = statedNulls(r.types.Rules(w.typ), w.desired); err != nil {
			r.fail(at, "desired: is not an object that can be compared")
		}
	}
}

// alternatives reads the values that are as good as each other at one path.
func (r *templateReader) alternatives(w *wantedObject, desired, path, list *yaml.Node) {
	if list.Kind != yaml.SequenceNode || len(list.Content) < 2 || len(list.Content) > maxAnyOf {
		r.fail(list, "anyOf %s: want a list of 2 to %d values", path.Value, maxAnyOf)
		return
	}
	for _, a := range w.anyOf {
		if a.path == path.Value || strings.HasPrefix(a.path, path.Value+"/") || strings.HasPrefix(path.Value, a.path+"/") {
			r.fail(path, "anyOf %s: overlaps with %s on line %d", path.Value, a.path, a.line)
			return
		}
	}
	a := alternatives{line: path.Line, path: path.Value}
	if why := plant(desired, path, list.Content[0]); why != "" {
		r.fail(path, "anyOf %s: %s", path.Value, why)
		return
	}
	w.anyOf = append(w.anyOf, a)
	r.values(&w.anyOf[len(w.anyOf)-1], w.typ, desired, path, list.Content)
}
