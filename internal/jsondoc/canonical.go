package jsondoc

import (
	"cmp"
	"encoding/binary"
	"math/bits"
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
	c := canonicaliser{d: v.d, order: room[:0]}
	return c.value(dst, v.i)
}

// member is an object's member while its order is being found.
type member struct {
	prefix uint64 // first eight bytes of the key, big-endian, zero-padded
	node   uint32
}

type canonicaliser struct {
	d     *Doc
	order []member // stack: the members of the objects being written
}

func (c *canonicaliser) value(dst []byte, i uint32) []byte {
	d := c.d
	n := &d.nodes[i]
	switch n.kind {
	case Object:
		return c.object(dst, i)
	case Array:
		dst = append(dst, '[')
		child := i + 1
		for k := range n.b {
			if k > 0 {
				dst = append(dst, ',')
			}
			dst = c.value(dst, child)
			child = d.after(child)
		}
		return append(dst, ']')
	case String:
		if n.flags&flagTextDecoded != 0 {
			return AppendString(dst, string(d.decoded[n.a:n.b]))
		}
	}
	// Without escapes the source of a scalar is canonical already.
	return append(dst, d.src[n.start:n.end]...)
}

func (c *canonicaliser) object(dst []byte, i uint32) []byte {
	d := c.d
	base := len(c.order)
	child := i + 1
	for range d.nodes[i].b {
		c.order = append(c.order, member{prefix: keyPrefix(d.keyOf(&d.nodes[child])), node: child})
		child = d.after(child)
	}
	d.sortMembers(c.order[base:])
	dst = append(dst, '{')
	for k := base; k < base+int(d.nodes[i].b); k++ {
		if k > base {
			dst = append(dst, ',')
		}
		n := &d.nodes[c.order[k].node]
		if n.flags&flagKeyDecoded != 0 {
			dst = AppendString(dst, string(d.decoded[n.keyFrom:n.keyTo]))
		} else {
			dst = append(dst, d.src[n.keyFrom-1:n.keyTo+1]...)
		}
		dst = append(dst, ':')
		dst = c.value(dst, c.order[k].node)
	}
	c.order = c.order[:base]
	return append(dst, '}')
}

func keyPrefix(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var p uint64
	for i, b := range key {
		p |= uint64(b) << (56 - 8*i)
	}
	return p
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
		for ; j > 0 && d.compareMembers(m, ms[j-1]) < 0; j-- {
			ms[j] = ms[j-1]
		}
		ms[j] = m
	}
}

func (d *Doc) compareMembers(x, y member) int {
	if x.prefix == y.prefix {
		return compareUTF16(d.keyOf(&d.nodes[x.node]), d.keyOf(&d.nodes[y.node]))
	}
	// No key holds NUL, so the zero padding sorts a prefix first.
	shift := 56 - bits.LeadingZeros64(x.prefix^y.prefix)&^7
	return compareUnit(byte(x.prefix>>shift), byte(y.prefix>>shift))
}

// compareUTF16 compares valid UTF-8 by UTF-16 code units.
func compareUTF16(x, y []byte) int {
	n := min(len(x), len(y))
	for i := range n {
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
func AppendString(dst []byte, s string) []byte {
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
