package sigma

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString finds the closing quote of the string whose content starts at i.
// An error is the negative of 1 + its offset. It looks at eight bytes at a time:
// a byte is zero in x exactly where (x-ones)&^x has its high bit, as far as the
// lowest such byte is concerned.
func scanString(b []byte, i int) (end int, flags uint8) {
	var wide uint64
	for i+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^(ones*'"'), w^(ones*'\\')
		stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*0x20)&^w) & highs
		if stop == 0 {
			wide |= w
			i += 8
			continue
		}
		n := bits.TrailingZeros64(stop) >> 3
		wide |= w & (1<<(n*8) - 1)
		i += n
		switch b[i] {
		case '"':
			if wide&highs != 0 {
				flags |= flagWide
			}
			return i, flags
		case '\\':
			flags |= flagEscape
			if n = escapeLen(b, i); n != 2 {
				if n == 0 {
					return -i - 1, 0
				}
				flags |= flagUnicode
			}
			i += n
		default:
			return -i - 1, 0
		}
	}
	if wide&highs != 0 {
		flags |= flagWide
	}
	return scanStringTail(b, i, flags)
}

// scanStringTail goes on byte by byte near the end of the event.
func scanStringTail(b []byte, i int, flags uint8) (int, uint8) {
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			return i, flags
		case c == '\\':
			flags |= flagEscape
			n := escapeLen(b, i)
			if n != 2 {
				if n == 0 {
					return -i - 1, 0
				}
				flags |= flagUnicode
			}
			i += n
		case c < 0x20:
			return -i - 1, 0
		default:
			if c >= 0x80 {
				flags |= flagWide
			}
			i++
		}
	}
	return -i - 1, 0
}

// escapeLen is the length of the escape sequence at i, 0 when it is none.
func escapeLen(b []byte, i int) int {
	if i+1 >= len(b) {
		return 0
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if i+6 > len(b) {
			return 0
		}
		for _, c := range b[i+2 : i+6] {
			if hexValue(c) < 0 {
				return 0
			}
		}
		return 6
	}
	return 0
}

func hexValue(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}

// scanNumber returns the offset behind the number at i (RFC 8259 section 6), or
// -1 when there is none.
func scanNumber(b []byte, i int) int {
	if i < len(b) && b[i] == '-' {
		i++
	}
	digits := func() bool {
		from := i
		for i < len(b) && b[i]-'0' <= 9 {
			i++
		}
		return i > from
	}
	from := i
	if !digits() || b[from] == '0' && i > from+1 {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		if i++; !digits() {
			return -1
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return -1
		}
	}
	return i
}
