package sigma

import (
	"bytes"
	"encoding/binary"
)

// find marks, in the candidate bits, the rules that have a witness in a folded
// value; wide says that it is more than ASCII.
func (x *fieldIndex) find(v []byte, wide bool, cand []uint64, s *spent) {
	x.edges(v, cand, s)
	if x.grams != nil && len(v) >= 4 {
		s.work += len(v) / (2 * x.stride)
		x.inside(s.bounded(v), cand, s)
	}
	if len(x.short) > 0 {
		x.tryShort(v, wide, cand, s)
	}
}

// edges looks for whole values, and for what they start and end with.
func (x *fieldIndex) edges(v []byte, cand []uint64, s *spent) {
	if x.lengths>>min(len(v), 63)&1 != 0 {
		s.work += len(v) / 8
		if key := hashText(v); x.equal.has(key) {
			for n := x.equal.first(key); n != 0; n = x.links[n-1].next {
				l := &x.needles[x.links[n-1].needle]
				s.work += linkWork + len(l.text)/16 + len(l.rules)
				if bytes.Equal(l.text, v) {
					mark(cand, l.rules)
				}
			}
		}
	}
	if len(v) >= 4 {
		if t := x.starts[0]; t != nil {
			x.edge(t, uint64(binary.LittleEndian.Uint32(v)), v, false, cand, s)
		}
		if t := x.ends[0]; t != nil {
			x.edge(t, uint64(binary.LittleEndian.Uint32(v[len(v)-4:])), v, true, cand, s)
		}
	}
	if len(v) >= 8 {
		if t := x.starts[1]; t != nil {
			x.edge(t, binary.LittleEndian.Uint64(v), v, false, cand, s)
		}
		if t := x.ends[1]; t != nil {
			x.edge(t, binary.LittleEndian.Uint64(v[len(v)-8:]), v, true, cand, s)
		}
	}
}

func (x *fieldIndex) edge(t *litTable, key uint64, v []byte, end bool, cand []uint64, s *spent) {
	if !t.has(key) {
		return
	}
	for n := t.first(key); n != 0 && !s.over(); n = x.links[n-1].next {
		l := &x.needles[x.links[n-1].needle]
		s.work += linkWork + len(l.text)/16
		if end && bytes.HasSuffix(v, l.text) || !end && bytes.HasPrefix(v, l.text) {
			s.work += len(l.rules)
			mark(cand, l.rules)
		}
	}
}

// inside looks for needles anywhere in v. Where all are long enough it looks at
// every second, fourth or eighth place only: each needle is then kept under as
// many neighbouring groups of four bytes, one of which lies at such a place.
func (x *fieldIndex) inside(v []byte, cand []uint64, s *spent) {
	t, limit := x.grams, s.limit()
	bitmap, shift, stride := t.bitmap, t.shift&63, x.stride
	for i := 0; i+4 <= len(v); i += stride {
		key := uint64(binary.LittleEndian.Uint32(v[i:]))
		h := key * mixer >> shift
		if bitmap[h>>6]>>(h&63)&1 != 0 {
			if x.verify(v, i, t.first(key), cand, s); s.work > limit {
				return
			}
		}
	}
}

func (x *fieldIndex) verify(v []byte, i int, n int32, cand []uint64, s *spent) {
	for ; n != 0; n = x.links[n-1].next {
		at := &x.links[n-1]
		l := &x.needles[at.needle]
		s.work += linkWork + len(l.text)/16
		if from := i - int(at.at); from >= 0 && bytes.HasPrefix(v[from:], l.text) {
			s.work += len(l.rules)
			mark(cand, l.rules)
		}
	}
}

// tryShort looks for the literals that are too short for the tables.
func (x *fieldIndex) tryShort(v []byte, wide bool, cand []uint64, s *spent) {
	for i := range x.short {
		n := &x.short[i]
		if n.wide && !wide {
			continue
		}
		s.work += testWork
		var ok bool
		switch n.kind {
		case witnessStart:
			ok = bytes.HasPrefix(v, n.lit.text)
		case witnessEnd:
			ok = bytes.HasSuffix(v, n.lit.text)
		default:
			ok = bytes.Contains(s.bounded(v), n.lit.text)
		}
		if ok {
			s.work += len(n.lit.rules)
			mark(cand, n.lit.rules)
		}
	}
}

func mark(cand []uint64, rules []int32) {
	for _, r := range rules {
		cand[r>>6] |= 1 << (r & 63)
	}
}
