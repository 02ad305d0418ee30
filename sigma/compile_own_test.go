package sigma_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/sigma"
)

// TestOwnLogsource: an event that names its logsource gets the rules that a route
// of that name would bring in.
func TestOwnLogsource(t *testing.T) {
	t.Parallel()
	c := sigma.Parse("own.yml", []byte(strings.ReplaceAll(`title: product
logsource: {product: acme}
DETECTION
---
title: product and service
logsource: {product: acme, service: web}
DETECTION
---
title: category
logsource: {category: proxy}
DETECTION
---
title: all three
logsource: {category: proxy, product: acme, service: web}
DETECTION
`, "DETECTION", "detection: {s: {user: root}, condition: s}")))
	set, err := sigma.Compile(c, sigma.Options{Pipelines: []*sigma.Pipeline{{
		Name: "own", LogsourceAt: "logsource", Shapes: []sigma.Shape{{When: []sigma.FieldTest{{Path: "logsource"}}}},
	}}})
	if err != nil || set.Len() != 4 || len(set.Unserved()) != 4 {
		t.Fatal(err, c.Refused)
	}
	m := set.NewMatcher()
	for source, want := range map[string][]int{
		`{"product":"acme"}`:                                     {0},
		`{"product":"ACME","service":"web"}`:                     {0, 1},
		`{"product":"acme","service":"web","category":"proxy"}`:  {0, 1, 2, 3},
		`{"product":"other","service":"web","category":"proxy"}`: {2},
		`{"product":["acme"],"service":"web","category":null}`:   {},
		`{"product":{"#text":"acme"},"service":"web"}`:           {},
		`{}`:     {},
		`"acme"`: {},
		`null`:   {},
		`{"product":"","service":"","category":"proxy","x":"y"}`:   {2},
		`{"product":"acme","service":"unheard of","category":"a"}`: {0},
	} {
		found, err := m.Match([]byte(`{"user":"root","logsource":` + source + `}`))
		if err != nil || m.Pipeline() != "own" {
			t.Errorf("%s: %v, pipeline %q", source, err, m.Pipeline())
		}
		if diff := cmp.Diff(want, indexes(found)); diff != "" {
			t.Errorf("%s: %s", source, diff)
		}
	}
}
