package sigma

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/testdata"
)

// withID is the small rule with another ID.
func withID(id string) []byte { return []byte(strings.Replace(smallRule, "id: a", "id: "+id, 1)) }

// corpus opens the archive of SigmaHQ's rules.
func corpus(t testing.TB) *os.File {
	f, err := os.Open(filepath.Join(testdata.Dir(t), "events", "sigmahq-rules", "sigma-rules.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestSigmaHQLoads(t *testing.T) {
	t.Parallel()
	c, err := LoadTar(corpus(t), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rules) < 3755 || len(c.Rules)+len(c.Refused) != 3757 {
		t.Errorf("%d rules loaded, %d refused", len(c.Rules), len(c.Refused))
	}
	for _, r := range c.Refused {
		if r.Line == 0 || !strings.HasSuffix(r.File, ".yml") || !strings.Contains(r.Reason, "placeholder %known_cdcs%") {
			t.Errorf("refused: %+v", r)
		}
	}
	if c.Skipped["placeholder"] != 23 || c.Skipped["unsupported"] < 80 {
		t.Errorf("skipped: %v", c.Skipped)
	}
	for _, r := range c.Rules {
		if r.ID == "" || r.Title == "" || r.Author == "" || r.Line < 1 {
			t.Errorf("%s line %d: incomplete: %+v", r.File, r.Line, r)
		}
	}
}

func TestSigmaHQPlaceholdersCanBeGiven(t *testing.T) {
	t.Parallel()
	c, err := LoadTar(corpus(t), LoadOptions{Placeholders: map[string][]string{"known_cdcs": {"dc1", "dc2"}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rules) != 3757 || len(c.Refused) != 0 {
		t.Errorf("%d rules, refused %+v", len(c.Rules), c.Refused)
	}
}

func TestLoadFS(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"b/two.yaml":           {Data: withID("two")},
		"a/one.yml":            {Data: withID("one")},
		"a/one.test.yml":       {Data: []byte("rule: one\n")},
		"a/README.md":          {Data: []byte("text")},
		"a/deprecated/x.yml":   {Data: withID("x")},
		"rules-placeholder/p":  {Data: nil},
		"unsupported/y.yml":    {Data: withID("y")},
		"c/placeholder/z.yml":  {Data: withID("z")},
		"z/bad.yml":            {Data: []byte("title: [\n")},
		"z/twin.yml":           {Data: withID("one")},
		"z/large.yml":          {Data: bytes.Repeat([]byte("#"), 2<<20)},
		"correlations/own.yml": {Data: []byte(fullCorrelation)},
	}
	c, err := LoadFS(fsys, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var ids, refused []string
	for _, r := range c.Rules {
		ids = append(ids, r.ID)
	}
	for _, r := range c.Refused {
		refused = append(refused, r.File)
	}
	if diff := cmp.Diff([]string{"one", "two"}, ids); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"z/bad.yml", "z/large.yml", "z/twin.yml"}, refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	want := map[string]int{"test": 1, "deprecated": 1, "unsupported": 1, "placeholder": 1}
	if diff := cmp.Diff(want, c.Skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if len(c.Correlations) != 1 {
		t.Errorf("%d correlations", len(c.Correlations))
	}
}

// entry is a file of an archive.
type entry struct {
	name string
	kind byte
	data []byte
}

func tarOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		head := &tar.Header{Name: e.name, Typeflag: e.kind, Size: int64(len(e.data)), Mode: 0o644, Linkname: "/etc/passwd"}
		if e.kind == tar.TypeReg {
			head.Linkname = ""
		}
		if err := w.WriteHeader(head); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLoadTarKnowsSigmaHQ(t *testing.T) {
	t.Parallel()
	plain := tarOf(
		t,
		entry{"top/rules/a.yml", tar.TypeReg, withID("a")},
		entry{"top/rules-emerging-threats/b.yml", tar.TypeReg, withID("b")},
		entry{"top/rules-placeholder/c.yml", tar.TypeReg, withID("c")},
		entry{"top/tests/d.yml", tar.TypeReg, []byte("x: y\n")},
		entry{"top/deprecated/e.yml", tar.TypeReg, withID("e")},
		entry{"top/rules/link.yml", tar.TypeSymlink, nil},
	)
	for name, data := range map[string][]byte{"plain": plain, "gzip": zipped(t, plain)} {
		c, err := LoadTar(bytes.NewReader(data), LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Rules) != 2 || len(c.Refused) != 0 {
			t.Errorf("%s: %d rules, refused %+v", name, len(c.Rules), c.Refused)
		}
		if diff := cmp.Diff(map[string]int{"placeholder": 1, "deprecated": 1, "other": 1}, c.Skipped); diff != "" {
			t.Errorf("%s: skipped (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadTarRefusesHostileArchives(t *testing.T) {
	t.Parallel()
	many := make([]entry, 20)
	for i := range many {
		many[i] = entry{string(rune('a'+i)) + ".yml", tar.TypeReg, withID("x")}
	}
	zeros := zipped(t, tarOf(t, entry{"a.bin", tar.TypeReg, make([]byte, 8<<20)}, entry{"a.yml", tar.TypeReg, nil}))
	tests := map[string]struct {
		data []byte
		opt  LoadOptions
	}{
		"path":      {tarOf(t, entry{"../a.yml", tar.TypeReg, nil}), LoadOptions{}},
		"absolute":  {tarOf(t, entry{"/a.yml", tar.TypeReg, nil}), LoadOptions{}},
		"twice":     {tarOf(t, entry{"a.yml", tar.TypeReg, nil}, entry{"./a.yml", tar.TypeReg, nil}), LoadOptions{}},
		"many":      {tarOf(t, many...), LoadOptions{MaxFiles: 10}},
		"large":     {tarOf(t, many...), LoadOptions{MaxTotalBytes: 200}},
		"bomb":      {zeros, LoadOptions{MaxTotalBytes: 1 << 20}},
		"cut off":   {tarOf(t, many...)[:560], LoadOptions{}},
		"no tar":    {[]byte(strings.Repeat("hello", 300)), LoadOptions{}},
		"cut gzip":  {zeros[:100], LoadOptions{}},
		"gzip head": {[]byte{0x1f, 0x8b, 1, 2, 3}, LoadOptions{}},
	}
	for name, tt := range tests {
		if c, err := LoadTar(bytes.NewReader(tt.data), tt.opt); err == nil {
			t.Errorf("%s: no error, %+v", name, c)
		}
	}
}

func BenchmarkLoadSigmaHQ(b *testing.B) {
	data, err := io.ReadAll(corpus(b))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := LoadTar(bytes.NewReader(data), LoadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
