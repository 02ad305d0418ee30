package plain

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestWhatIsNoEvidenceIsSaid(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in    io.Reader
		trust string
		title string
	}{
		"nothing":     {strings.NewReader(""), "", "This is no evidence"},
		"garbage":     {strings.NewReader("\x00\xff\x17"), "", "This is no evidence"},
		"deep JSON":   {strings.NewReader(strings.Repeat(`{"receipt":`, 100_000)), "", "This is no evidence"},
		"other JSON":  {strings.NewReader(`{"a":1}`), "", "This is no evidence"},
		"other text":  {strings.NewReader("frostgate.io/bundle/v9\n"), "", "This is no bundle"},
		"keys":        {strings.NewReader("{}"), "not a key at all", "The keys can't be read"},
		"a bad disk":  {broken{}, "", "The file can't be read"},
		"a large one": {io.LimitReader(endless{}, MaxSaved+1), "", "This is no bundle, and too large for a receipt"},
	} {
		if a := Check(tc.in, tc.trust); a.Verdict != Unreadable || a.Title != tc.title || a.Lead == "" || a.Checks == nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestKeysAreNamedWithoutTheKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                                  nil,
		"# a comment\nlogs.x+0a1b2c3d+AT\n": {"logs.x+0a1b2c3d"},
		`{"vkey":"logs.x+0a1b2c3d+AT","vkeys":["logs.x+0a1b2c3d+AT","logs.x+ffffffff+AU"]}`: {"logs.x+0a1b2c3d", "logs.x+ffffffff"},
		"log logs.x+0a1b2c3d+AT\nwitness w w.y+00000000+AV":                                 {"logs.x+0a1b2c3d", "w.y+00000000"},
	} {
		if d := cmp.Diff(want, keyNames(text)); d != "" {
			t.Errorf("%s: %s", text, d)
		}
	}
}

// Each check that the verifiers make has words of its own.
func TestEachCheckHasWords(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, dir := range []string{"../../../receipt", "../saved"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				collect(t, file, names)
			}
		}
	}
	if len(names) < 25 {
		t.Fatalf("only %d checks were found", len(names))
	}
	for name := range names {
		if w := wordsFor(name); strings.HasPrefix(w.title, "Check: ") || w.failed == "" {
			t.Errorf("%q has no words", name)
		}
	}
}

// collect finds the names that checks are recorded under.
func collect(t *testing.T, file string, names map[string]bool) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	note := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if name, err := strconv.Unquote(lit.Value); err == nil && name != "" && !strings.HasSuffix(name, " ") {
				names[name] = true
			}
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "ok" || sel.Sel.Name == "skip" || sel.Sel.Name == "fault" || sel.Sel.Name == "head") && len(n.Args) > 1 {
				note(n.Args[0])
			}
			if fn, ok := n.Fun.(*ast.Ident); ok && fn.Name == "fault" && len(n.Args) > 1 {
				note(n.Args[1])
			}
		case *ast.CompositeLit:
			if id, ok := n.Type.(*ast.Ident); ok && id.Name == "step" && len(n.Elts) == 2 {
				note(n.Elts[0])
			}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Name" && strings.HasSuffix(typeName(n.Type), "Check") {
						note(kv.Value)
					}
				}
			}
		}
		return true
	})
}

func typeName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
