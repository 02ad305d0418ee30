package receipt

import "testing"

// TestWritePathDoesNotAllocate is not parallel: it counts the process's
// allocations.
func TestWritePathDoesNotAllocate(t *testing.T) {
	f := newFixture(t)
	h, p := f.header(6), f.proof(6)
	entry, buf := h.AppendJCS(nil), make([]byte, 0, 4096)
	left, right := EmptyRoot(), LeafHash(nil)
	for name, fn := range map[string]func(){
		"Header.AppendJCS": func() { buf = h.AppendJCS(buf[:0]) },
		"Header.Validate":  func() { _ = h.Validate() },
		"Proof.Append":     func() { buf = p.Append(buf[:0]) },
		"LeafHash":         func() { left = LeafHash(entry) },
		"NodeHash":         func() { left = NodeHash(left, right) },
	} {
		if n := testing.AllocsPerRun(100, fn); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
