package receipt

import (
	"strings"
	"testing"
)

// However a file scatters its claims, what they take of memory is bounded.
func TestStateClaimsAreBounded(t *testing.T) {
	t.Parallel()
	const beyond = 1 << 30
	for name, by := range map[string]func(i uint64) uint64{
		"each by another entry": func(i uint64) uint64 { return beyond + i },
		"all by one":            func(uint64) uint64 { return beyond },
	} {
		var s bundleStates
		s.init()
		for i := range uint64(maxStateRanges) {
			if err := s.add(PayloadErased, 2*i, by(i), &BundleLocation{}); err != nil {
				t.Fatal(name, err)
			}
		}
		if err := s.add(PayloadErased, 2*maxStateRanges, by(maxStateRanges), &BundleLocation{}); err == nil || !strings.Contains(err.Error(), "131072 runs") {
			t.Errorf("%s: one more: %v", name, err)
		}
		// A run of neighbours is one.
		if err := s.add(PayloadErased, 2*maxStateRanges-1, by(maxStateRanges-1), &BundleLocation{}); err != nil {
			t.Errorf("%s: a neighbour: %v", name, err)
		}
	}
}
