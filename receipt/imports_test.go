package receipt

import (
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestImportsStaySmall keeps the package readable in an hour and usable by
// anybody: the standard library and one signature package, nothing that reads
// the clock, draws randomness or opens files and connections.
func TestImportsStaySmall(t *testing.T) {
	t.Parallel()
	const signatures = "golang.org/x/mod/sumdb/note"
	forbidden := []string{"time", "os", "io/fs", "io/ioutil", "net", "crypto/rand", "math/rand", "unsafe", "reflect"}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(path, "/")
			if strings.Contains(first, ".") && path != signatures {
				t.Errorf("%s imports %s", f.Name(), path)
			}
			for _, bad := range forbidden {
				if path == bad || strings.HasPrefix(path, bad+"/") {
					t.Errorf("%s imports %s", f.Name(), path)
				}
			}
		}
	}
}
