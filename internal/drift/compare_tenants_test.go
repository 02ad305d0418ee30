package drift

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/rename"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/testdata"

	"github.com/google/go-cmp/cmp"
)

// files are a tenant's exported objects by path.
type files map[string]string

// readFiles reads an export.
func readFiles(t testing.TB, dir string) files {
	t.Helper()
	out := files{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// observe makes a snapshot of files, in an order of its own.
func (f files) observe(t testing.TB, key string) *manifest.Snapshot {
	t.Helper()
	secrets := &normal.Secrets{ID: hex.EncodeToString([]byte(key))[:8], Key: []byte(key)}
	begin := inventory.Begin{Source: inventory.Source{Kind: "directory", Name: key}}
	snap, err := inventory.Observe(context.Background(), builtin(t), secrets, begin, func(o *inventory.Observer) error {
		places := slices.Sorted(maps.Keys(f))
		rng := rand.New(rand.NewPCG(1, uint64(len(key))))
		rng.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
		folders := map[string]bool{".": true}
		for _, p := range places {
			folders[filepath.Dir(p)] = true
			if err := o.Record(&normal.Record{Place: p, JSON: []byte(f[p])}); err != nil {
				return err
			}
		}
		for dir := range folders {
			if err := o.Folder(dir); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// typeTable is immutable; reading it anew takes longer than a test.
var typeTable = sync.OnceValue(normal.Builtin)

func builtin(testing.TB) *normal.Types { return typeTable() }

// compared is what a pairing found.
type compared struct {
	diff.Counts
	changes   []MappedChange
	unknown   []diff.Unknown
	ambiguous []AmbiguousName
}

func comparePair(t testing.TB, a, b *manifest.Snapshot) compared {
	t.Helper()
	var out compared
	p := rename.New(builtin(t))
	if err := p.Prepare(context.Background(), a, b); err != nil {
		t.Fatal(err)
	}
	var err error
	out.Counts, err = p.Compare(context.Background(), diff.Options{}, rename.Sink{
		Change: func(c diff.Change, inA, inB string) error {
			out.changes = append(out.changes, MappedChange{c, inA, inB})
			return nil
		},
		Unknown: func(u diff.Unknown) error { out.unknown = append(out.unknown, u); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	out.ambiguous = p.Ambiguous(nil)
	return out
}

func (c *compared) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n", c.Counts)
	for _, ch := range c.changes[:min(len(c.changes), 30)] {
		fmt.Fprintf(&b, "  %s %s %q %s: %.200s -> %.200s\n", ch.Kind, ch.Type, ch.Name, ch.Path, ch.From, ch.To)
	}
	for _, u := range c.unknown[:min(len(c.unknown), 30)] {
		fmt.Fprintf(&b, "  unknown %s %s: %s\n", u.Type, u.ID, u.Reason)
	}
	fmt.Fprintf(&b, "  ambiguous %+v", c.ambiguous)
	return b.String()
}

// guidPattern is one GUID.
const guidPattern = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`

var ownID = regexp.MustCompile(`"(?:id|Id)":"(` + guidPattern + `)"`)

// moved gives the same configuration as another tenant would have it: every ID
// that an object or the export's table of names has is another one, everywhere.
func (f files) moved(t testing.TB) files {
	t.Helper()
	ids := map[string]string{}
	for _, body := range f {
		for _, m := range ownID.FindAllStringSubmatch(body, -1) {
			if id := strings.ToLower(m[1]); !strings.HasPrefix(id, "00000000-0000-0000-") {
				sum := sha256.Sum256([]byte("moved " + id))
				h := hex.EncodeToString(sum[:16])
				ids[id] = h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-8" + h[17:20] + "-" + h[20:]
			}
		}
	}
	out := files{}
	for place, body := range f {
		out[place] = regexp.MustCompile(guidPattern).ReplaceAllStringFunc(body, func(id string) string {
			if to, ok := ids[strings.ToLower(id)]; ok {
				return to
			}
			return id
		})
	}
	return out
}

func caBaseline(t testing.TB, version string) files {
	return readFiles(t, filepath.Join(testdata.Dir(t), "drift", "ca-baseline-j0eyv", version))
}

func TestTheSameConfigurationUnderOtherIDsIsNoDifference(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2026.2.1", "2026.6.1", "2026.7-67c82f5"} {
		here := caBaseline(t, version)
		there := here.moved(t)
		if bytes.Equal([]byte(here["MigrationTable.json"]), []byte(there["MigrationTable.json"])) {
			t.Fatal("the test moves nothing")
		}
		got := comparePair(t, here.observe(t, "here"), there.observe(t, "there"))
		if len(got.changes) > 0 || got.Added+got.Removed+got.Changed > 0 || got.Unchanged == 0 {
			t.Errorf("%s: %s", version, got.String())
		}
	}
}

// leaf is one value in an exported policy that means something.
type leaf struct {
	place    string
	from, to string // the file's text before and after
	what     string
}

// leaves finds the booleans and the words in a policy's conditions and controls.
var meaningful = regexp.MustCompile(`"(?:state|operator|mode|type|value|isEnabled|transferMethods)":(true|false|"[A-Za-z]+")`)

func (f files) leaves() (out []leaf) {
	for _, place := range slices.Sorted(maps.Keys(f)) {
		body := f[place]
		if !strings.HasPrefix(place, "ConditionalAccess/") {
			continue
		}
		for _, m := range meaningful.FindAllStringSubmatchIndex(body, -1) {
			word := body[m[2]:m[3]]
			other := map[string]string{"true": "false", "false": "true"}[word]
			if other == "" {
				other = `"x` + word[1:]
			}
			out = append(out, leaf{place, body, body[:m[2]] + other + body[m[3]:], body[m[0]:m[1]]})
		}
	}
	return out
}

func TestOneValueChangedInAnotherTenantIsOneDifference(t *testing.T) {
	t.Parallel()
	here := caBaseline(t, "2026.7-67c82f5")
	a := here.observe(t, "here")
	there := here.moved(t)
	base := comparePair(t, a, there.observe(t, "there"))
	tried := 0
	for i, l := range there.leaves() {
		if i%4 != 0 { // each takes a whole observation
			continue
		}
		there[l.place] = l.to
		got := comparePair(t, a, there.observe(t, "there"))
		there[l.place] = l.from
		if len(got.changes) != 1 || got.Changed != 1 || got.Added+got.Removed != 0 {
			// The objects that are there twice are compared with nothing.
			if got.Counts == base.Counts && strings.Contains(l.place, "CA005-Global") {
				continue
			}
			t.Errorf("%s in %s: %s", l.what, l.place, got.String())
		}
		tried++
	}
	if tried < 20 {
		t.Errorf("only %d values were changed", tried)
	}
}

// plainChanges are changes as people read them, without IDs.
func (c *compared) plainChanges() []string {
	var out []string
	for _, ch := range c.changes {
		from, to := string(ch.From), string(ch.To)
		if ch.Path == "" { // what is in doubt shows its ID
			from, to = "", ""
		}
		out = append(out, fmt.Sprintf("%s %s %q %s %s -> %s", ch.Kind, ch.Type, ch.Name, ch.Path, from, to))
	}
	slices.Sort(out)
	return out
}

func TestVersionsDifferTheSameWhateverTheIDs(t *testing.T) {
	t.Parallel()
	before, after := caBaseline(t, "2026.2.1"), caBaseline(t, "2026.6.1")
	a := before.observe(t, "here")
	same, moved := comparePair(t, a, after.observe(t, "there")), comparePair(t, a, after.moved(t).observe(t, "there"))
	want := same.plainChanges()
	if d := cmp.Diff(want, moved.plainChanges()); d != "" || len(want) == 0 {
		t.Errorf("with the same IDs %d changes; with others (-same +others):\n%s", len(want), d)
	}
	back := comparePair(t, after.moved(t).observe(t, "there"), a)
	if back.Added != moved.Removed || back.Removed != moved.Added || back.Changed != moved.Changed || back.Unknown != moved.Unknown {
		t.Errorf("the other way round: %+v, not the mirror of %+v", back.Counts, moved.Counts)
	}
}

func TestPolicySetsOfOneAuthor(t *testing.T) {
	t.Parallel()
	root := filepath.Join(testdata.Dir(t), "drift", "ca-policysets-alexfilipin", "2024-03-30-0ac5be9", "PolicySets")
	a := readFiles(t, filepath.Join(root, "Category structure for AADP1")).observe(t, "aadp1")
	b := readFiles(t, filepath.Join(root, "Category structure for AADP2")).observe(t, "aadp2")
	got := comparePair(t, a, b)
	names := func(s *manifest.Snapshot) map[string]int {
		v := rename.NewView(builtin(t), s)
		if err := v.Read(context.Background()); err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, e := range v.Entries {
			n[v.Labels[e.Key].Name]++
		}
		return n
	}
	inA, inB := names(a), names(b)
	onlyA, onlyB := 0, 0
	for n := range inA {
		if inB[n] == 0 && inA[n] == 1 {
			onlyA++
		}
	}
	for n := range inB {
		if inA[n] == 0 && inB[n] == 1 {
			onlyB++
		}
	}
	if got.Removed != onlyA || got.Added != onlyB {
		t.Errorf("only in A %d, only in B %d; by their names %d and %d", got.Removed, got.Added, onlyA, onlyB)
	}
}
