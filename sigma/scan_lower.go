package sigma

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// lower8 lowers the ASCII letters in eight bytes: in each byte below 0x80 the
// high bit of b+(0x80-'A') tells b >= 'A', that of b+(0x7f-'Z') tells b > 'Z'.
func lower8(w uint64) uint64 {
	low := w &^ highs
	upper := (low + ones*(0x80-'A')) &^ (low + ones*(0x7f-'Z')) &^ w & highs
	return w | upper>>2
}

// lowerInPlace lowers the ASCII letters of b.
func lowerInPlace(b []byte) {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], lower8(binary.LittleEndian.Uint64(b[i:])))
	}
	for ; i < len(b); i++ {
		b[i] = lower[b[i]]
	}
}

// appendLowerText appends a raw ASCII string with escapes, unescaped and in
// lower case; ok is false when an escape stands for more than ASCII. It copies
// eight bytes at a time, beyond the next backslash too: what comes after it is
// written over.
func appendLowerText(dst, raw []byte) (out []byte, ok bool) {
	dst = slices.Grow(dst, len(raw)+8)
	n := len(dst)
	to := dst[:cap(dst)]
	i := 0
	for i+8 <= len(raw) {
		w := binary.LittleEndian.Uint64(raw[i:])
		binary.LittleEndian.PutUint64(to[n:], lower8(w))
		slash := w ^ (ones * '\\')
		if slash = (slash - ones) &^ slash & highs; slash == 0 {
			i += 8
			n += 8
			continue
		}
		skip := bits.TrailingZeros64(slash) >> 3
		n += skip
		c, size := unescapeASCII(raw[i+skip:])
		if c >= utf8.RuneSelf {
			return dst, false
		}
		to[n] = lower[c]
		n++
		i += skip + size
	}
	for i < len(raw) {
		c, size := raw[i], 1
		if c == '\\' {
			if c, size = unescapeASCII(raw[i:]); c >= utf8.RuneSelf {
				return dst, false
			}
		}
		to[n] = lower[c]
		n++
		i += size
	}
	return to[:n], true
}

// unescapeASCII reads the escape sequence at the start of raw; what stands for
// more than ASCII is 0xff.
func unescapeASCII(raw []byte) (c byte, size int) {
	switch c = raw[1]; c {
	case '\\', '/', '"':
		return c, 2
	case 'u':
		if r := hex4(raw[2:]); r < utf8.RuneSelf {
			return byte(r), 6
		}
		return 0xff, 6
	}
	return controlOf(c), 2
}
