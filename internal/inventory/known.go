package inventory

import (
	"bytes"
	"encoding/binary"
	"slices"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// known is the set of contents of a source's last snapshot: 32 bytes an object
// and a small index. It is read-only once sealed.
type known struct {
	hashes []manifest.Hash
	first  []uint32 // where hashes with these leading bits begin
	shift  uint
}

func (k *known) add(h manifest.Hash) { k.hashes = append(k.hashes, h) }

// seal sorts the set and indexes it by the leading bits: hashes spread evenly,
// so that each stretch of the index holds a few.
func (k *known) seal() {
	slices.SortFunc(k.hashes, func(a, b manifest.Hash) int { return bytes.Compare(a[:], b[:]) })
	k.hashes = slices.Compact(k.hashes)
	bits := uint(0)
	for 4<<bits < len(k.hashes) {
		bits++
	}
	k.shift = 32 - bits
	k.first = make([]uint32, 1<<bits+1)
	at := 0
	for i := range k.first {
		for at < len(k.hashes) && k.lead(&k.hashes[at]) < uint64(i) {
			at++
		}
		k.first[i] = uint32(at)
	}
}

func (k *known) lead(h *manifest.Hash) uint64 {
	return uint64(binary.BigEndian.Uint32(h[:4])) >> k.shift
}

func (k *known) has(h manifest.Hash) bool {
	if len(k.hashes) == 0 {
		return false
	}
	i := k.lead(&h)
	for _, have := range k.hashes[k.first[i]:k.first[i+1]] {
		if have == h {
			return true
		}
	}
	return false
}
