package jsondoc

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	everyByte = 0x0101010101010101
	highBits  = 0x8080808080808080
)

// special marks the high bit of the first byte in w that is a quote, a
// backslash, a control character or not ASCII. Bytes after the first marked one
// may be marked wrongly (borrow), so only the lowest mark counts.
func special(w uint64) uint64 {
	quote := w ^ everyByte*'"'
	slash := w ^ everyByte*'\\'
	return ((w - everyByte*0x20) | (quote - everyByte) | (slash - everyByte) | w) & highBits
}

// plainEnd returns the offset of the first byte from i on that special would
// mark, or len(src).
func plainEnd(src []byte, i int) int {
	for len(src)-i >= 8 {
		if m := special(binary.LittleEndian.Uint64(src[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(src) {
		if c := src[i]; c < 0x20 || c >= 0x80 || c == '"' || c == '\\' {
			return i
		}
		i++
	}
	return i
}

// text reads the string whose opening quote is at i. It returns the offset
// after the closing quote and the decoded text as a range of src or, with
// esc, of d.decoded.
func (d *Doc) text(src []byte, i int) (end int, from, to uint32, esc bool) {
	i++
	j := plainEnd(src, i)
	if j < len(src) && src[j] == '"' {
		return j + 1, uint32(i), uint32(j), false
	}
	return d.textSlow(src, i, j)
}

// textSlow goes on at j, in a string that began at start and is plain up to j.
func (d *Doc) textSlow(src []byte, start, j int) (end int, from, to uint32, esc bool) {
	dec := len(d.decoded)
	copied := start // src before it is in d.decoded once esc is set
	for {
		j = plainEnd(src, j)
		if j >= len(src) {
			return d.failEnd(src, "'\"'"), 0, 0, false
		}
		switch c := src[j]; {
		case c == '"':
			if !esc {
				return j + 1, uint32(start), uint32(j), false
			}
			d.decoded = append(d.decoded, src[copied:j]...)
			return j + 1, uint32(dec), uint32(len(d.decoded)), true
		case c == '\\':
			d.decoded = append(d.decoded, src[copied:j]...)
			esc = true
			if j = d.escape(src, j); j < 0 {
				return -1, 0, 0, false
			}
			copied = j
		case c < 0x20:
			return d.failControl(src, j), 0, 0, false
		default:
			r, size := utf8.DecodeRune(src[j:])
			if r == utf8.RuneError && size <= 1 {
				return d.fail(j, "invalid UTF-8"), 0, 0, false
			}
			j += size
		}
	}
}

// escape appends what the escape sequence at i stands for to d.decoded.
func (d *Doc) escape(src []byte, i int) int {
	if i+1 >= len(src) {
		return d.failEnd(src, "an escape sequence")
	}
	c := src[i+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return d.escapeUnicode(src, i)
	default:
		return d.fail(i, "invalid escape sequence")
	}
	d.decoded = append(d.decoded, c)
	return i + 2
}

func (d *Doc) escapeUnicode(src []byte, i int) int {
	r, bad := hex4(src, i+2)
	if bad >= len(src) {
		return d.failEnd(src, "four hexadecimal digits")
	}
	if bad >= 0 {
		return d.failUnexpected(src, bad, "a hexadecimal digit")
	}
	next := i + 6
	switch {
	case r == 0:
		return d.fail(i, "NUL character (\\u0000)")
	case utf16.IsSurrogate(r):
		if next+1 >= len(src) || src[next] != '\\' || src[next+1] != 'u' {
			return d.fail(i, "lone surrogate")
		}
		low, bad := hex4(src, next+2)
		if bad >= len(src) {
			return d.failEnd(src, "four hexadecimal digits")
		}
		if bad >= 0 {
			return d.failUnexpected(src, bad, "a hexadecimal digit")
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return d.fail(i, "lone surrogate")
		}
		next += 6
	}
	d.decoded = utf8.AppendRune(d.decoded, r)
	return next
}

// hex4 reads four hexadecimal digits at i; bad is the offset of the first byte
// that is none, -1 if all are good.
func hex4(src []byte, i int) (r rune, bad int) {
	for end := i + 4; i < end; i++ {
		if i >= len(src) {
			return 0, len(src)
		}
		c := src[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, i
		}
		r = r<<4 | rune(c)
	}
	return r, -1
}
