package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// The committed list is well formed and names only tests that exist. Whether
// they pass is what running align tells.
func TestRequirementsFile(t *testing.T) {
	t.Parallel()
	for _, r := range committedList(t).refs() {
		if !exists(t, r) {
			t.Errorf("%s doesn't exist", r)
		}
	}
}

// The committed score is that of the committed list. This test is no proof of
// TRC-1: it fails until a new score is accepted, and align must run before that.
func TestScoreIsCurrent(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join(root, scoreFile))
	if err != nil {
		t.Fatal(err)
	}
	score, err := parseScore(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range regressions(committedList(t), score) {
		t.Error(p)
	}
}

func committedList(t *testing.T) *list {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, listFile))
	if err != nil {
		t.Fatal(err)
	}
	l, err := parseList(raw)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// exists looks for the test's function in its package's test files, or for the
// journey's name in its file.
func exists(t *testing.T, r ref) bool {
	t.Helper()
	if r.journey() {
		raw, err := os.ReadFile(filepath.Join(root, r.pkg))
		return err == nil && strings.Contains(string(raw), "journey("+strconv.Quote(r.test)+",")
	}
	files, err := filepath.Glob(filepath.Join(root, r.pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == r.test {
				return true
			}
		}
	}
	return false
}

const oneArea = "areas:\n  - name: A\n    rows:\n"

func TestParseListNamesMistakes(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, rows, want string }{
		{"unknown field", "- {id: A-B, promise: p, origin: [NEW], status: planned, test: x}", "field test not found"},
		{"bad id", "- {id: dec1, promise: p, origin: [NEW], status: planned}", "the form AREA-1"},
		{"no promise", "- {id: DEC-1, origin: [NEW], status: planned}", "promise is missing"},
		{"no origin", "- {id: DEC-1, promise: p, status: planned}", "origin is missing"},
		{"unknown status", "- {id: DEC-1, promise: p, origin: [NEW], status: done}", `status "done"`},
		{"unproven", "- {id: DEC-1, promise: p, origin: [NEW], status: delivered}", "delivered without a test"},
		{"planned with tests", "- {id: DEC-1, promise: p, origin: [NEW], status: planned, tests: [a.TestB]}", "planned rows list no tests"},
		{"silent partial", "- {id: DEC-1, promise: p, origin: [NEW], status: partial, tests: [a.TestB]}", "missing belongs to partial"},
		{"bad test name", "- {id: DEC-1, promise: p, origin: [NEW], status: delivered, tests: [TestB]}", `line 4: test "TestB"`},
		{"twice", "- &r {id: DEC-1, promise: p, origin: [NEW], status: planned}\n      - *r", "DEC-1 is there twice"},
	}
	for _, c := range cases {
		_, err := parseList([]byte(oneArea + "      " + c.rows + "\n"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.name, err, c.want)
		}
	}
}

func parsed(t *testing.T, rows ...string) *list {
	t.Helper()
	l, err := parseList([]byte(oneArea + "      - " + strings.Join(rows, "\n      - ") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Only a test that ran and passed proves a row.
func TestJudge(t *testing.T) {
	t.Parallel()
	l := parsed(t,
		"{id: DEC-1, promise: p, origin: [NEW], status: delivered, tests: [a.TestPass, a.TestFail/sub]}",
		"{id: DEC-2, promise: p, origin: [NEW], status: partial, missing: m, tests: [a.TestSkip, b.TestGone]}",
		"{id: DEC-3, promise: p, origin: [NEW], status: planned}",
	)
	got := judge(l, map[ref]outcome{
		{pkg: "a", test: "TestPass"}:             passed,
		{pkg: "a", test: "TestFail", sub: "sub"}: failed,
		{pkg: "a", test: "TestSkip"}:             skipped,
	})
	want := []string{
		"DEC-1: a.TestFail/sub failed",
		"DEC-2: a.TestSkip was skipped",
		"DEC-2: b.TestGone doesn't exist or doesn't build",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRegression(t *testing.T) {
	t.Parallel()
	rows := []string{
		"{id: DEC-1, promise: p, origin: [BP-1, DR-1], status: delivered, tests: [a.TestA]}",
		"{id: DEC-2, promise: p, origin: [BP-1], status: planned}",
	}
	l := parsed(t, rows...)
	accepted, err := parseScore(formatScore(l))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		score map[string]status
		want  []string
	}{
		{"as accepted", accepted, nil},
		{"fell", map[string]status{"DEC-1": delivered, "DEC-2": partial}, []string{"DEC-2 fell from partial to planned"}},
		{"gone", map[string]status{"DEC-1": delivered, "DEC-2": planned, "DEC-9": planned}, []string{"DEC-9 (planned) is gone from the list"}},
		{"rose", map[string]status{"DEC-1": partial, "DEC-2": planned}, []string{scoreFile + " is behind: make align UPDATE=1, and commit it"}},
		{"new row", map[string]status{"DEC-1": delivered}, []string{scoreFile + " is behind: make align UPDATE=1, and commit it"}},
	}
	for _, c := range cases {
		if d := cmp.Diff(c.want, regressions(l, c.score)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
	if got, want := blueprint(l), (tally{delivered: 1, planned: 1}); got != want {
		t.Errorf("blueprint IDs: %+v, want %+v: an ID is as far as the least of its rows", got, want)
	}
	if _, err := parseScore([]byte("DEC-1 done\n")); err == nil {
		t.Error("a score with an unknown status was accepted")
	}
}

// A real module with one test of each kind, run by the real go command.
func TestRunReadsResults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":             "module example.test/m\n\ngo 1.26\n",
		"a/a_test.go":        "package a\n\nimport \"testing\"\n\nfunc TestPass(t *testing.T) { t.Run(\"x.y\", func(*testing.T) {}) }\nfunc TestFail(t *testing.T) { t.Error(\"no\") }\nfunc TestSkip(t *testing.T) { t.Skip() }\nfunc TestPassOther(t *testing.T) { t.Error(\"must not run\") }\nfunc FuzzSeed(f *testing.F) { f.Add(1); f.Fuzz(func(*testing.T, int) {}) }\n",
		"broken/b_test.go":   "package broken\n\nfunc TestB(\n",
		"docs/unrelated.txt": "",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := map[ref]outcome{
		{pkg: "a", test: "TestPass"}:              passed,
		{pkg: "a", test: "TestPass", sub: "x.y"}:  passed,
		{pkg: "a", test: "TestPass", sub: "gone"}: absent,
		{pkg: "a", test: "FuzzSeed"}:              passed,
		{pkg: "a", test: "TestFail"}:              failed,
		{pkg: "a", test: "TestSkip"}:              skipped,
		{pkg: "a", test: "TestGone"}:              absent,
		{pkg: "broken", test: "TestB"}:            absent,
	}
	refs := []ref{{pkg: "nowhere", test: "TestN"}}
	for r := range want {
		refs = append(refs, r)
	}
	var out bytes.Buffer
	got, err := runTests(t.Context(), &out, dir, refs)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(ref{})); d != "" {
		t.Error(d)
	}
	for _, text := range []string{"a_test.go:6: no", "no package at nowhere", "b_test.go"} {
		if !strings.Contains(out.String(), text) {
			t.Errorf("the output lacks %q:\n%s", text, out.String())
		}
	}
}
