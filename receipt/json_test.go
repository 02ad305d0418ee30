package receipt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeRanges(t *testing.T) {
	t.Parallel()
	got, err := decodeRanges([]byte(`[[0,0],[2,5],[3,9007199254740991]]`))
	if diff := cmp.Diff([][2]uint64{{0, 0}, {2, 5}, {3, MaxInt}}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := decodeRanges([]byte(`[]`)); err != nil || len(got) != 0 {
		t.Errorf("empty: %v, %v", got, err)
	}
	for _, bad := range []string{
		``, `null`, `{}`, `[`, `[]]`, `[[]]`, `[[1]]`, `[[1,2,3]]`, `[[2,1]]`, `[[1,2],]`, `[[1,2] ,[3,4]]`, `[[1, 2]]`, `[[01,2]]`,
		`[["1",2]]`, `[[1,2.0]]`, `[[-1,2]]`, `[[1,2]][[3,4]]`, `[1,2]`, `[[null,2]]`,
	} {
		if got, err := decodeRanges([]byte(bad)); err == nil {
			t.Errorf("%s: read as %v", bad, got)
		}
	}
}

// TestGoneRanges: what an artifact lists is merged, and holes are found.
func TestGoneRanges(t *testing.T) {
	t.Parallel()
	merged, err := goneRanges(artifactErasure, []byte(`{"indexes":[[7,9],[1,2],[3,3],[8,12],[20,20]],"reason":"r"}`))
	if diff := cmp.Diff([][2]uint64{{1, 3}, {7, 12}, {20, 20}}, merged); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
	for _, c := range []struct {
		r    [2]uint64
		hole uint64
		bad  bool
	}{
		{[2]uint64{1, 3}, 0, false},
		{[2]uint64{2, 2}, 0, false},
		{[2]uint64{20, 20}, 0, false},
		{[2]uint64{0, 0}, 0, true},
		{[2]uint64{3, 4}, 4, true},
		{[2]uint64{5, 6}, 5, true},
		{[2]uint64{1, 20}, 4, true},
		{[2]uint64{21, 22}, 21, true},
	} {
		if hole, bad := uncovered(merged, c.r); hole != c.hole || bad != c.bad {
			t.Errorf("%v: %d, %t", c.r, hole, bad)
		}
	}
	for _, bad := range []string{``, `[]`, `{}`, `{"indexes":1}`, `{"indexes":[[1,2]],"indexes":[[1,9]]}`} {
		if got, err := goneRanges(artifactErasure, []byte(bad)); err == nil {
			t.Errorf("%s: %v", bad, got)
		}
		if got, err := goneRanges(artifactPrune, []byte(strings.ReplaceAll(bad, "indexes", "first"))); err == nil {
			t.Errorf("prune %s: %v", bad, got)
		}
	}
}
