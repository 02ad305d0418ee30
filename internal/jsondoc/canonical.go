package jsondoc

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// AppendCanonical appends the value in canonical form: RFC 8785 (JCS), except
// that numbers keep their lexeme as sent, because real events hold integers
// that a double can't. Absent appends nothing.
func (v Value) AppendCanonical(dst []byte) []byte {
	if v.d == nil {
		return dst
	}
	var room [64]member
	return v.d.appendValue(dst, room[:0], v.i)
}

// member is an object's member while its order is being found.
type member struct {
	prefix uint64 // keyPrefix of the key
	node   uint32
}

// appendValue appends the canonical form of node i. order is room for members
// above its length: it is used as a stack, so that small documents need no
// other memory.
func (d *Doc) appendValue(dst []byte, order []member, i uint32) []byte {
	n := &d.nodes[i]
	switch n.kind {
	case Object:
		return d.appendObject(dst, order, i)
	case Array:
		return d.appendArray(dst, order, i)
	default:
		return d.appendScalar(dst, n)
	}
}

func (d *Doc) appendScalar(dst []byte, n *node) []byte {
	if n.flags&flagTextDecoded != 0 {
		return appendText(dst, d.decoded[n.a:n.b])
	}
	// Without escapes the source of a scalar is canonical already.
	return append(dst, d.src[n.start:n.end]...)
}

func (d *Doc) appendArray(dst []byte, order []member, i uint32) []byte {
	dst = append(dst, '[')
	child := i + 1
	for k := range d.nodes[i].b {
		if k > 0 {
			dst = append(dst, ',')
		}
		dst = d.appendValue(dst, order, child)
		child = d.after(child)
	}
	return append(dst, ']')
}

func (d *Doc) appendObject(dst []byte, order []member, i uint32) []byte {
	base := len(order)
	child := i + 1
	for range d.nodes[i].b {
		n := &d.nodes[child]
		order = append(order, member{prefix: keyPrefix(d.keyOf(n)), node: child})
		child = d.after(child)
	}
	d.sortMembers(order[base:])
	dst = append(dst, '{')
	for k, m := range order[base:] {
		if k > 0 {
			dst = append(dst, ',')
		}
		n := &d.nodes[m.node]
		if n.flags&(flagKeyDecoded|flagTextDecoded) == 0 && n.kind < Array && n.start == n.keyTo+2 {
			// `"key":scalar` stands in the source as it must come out.
			dst = append(dst, d.src[n.keyFrom-1:n.end]...)
			continue
		}
		if n.flags&flagKeyDecoded != 0 {
			dst = appendText(dst, d.decoded[n.keyFrom:n.keyTo])
		} else {
			dst = append(dst, d.src[n.keyFrom-1:n.keyTo+1]...)
		}
		dst = append(dst, ':')
		dst = d.appendValue(dst, order, m.node)
	}
	return append(dst, '}')
}

// keyPrefix packs the first eight bytes of a key so that prefixes compare as
// their keys do by UTF-16 code units. Keys hold no NUL, so that zero padding
// sorts a shorter key first.
func keyPrefix(key []byte) uint64 {
	var p uint64
	if len(key) >= 8 {
		p = binary.BigEndian.Uint64(key)
	} else {
		for i, b := range key {
			p |= uint64(b) << (56 - 8*i)
		}
	}
	if p&highBits != 0 {
		return prefixUTF16(p)
	}
	return p
}

// prefixUTF16 lifts the lead bytes of U+E000 to U+FFFF (EE, EF) above those of
// the surrogate pairs (F0 to F4); see compareUnit.
func prefixUTF16(p uint64) uint64 {
	var out uint64
	for shift := 56; shift >= 0; shift -= 8 {
		b := byte(p >> shift)
		if b == 0xEE || b == 0xEF {
			b |= 0x10
		}
		out |= uint64(b) << shift
	}
	return out
}

// sortMembers orders by UTF-16 code units (RFC 8785, section 3.2.3).
func (d *Doc) sortMembers(ms []member) {
	if len(ms) > 32 {
		slices.SortFunc(ms, d.compareMembers)
		return
	}
	for i := 1; i < len(ms); i++ {
		m := ms[i]
		j := i
		for ; j > 0 && (m.prefix < ms[j-1].prefix || m.prefix == ms[j-1].prefix && d.compareMembers(m, ms[j-1]) < 0); j-- {
			ms[j] = ms[j-1]
		}
		ms[j] = m
	}
}

func (d *Doc) compareMembers(x, y member) int {
	if x.prefix != y.prefix {
		return cmp.Compare(x.prefix, y.prefix)
	}
	return compareUTF16(d.keyOf(&d.nodes[x.node]), d.keyOf(&d.nodes[y.node]))
}

// compareUTF16 compares valid UTF-8 by UTF-16 code units.
func compareUTF16(x, y []byte) int {
	n, i := min(len(x), len(y)), 0
	// Keys of one object often share long prefixes.
	for n-i >= 8 && binary.LittleEndian.Uint64(x[i:]) == binary.LittleEndian.Uint64(y[i:]) {
		i += 8
	}
	for ; i < n; i++ {
		if x[i] != y[i] {
			return compareUnit(x[i], y[i])
		}
	}
	return cmp.Compare(len(x), len(y))
}

// compareUnit orders two strings by the first byte in which they differ. Byte
// order is code point order; UTF-16 differs from that only where a surrogate
// (U+10000 and up, lead bytes F0 to F4) meets U+E000 to U+FFFF (EE and EF).
func compareUnit(a, b byte) int {
	if a >= 0xEE && b >= 0xEE && (a >= 0xF0) != (b >= 0xF0) {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// AppendString appends s, which must be valid UTF-8, as a JSON string with the
// escapes of RFC 8785, section 3.2.2.2: as few as JSON allows.
func AppendString(dst []byte, s string) []byte { return appendText(dst, s) }

func appendText[T string | []byte](dst []byte, s T) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	done := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"')
}
