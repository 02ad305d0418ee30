package sigma

import (
	"encoding/binary"
	"math/bits"
)

// needle is a witness's text with the rules it is a witness of.
type needle struct {
	text  []byte
	rules []int32 // numbers within the plan
}

// link leads from a key to a needle.
type link struct {
	needle int32
	at     int32 // where in its text the key's four bytes lie
	next   int32 // 1 + the next link of the same key, or 0
}

// litTable finds literals by a key. Most keys that a value asks for are
// nobody's: a bitmap says so with one look.
type litTable struct {
	bitmap []uint64
	shift  uint8 // 64 - log2 of the bitmap's bits
	slots  []litSlot
}

type litSlot struct {
	key uint64
	lit int32 // 1 + the first link, 0: free
}

const mixer = 0x9e3779b97f4a7c15

func (t *litTable) has(key uint64) bool {
	h := key * mixer >> t.shift
	return t.bitmap[h>>6]>>(h&63)&1 != 0
}

// first is 1 + the first link of that key, or 0.
func (t *litTable) first(key uint64) int32 {
	mask := uint64(len(t.slots) - 1)
	for i := key * mixer >> 32 & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.lit == 0 || s.key == key {
			return s.lit
		}
	}
}

// newLitTable makes room for n keys.
func newLitTable(n, bitsPerKey int) *litTable {
	slots, size := 2, 64
	for slots < 2*n {
		slots *= 2
	}
	for size < bitsPerKey*n {
		size *= 2
	}
	return &litTable{
		bitmap: make([]uint64, size/64),
		shift:  uint8(64 - bits.TrailingZeros(uint(size))),
		slots:  make([]litSlot, slots),
	}
}

// add puts the link of that number (1-based) in front of those with that key
// and returns the one behind it.
func (t *litTable) add(key uint64, lit int32) (next int32) {
	h := key * mixer >> t.shift
	t.bitmap[h>>6] |= 1 << (h & 63)
	mask := uint64(len(t.slots) - 1)
	i := key * mixer >> 32 & mask
	for t.slots[i].lit != 0 && t.slots[i].key != key {
		i = (i + 1) & mask
	}
	next = t.slots[i].lit
	t.slots[i] = litSlot{key: key, lit: lit}
	return next
}

// fieldIndex are all witnesses that a plan has in one field.
type fieldIndex struct {
	field   int32
	needles []needle
	links   []link

	present []int32 // rules that only need the field
	longS   []int32 // rules that a value with U+017F makes candidates
	equal   *litTable
	lengths uint64       // bit n: an equal needle has n bytes; bit 63: 63 or more
	starts  [2]*litTable // by the first 4, or 8 bytes
	ends    [2]*litTable // by the last 4, or 8 bytes
	grams   *litTable    // by four bytes somewhere
	stride  int          // of the places in a value that grams is asked for
	short   []shortNeedle
	raw     *rawIndex // nil when values must be folded to be looked at
}

// shortNeedle is one with less than four bytes, tried on every value.
type shortNeedle struct {
	kind witnessKind
	wide bool
	lit  needle
}

// hashText is the key of a whole text.
func hashText(b []byte) uint64 {
	h := uint64(len(b)) * mixer
	for len(b) >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(b)) * 0xff51afd7ed558ccd
		h ^= h >> 29
		b = b[8:]
	}
	var last uint64
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	h = (h ^ last) * 0xc4ceb9fe1a85ec53
	return h ^ h>>32
}
