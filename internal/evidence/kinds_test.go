package evidence

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// recorded finds what names a kind where entries are made: the constants, and
// the words given to governance's record.
var recorded = regexp.MustCompile(`(?m)^\s*(?:const )?(?:Kind[A-Za-z]*|kindDecision)\s+= "([a-z_]+)"|\brecord\(ctx, tenant, "([a-z_]+)"`)

func TestEachKindThatIsRecordedIsKnown(t *testing.T) {
	t.Parallel()
	found := 0
	for _, pkg := range []string{".", "../decision", "../governance", "../module", "../enforce", "../inventory"} {
		err := filepath.WalkDir(pkg, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if e.IsDir() && path != pkg {
				return fs.SkipDir // packages below record nothing
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			for _, m := range recorded.FindAllSubmatch(text, -1) {
				if kind := string(m[1]) + string(m[2]); !KnownKind(kind) {
					t.Errorf("%s records %q, which kinds does not list", path, kind)
				}
				found++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 10 {
		t.Errorf("only %d kinds were found in the source", found)
	}
	if !slices.IsSorted(Kinds()) {
		t.Errorf("out of order: %v", Kinds())
	}
	for _, word := range []string{"", "decisions", "Decision", "breakglass", "break_glass "} {
		if KnownKind(word) {
			t.Errorf("%q is known", word)
		}
	}
}
