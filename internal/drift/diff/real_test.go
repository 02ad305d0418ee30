package diff_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/testdata"
)

// The reference counts of the real releases (README of the data), made by an
// independent script.

func TestOpenIntuneBaseline(t *testing.T) {
	t.Parallel()
	dir, types := filepath.Join(testdata.Dir(t), "drift", "openintunebaseline"), normal.Builtin()
	v35 := folder(t, types, filepath.Join(dir, "windows-v3.5"), nil)
	v36 := folder(t, types, filepath.Join(dir, "windows-v3.6"), nil)
	v37 := folder(t, types, filepath.Join(dir, "windows-v3.7"), nil)
	for _, c := range []struct {
		name     string
		from, to *manifest.Snapshot
		want     diff.Counts
	}{
		{"3.5 to 3.6", v35, v36, diff.Counts{Added: 4, Removed: 1, Changed: 11, Duplicates: 1}},
		{"3.6 to 3.7", v36, v37, diff.Counts{Added: 4, Changed: 7, Unknown: 5, Quarantined: 1, Duplicates: 1}},
	} {
		f := compare(t, types, c.from, c.to, diff.Options{Severity: diff.BuiltinSeverity()})
		got := f.counts
		got.Metadata, got.Unchanged = 0, 0
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		t.Logf("%s: %+v, %d changes", c.name, f.counts, len(f.changes))
	}
}

// New folders of a release hold new objects: nothing of them is unknown.
func TestNewFoldersOfARelease(t *testing.T) {
	t.Parallel()
	dir, types := filepath.Join(testdata.Dir(t), "drift", "ca-policysets-alexfilipin"), normal.Builtin()
	a := folder(t, types, filepath.Join(dir, "2023-06-14-e58a7f9"), nil)
	b := folder(t, types, filepath.Join(dir, "2024-03-30-0ac5be9"), nil)
	f := compare(t, types, a, b, diff.Options{})
	if f.counts.Added != 100 || f.counts.Unknown != 0 {
		t.Errorf("%+v", f.counts)
	}
	if back := compare(t, types, b, a, diff.Options{}); back.counts.Removed != 0 || back.counts.Unknown != 100 {
		t.Errorf("back: %+v", back.counts)
	}
}

func TestKubePrometheus(t *testing.T) {
	t.Parallel()
	dir, types := filepath.Join(testdata.Dir(t), "drift", "kube-prometheus"), normal.Builtin()
	a := folder(t, types, filepath.Join(dir, "v0.17.0"), nil)
	b := folder(t, types, filepath.Join(dir, "v0.18.0"), nil)
	f := compare(t, types, a, b, diff.Options{Severity: diff.BuiltinSeverity()})
	if f.counts.Changed != 70 || f.counts.Added+f.counts.Removed+f.counts.Unknown+f.counts.Duplicates != 0 {
		t.Errorf("%+v", f.counts)
	}
	groups := make(map[manifest.Hash]int)
	for i := range f.changes {
		groups[diff.Group(types, &f.changes[i])]++
	}
	if len(groups) > 161 {
		t.Errorf("%d changes in %d groups, at most 161", len(f.changes), len(groups))
	}
	t.Logf("%+v, %d changes in %d groups", f.counts, len(f.changes), len(groups))
}

// sets are the folders with exports that the tests below go through.
func sets(t testing.TB) []string {
	dir := filepath.Join(testdata.Dir(t), "drift")
	var out []string
	for _, pattern := range []string{"openintunebaseline/windows-*", "ca-baseline-j0eyv/2026*", "kube-prometheus/v*", "ca-policysets-alexfilipin/20*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(found) == 0 {
			t.Fatal("no folder fits ", pattern, err)
		}
		out = append(out, found...)
	}
	return out
}

// TestNothingChangedIsNothing observes each set twice: as it is, then with members
// in another order, other white space and other volatile members.
func TestNothingChangedIsNothing(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	for _, dir := range sets(t) {
		a := folder(t, types, dir, nil)
		again := folder(t, types, dir, nil)
		if a.Hash != again.Hash {
			t.Errorf("%s: two roots for one observation", dir)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		b := folder(t, types, dir, func(raw []byte) []byte { return disturbed(t, rng, raw) })
		if f := compare(t, types, a, b, diff.Options{}); f.counts.Changed+f.counts.Added+f.counts.Removed+f.counts.Unknown > 0 {
			t.Errorf("%s: %+v", dir, f.counts)
			for i := range min(3, len(f.changes)) {
				t.Logf("%s %s %s: %.200s -> %.200s", f.changes[i].Type, f.changes[i].ID, f.changes[i].Path, f.changes[i].From, f.changes[i].To)
			}
		}
	}
}

// TestShuffledSetsAreEqual shuffles every set of every object: its normal form
// stays, and where it is compared as it is, there is no change.
func TestShuffledSetsAreEqual(t *testing.T) {
	t.Parallel()
	types, rng := normal.Builtin(), rand.New(rand.NewPCG(3, 4))
	shuffled := 0
	for _, dir := range sets(t) {
		s := folder(t, types, dir, nil)
		n := normal.New(types, &normal.Secrets{ID: "0badc0de", Key: []byte("key of a test")})
		err := manifest.Walk(t.Context(), s, nil, func(e manifest.Entry) error {
			content, rules := s.Store.(parts)[e.Hash], types.Rules(e.Type)
			other := written(t, shuffle(rng, rules, nil, parseTree(t, content)))
			if bytes.Equal(other, content) {
				return nil
			}
			shuffled++
			again, h, err := n.Again(e.Type, other)
			if err != nil || h != e.Hash {
				t.Errorf("%s %s: %v, %.200s", e.Type, e.ID, err, again)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if shuffled < 300 {
		t.Errorf("only %d objects have sets", shuffled)
	}
}

func shuffle(rng *rand.Rand, rules *normal.Rules, path []string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = shuffle(rng, rules, append(path, k), v[k])
		}
	case []any:
		for i := range v {
			v[i] = shuffle(rng, rules, append(path, "*"), v[i])
		}
		if ordered, _ := rules.Array(path); !ordered {
			rng.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
	}
	return v
}

// disturbed writes the same object in another way: members in random order, with
// white space, and what Graph writes anew at every read.
func disturbed(t testing.TB, rng *rand.Rand, raw []byte) []byte {
	var v any
	if err := jsonv2.Unmarshal(raw, &v); err != nil {
		return raw // what can't be read is not to be mended
	}
	if m, ok := v.(map[string]any); ok && m["@odata.type"] != nil {
		m["lastModifiedDateTime"] = fmt.Sprintf("2026-11-%02dT00:00:00Z", 1+rng.IntN(28))
		m["@odata.context"] = fmt.Sprint("https://graph.microsoft.com/beta/$metadata#x", rng.Uint32())
	}
	out, err := jsonv2.Marshal(v, jsontext.Multiline(true))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
