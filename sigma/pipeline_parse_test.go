package sigma

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePipeline(t *testing.T) {
	t.Parallel()
	got, err := ParsePipeline("file", []byte(`name: mine
description: words
shapes:
  - name: one
    has: [a.b]
    when: {c: [d, 1]}
    roots: [a.*, ""]
    keywords: [m]
    aliases: {X: [y, z]}
aliases: {P: q}
logsource-at: l
routes:
  - {product: p, category: c, service: s, when: {e: f}, has: [g], fields: {A: B}}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &Pipeline{
		Name: "mine", Description: "words",
		Shapes: []Shape{{
			Name: "one", When: []FieldTest{{Path: "a.b"}, {Path: "c", Values: []string{"d", "1"}}},
			Roots: []string{"a.*", ""}, Keywords: []string{"m"}, Aliases: map[string][]string{"X": {"y", "z"}},
		}},
		Aliases: map[string][]string{"P": {"q"}}, LogsourceAt: "l",
		Routes: []Route{{
			Logsource: Logsource{Category: "c", Product: "p", Service: "s"},
			When:      []FieldTest{{Path: "e", Values: []string{"f"}}, {Path: "g"}},
			Fields:    map[string]string{"A": "B"},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pipeline (-want +got):\n%s", diff)
	}
}

func TestParsePipelineIsStrict(t *testing.T) {
	t.Parallel()
	const good = "shapes: [{name: a, has: [b], roots: ['']}]\nroutes: [{product: p}]\n"
	if _, err := ParsePipeline("x", []byte(good)); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, want string }{
		{"", "0 documents"},
		{good + "---\n" + good, "2 documents"},
		{"routes: [{product: p}]\n", "needs shapes"},
		{"shapes: [{name: a, has: [b], roots: ['']}]\n", "needs routes"},
		{good + "other: x\n", `line 3: a pipeline has no member "other"`},
		{"shapes: [{name: a, roots: ['']}]\n", "fit every event"},
		{"shapes: [{name: a, has: [b]}]\n", "lacks its roots"},
		{"shapes: [{has: [b], roots: ['']}]\n", "lacks its name"},
		{"shapes: [{name: a, has: [b], roots: [''], x: y}]\n", `no member "x"`},
		{"shapes: [{name: a, when: {b: null}, roots: ['']}]\n", "b has no value"},
		{"shapes: [{name: a, when: [b], roots: ['']}]\n", "when must be a map"},
		{"shapes: {a: b}\n", "must be a list"},
		{"shapes: [a]\n", "list of maps"},
		{"routes: [{when: {a: b}}]\n", "names neither"},
		{"routes: [{product: p, fields: [a]}]\n", "fields must be a map"},
		{"routes: [{product: p, x: a}]\n", `no member "x"`},
		{"shapes: [\n", "not valid YAML"},
		{strings.Repeat("#", 2<<20), "larger than"},
	}
	for _, tt := range tests {
		_, err := ParsePipeline("x", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.60s: error %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestBuiltinPipelinesAreWhole(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, p := range Builtin() {
		if p.Description == "" || names[p.Name] {
			t.Errorf("pipeline %q lacks a description or occurs twice", p.Name)
		}
		names[p.Name] = true
		for _, r := range p.Routes {
			for _, part := range []string{r.Logsource.Category, r.Logsource.Product, r.Logsource.Service} {
				if part != strings.ToLower(part) {
					t.Errorf("pipeline %s: the logsource part %q isn't in lower case", p.Name, part)
				}
			}
		}
	}
	files, err := builtin.ReadDir("pipelinedata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(f.Name(), ".yaml"); !slices.Contains(builtinOrder[:], name) {
			t.Errorf("the file %s is in no order", f.Name())
		}
	}
}

// unservedLogsources are those of SigmaHQ whose events have no shape that could be
// recognised: free text of devices and applications, and products that are seen
// in many formats. Their rules get events that name their logsource.
var unservedLogsources = []string{
	"category:database", "service:netflow",
	"product:cisco service:aaa", "product:cisco service:bgp", "product:cisco service:ldp", "product:cisco service:syslog",
	"product:fortigate service:event", "product:fortios service:sslvpnd", "product:huawei service:bgp", "product:juniper service:bgp",
	"product:paloalto category:appliance service:globalprotect", "product:paloalto category:file_event service:globalprotect",
	"product:qualys",
	"product:django category:application", "product:jvm category:application", "product:nodejs category:application",
	"product:python category:application", "product:ruby_on_rails category:application", "product:spring category:application",
	"product:sql category:application", "product:velocity category:application",
}

// Every logsource of SigmaHQ has a route, but for a list that is known.
func TestBuiltinServesSigmaHQ(t *testing.T) {
	t.Parallel()
	c, err := LoadTar(corpus(t), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var routes []Logsource
	for _, p := range Builtin() {
		for _, r := range p.Routes {
			routes = append(routes, r.Logsource)
		}
	}
	unserved := map[string]int{}
	for _, r := range c.Rules {
		if !slices.ContainsFunc(routes, func(s Logsource) bool { return coversParts(r.Logsource, s) }) {
			unserved[words(r.Logsource)]++
		}
	}
	for source, n := range unserved {
		if !slices.Contains(unservedLogsources, source) {
			t.Errorf("%d rules for %q have no route", n, source)
		}
	}
	for _, source := range unservedLogsources {
		if unserved[source] == 0 {
			t.Errorf("%q has a route or no rule: take it from the list", source)
		}
	}
}

func coversParts(rule, route Logsource) bool {
	same := func(want, got string) bool { return want == "" || want == got }
	return same(rule.Category, route.Category) && same(rule.Product, route.Product) && same(rule.Service, route.Service)
}

func words(s Logsource) string {
	var list []string
	for _, part := range [][2]string{{"product", s.Product}, {"category", s.Category}, {"service", s.Service}} {
		if part[1] != "" {
			list = append(list, part[0]+":"+part[1])
		}
	}
	return strings.Join(list, " ")
}
