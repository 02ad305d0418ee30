package sigma_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/sigma"
)

// pitfalls is a pipeline that has one of everything.
func pitfalls() []*sigma.Pipeline {
	return []*sigma.Pipeline{{
		Name: "pitfalls",
		Shapes: []sigma.Shape{
			{
				Name: "nested", When: []sigma.FieldTest{{Path: "kind.is", Values: []string{"Nested", "näsTED"}}},
				Roots: []string{"data", "more.*", ""}, Keywords: []string{"data", "more.m1", "a"},
				Aliases: map[string][]string{"ef": {"shaped.ef"}},
			},
			{Name: "flat", When: []sigma.FieldTest{{Path: "kind"}}, Roots: []string{""}},
		},
		Routes: []sigma.Route{
			{Logsource: sigma.Logsource{Product: "p"}},
			{
				Logsource: sigma.Logsource{Product: "p", Category: "c"}, When: []sigma.FieldTest{{Path: "a", Values: []string{"A", "1"}}},
				Fields: map[string]string{"b": "c.d"},
			},
			{Logsource: sigma.Logsource{Product: "p", Category: "c"}, When: []sigma.FieldTest{{Path: "b"}}},
		},
		Aliases: map[string][]string{"a": {"other.a"}, "ef": {"other.ef"}},
	}}
}

// maker makes rules and events out of few names and texts, so that they meet.
type maker struct{ *rand.Rand }

func (m maker) one(list ...string) string { return list[m.IntN(len(list))] }

func (m maker) field() string {
	return m.one("a", "b", "c.d", "ef", "e f", "list", "list.1", "list.0.1", "list.1.a", "obj", "obj.x")
}

// text is a value with folds, edges and bytes that are easily got wrong.
func (m maker) text() string {
	if m.IntN(6) == 0 {
		return m.one("", "1", "1.0", "-7", "10.1.2.3", "::ffff:10.1.2.3", "fe80::1", "2024-02-29T23:59:59Z", "2024-12-30 01:02:03", "true", "null", "-enc", "–enc", "c:\\w\\cmd.exe")
	}
	var b strings.Builder
	for range m.IntN(9) {
		b.WriteString(m.one("a", "A", "b", "ab", "ä", "Ä", "K", "\u212a", "k", "İ", "ß", "é", "e\u0301", "🦊", " ", "-", "/", "\\", "\"", "\n", "x", "yz"))
	}
	return b.String()
}

// pattern is a text of a rule, perhaps with wildcards.
func (m maker) pattern() string {
	s := m.text()
	for range m.IntN(3) {
		at := 0
		for i := range s {
			if m.IntN(3) == 0 {
				at = i
			}
		}
		s = s[:at] + m.one("*", "?", `\*`, `\?`, `\\`, "**", "?*") + s[at:]
	}
	return s
}

// value is a rule's value as YAML.
func (m maker) value() string {
	switch m.IntN(12) {
	case 0:
		return m.one("null", "''", "1", "1.0", "-7", "true")
	default:
		return fmt.Sprintf("%q", m.pattern())
	}
}

