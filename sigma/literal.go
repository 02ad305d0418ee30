package sigma

import (
	"bytes"
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

// scan marks, in the candidate bits, the rules that have a witness in a folded
// value.
func (x *fieldIndex) scan(v []byte, cand []uint64) {
	if x.lengths>>min(len(v), 63)&1 != 0 {
		if key := hashText(v); x.equal.has(key) {
			for n := x.equal.first(key); n != 0; n = x.links[n-1].next {
				if l := &x.needles[x.links[n-1].needle]; bytes.Equal(l.text, v) {
					mark(cand, l.rules)
				}
			}
		}
	}
	if len(v) >= 4 {
		if t := x.starts[0]; t != nil {
			x.edge(t, uint64(binary.LittleEndian.Uint32(v)), v, false, cand)
		}
		if t := x.ends[0]; t != nil {
			x.edge(t, uint64(binary.LittleEndian.Uint32(v[len(v)-4:])), v, true, cand)
		}
	}
	if len(v) >= 8 {
		if t := x.starts[1]; t != nil {
			x.edge(t, binary.LittleEndian.Uint64(v), v, false, cand)
		}
		if t := x.ends[1]; t != nil {
			x.edge(t, binary.LittleEndian.Uint64(v[len(v)-8:]), v, true, cand)
		}
	}
	if x.grams != nil && len(v) >= 4 {
		x.inside(v, cand)
	}
}

func (x *fieldIndex) edge(t *litTable, key uint64, v []byte, end bool, cand []uint64) {
	if !t.has(key) {
		return
	}
	for n := t.first(key); n != 0; n = x.links[n-1].next {
		l := &x.needles[x.links[n-1].needle]
		if end && bytes.HasSuffix(v, l.text) || !end && bytes.HasPrefix(v, l.text) {
			mark(cand, l.rules)
		}
	}
}

// inside looks for needles anywhere in v. Where all are long enough it looks at
// every second, fourth or eighth place only: each needle is then kept under as
// many neighbouring groups of four bytes, one of which lies at such a place.
func (x *fieldIndex) inside(v []byte, cand []uint64) {
	t := x.grams
	bitmap, shift, stride := t.bitmap, t.shift&63, x.stride
	for i := 0; i+4 <= len(v); i += stride {
		key := uint64(binary.LittleEndian.Uint32(v[i:]))
		h := key * mixer >> shift
		if bitmap[h>>6]>>(h&63)&1 != 0 {
			x.verify(v, i, t.first(key), cand)
		}
	}
}

func (x *fieldIndex) verify(v []byte, i int, n int32, cand []uint64) {
	for ; n != 0; n = x.links[n-1].next {
		at := &x.links[n-1]
		l := &x.needles[at.needle]
		if from := i - int(at.at); from >= 0 && bytes.HasPrefix(v[from:], l.text) {
			mark(cand, l.rules)
		}
	}
}

// tryShort looks for the literals that are too short for the tables.
func (x *fieldIndex) tryShort(v []byte, wide bool, cand []uint64) {
	for i := range x.short {
		s := &x.short[i]
		if s.wide && !wide {
			continue
		}
		var ok bool
		switch s.kind {
		case witnessStart:
			ok = bytes.HasPrefix(v, s.lit.text)
		case witnessEnd:
			ok = bytes.HasSuffix(v, s.lit.text)
		default:
			ok = bytes.Contains(v, s.lit.text)
		}
		if ok {
			mark(cand, s.lit.rules)
		}
	}
}

func mark(cand []uint64, rules []int32) {
	for _, r := range rules {
		cand[r>>6] |= 1 << (r & 63)
	}
}
