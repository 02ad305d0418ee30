package inventory

import (
	"encoding/binary"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// hashSet is a set of hashes that grows, in about 40 bytes each: half of what a
// map takes. One goroutine uses it.
type hashSet struct {
	blocks [][]manifest.Hash
	n      uint32
	table  []uint32 // 1 + the number of a hash; 0: free. A power of two long.
}

const hashBlock = 4096

// add says whether the hash is new.
func (s *hashSet) add(h manifest.Hash) bool {
	if int(s.n)*3 >= len(s.table)*2 {
		s.grow()
	}
	slot := s.slot(&h)
	if s.table[slot] != 0 {
		return false
	}
	if s.n%hashBlock == 0 {
		s.blocks = append(s.blocks, make([]manifest.Hash, 0, hashBlock))
	}
	last := &s.blocks[len(s.blocks)-1]
	*last = append(*last, h)
	s.n++
	s.table[slot] = s.n
	return true
}

func (s *hashSet) at(i uint32) *manifest.Hash { return &s.blocks[i/hashBlock][i%hashBlock] }

// slot is where the hash is, or where it belongs. Hashes spread evenly as they
// are; to find contents whose hashes crowd costs more than the crowd does.
func (s *hashSet) slot(h *manifest.Hash) uint64 {
	mask := uint64(len(s.table) - 1)
	slot := binary.LittleEndian.Uint64(h[8:]) & mask
	for s.table[slot] != 0 && *s.at(s.table[slot] - 1) != *h {
		slot = (slot + 1) & mask
	}
	return slot
}

func (s *hashSet) grow() {
	s.table = make([]uint32, max(1024, 2*len(s.table)))
	for i := range s.n {
		s.table[s.slot(s.at(i))] = i + 1
	}
}
