package sigma

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rule wraps a search into a whole rule, whose search starts on line 6.
func ruleWith(search string) string {
	var b strings.Builder
	b.WriteString("title: T\nlogsource:\n  product: p\ndetection:\n  s:\n")
	for line := range strings.Lines(search) {
		b.WriteString("    " + line)
	}
	b.WriteString("\n  condition: s\n")
	return b.String()
}

// one parses a file that must hold one rule.
func one(t *testing.T, text string, opt LoadOptions) *Rule {
	t.Helper()
	c := ParseWith("r.yml", []byte(text), opt)
	if len(c.Refused) > 0 || len(c.Rules) != 1 {
		t.Fatalf("%d rules, refused %+v:\n%s", len(c.Rules), c.Refused, text)
	}
	return c.Rules[0]
}

// Each modifier and value type of the specification's appendix, as the plain
// words of what is left after parsing.
func TestModifiers(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, search, want string }{
		{"plain", `F: abc`, `F is abc`},
		{"list", `F: [a, b]`, `F is a or is b`},
		{"and of fields", "F: a\nG: b", `(F is a) and (G is b)`},
		{"list of maps", "- F: a\n- G: b\n  H: c", `(F is a) or ((G is b) and (H is c))`},
		{"number", `F: 4625`, `F is 4625`},
		{"hexadecimal text", `F: '0x1F'`, `F is 0x1F`},
		{"bool", `F: true`, `F is true`},
		{"date is text", `F: 2024-01-02`, `F is 2024-01-02`},
		{"null", `F: null`, `F is absent or null`},
		{"null in a list", `F: [a, null]`, `F is a or is absent or null`},
		{"empty", `F: ''`, `F is empty`},
		{"any", `F: '*'`, `F is any text`},
		{"inner wildcard", `F: 'a*b?c'`, `F is like a*b?c`},
		{"field with spaces", `Threat Name: a`, `Threat Name is a`},
		{"contains", `F|contains: abc`, `F contains abc`},
		{"startswith", `F|startswith: abc`, `F starts with abc`},
		{"endswith", `F|endswith: '\cmd.exe'`, `F ends with \cmd.exe`},
		{"contains with a wildcard at the end", `F|contains: 'abc*'`, `F contains abc`},
		{"contains nothing", `F|contains: ''`, `F is any text`},
		{"all", `F|contains|all: [a, b]`, `(F contains a) and (F contains b)`},
		{"all without contains", `F|all: ['*a*', 'b*']`, `(F contains a) and (F starts with b)`},
		{"cased", `F|contains|cased: AbC`, `F contains AbC (upper and lower case as written)`},
		{"neq", `F|neq: a`, `not (F is a)`},
		{"neq of several", `F|neq: [a, b]`, `not (F is a or is b)`},
		{"neq contains", `F|contains|neq: a`, `not (F contains a)`},
		{"neq null", `F|neq: null`, `not (F is absent or null)`},
		{"exists", `F|exists: true`, `F is present`},
		{"exists not", `F|exists: false`, `F is absent`},
		{"re", `F|re: 'a.+b'`, `F fits the regular expression a.+b`},
		{"re keeps backslashes", `F|re: '\\Users\\[^\\]+\*'`, `F fits the regular expression \\Users\\[^\\]+\*`},
		{"re i", `F|re|i: ab`, `F fits the regular expression (?i)ab`},
		{"re i m s", `F|re|i|m|s: ab`, `F fits the regular expression (?ims)ab`},
		{"re all", `F|re|all: [a, b]`, `(F fits the regular expression a) and (F fits the regular expression b)`},
		{"cidr", `F|cidr: [10.0.0.0/8, 'fe80::/10']`, `F is an address in 10.0.0.0/8 or is an address in fe80::/10`},
		{"cidr of one address", `F|cidr: 10.1.2.3`, `F is an address in 10.1.2.3/32`},
		{"lt", `F|lt: 5`, `F is less than 5`},
		{"lte", `F|lte: 5.5`, `F is at most 5.5`},
		{"gt", `F|gt: -5`, `F is greater than -5`},
		{"gte", `F|gte: 0x10`, `F is at least 16`},
		{"fieldref", `F|fieldref: G`, `F equals the field G`},
		{"fieldref starts", `F|fieldref|startswith: G`, `F starts with the field G`},
		{"fieldref ends", `F|fieldref|endswith: G`, `F ends with the field G`},
		{"fieldref contains neq", `F|fieldref|contains|neq: G`, `not (F contains the field G)`},
		{"minute", `F|minute: 0`, `F has the minute 0`},
		{"hour", `F|hour: [22, 23]`, `F has the hour 22 or has the hour 23`},
		{"hour gte", `F|hour|gte: 22`, `F has the hour 22 or has the hour 23`},
		{"gte hour", `F|gt|hour: 22`, `F has the hour 23`},
		{"day", `F|day: 31`, `F has the day of the month 31`},
		{"week", `F|week: 53`, `F has the week 53`},
		{"month lt", `F|month|lt: 3`, `F has the month 1 or has the month 2`},
		{"year", `F|year: 2024`, `F has the year 2024`},
		{"wide", `F|wide: ab`, "F is a\x00b\x00"},
		{"utf16le", `F|utf16le: ab`, "F is a\x00b\x00"},
		{"utf16be", `F|utf16be: ab`, "F is \x00a\x00b"},
		{"base64", `F|base64: abc`, `F is YWJj`},
		{"wide base64", `F|wide|base64: cmd`, `F is YwBtAGQA`},
		{"utf16 base64", `F|utf16|base64: cmd`, `F is //5jAG0AZAA=`},
		{"utf16be base64offset", `F|utf16be|base64offset|contains: cmd`, `F contains AGMAbQBk or contains BjAG0AZ or contains AYwBtAG`},
		{
			"base64offset", `F|base64offset|contains: '::FromBase64String'`,
			`F contains OjpGcm9tQmFzZTY0U3RyaW5n or contains o6RnJvbUJhc2U2NFN0cmluZ or contains 6OkZyb21CYXNlNjRTdHJpbm`,
		},
		{"keyword", `word`, `any value contains word`},
		{"keywords", "- one\n- t*o\n- 3", `any value contains one or is like *t*o* or contains 3`},
		{"keywords all", "'|all':\n  - one\n  - two", `(any value contains one) and (any value contains two)`},
		{"keyword re", "'|re': 'a+'", `any value fits the regular expression a+`},
		{"keywords and maps", "- one\n- F: a", `(F is a) or (any value contains one)`},
	}
	for _, tt := range tests {
		got := one(t, ruleWith(tt.search), LoadOptions{}).Condition.String()
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestWindashLeavesDashesInside: only what starts a flag is a flag's dash.
func TestWindashLeavesDashesInside(t *testing.T) {
	t.Parallel()
	r := one(t, ruleWith(`F|contains|windash: 'certutil -split-x -- https://a/b/c-'`), LoadOptions{})
	for _, dash := range "-/–—―" {
		for _, slash := range "-/–—―" {
			want := "contains certutil " + string(dash) + "split-x -- https:/" + string(slash) + "a/b/c-"
			n := slices.IndexFunc(r.Condition.Item.Tests, func(t Test) bool { return t.Pattern.String() == want })
			if n < 0 {
				t.Errorf("no variant %s", want)
			}
		}
	}
	if n := len(r.Condition.Item.Tests); n != 25 {
		t.Errorf("%d variants: %s", n, r.Condition.Item.Tests[0].Pattern)
	}
}

// TestNumbersOfTheirOwnForm: YAML takes them for numbers, people for texts.
func TestNumbersOfTheirOwnForm(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"0x10": "F is 0x10 or is 16", "1_000": "F is 1_000 or is 1000", "+5": "F is +5 or is 5", "4625": "F is 4625", "'0x10'": "F is 0x10", "yes": "F is yes",
	} {
		if got := one(t, ruleWith("F: "+value), LoadOptions{}).Condition.String(); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
	if got := one(t, ruleWith("F|exists: yes"), LoadOptions{}).Condition.String(); got != "F is present" {
		t.Error(got)
	}
}

func TestWindashWritesEveryDash(t *testing.T) {
	t.Parallel()
	r := one(t, ruleWith(`F|contains|windash: ' -n /x'`), LoadOptions{})
	var got []string
	for _, test := range r.Condition.Item.Tests {
		got = append(got, test.Pattern.String())
	}
	if len(got) != 25 {
		t.Fatalf("%d variants, want 25: %q", len(got), got)
	}
	want := map[string]bool{}
	for _, a := range "-/–—―" {
		for _, b := range "-/–—―" {
			want["contains  "+string(a)+"n "+string(b)+"x"] = true
		}
	}
	for _, g := range got {
		if !want[g] {
			t.Errorf("unexpected variant %q", g)
		}
		delete(want, g)
	}
}

func TestExpandFillsPlaceholders(t *testing.T) {
	t.Parallel()
	opt := LoadOptions{Placeholders: map[string][]string{"Servers": {"srv*", "dc1"}, "nets": {"10.0.0.0/8"}}}
	tests := []struct{ search, want string }{
		{`F|expand: '%Servers%'`, `F starts with srv or is dc1`},
		{`F|contains|expand: 'a%Servers%b'`, `F is like *asrv*b* or contains adc1b`},
		{`F|expand: '\%Servers%'`, `F is %Servers%`},
		{`F|expand: '50%'`, `F is 50%`},
		{`F|expand: '%%Servers%%'`, `F is like %srv*% or is %dc1%`},
		{`F|cidr|expand: '%nets%'`, `F is an address in 10.0.0.0/8`},
		{`F: '%Servers%'`, `F is %Servers%`},
	}
	for _, tt := range tests {
		if got := one(t, ruleWith(tt.search), opt).Condition.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.search, got, tt.want)
		}
	}
}

