package sigma

import (
	"embed"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// builtin holds the pipelines that come with the package.
//
//go:embed pipelinedata/*.yaml
var builtin embed.FS

// builtinOrder is the order in which events are offered to the built-in
// pipelines: formats that can't be mistaken come first, then what an event says of
// itself, then formats that other events could look like.
var builtinOrder = [...]string{
	"linux-sysmon", "windows", "aws", "google", "kubernetes", "okta", "azure", "m365", "ai",
	"explicit", "github", "saas", "linux", "ocsf", "network", "ecs",
}

// Builtin returns the pipelines that come with the package, in the order in
// which they should be tried. Each call makes its own copy.
func Builtin() []*Pipeline {
	list := make([]*Pipeline, 0, len(builtinOrder))
	for _, name := range builtinOrder {
		data, err := builtin.ReadFile("pipelinedata/" + name + ".yaml")
		if err != nil {
			panic("sigma: the built-in pipeline is missing: " + err.Error())
		}
		p, err := ParsePipeline(name, data)
		if err != nil {
			panic("sigma: the built-in pipeline is broken: " + err.Error())
		}
		list = append(list, p)
	}
	return list
}

// ParsePipeline reads a pipeline from YAML. Unknown members are errors, which
// name the line.
func ParsePipeline(name string, data []byte) (*Pipeline, error) {
	if len(data) > 1<<20 {
		return nil, fmt.Errorf("sigma: pipeline %s: larger than 1 MiB", name)
	}
	docs := splitDocuments(data)
	if len(docs) != 1 {
		return nil, fmt.Errorf("sigma: pipeline %s: %d documents instead of one", name, len(docs))
	}
	top, err := docs[0].read()
	if err != nil {
		return nil, pipelineError(name, docs[0], err)
	}
	p := &Pipeline{Name: name}
	r := &reader{}
	for key, v := range pairs(top) {
		p.member(r, key, v)
	}
	if r.err == nil && len(p.Shapes) == 0 {
		r.fail(top, "a pipeline needs shapes")
	}
	if r.err == nil && len(p.Routes) == 0 && p.LogsourceAt == "" {
		r.fail(top, "a pipeline needs routes or logsource-at")
	}
	if r.err != nil {
		return nil, pipelineError(name, docs[0], r.err)
	}
	return p, nil
}

func pipelineError(name string, d document, err error) error {
	at := d.refusal(name, err)
	return fmt.Errorf("sigma: pipeline %s line %d: %s", name, at.Line, at.Reason)
}

// member reads one member of a pipeline.
func (p *Pipeline) member(r *reader, key, v *yaml.Node) {
	switch key.Value {
	case "name":
		p.Name = r.text("name", v, maxWord)
	case "description":
		p.Description = r.text("description", v, maxText)
	case "aliases":
		p.Aliases = r.names("aliases", v)
	case "logsource-at":
		p.LogsourceAt = r.text("logsource-at", v, maxWord)
	case "shapes":
		for _, n := range r.maps("shapes", v) {
			p.Shapes = append(p.Shapes, r.shape(n))
		}
	case "routes":
		for _, n := range r.maps("routes", v) {
			p.Routes = append(p.Routes, r.route(n))
		}
	default:
		r.fail(key, "a pipeline has no member %q", key.Value)
	}
}

// maps reads a list of maps.
func (r *reader) maps(key string, v *yaml.Node) []*yaml.Node {
	if v.Kind != yaml.SequenceNode {
		r.fail(v, "%s must be a list, not %s", key, kindName(v))
		return nil
	}
	list := make([]*yaml.Node, 0, len(v.Content))
	for _, n := range v.Content {
		if n = deref(n); n.Kind != yaml.MappingNode {
			r.fail(n, "%s must be a list of maps; this is %s", key, kindName(n))
			return nil
		}
		list = append(list, n)
	}
	return list
}

// names reads a map from a name to one or several others.
func (r *reader) names(key string, v *yaml.Node) map[string][]string {
	if v.Kind != yaml.MappingNode {
		r.fail(v, "%s must be a map, not %s", key, kindName(v))
		return nil
	}
	out := make(map[string][]string, len(v.Content)/2)
	for k, names := range pairs(v) {
		if out[k.Value] = r.texts(key, names); len(out[k.Value]) == 0 {
			r.fail(names, "%s: %s has no value", key, k.Value)
		}
	}
	return out
}

// shape reads how events of one spelling are recognised and searched.
func (r *reader) shape(n *yaml.Node) Shape {
	var s Shape
	for key, v := range pairs(n) {
		switch key.Value {
		case "name":
			s.Name = r.text("name", v, maxWord)
		case "has", "when":
			s.When = append(s.When, r.tests(key.Value, v)...)
		case "roots":
			s.Roots = r.texts("roots", v)
		case "keywords":
			s.Keywords = r.texts("keywords", v)
		case "aliases":
			s.Aliases = r.names("aliases", v)
		default:
			r.fail(key, "a shape has no member %q", key.Value)
		}
	}
	switch {
	case s.Name == "":
		r.fail(n, "a shape lacks its name")
	case len(s.When) == 0:
		r.fail(n, "the shape %s lacks has or when: it would fit every event", s.Name)
	case len(s.Roots) == 0:
		r.fail(n, "the shape %s lacks its roots", s.Name)
	}
	return s
}

// tests reads has, a list of names that must be present, or when, a map of names
// and the values of which they must have one.
func (r *reader) tests(key string, v *yaml.Node) []FieldTest {
	var tests []FieldTest
	if key == "has" {
		for _, path := range r.texts("has", v) {
			tests = append(tests, FieldTest{Path: path})
		}
		return tests
	}
	if v.Kind != yaml.MappingNode {
		r.fail(v, "when must be a map, not %s", kindName(v))
		return nil
	}
	for path, values := range pairs(v) {
		test := FieldTest{Path: path.Value, Values: r.texts("when", values)}
		if len(test.Values) == 0 {
			r.fail(values, "when: %s has no value; has asks for presence", path.Value)
		}
		tests = append(tests, test)
	}
	return tests
}

// route reads which events a logsource stands for.
func (r *reader) route(n *yaml.Node) Route {
	var out Route
	for key, v := range pairs(n) {
		switch key.Value {
		case "category":
			out.Logsource.Category = r.text("category", v, maxWord)
		case "product":
			out.Logsource.Product = r.text("product", v, maxWord)
		case "service":
			out.Logsource.Service = r.text("service", v, maxWord)
		case "has", "when":
			out.When = append(out.When, r.tests(key.Value, v)...)
		case "fields":
			out.Fields = make(map[string]string, len(v.Content)/2)
			for name, to := range r.names("fields", v) {
				if len(to) > 0 {
					out.Fields[name] = to[0]
				}
			}
		default:
			r.fail(key, "a route has no member %q", key.Value)
		}
	}
	if out.Logsource == (Logsource{}) {
		r.fail(n, "a route names neither category, product nor service")
	}
	return out
}
