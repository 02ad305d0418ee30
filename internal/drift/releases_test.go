package drift

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/source"
	"frostgate.io/frostgate/internal/testdata"

	"github.com/google/go-cmp/cmp"
)

// read is the upload of a folder.
func (f *fixture) read(folder string) string {
	f.t.Helper()
	var b bytes.Buffer
	w := source.NewWriter(&b)
	if _, err := source.Read(context.Background(), folder, source.Options{TypeOf: f.Types.TypeOfFolder}, w); err != nil {
		f.t.Fatal(err)
	}
	if err := w.End(); err != nil {
		f.t.Fatal(err)
	}
	return b.String()
}

// TestRealReleases runs over the releases of a real baseline: what the reference
// counts, each seen twice, and the second time nothing.
func TestRealReleases(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(testdata.Dir(t), "drift", "openintunebaseline")
	each(t, func(f *fixture) {
		ctx := context.Background()
		begin := inventory.Begin{Source: directory}
		for _, c := range []struct {
			release string
			want    diff.Counts
		}{
			{"windows-v3.5", diff.Counts{}},
			{"windows-v3.6", diff.Counts{Added: 4, Removed: 1, Changed: 11, Duplicates: 1}},
			{"windows-v3.7", diff.Counts{Added: 4, Changed: 7, Unknown: 5, Quarantined: 1, Duplicates: 1}},
		} {
			text := f.read(filepath.Join(folder, c.release))
			f.seeAs(tenantA, begin, text)
			list, _, err := f.Comparisons(ctx, tenantA, ComparisonFilter{}, "", 1)
			if err != nil {
				t.Fatal(err)
			}
			got := list[0].Counts
			got.Unchanged, got.Metadata, got.Secrets = 0, 0, 0
			if got != c.want && c.release != "windows-v3.5" {
				t.Errorf("%s: %+v, want %+v", c.release, got, c.want)
			}
			before := f.all()
			if c.release == "windows-v3.5" && len(before) != 0 {
				t.Errorf("the first observation finds %d", len(before))
			}
			f.seeAs(tenantA, begin, text)
			if d := cmp.Diff(before, f.all()); d != "" {
				t.Errorf("%s again: %s", c.release, d)
			}
		}
	})
}
