package sigma_test

import (
	"testing"

	"frostgate.io/frostgate/sigma"
)

// TestUnsoundTrees: trees that the parser doesn't make are errors, no panics.
func TestUnsoundTrees(t *testing.T) {
	t.Parallel()
	item := func(tests ...sigma.Test) *sigma.Node {
		return &sigma.Node{Item: &sigma.Item{Field: "a", Tests: tests}}
	}
	for name, n := range map[string]*sigma.Node{
		"none":       nil,
		"no item":    {},
		"no tests":   item(),
		"not":        {Op: sigma.OpNot},
		"operator":   {Op: 9},
		"below":      {Op: sigma.OpAnd, Args: []*sigma.Node{nil}},
		"kind":       item(sigma.Test{Kind: 99}),
		"expression": item(sigma.Test{Kind: sigma.TestRegexp}),
	} {
		for _, c := range []*sigma.Collection{
			{Rules: []*sigma.Rule{{ID: "x", Condition: n}}},
			{Filters: []*sigma.Filter{{ID: "x", Condition: n}}},
		} {
			if _, err := sigma.Compile(c, sigma.Options{}); err == nil {
				t.Errorf("%s: no error", name)
			}
		}
	}
	if _, err := sigma.Compile(nil, sigma.Options{}); err == nil {
		t.Error("no collection: no error")
	}
	for _, n := range []*sigma.Node{{Op: sigma.OpAnd}, {Op: sigma.OpOr}, {Op: sigma.OpNot, Args: []*sigma.Node{{Op: sigma.OpOr}}}} {
		set, err := sigma.Compile(&sigma.Collection{Rules: []*sigma.Rule{{Logsource: sigma.Logsource{Product: "acme"}, Condition: n}}}, sigma.Options{Pipelines: acme()})
		if err != nil {
			t.Fatal(err)
		}
		found, err := set.NewMatcher().Match([]byte(`{"kind":"acme"}`))
		if want := n.Op != sigma.OpOr; err != nil || len(found) == 1 != want {
			t.Errorf("%d: %v %v", n.Op, found, err)
		}
	}
}

// TestFilters: a filter narrows the rules that it names, where it covers their
// logsource.
func TestFilters(t *testing.T) {
	t.Parallel()
	c := sigma.Parse("filters.yml", []byte(`title: a
id: 00000000-0000-4000-8000-000000000001
logsource: {product: acme}
detection: {s: {user: root}, condition: s}
---
title: b
id: 00000000-0000-4000-8000-000000000002
name: second
logsource: {product: acme, service: audit}
detection: {s: {user: root}, condition: s}
---
title: f
logsource: {product: acme, service: audit}
filter: {rules: any, no: {host: lab}, condition: not no}
`))
	set, err := sigma.Compile(c, sigma.Options{Pipelines: acme()})
	if err != nil || set.Len() != 2 || len(c.Filters) != 1 {
		t.Fatal(err, c.Refused)
	}
	m := set.NewMatcher()
	for event, want := range map[string]int{
		`{"kind":"acme","audit":1,"user":"root"}`:              2,
		`{"kind":"acme","audit":1,"user":"root","host":"lab"}`: 1,
	} {
		if found, err := m.Match([]byte(event)); err != nil || len(found) != want || found[0].Rule.Title != "a" {
			t.Errorf("%s: %v %v", event, found, err)
		}
	}
}
