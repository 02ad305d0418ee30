package main

import (
	"fmt"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma"
)

// views show an event to engines that know neither logsources nor the layouts of
// events: each view is the event's fields under the names that rules use, and the
// rules that its logsources bring in.
type views struct {
	pipelines []*sigma.Pipeline
	rules     []*sigma.Rule
	file      map[*sigma.Rule]string // as the engines are given it
	fields    []string               // that any rule asks for
	groups    map[string][]string    // files of rules; the names of views
}

type peerView struct {
	Group  string            `json:"group"`
	Fields map[string]string `json:"fields"`
}

func newViews(rules []*sigma.Rule) *views {
	v := &views{pipelines: sigma.Builtin(), rules: rules, file: map[*sigma.Rule]string{}, groups: map[string][]string{}}
	asked := map[string]bool{}
	for i, r := range rules {
		v.file[r] = fmt.Sprintf("%05d.yml", i)
		fieldsOf(r.Condition, asked)
	}
	for name := range asked {
		v.fields = append(v.fields, name)
	}
	slices.Sort(v.fields)
	return v
}

func fieldsOf(n *sigma.Node, into map[string]bool) {
	if n.Item != nil && n.Item.Field != "" {
		into[n.Item.Field] = true
	}
	for _, a := range n.Args {
		fieldsOf(a, into)
	}
}

// of gives the views of an event, none where no pipeline recognises it.
func (v *views) of(event jsondoc.Value) []peerView {
	out := []peerView{}
	for _, p := range v.pipelines {
		for i := range p.Shapes {
			s := &sight{event, p, &p.Shapes[i]}
			if !slices.ContainsFunc(s.shape.When, func(t sigma.FieldTest) bool { return !fits(t.Values, reach(event, t.Path)) }) {
				return append(out, v.seen(s)...)
			}
		}
	}
	return out
}

// seen joins the routes that rename the same fields: an engine then evaluates a
// rule once, however many of its logsources the event has.
func (v *views) seen(s *sight) []peerView {
	var order []string
	routes := map[string][]*sigma.Route{}
	for i := range s.pipeline.Routes {
		r := &s.pipeline.Routes[i]
		if slices.ContainsFunc(r.When, func(t sigma.FieldTest) bool { return !fits(t.Values, s.values(t.Path)) }) {
			continue
		}
		key := fmt.Sprint(r.Fields) // maps print in order
		if routes[key] == nil {
			order = append(order, key)
		}
		routes[key] = append(routes[key], r)
	}
	var out []peerView
	for _, key := range order {
		group := s.pipeline.Name + key
		for _, r := range routes[key] {
			group += fmt.Sprint(r.Logsource)
		}
		if _, known := v.groups[group]; !known {
			v.groups[group] = v.covered(routes[key])
		}
		if len(v.groups[group]) > 0 {
			out = append(out, peerView{group, s.fields(v.fields, routes[key][0].Fields)})
		}
	}
	return out
}

// covered are the rules that any of the routes brings in.
func (v *views) covered(routes []*sigma.Route) []string {
	same := func(want, got string) bool { return want == "" || strings.EqualFold(want, got) }
	files := []string{}
	for _, r := range v.rules {
		if slices.ContainsFunc(routes, func(t *sigma.Route) bool {
			return same(r.Logsource.Category, t.Logsource.Category) && same(r.Logsource.Product, t.Logsource.Product) && same(r.Logsource.Service, t.Logsource.Service)
		}) {
			files = append(files, v.file[r])
		}
	}
	return files
}

// sight is an event of a known shape.
type sight struct {
	event    jsondoc.Value
	pipeline *sigma.Pipeline
	shape    *sigma.Shape
}

// fields are the texts of all fields that are present.
func (s *sight) fields(names []string, renamed map[string]string) map[string]string {
	out := map[string]string{}
	for _, name := range names {
		at := name
		if other, ok := renamed[name]; ok {
			at = other
		}
		if found := s.values(at); len(found) > 0 {
			var all []string
			for _, x := range found {
				all = append(all, texts(x)...)
			}
			if all != nil { // null is as good as absent: the engines know no difference
				out[name] = strings.Join(all, "\n")
			}
		}
	}
	return out
}

// values are those at the first place where a field is.
func (s *sight) values(name string) []jsondoc.Value {
	names := slices.Concat([]string{name}, s.shape.Aliases[name], s.pipeline.Aliases[name])
	for _, name := range names {
		for _, root := range s.shape.Roots {
			for _, object := range s.objects(root) {
				if found := reach(object, name); len(found) > 0 {
					return found
				}
			}
		}
	}
	return nil
}

// objects resolves a root, of which the last part may be *.
func (s *sight) objects(path string) []jsondoc.Value {
	above, all := strings.CutSuffix(path, "*")
	if !all {
		return reach(s.event, path)
	}
	var out []jsondoc.Value
	for _, v := range reach(s.event, strings.TrimSuffix(above, ".")) {
		for _, c := range v.Members() {
			if c.Kind() == jsondoc.Object {
				out = append(out, c)
			}
		}
	}
	return out
}

// reach finds what is at a dotted path, through arrays.
func reach(v jsondoc.Value, path string) []jsondoc.Value {
	if path == "" {
		return []jsondoc.Value{v}
	}
	if v.Kind() == jsondoc.Array {
		var out []jsondoc.Value
		for e := range v.Elements() {
			out = append(out, reach(e, path)...)
		}
		return out
	}
	if c := v.Get(path); c.Exists() {
		return []jsondoc.Value{c}
	}
	if name, rest, dotted := strings.Cut(path, "."); dotted {
		if c := v.Get(name); c.Exists() {
			return reach(c, rest)
		}
	}
	return nil
}

func fits(want []string, got []jsondoc.Value) bool {
	if len(want) == 0 {
		return len(got) > 0
	}
	for _, v := range got {
		for _, text := range texts(v) {
			if slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, text) }) {
				return true
			}
		}
	}
	return false
}

// texts are those of a value's leaves; null has none, {"#text": X} is X.
func texts(v jsondoc.Value) (out []string) {
	switch v.Kind() {
	case jsondoc.Array:
		for e := range v.Elements() {
			out = append(out, texts(e)...)
		}
	case jsondoc.Object:
		if t := v.Get("#text"); t.Exists() {
			return texts(t)
		}
		for _, c := range v.Members() {
			out = append(out, texts(c)...)
		}
	default:
		if s, ok := v.Str(); ok {
			return []string{s}
		}
		if !v.IsNull() {
			return []string{string(v.Raw())}
		}
	}
	return out
}
