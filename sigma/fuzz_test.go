package sigma

import (
	"strings"
	"testing"
)

// checkNode looks at what every matcher relies on.
func checkNode(t *testing.T, n *Node, depth int) {
	if depth > 1000 {
		t.Fatal("a tree without end")
	}
	switch n.Op {
	case OpItem:
		if n.Item == nil || len(n.Item.Tests) == 0 || n.Item.Line < 1 {
			t.Fatalf("an item without tests or line: %+v", n.Item)
		}
		for _, test := range n.Item.Tests {
			checkTest(t, test)
		}
	case OpNot:
		if len(n.Args) != 1 {
			t.Fatalf("not with %d parts", len(n.Args))
		}
	default:
		if len(n.Args) < 2 {
			t.Fatalf("a list of %d parts", len(n.Args))
		}
	}
	for _, arg := range n.Args {
		checkNode(t, arg, depth+1)
	}
}

func checkTest(t *testing.T, test Test) {
	_ = test.String()
	for i, piece := range test.Pattern {
		if (piece.Literal == "") == (piece.Wild == NoWild) {
			t.Fatalf("a piece that is both or neither: %+v", test.Pattern)
		}
		if i > 0 && piece.Wild == NoWild && test.Pattern[i-1].Wild == NoWild {
			t.Fatalf("literals that aren't merged: %+v", test.Pattern)
		}
	}
	if (test.Regexp != nil) != (test.Kind == TestRegexp) || test.Prefix.IsValid() != (test.Kind == TestCIDR) {
		t.Fatalf("a test of the kind %d is incomplete", test.Kind)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(fullRule)
	f.Add(fullCorrelation)
	f.Add(smallRule + "---\n" + fullCorrelation + "...\n# end\n")
	f.Add("title: F\nlogsource: {product: p}\nfilter: {rules: any, s: {A|re|i: 'b+'}, condition: not s}\n")
	f.Add(ruleWith("A|windash|contains|all: [-a, /b]\nB|wide|base64offset|contains: abc\nC|cidr: ::/0\nD|hour|gt: 3\nE: null"))
	f.Add(ruleWith("- a\n- b*\n- {C|fieldref|endswith: d, E|exists: false, F|neq: [1, 2]}"))
	f.Add("a: &a [*a]\n")
	f.Add("a:\rb: c\u2028d: e\u0085---\rf: g: h\n") // breaks that only YAML counts
	f.Add("--- {title: x}\n--- |\n x\n")
	f.Add(detect("1 of s* and not (a or all of them)"))
	f.Fuzz(func(t *testing.T, text string) {
		c := ParseWith("f.yml", []byte(text), LoadOptions{Placeholders: map[string][]string{"x": {"y", "z*"}}})
		lines := strings.Count(text, "\n") + 1
		for _, r := range c.Rules {
			if r.Line < 1 || r.Line > lines {
				t.Fatalf("the rule's line is %d of %d", r.Line, lines)
			}
			checkNode(t, r.Condition, 0)
		}
		for _, r := range c.Filters {
			checkNode(t, r.Condition, 0)
		}
		for _, r := range c.Refused {
			if r.Reason == "" || r.Line < 0 || r.Line > lines+1 {
				t.Fatalf("refusal %+v of %d lines", r, lines)
			}
		}
		for _, r := range c.Correlations {
			if r.Timespan <= 0 || len(r.Rules) == 0 {
				t.Fatalf("correlation %+v", r)
			}
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, seed := range []string{"a", "a and not b or (c)", "1 of s*", "all of them", "((((", "not not", "1 of of", "2 of x", "*", "any of _*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, condition string) {
		if strings.ContainsAny(condition, "\r\n\"\\") {
			return // would end the quoted text: YAML's matter, which FuzzParse looks at
		}
		c := Parse("f.yml", []byte(detect("\""+condition+"\"")))
		if len(c.Rules)+len(c.Refused) != 1 {
			t.Fatalf("%d rules, refused %+v", len(c.Rules), c.Refused)
		}
		for _, r := range c.Rules {
			checkNode(t, r.Condition, 0)
		}
	})
}

func FuzzParsePipeline(f *testing.F) {
	for _, name := range builtinOrder {
		data, err := builtin.ReadFile("pipelinedata/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePipeline("f", data)
		if (p == nil) == (err == nil) {
			t.Fatal("neither a pipeline nor an error")
		}
		if p == nil {
			return
		}
		for _, s := range p.Shapes {
			if len(s.When) == 0 || len(s.Roots) == 0 {
				t.Fatalf("shape %+v", s)
			}
		}
	})
}