// What can't be honoured is refused, on its line and by its name.
func TestRefusedSearches(t *testing.T) {
	t.Parallel()
	tests := []struct{ search, want string }{
		{`F|nope: a`, `unknown modifier "nope"`},
		{`F|: a`, `unknown modifier ""`},
		{`F|contains|contains: a`, `occurs twice`},
		{`F|contains|startswith: a`, `contradicts`},
		{`F|re|contains: a`, `only go with texts`},
		{`F|re|cidr: a`, `contradicts`},
		{`F|re|cased: a`, `cased only goes`},
		{`F|i: a`, `only has a meaning behind re`},
		{`F|lt|gt: 5`, `only one comparison`},
		{`F|exists|all: [true, false]`, `exists goes with no other`},
		{`F|neq|all: [a, b]`, `contradict`},
		{`F|all: a`, `list of two values`},
		{`F|exists: 1`, `must be true or false`},
		{`F|gt: '5'`, `is not a number`},
		{`F|gt: .inf`, `is not a number`},
		{`F|cidr: 10.0.0.1/8`, `bits are set`},
		{`F|cidr: 10.0.0`, `not a network`},
		{`F|hour: 24`, `between 0 and 23`},
		{`F|hour|gt: 23`, `no value between`},
		{`F|year|gt: 2020`, `year can't be compared`},
		{`F|fieldref: ''`, `needs a field's name`},
		{`F|contains: null`, `null goes with no modifier`},
		{`F: []`, `empty list`},
		{`F: {a: b}`, `not a map`},
		{`F: [[a]]`, `not a list`},
		{`{}`, `empty map`},
		{`[]`, `empty list`},
		{`'': a`, `without a name`},
		{`''`, `empty keyword`},
		{`null`, `keyword can't be null`},
		{`'|startswith': a`, `looked for anywhere`},
		{`'|neq': a`, `neq needs a field`},
		{`'|cidr': 10.0.0.0/8`, `keywords can only be`},
		{`F|utf16: a`, `byte order mark`},
		{`F|wide: é`, `no text that an event could hold`},
		{`F|base64|wide: a`, `contradict`},
		{`F|base64: 'a*'`, `wildcards`},
		{`F|base64offset: a`, `too short`},
		{`F|base64|windash: a`, `must stand before`},
		{`F|windash: '-a -b -c -d -e -f'`, `at most 5`},
		{"F: '*" + strings.Repeat("?", 256) + "'", `more than 256 wildcards`},
		{"F: '*" + strings.Repeat("a", 9000) + "'", `longer than 8192 bytes`},
		{`F|expand: '%x%'`, `no values are given for the placeholder %x%`},
		{`F|re: 'a(?=b)'`, `a lookahead (?=`},
		{`F|re: 'a(?!b)'`, `a negative lookahead`},
		{`F|re: '(?<=a)b'`, `a lookbehind`},
		{`F|re: '(a)\1'`, `back reference \1`},
		{`F|re: 'a++'`, `possessive`},
		{`F|re: '(?>a)'`, `atomic group`},
		{`F|re: '('`, `missing closing`},
		{`F|re: ''`, `empty regular expression`},
		{`F|re: '((a{500}){500}){3}'`, `can't be used`},
		{`F|re: '(abcdefghij){900}(abcdefghij){900}(abcdefghij){900}'`, `too large`},
		{"F|re: '" + strings.Repeat("a", 5000) + "'", `longer than`},
	}
	for _, tt := range tests {
		c := Parse("r.yml", []byte(ruleWith(tt.search)))
		if len(c.Refused) != 1 || len(c.Rules) != 0 {
			t.Errorf("%s: loaded %v, refused %v", tt.search, c.Rules, c.Refused)
			continue
		}
		got := c.Refused[0]
		if !strings.Contains(got.Reason, tt.want) || got.Line != 6 || got.File != "r.yml" {
			t.Errorf("%s: refused with %+v, want line 6 and %q", tt.search, got, tt.want)
		}
	}
}

