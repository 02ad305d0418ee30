package normal

import (
	"encoding/binary"
	"slices"
)

// prefixOf packs a key's first eight bytes so that they compare as the key
// does. Keys hold no NUL: a shorter key sorts first.
func prefixOf(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var p uint64
	for i, c := range key {
		p |= uint64(c) << (56 - 8*i)
	}
	return p
}

// sortMembers orders by UTF-16 code units (RFC 8785, section 3.2.3).
func sortMembers(ms []member) {
	if len(ms) > 24 {
		slices.SortFunc(ms, compareMembers)
		return
	}
	for i := 1; i < len(ms); i++ {
		m := ms[i]
		j := i
		for ; j > 0 && compareMembers(m, ms[j-1]) < 0; j-- {
			ms[j] = ms[j-1]
		}
		ms[j] = m
	}
}

// highBits are set where bytes are not ASCII.
const highBits = 0x8080808080808080

func compareMembers(x, y member) int {
	if x.prefix != y.prefix && (x.prefix|y.prefix)&highBits == 0 {
		if x.prefix < y.prefix {
			return -1
		}
		return 1
	}
	return compareUTF16(x.key, y.key)
}

// compareUTF16 compares valid UTF-8 by UTF-16 code units: by bytes, but for
// surrogates (lead bytes F0 to F4), which sort before U+E000 to U+FFFF.
func compareUTF16(x, y []byte) int {
	for i := range min(len(x), len(y)) {
		a, b := x[i], y[i]
		if a == b {
			continue
		}
		if a >= 0xEE && b >= 0xEE && (a >= 0xF0) != (b >= 0xF0) {
			a, b = b, a
		}
		if a < b {
			return -1
		}
		return 1
	}
	return len(x) - len(y)
}

// appendText writes a JSON string with the escapes of RFC 8785, section
// 3.2.2.2.
func appendText(dst, s []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	done := 0
	for i, c := range s {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[done:i]...)
		done = i + 1
		dst = append(dst, '\\')
		switch c {
		case '"', '\\':
			dst = append(dst, c)
		case '\b':
			dst = append(dst, 'b')
		case '\t':
			dst = append(dst, 't')
		case '\n':
			dst = append(dst, 'n')
		case '\f':
			dst = append(dst, 'f')
		case '\r':
			dst = append(dst, 'r')
		default:
			dst = append(dst, 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"')
}
