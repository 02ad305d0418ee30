package inventory

import (
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

func TestHashSet(t *testing.T) {
	t.Parallel()
	var s hashSet
	for round, fresh := range []bool{true, false} {
		for i := range 20_000 {
			if got := s.add(manifest.HashOf(fmt.Append(nil, i))); got != fresh {
				t.Fatalf("round %d, hash %d: new = %v", round, i, got)
			}
		}
	}
	if s.n != 20_000 {
		t.Errorf("%d hashes", s.n)
	}
	var alike hashSet // all in one slot
	for i := range 300 {
		h := manifest.Hash{byte(i), byte(i >> 8)}
		if !alike.add(h) || alike.add(h) {
			t.Fatal(i)
		}
	}
}
