package sigma

import (
	"fmt"
	"strings"
	"testing"
)

// TestWorkIsBounded: no rule with any event takes more than a fixed number of
// steps, and what is left out for it shows.
func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	list := func(n int, unit string) string { return `["` + strings.Repeat(unit+`","`, n-1) + unit + `"]` }
	values := func(n int, f func(i int) string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("%q", f(i)))
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	long := strings.Repeat("a", 1<<20)
	for name, c := range map[string]struct {
		detection, event string
		cut              bool
	}{
		"fields compared":  {`s: {"a|fieldref": b}`, `"a":` + list(40_000, "x") + `,"b":` + list(40_000, "y"), true},
		"fields contained": {`s: {"a|fieldref|contains": b}`, `"a":"` + long + `","b":` + list(40_000, "ac"), true},
		"wildcards":        {`s: {a: "*` + strings.Repeat("?", 250) + `b"}`, `"a":"` + long + `"`, false},
		"many wildcards":   {`s: {a: "*` + strings.Repeat("?", 250) + `b*"}`, `"a":"` + long + `"`, false},
		"long literal":     {`s: {a: "*?` + strings.Repeat("a", 8_000) + `b*"}`, `"a":"` + long + `"`, true},
		"short literals":   {`s: {"a|contains": ` + values(4000, func(i int) string { return fmt.Sprintf("%03x", i) }) + `}`, `"a":"` + strings.Repeat("zx", 1<<19) + `"`, true},
		"one group":        {`s: {"a|contains": ` + values(1000, func(i int) string { return strings.Repeat("a", i+4) + "b" }) + `}`, `"a":"` + long + `"`, true},
		"expression":       {`s: {"a|re": "(.*a){1000}c"}`, `"a":` + list(40, strings.Repeat("a", 30_000)+"cb"), true},
		"many values":      {`s: {"a|contains|all": ` + values(3000, func(int) string { return "x" }) + `}, n: {"a|re": y$}`, `"a":` + list(200_000, "x"), false},
		"not there":        {`s: {"a|endswith|all": ` + values(3000, func(i int) string { return fmt.Sprint("x", i%2) }) + `, "b|re": x}`, `"a":[` + strings.Repeat(`[],"x0",`, 50_000) + `"x1"],"b":"x"`, true},
		"numbers":          {`s: {"a.0.0.0.0.0.0.0.0": 1}`, `"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40), false},
		"names":            {`s: {"a": 1}`, `"more":{"` + strings.Repeat("z", 1<<20) + `":{"a":2}` + strings.Repeat(`,"zz":{"a":3}`, 50_000) + `}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := Parse("t.yml", []byte("title: t\nlogsource: {product: p}\ndetection: {"+c.detection+", condition: 1 of them}\n"))
			if len(rules.Refused) > 0 {
				t.Fatal(rules.Refused)
			}
			checkBounded(t, rules, `{"logsource":{"product":"p"},`+c.event+`}`, c.cut)
		})
	}
}

func checkBounded(t *testing.T, rules *Collection, event string, cut bool) {
	t.Helper()
	shape := Shape{When: []FieldTest{{Path: "logsource"}}, Roots: []string{"", "more.*"}}
	set, err := Compile(rules, Options{Pipelines: []*Pipeline{{Name: "p", Shapes: []Shape{shape}, LogsourceAt: "logsource"}}})
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher()
	found, err := m.Match([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range found {
		m.Explain(x)
	}
	// One more test may begin within the bounds.
	if most := maxWork + 8<<20; m.work > most || m.explained.work > most {
		t.Errorf("%d and %d steps", m.work, m.explained.work)
	}
	if m.Cut() != cut {
		t.Errorf("cut %v after %d and %d steps", m.Cut(), m.work, m.regexps)
	}
}
