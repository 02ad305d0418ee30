package sigma

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func outlineOf(t *testing.T, detection string) []string {
	t.Helper()
	c := ParseArchive("t", []byte("-- a.yml --\ntitle: T\nlogsource: {product: acme}\ndetection:\n"+detection+"level: low\n"), LoadOptions{})
	if len(c.Refused) > 0 || len(c.Rules) != 1 {
		t.Fatalf("parsed %+v", c)
	}
	clauses, cut := c.Rules[0].Condition.Outline()
	if cut {
		t.Error("it was cut")
	}
	var out []string
	for _, x := range clauses {
		out = append(out, fmt.Sprintf("%s%s%s", strings.Repeat("  ", x.Depth), x.Text, strings.Join(append([]string{""}, x.Values...), " | ")))
	}
	return out
}

func TestOutlineInWords(t *testing.T) {
	t.Parallel()
	got := outlineOf(t, `  sel:
    Image|endswith: ['\a.exe', '\b.exe']
    CommandLine|contains|all: [delete, shadow]
  backup:
    User: backup
  quiet:
    Count|gte: 5
    Other: null
  condition: sel and not backup and not quiet
`)
	want := []string{
		"all of", `  Image ends with one of | \a.exe | \b.exe`, "  CommandLine contains | delete", "  CommandLine contains | shadow",
		"  not: User is | backup", "  not all of", "    Count is at least 5", "    Other is absent or null",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"any of", "  a is | x", "  any value contains | y"}, outlineOf(t, "  one: {a: x}\n  two: [y]\n  condition: 1 of them\n")); d != "" {
		t.Error(d)
	}
}

// A condition without end is cut, and says so.
func TestOutlineIsBounded(t *testing.T) {
	t.Parallel()
	n := &Node{Op: OpOr}
	for range maxClauses + 5 {
		n.Args = append(n.Args, &Node{Item: &Item{Field: "a", Tests: []Test{{Kind: TestExists, Exists: true}}}})
	}
	if clauses, cut := n.Outline(); len(clauses) != maxClauses || !cut {
		t.Errorf("%d clauses, cut %v", len(clauses), cut)
	}
}