func (m maker) item() string {
	switch m.IntN(14) {
	case 0:
		return fmt.Sprintf("%q: %s", m.field()+"|exists", m.one("true", "false"))
	case 1:
		return fmt.Sprintf("%q: %s", m.field()+"|"+m.one("gt", "gte", "lt", "lte"), m.one("0", "1", "-7", "3.5"))
	case 2:
		return fmt.Sprintf("%q: %q", m.field()+"|re"+m.one("", "|i", "|m", "|s"), m.one("a", "^a+b?$", "(?i)ab|yz", "[äÄ]x", "^$", "a.*k", "\\d+", "(?:x|yz){2}"))
	case 3:
		return fmt.Sprintf("%q: %q", m.field()+"|cidr", m.one("10.0.0.0/8", "fe80::/10", "10.1.2.3/32"))
	case 4:
		return fmt.Sprintf("%q: %q", m.field()+"|fieldref"+m.one("", "|startswith", "|endswith", "|contains"), m.field())
	case 5:
		return fmt.Sprintf("%q: %s", m.field()+"|"+m.one("minute", "hour", "day", "week", "month", "year"), m.one("1", "2", "23", "29", "59", "2024"))
	}
	field := m.field() + m.one("", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased", "|neq", "|windash|contains", "|base64offset|contains", "|wide|base64offset|contains")
	if m.IntN(2) == 0 {
		return fmt.Sprintf("%q: %s", field, m.value())
	}
	values := []string{}
	for range 1 + m.IntN(4) {
		values = append(values, m.value())
	}
	return fmt.Sprintf("%q: [%s]", field, strings.Join(values, ", "))
}

func (m maker) selection() string {
	var items []string
	seen := map[string]bool{}
	for range 1 + m.IntN(3) {
		it := m.item()
		if key, _, _ := strings.Cut(it, ": "); !seen[key] {
			items, seen[key] = append(items, it), true
		}
	}
	switch body := "{" + strings.Join(items, ", ") + "}"; m.IntN(8) {
	case 0:
		return fmt.Sprintf("[%q, %q]", m.pattern(), m.text()) // keywords
	case 1:
		return "[" + body + ", {" + m.item() + "}]"
	case 2:
		return fmt.Sprintf("{%q: [%q, %q]}", "|all", m.text(), m.text())
	default:
		return body
	}
}

func (m maker) rule(n int) string {
	source := m.one("{product: p}", "{product: p, category: c}", "{category: c}")
	condition := m.one("s1", "not s1", "s1 and s2", "s1 or s2 and not s3", "not (s1 or s2)", "1 of s*", "all of s*", "s1 and not 1 of s*", "all of them", "1 of them", "2 of them", "not s1 and not s2", "(s1 or s2) and (s2 or s3)")
	return fmt.Sprintf("title: rule %d\nid: 00000000-0000-4000-8000-%012d\nlogsource: %s\ndetection:\n  s1: %s\n  s2: %s\n  s3: %s\n  condition: %s\n",
		n, n, source, m.selection(), m.selection(), m.selection(), condition)
}

// json is any value, most often a text.
func (m maker) json(depth int) string {
	switch m.IntN(14) {
	case 0:
		return "null"
	case 1:
		return m.one("true", "false", "[]", "{}", `{"#text":"ab","#attributes":{"x":"k"}}`, `{"#text":null,"@x":"k"}`, `{"#text":"ab","x":null}`, `[{"x":null}]`, `[[null]]`)
	case 2:
		return m.one("0", "1", "1.0", "-7", "1e2", "23")
	case 3, 4:
		if depth > 0 {
			return "[" + m.json(depth-1) + "," + m.json(depth-1) + "]"
		}
	case 5, 6:
		if depth > 0 {
			return m.object(depth - 1)
		}
	}
	quoted, _ := jsontext.AppendQuote(nil, m.text()) // UTF-8
	return string(quoted)
}

func (m maker) object(depth int) string {
	var members []string
	seen := map[string]bool{}
	for range m.IntN(7) {
		name := m.one("a", "b", "c", "c.d", "d", "ef", "e f", "list", "obj", "x", "1", "other")
		if key := strings.ReplaceAll(name, " ", ""); !seen[key] || m.IntN(3) == 0 {
			members, seen[key] = append(members, fmt.Sprintf("%q:%s", name, m.json(depth))), true
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (m maker) event() string {
	if m.IntN(3) == 0 {
		o := m.object(2)
		return strings.Replace(strings.Replace(o, "{", `{"kind":1,`, 1), ",}", "}", 1)
	}
	o := fmt.Sprintf(`{"kind":{"is":%q},"data":%s,"more":{"m1":%s,"m2":%s,"m3":%s}`, m.one("nested", "NÄSTED"), m.object(2), m.object(1), m.object(1), m.json(0))
	if m.IntN(2) == 0 {
		o += `,"other":` + m.object(1) + `,"shaped":` + m.object(1)
	}
	return o + "}"
}

// TestAgreement compares matcher and oracle on made rules and events, which go
// where real ones seldom go.
func TestAgreement(t *testing.T) {
	t.Parallel()
	seeds := 60
	switch {
	case full():
		seeds = 1000
	case testing.Short():
		seeds = 15
	}
	for seed := range seeds {
		if !agree(t, uint64(seed), 60, 60) && t.Failed() {
			return
		}
	}
}

func agree(t *testing.T, seed uint64, rules, events int) bool {
	t.Helper()
	m := maker{rand.New(rand.NewPCG(seed, 1))}
	texts := make([]string, rules)
	for n := range texts {
		texts[n] = m.rule(n)
	}
	c := sigma.Parse("made.yml", []byte(strings.Join(texts, "---\n")))
	set, err := sigma.Compile(c, sigma.Options{Pipelines: pitfalls()})
	if err != nil {
		t.Fatal(err)
	}
	if set.Len() == 0 {
		t.Fatalf("seed %d: no rule is left: %v", seed, c.Refused)
	}
	o := newOracle(&sigma.Collection{Rules: set.Rules(), Filters: c.Filters}, pitfalls())
	matcher := set.NewMatcher()
	for range events {
		event := m.event()
		if _, diff := compareOne(o, set, matcher, []byte(event)); diff != "" {
			t.Errorf("seed %d: %s\nevent %s", seed, diff, event)
			for n, text := range texts {
				if strings.Contains(diff, fmt.Sprintf("%012d", n)) {
					t.Log(text)
				}
			}
			return false
		}
	}
	return true
}

// FuzzAgreement looks for a rule and an event on which the two differ.
func FuzzAgreement(f *testing.F) {
	m := maker{rand.New(rand.NewPCG(1, 1))}
	for n := range 60 {
		f.Add([]byte(m.rule(n)), []byte(m.event()))
	}
	f.Fuzz(func(t *testing.T, rule, event []byte) {
		c := sigma.Parse("made.yml", rule)
		set, err := sigma.Compile(c, sigma.Options{Pipelines: pitfalls()})
		if err != nil || set.Len() == 0 {
			return
		}
		o := newOracle(&sigma.Collection{Rules: set.Rules(), Filters: c.Filters}, pitfalls())
		if _, diff := compareOne(o, set, set.NewMatcher(), event); diff != "" {
			t.Errorf("%s\nrule %s\nevent %s", diff, rule, event)
		}
	})
}
