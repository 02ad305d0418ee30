package archtest

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// catchAll lists names that say nothing about what a package holds.
var catchAll = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "misc", "shared"}

// Every package says its job, is named for it, and does nothing on import.
func TestPackagesAreDocumentedAndNamed(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, src := range load(t) {
		name := src.ast.Name.Name
		if slices.Contains(catchAll, path.Base(src.pkg)) || slices.Contains(catchAll, strings.TrimSuffix(name, "_test")) {
			t.Errorf("%s: package %q (folder %s) is named for nothing in it", src.file, name, src.pkg)
		}
		for _, d := range src.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: func init: wire it where it is used, explicitly", src.file)
			}
		}
		has := src.ast.Doc != nil && strings.TrimSpace(src.ast.Doc.Text()) != ""
		documented[src.pkg] = documented[src.pkg] || has
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no package comment: say its job, its invariant, what it must not do", pkg)
		}
	}
}
