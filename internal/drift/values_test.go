package drift

import (
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"

	"github.com/google/go-cmp/cmp"
)

// TestOperationsComeBack: what a row keeps gives the operations again, also those
// whose value is as good as nothing.
func TestOperationsComeBack(t *testing.T) {
	t.Parallel()
	for _, to := range []string{`"x"`, `null`, `[]`, `{}`, `""`, `[1,{"a":null}]`} {
		f := &stored{Finding: Finding{Change: diff.Change{Path: "/a", From: []byte(`1`), To: []byte(to), Ops: []diff.Op{
			{Op: "replace", Path: "/a", Value: []byte(to)},
			{Op: "add", Path: "/a/0", Value: []byte(`[]`)},
			{Op: "add", Path: "/a/1", Value: []byte(`null`)},
			{Op: "remove", Path: "/a/b"},
		}}}}
		from, kept, ops, err := f.values()
		if err != nil || string(from) != `1` || string(kept) != to {
			t.Fatalf("%s -> %s: %v", from, kept, err)
		}
		got, err := readOps(ops, kept)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(f.Ops, got); d != "" {
			t.Errorf("to %s: %s", to, d)
		}
	}
	whole := &stored{Finding: Finding{Change: diff.Change{To: []byte(`{}`)}}}
	if _, to, _, err := whole.values(); err != nil || len(to) != 0 {
		t.Errorf("a whole object is kept: %s %v", to, err)
	}
	whole.keep = true
	if _, to, _, err := whole.values(); err != nil || string(to) != `{}` {
		t.Errorf("a foreign one is not: %s %v", to, err)
	}
}
