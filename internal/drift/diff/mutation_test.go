package diff_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/jsondoc"
)

// leaf is a scalar or an empty container: where it stands, and what to put there.
type leaf struct {
	from, to int
	with     []byte
}

// leaves lists every place of an object where one value can change, with another
// value for it, and once more with nothing: the member or element is gone.
func leaves(src []byte, v jsondoc.Value, out []leaf) []leaf {
	start := v.Offset() + 1 // of the next child's text; canonical JSON has no spaces
	child := func(c jsondoc.Value) {
		end := c.Offset() + len(c.Raw())
		if c.Kind() < jsondoc.Array || c.Len() == 0 {
			out = append(out, leaf{c.Offset(), end, another(c)}, without(src, start, end))
		} else {
			out = leaves(src, c, out)
		}
		start = end + 1
	}
	for _, m := range v.Members() {
		child(m)
	}
	for e := range v.Elements() {
		child(e)
	}
	return out
}

// another gives another value of the same kind.
func another(v jsondoc.Value) []byte {
	switch v.Kind() {
	case jsondoc.Object:
		return []byte(`{"mutated":true}`)
	case jsondoc.Array:
		return []byte(`["mutated"]`)
	case jsondoc.Bool:
		if is, _ := v.Bool(); is {
			return []byte("false")
		}
		return []byte("true")
	case jsondoc.Number:
		return []byte("4711001")
	case jsondoc.String:
		raw := v.Raw()
		return slices.Concat(raw[:len(raw)-1], []byte(`~mutated"`))
	}
	return []byte(`"mutated"`)
}

// without takes out a child's text and a comma.
func without(src []byte, start, end int) leaf {
	if src[start-1] == ',' {
		start--
	} else if src[end] == ',' {
		end++
	}
	return leaf{from: start, to: end}
}

func (l *leaf) put(src []byte) []byte {
	return slices.Concat(src[:l.from], l.with, src[l.to:])
}

// budget bounds the bytes that one object's mutations make. In full it bounds
// only the custom resource definitions of Kubernetes, which have 5,000 values in
// 400 KB each; of all others every value is changed.
func budget(typ string) int {
	switch {
	case testing.Short():
		return 500_000
	case strings.HasPrefix(typ, "apiextensions.k8s.io/"):
		return 20 << 20
	}
	return math.MaxInt
}

// Applying operations is done with maps and slow, so for fewer values.
const appliedBudget = 1 << 20

// TestEveryLeafCounts changes one value of a real object at a time: that is one
// change, whose operations make the one object into the other.
func TestEveryLeafCounts(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	seen := make(map[manifest.Hash]bool)
	mutated, still, objects := 0, 0, 0
	for _, dir := range sets(t) {
		s := folder(t, types, dir, nil)
		err := manifest.Walk(t.Context(), s, nil, func(e manifest.Entry) error {
			if seen[e.Hash] || t.Failed() {
				return nil
			}
			seen[e.Hash] = true
			objects++
			n, k := mutateAll(t, types, e, s.Store.(parts)[e.Hash])
			mutated, still = mutated+n, still+k
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d values of %d objects changed; %d more are the same after normalising", mutated, objects, still)
	if objects < 400 || mutated < 10_000 || still > mutated/100 {
		t.Error("too few to prove anything")
	}
}

func mutateAll(t *testing.T, types *normal.Types, e manifest.Entry, content []byte) (mutated, still int) {
	n := normal.New(types, &normal.Secrets{ID: "0badc0de", Key: []byte("key of a test")})
	rules := types.Rules(e.Type)
	d, err := jsondoc.Parse(content, jsondoc.Limits{MaxBytes: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
	all := leaves(content, d.Root(), nil)
	rng := rand.New(rand.NewPCG(uint64(len(content)), 9))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if most := max(20, budget(e.Type)/len(content)); len(all) > most {
		all = all[:most]
	}
	var differ diff.Differ
	for i := range all {
		canonical, _, err := n.Again(e.Type, all[i].put(content))
		if err != nil {
			t.Fatalf("%s %s: %v", e.Type, e.ID, err)
		}
		to := bytes.Clone(canonical)
		if bytes.Equal(to, content) || bytes.Equal(settled(to), settled(content)) {
			still++
			continue
		}
		mutated++
		changes, err := differ.Objects(rules, content, to)
		if err != nil || len(changes) != 1 {
			t.Errorf("%s %s: %.200s at %d gives %d changes, %v", e.Type, e.ID, all[i].with, all[i].from, len(changes), err)
			for k := range min(4, len(changes)) {
				t.Logf("  %s: %.300s -> %.300s", changes[k].Path, changes[k].From, changes[k].To)
			}
			return mutated, still
		}
		if i == 0 || i*len(content) < appliedBudget {
			checkApplied(t, n, e.Type, content, to, changes)
		}
	}
	return mutated, still
}

// settled leaves out an empty list of assignments, which means the same as none.
func settled(content []byte) []byte {
	const none = `"assignments":[]`
	if !bytes.Contains(content, []byte(none)) {
		return content
	}
	content = bytes.ReplaceAll(content, []byte(none+","), nil)
	return bytes.ReplaceAll(content, []byte(","+none), nil)
}

// checkApplied holds the promise of the operations.
func checkApplied(t testing.TB, n *normal.Normaliser, typ string, from, to []byte, changes []diff.Change) {
	t.Helper()
	made := applied(t, from, changes)
	again, _, err := n.Again(typ, made)
	if err != nil || !bytes.Equal(settled(again), settled(to)) {
		t.Errorf("%s: the operations give something else (%v)\n%.2000s", typ, err, opsText(changes))
	}
}

func opsText(changes []diff.Change) []byte {
	var b []byte
	for i := range changes {
		for _, op := range changes[i].Ops {
			b = append(append(append(b, op.Op+" "+op.Path+" "...), op.Value...), '\n')
		}
	}
	return b
}

// TestOperationsOfReleases applies the real changes of each pair of releases.
func TestOperationsOfReleases(t *testing.T) {
	t.Parallel()
	types, dirs := normal.Builtin(), sets(t)
	n := normal.New(types, &normal.Secrets{ID: "0badc0de", Key: []byte("key of a test")})
	pairs := 0
	for i := 1; i < len(dirs); i++ {
		if filepath.Dir(dirs[i]) != filepath.Dir(dirs[i-1]) {
			continue
		}
		a, b := folder(t, types, dirs[i-1], nil), folder(t, types, dirs[i], nil)
		_, err := manifest.Join(t.Context(), a, b, func(p manifest.Pair) error {
			if !p.InFrom || !p.InTo {
				return nil
			}
			pairs++
			for _, way := range [2]bool{true, false} {
				from, to := a.Store.(parts)[p.From], b.Store.(parts)[p.To]
				if !way {
					from, to = to, from
				}
				changes, err := diff.Objects(types.Rules(p.Type), from, to)
				if err != nil || len(changes) == 0 {
					t.Errorf("%s %s: %d changes, %v", p.Type, p.ID, len(changes), err)
				}
				checkApplied(t, n, p.Type, from, to, changes)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if pairs < 90 {
		t.Errorf("only %d changed objects", pairs)
	}
	t.Logf("%d changed objects, both ways", pairs)
}