// Values that stand for much more than they say are stopped before they are made.
func TestVariantsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10_000)
	many := map[string][]string{"x": make([]string, 100)}
	for i := range many["x"] {
		many["x"][i] = long
	}
	tests := []struct{ search, want string }{
		{"F|windash: '-a -a -a -a -a" + long + "'", "too much of a value this long"},
		{"F|expand: '%x%%x%'", "stand for more than"},
		{"F|expand: '%x%" + long + "'", "stand for more than"},
	}
	for _, tt := range tests {
		c := ParseWith("r.yml", []byte(ruleWith(tt.search)), LoadOptions{Placeholders: many})
		if len(c.Refused) != 1 || !strings.Contains(c.Refused[0].Reason, tt.want) {
			t.Errorf("%.30s: refused %+v, want %q", tt.search, c.Refused, tt.want)
		}
	}
}

// So are files of which each value is small enough.
func TestMemoryOfACollectionIsBounded(t *testing.T) {
	t.Parallel()
	rule := ruleWith("F|re: '" + strings.Repeat("a{999}", 6) + "'")
	c := Parse("r.yml", []byte(strings.Repeat(rule+"---\n", 300)))
	if len(c.Rules) > 250 || len(c.Refused) < 50 {
		t.Errorf("%d rules, %d refused", len(c.Rules), len(c.Refused))
	}
	for _, r := range c.Refused {
		if !strings.Contains(r.Reason, "more memory") {
			t.Fatalf("refused: %+v", r)
		}
	}
}

func TestItemsKnowTheirLines(t *testing.T) {
	t.Parallel()
	r := one(t, "---\n# a comment\n"+ruleWith("F: a\nG|all:\n  - b\n  - c"), LoadOptions{})
	var lines []int
	var walk func(n *Node)
	walk = func(n *Node) {
		if n.Op == OpItem {
			lines = append(lines, n.Item.Line)
		}
		for _, arg := range n.Args {
			walk(arg)
		}
	}
	walk(r.Condition)
	if diff := cmp.Diff([]int{8, 9, 11}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if r.Line != 3 {
		t.Errorf("the rule is on line %d, want 3", r.Line)
	}
}
