package sigma_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/sigma"
)

// acme is a pipeline of a made product: channel and number route, fields are
// below data.
func acme() []*sigma.Pipeline {
	return []*sigma.Pipeline{{
		Name: "acme",
		Shapes: []sigma.Shape{{
			When:    []sigma.FieldTest{{Path: "kind", Values: []string{"ACME"}}},
			Roots:   []string{"data", "more.*", ""},
			Aliases: map[string][]string{"Cmd": {"command.line"}},
		}},
		Routes: []sigma.Route{
			{Logsource: sigma.Logsource{Product: "acme"}},
			{Logsource: sigma.Logsource{Product: "acme", Category: "process"}, When: []sigma.FieldTest{{Path: "id", Values: []string{"1"}}}},
			{
				Logsource: sigma.Logsource{Product: "acme", Category: "process"},
				When:      []sigma.FieldTest{{Path: "id", Values: []string{"2"}}},
				Fields:    map[string]string{"Image": "NewProcess"},
			},
			{Logsource: sigma.Logsource{Product: "acme", Service: "audit"}, When: []sigma.FieldTest{{Path: "audit"}}},
		},
	}}
}

// compiled makes a set of rules, given as logsource and detection.
func compiled(t testing.TB, rules ...string) *sigma.Set {
	t.Helper()
	var text strings.Builder
	for i, r := range rules {
		source, detection, _ := strings.Cut(r, "|")
		fmt.Fprintf(&text, "title: r%d\nid: 00000000-0000-4000-8000-%012d\nlogsource: {%s}\ndetection: {%s}\n---\n", i, i, source, detection)
	}
	c := sigma.Parse("test.yml", []byte(strings.TrimSuffix(text.String(), "---\n")))
	if len(c.Refused) > 0 {
		t.Fatal(c.Refused)
	}
	s, err := sigma.Compile(c, sigma.Options{Pipelines: acme()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func indexes(found []sigma.Match) []int {
	out := []int{}
	for _, f := range found {
		out = append(out, f.Index)
	}
	return out
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := compiled(t,
		`product: acme| s: {Image|endswith: evil.exe}, condition: s`,
		`product: acme, category: process| s: {Image|endswith: evil.exe}, condition: s`,
		`product: acme, service: audit| s: {user: root}, condition: s`,
		`product: other| s: {user: root}, condition: s`,
		`product: acme, category: process| s: {Cmd|contains: '-x'}, condition: s`,
	)
	if got := s.Unserved(); len(got) != 1 || got[0].Title != "r3" {
		t.Errorf("unserved: %v", got)
	}
	m := s.NewMatcher()
	for event, want := range map[string][]int{
		`{"kind":"acme","data":{"Image":"C:\\Evil.EXE"}}`:                                       {0},
		`{"kind":"acme","id":1,"data":{"Image":"C:\\Evil.EXE"}}`:                                {0, 1},
		`{"kind":"acme","id":"2","data":{"NewProcess":"C:\\Evil.EXE"}}`:                         {0, 1},
		`{"kind":"acme","id":[2,1],"data":{"NewProcess":"evil.exe","Image":"evil.exe"}}`:        {0, 1},
		`{"kind":"acme","audit":null,"user":"ROOT"}`:                                            {2},
		`{"kind":"acme","id":1,"more":{"b":{"Image":"x"},"a":{"Image":"evil.exe"}}}`:            {0, 1},
		`{"kind":"acme","id":1,"data":{"Image":null},"more":{"a":{"Image":"evil.exe"}}}`:        {},
		`{"kind":"acme","id":1,"command":{"line":"a -X b"}}`:                                    {4},
		`{"kind":"acme","id":1,"Cmd":"","command":{"line":"a -X b"}}`:                           {},
		`{"kind":"other","id":1,"data":{"Image":"evil.exe"}}`:                                   {},
		`{"kind":"acme","id":{"#text":1,"#attributes":{"q":"2"}},"data":{"Image":"evil.exe"}}`:  {0, 1},
		`{"kind":"acme","id":3,"id":1,"data":{"Image":"evil.exe"}}`:                             {0, 1},
		"{\"kind\":\"acme\",\"id\":1,\"data\":{\"Image\":\"\u017fevil.exe\"}}":                  {0, 1},
		"{\"kind\":\"acme\",\"id\":1,\"data\":{\"Image\":\"\u212aevil.exe\",\"x\":\"\xff\"}}\n": {0, 1},
	} {
		found, err := m.Match([]byte(event))
		if err != nil {
			t.Errorf("%s: %v", event, err)
		}
		if diff := cmp.Diff(want, indexes(found)); diff != "" {
			t.Errorf("%s: %s", event, diff)
		}
		if got := m.Pipeline(); (got == "acme") == strings.Contains(event, "other") {
			t.Errorf("%s: pipeline %q", event, got)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := compiled(t,
		`product: acme| s: {Image|endswith: [evil.exe, bad.exe], User: null, id|gte: 2}, n: {Cmd|contains: ok}, condition: s and not n`,
		`product: acme| k: [needle], condition: k`,
	)
	m := s.NewMatcher()
	found, err := m.Match([]byte(`{"kind":"acme","id":2,"data":{"Image":["x.exe","C:\\Bad.exe"],"list":[{"text":"a NEEDLE here"}]}}`))
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	want := []sigma.FieldMatch{
		{Field: "Image", Path: "data.Image[1]", Value: `C:\Bad.exe`, Test: `ends with bad.exe`},
		{Field: "User", Test: "is absent or null"},
		{Field: "id", Path: "id", Value: "2", Test: "is at least 2"},
	}
	if diff := cmp.Diff(want, m.Explain(found[0])); diff != "" {
		t.Error(diff)
	}
	if got := m.Explain(found[1]); len(got) != 1 || got[0].Path != "data.list[0].text" || got[0].Value != "a NEEDLE here" || got[0].Field != "" {
		t.Errorf("keyword: %+v", got)
	}
	if got := m.Explain(sigma.Match{Index: 7}); got != nil {
		t.Errorf("no match: %v", got)
	}
	found, err = m.Match([]byte(`{"kind":"acme","x":"` + strings.Repeat("é", 300) + `needle"}`))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	if got := m.Explain(found[0]); len(got) != 1 || got[0].Value != strings.Repeat("é", 128) {
		t.Errorf("long value: %+v", got)
	}
}

func TestField(t *testing.T) {
	t.Parallel()
	s := compiled(t, `product: acme, category: process| s: {Image|endswith: evil.exe}, condition: s`)
	m := s.NewMatcher()
	found, err := m.Match([]byte(`{"kind":"acme","id":2,"data":{"NewProcess":"evil.exe","n":[null,4],"no rule":"x","o":{"#text":"t","u":1}},"a":{"b":true}}`))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	for name, want := range map[string]string{
		"Image": "evil.exe", "NewProcess": "evil.exe", "n": "4", "norule": "x", "no rule": "x", "o": "t", "a.b": "true", "id": "2", "missing": "",
	} {
		if got, ok := m.Field(found[0], name); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v", name, got, ok)
		}
	}
}

func TestMatchReader(t *testing.T) {
	t.Parallel()
	s := compiled(t, `product: acme| s: {user: root}, condition: s`)
	var lines []int
	collect := func(line int, _ *sigma.Matcher, found []sigma.Match) error {
		if len(found) > 0 {
			lines = append(lines, line)
		}
		return nil
	}
	text := "{\"kind\":\"acme\",\"user\":\"root\"}\n\n  {\"kind\":\"acme\",\"user\":\"x\"}\r\n{\"kind\":\"acme\",\"user\":\"root\"}"
	if err := s.MatchReader(t.Context(), strings.NewReader(text), 0, collect); err != nil || !slices.Equal(lines, []int{1, 4}) {
		t.Errorf("lines %v, %v", lines, err)
	}
	var line *sigma.LineError
	var syntax *sigma.SyntaxError
	err := s.MatchReader(t.Context(), strings.NewReader("{}\n{\"a\":x}\n"), 0, collect)
	if !errors.As(err, &line) || line.Line != 2 || !errors.As(err, &syntax) || syntax.Offset != 5 {
		t.Errorf("malformed line: %v", err)
	}
	if err := s.MatchReader(t.Context(), strings.NewReader("{}\n"+text), 8, collect); !errors.As(err, &line) || line.Line != 2 || !errors.Is(err, sigma.ErrTooLarge) {
		t.Errorf("long line: %v", err)
	}
	stop := errors.New("stop")
	if err := s.MatchReader(t.Context(), strings.NewReader(text), 0, func(int, *sigma.Matcher, []sigma.Match) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("callback's error: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.MatchReader(ctx, strings.NewReader(text), 0, collect); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestSwap matches in several goroutines while they take up new sets.
func TestSwap(t *testing.T) {
	t.Parallel()
	rules := []string{`product: acme| s: {user: root}, condition: s`, `product: acme, category: process| k: [evil], condition: k`}
	sets := []*sigma.Set{compiled(t, rules...), compiled(t, rules[0])}
	event := []byte(`{"kind":"acme","id":[1,2],"user":"Root","x":"EVIL"}`) // served by plans that are built late
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 200 {
				s := sets[(g+i)%2]
				m := s.NewMatcher()
				for range 3 {
					found, err := m.Match(event)
					if err != nil || len(found) != s.Len() {
						t.Errorf("%d matches, %v", len(found), err)
						return
					}
					m.Explain(found[0])
				}
			}
		})
	}
	wg.Wait()
}

func TestNoAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs the short form, empties pools at random: left to the long form")
	}
	set, err := sigma.Compile(publicRules(t), sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher()
	all := eventLines(t, "evtx-attack-samples")[:500]
	run := func() {
		for _, ev := range all {
			if _, err := m.Match(ev); err != nil {
				t.Fatal(err)
			}
		}
	}
	run()
	// Regular expressions keep their machines in pools that a collection of
	// garbage may empty in between: so a few are left to them.
	if n := testing.AllocsPerRun(5, run) / float64(len(all)); n > 0.01 {
		t.Errorf("%v allocations per event", n)
	}
}

// TestKinds: what is null, what an address is and what #text stands for.
func TestKinds(t *testing.T) {
	t.Parallel()
	s := compiled(t,
		`product: acme| s: {a: null}, condition: s`,
		`product: acme| s: {a|cidr: 10.0.0.0/8}, condition: s`,
		`product: acme| s: {a: x}, condition: s`,
		`product: acme| k: [hidden], condition: k`,
	)
	m := s.NewMatcher()
	for value, want := range map[string][]int{
		`null`:                        {0},
		`[1,null]`:                    {0},
		`[[null]]`:                    {0},
		`{"#text":null,"@a":1}`:       {0},
		`{"b":null}`:                  {},
		`[{"b":null}]`:                {},
		`{"#text":"y","b":null}`:      {},
		`"::ffff:10.1.2.3"`:           {1},
		`"10.1.2.3"`:                  {1},
		`"::ffff:11.1.2.3"`:           {},
		`{"#text":"x","@a":"hidden"}`: {2},
		`{"#text":"x","#attributes":{"b":"hidden"}}`: {2},
		`{"#text":"x","b":"hidden"}`:                 {2, 3},
		`{"#text":"y","#text":"x"}`:                  {2},
	} {
		found, err := m.Match([]byte(`{"kind":"acme","a":` + value + `}`))
		if diff := cmp.Diff(want, indexes(found)); err != nil || diff != "" {
			t.Errorf("%s: %v %s", value, err, diff)
		}
	}
}
