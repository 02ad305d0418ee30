package sigma

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const fullRule = `title: ' A title '
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
name: a_name
related:
  - id: 08fbc97d-0a2f-491c-ae21-8ffcfd3174e9
    type: derived
taxonomy: sigma
status: test
description: |
  Words.
license: MIT
author: [One, Two]
references:
  - https://example.org/
date: 2024-01-02
modified: '2024-02-03'
tags:
  - attack.execution
  - attack.t1059.001
  - attack.T1003
  - attack.t1059.001
  - cve.2024-1
  - attack.tabc
logsource:
  category: Process_Creation
  product: windows
  definition: free text
detection:
  s: {Image: a}
  condition: s
fields: [Image]
falsepositives: Rare
level: high
my_own_member: {x: [1, 2]}
`

func TestRuleMembers(t *testing.T) {
	t.Parallel()
	rule := *one(t, fullRule, LoadOptions{})
	got := &rule
	got.Condition = nil // tested by itself
	want := &Rule{
		ID: "929a690e-bef0-4204-a928-ef5e620d6fcc", Title: "A title", Name: "a_name", Status: "test",
		Description: "Words.\n", Author: "One, Two", License: "MIT", Date: "2024-01-02", Modified: "2024-02-03",
		Level: High, Logsource: Logsource{Category: "process_creation", Product: "windows"},
		Tags:           []string{"attack.execution", "attack.t1059.001", "attack.T1003", "attack.t1059.001", "cve.2024-1", "attack.tabc"},
		References:     []string{"https://example.org/"},
		FalsePositives: []string{"Rare"}, Fields: []string{"Image"},
		Related: []Related{{ID: "08fbc97d-0a2f-491c-ae21-8ffcfd3174e9", Type: "derived"}},
		File:    "r.yml", Line: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rule (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"T1003", "T1059.001"}, got.Techniques()); diff != "" {
		t.Errorf("techniques (-want +got):\n%s", diff)
	}
}

// Each document that can't be used is refused on its line; those around it load.
func TestRefusedDocuments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		line       int
		want       string
	}{
		{"no map", "- a\n", 1, "must be a map"},
		{"nothing known", "title: T\n", 1, "neither a rule"},
		{"no title", strings.Replace(smallRule, "title: A", "x: A", 1), 1, "title is missing"},
		{"long title", strings.Replace(smallRule, "title: A", "title: "+strings.Repeat("a", 300), 1), 1, "longer than"},
		{"level", smallRule + "level: terrible\n", 5, `level "terrible"`},
		{"status", smallRule + "status: fine\n", 5, `status "fine"`},
		{"taxonomy", smallRule + "taxonomy: mine\n", 5, `taxonomy "mine"`},
		{"tags", smallRule + "tags: [[a]]\n", 5, "list of texts"},
		{"id", strings.Replace(smallRule, "id: a", "id: 'a b'", 1), 2, "white space"},
		{"no logsource", "title: T\ndetection: {s: {A: b}, condition: s}\n", 1, "logsource is missing"},
		{"empty logsource", "title: T\nlogsource: {definition: x}\ndetection: {s: {A: b}, condition: s}\n", 2, "names neither"},
		{"no condition", "title: T\nlogsource: {product: p}\ndetection:\n  s: {A: b}\n", 4, "condition is missing"},
		{"timeframe", "title: T\nlogsource: {product: p}\ndetection:\n  s: {A: b}\n  timeframe: 5m\n  condition: s\n", 5, "timeframe"},
		{"action", "action: global\ntitle: T\n", 1, "action: global"},
		{"twice", "title: T\ntitle: U\n", 2, "occurs twice"},
		{"syntax", "title: T\n  x: [\n", 2, "not valid YAML"},
		{"merge", "a: &a {b: c}\ntitle: T\nlogsource: {<<: *a}\n", 3, "merge keys"},
		{"tag", "title: !!binary aGk=\n", 1, "!!binary"},
		{"own tag", "title: !mine x\n", 1, "!mine"},
		{"key of a list", "? [a]\n: b\n", 1, "key must be a plain text"},
		{"deep", "a: " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\n", 1, "nested deeper"},
		{"long value", "title: " + strings.Repeat("x", 70_000) + "\n", 1, "longer than"},
		{"cycle", "a: &a [*a]\n", 1, "nested deeper"},
	}
	for _, tt := range tests {
		c := Parse("r.yml", []byte("# first\n"+smallRule+"---\n"+tt.text+"---\n"+strings.ReplaceAll(smallRule, "id: a", "id: z")))
		if len(c.Rules) != 2 || len(c.Refused) != 1 {
			t.Errorf("%s: %d rules, refused %+v", tt.name, len(c.Rules), c.Refused)
			continue
		}
		got := c.Refused[0]
		if got.Line != tt.line+6 || !strings.Contains(got.Reason, tt.want) {
			t.Errorf("%s: refused with %+v, want line %d and %q", tt.name, got, tt.line+6, tt.want)
		}
	}
}

// Aliases that multiply are stopped by a budget, at once.
func TestAliasesCannotMultiply(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 20; i++ {
		prev, name := string(rune('a'+i-1)), string(rune('a'+i))
		if i == 1 {
			prev = "a0"
		}
		b.WriteString("k" + name + ": &" + name + " [" + strings.Repeat("*"+prev+", ", 9) + "*" + prev + "]\n")
	}
	c := Parse("r.yml", []byte(b.String()))
	if len(c.Refused) != 1 || !strings.Contains(c.Refused[0].Reason, "aliases expanded") {
		t.Errorf("refused: %+v", c.Refused)
	}
}

func TestAliasesWork(t *testing.T) {
	t.Parallel()
	r := one(t, "title: T\nlogsource: {product: p}\ndetection:\n  a: &x {F: [1, 2]}\n  b: *x\n  condition: a and b\n", LoadOptions{})
	if got, want := r.Condition.String(), "(F is 1 or is 2) and (F is 1 or is 2)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStatusesAreSkipped(t *testing.T) {
	t.Parallel()
	c := Parse("r.yml", []byte(smallRule+"status: deprecated\n---\n"+smallRule+"status: unsupported\n"))
	if len(c.Rules)+len(c.Refused) > 0 || c.Skipped["deprecated"] != 1 || c.Skipped["unsupported"] != 1 {
		t.Errorf("rules %v, refused %v, skipped %v", c.Rules, c.Refused, c.Skipped)
	}
}

func TestWholeFilesAreRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"empty": "", "comment": "# nothing\n---\n", "not text": "\xff\xfe", "large": strings.Repeat("a", 1<<20+1),
	} {
		c := Parse("r.yml", []byte(data))
		if len(c.Refused) != 1 || c.Refused[0].Line != 0 {
			t.Errorf("%s: refused %+v", name, c.Refused)
		}
	}
}

func TestAddRefusesTwins(t *testing.T) {
	t.Parallel()
	c := Parse("one.yml", []byte(smallRule))
	c.Add(Parse("two.yml", []byte(smallRule+"---\n"+strings.Replace(smallRule, "id: a", "id: b", 1))))
	want := Refusal{File: "two.yml", Line: 1, Reason: "id a is already used by one.yml line 1"}
	if len(c.Rules) != 2 || len(c.Refused) != 1 || c.Refused[0] != want {
		t.Errorf("%d rules, refused %+v", len(c.Rules), c.Refused)
	}
}
