package sigma

import (
	"strings"
	"testing"
)

// detect wraps a condition into a rule with the searches a, b, c, s1, s2, _x.
func detect(condition string) string {
	return "title: T\nlogsource: {product: p}\ndetection:\n  a: {A: 1}\n  b: {B: 1}\n  c: {C: 1}\n  s1: {S: 1}\n  s2: {S: 2}\n  _x: {X: 1}\n  condition: " + condition + "\n"
}

func TestConditions(t *testing.T) {
	t.Parallel()
	tests := []struct{ condition, want string }{
		{"a", "A is 1"},
		{"a and b", "(A is 1) and (B is 1)"},
		{"a or b and c", "(A is 1) or ((B is 1) and (C is 1))"},
		{"a and b or c", "((A is 1) and (B is 1)) or (C is 1)"},
		{"not a and b", "(not (A is 1)) and (B is 1)"},
		{"not (a and b)", "not ((A is 1) and (B is 1))"},
		{"not not a", "not (not (A is 1))"},
		{"(a or b) and c", "((A is 1) or (B is 1)) and (C is 1)"},
		{"a and(b or c)", "(A is 1) and ((B is 1) or (C is 1))"},
		{"a AND NOT b", "(A is 1) and (not (B is 1))"},
		{"1 of s*", "(S is 1) or (S is 2)"},
		{"any of s*", "(S is 1) or (S is 2)"},
		{"all of s*", "(S is 1) and (S is 2)"},
		{"1 of s1", "S is 1"},
		{"1 of *2", "S is 2"},
		{"not 1 of s*", "not ((S is 1) or (S is 2))"},
		{"a and not 1 of s* or b", "((A is 1) and (not ((S is 1) or (S is 2)))) or (B is 1)"},
		{"1 of them", "(A is 1) or (B is 1) or (C is 1) or (S is 1) or (S is 2)"},
		{"all of them", "(A is 1) and (B is 1) and (C is 1) and (S is 1) and (S is 2)"},
		{"1 of _*", "X is 1"},
		{"_x", "X is 1"},
		{"[a, b and c]", "(A is 1) or ((B is 1) and (C is 1))"},
		{"[a]", "A is 1"},
	}
	for _, tt := range tests {
		if got := one(t, detect(tt.condition), LoadOptions{}).Condition.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.condition, got, tt.want)
		}
	}
}

func TestRefusedConditions(t *testing.T) {
	t.Parallel()
	tests := []struct{ condition, want string }{
		{"nope", `names "nope", which`},
		{"a and", "ends where a name"},
		{"and a", `has "and" where`},
		{"a b", `has "b" where it should end`},
		{"(a", "closing parenthesis"},
		{"a)", `has ")"`},
		{"()", `has ")"`},
		{"1 of", "lacks a name"},
		{"1 of nope*", `names "nope*"`},
		{"2 of s*", "only 1 of"},
		{"s*", "without 1 of"},
		{"'a | count() > 5'", "write a correlation"},
		{"''", "is empty"},
		{"null", "must be a text"},
		{"[]", "empty list"},
		{"{a: b}", "must be a text"},
		{strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100), "nested deeper"},
		{strings.Repeat("not ", 100) + "a", "nested deeper"},
		{"a" + strings.Repeat(" and a", 2000), "longer than"},
	}
	for _, tt := range tests {
		c := Parse("r.yml", []byte(detect(tt.condition)))
		if len(c.Refused) != 1 || c.Refused[0].Line != 10 || !strings.Contains(c.Refused[0].Reason, tt.want) {
			t.Errorf("%.40s: refused %+v, want line 10 and %q", tt.condition, c.Refused, tt.want)
		}
	}
}

// A condition that repeats a large search is bounded by what it asks for.
func TestConditionSizeIsBounded(t *testing.T) {
	t.Parallel()
	values := strings.Repeat("x, ", 60_000)
	text := "title: T\nlogsource: {product: p}\ndetection:\n  a: {F: [" + values + "x]}\n  condition: a or a\n"
	c := ParseWith("r.yml", []byte(text), LoadOptions{})
	if len(c.Refused) != 1 || !strings.Contains(c.Refused[0].Reason, "more than 100000 values") {
		t.Errorf("refused: %+v", c.Refused)
	}
}
