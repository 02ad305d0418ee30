package evtx

import (
	"encoding/binary"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Lanes of four UTF-16 units in one word.
const (
	laneOne  = 0x0001000100010001
	laneHigh = 0x8000800080008000
	laneWide = 0xff80ff80ff80ff80 // set in a unit above ASCII
)

// hexLower are the digits of escapes and HexInt.
const (
	hexLower = "0123456789abcdef"
	hexUpper = "0123456789ABCDEF"
)

// plain reports whether four units are ASCII that JSON needs not escape.
func plain(w uint64) bool {
	if w&laneWide != 0 {
		return false
	}
	// Units are below 0x80 here, so no lane borrows from the next.
	quote := (w ^ '"'*laneOne) + 0x7fff*laneOne
	slash := (w ^ '\\'*laneOne) + 0x7fff*laneOne
	control := w + (0x8000-0x20)*laneOne
	return quote&slash&control&laneHigh == laneHigh
}

// appendUTF16 appends little-endian UTF-16 as the inside of a JSON string. What is
// no UTF-16, and NUL, becomes U+FFFD; an odd last byte is dropped.
func appendUTF16(dst, src []byte) []byte {
	for len(src) >= 8 {
		w := binary.LittleEndian.Uint64(src)
		if !plain(w) {
			var n int
			dst, n = appendUnit(dst, src)
			src = src[n:]
			continue
		}
		w = (w | w>>8) & 0x0000ffff0000ffff
		dst = binary.LittleEndian.AppendUint32(dst, uint32(w|w>>16))
		src = src[8:]
	}
	for len(src) >= 2 {
		var n int
		dst, n = appendUnit(dst, src)
		src = src[n:]
	}
	return dst
}

// appendUnit appends the character at the beginning of src and says how long it
// was.
func appendUnit(dst, src []byte) ([]byte, int) {
	u := rune(binary.LittleEndian.Uint16(src))
	if u < utf8.RuneSelf {
		return appendASCII(dst, byte(u)), 2
	}
	if !utf16.IsSurrogate(u) {
		return utf8.AppendRune(dst, u), 2
	}
	if len(src) >= 4 {
		if full := utf16.DecodeRune(u, rune(binary.LittleEndian.Uint16(src[2:]))); full != utf8.RuneError {
			return utf8.AppendRune(dst, full), 4
		}
	}
	return utf8.AppendRune(dst, utf8.RuneError), 2
}

// appendASCII appends one ASCII character, escaped where JSON wants it.
func appendASCII(dst []byte, b byte) []byte {
	switch {
	case b == '"', b == '\\':
		return append(dst, '\\', b)
	case b >= 0x20:
		return append(dst, b)
	case b == 0: // which the product takes nowhere
		return utf8.AppendRune(dst, utf8.RuneError)
	case b == '\n':
		return append(dst, '\\', 'n')
	case b == '\r':
		return append(dst, '\\', 'r')
	case b == '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexLower[b>>4], hexLower[b&15])
}

// appendANSI appends bytes of an unknown code page: UTF-8 where they are that,
// else Windows-1252.
func appendANSI(dst, src []byte) []byte {
	valid := utf8.Valid(src)
	for _, b := range src {
		switch {
		case b < utf8.RuneSelf:
			dst = appendASCII(dst, b)
		case valid:
			dst = append(dst, b)
		case b < 0xa0:
			dst = utf8.AppendRune(dst, windows1252[b-0x80])
		default:
			dst = utf8.AppendRune(dst, rune(b))
		}
	}
	return dst
}

// windows1252 are the characters of 0x80 to 0x9f.
var windows1252 = [32]rune{
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
}

// trimUTF16 drops what stands behind the text of a string value: the terminators
// that some providers count as text, and white space, as evtx_dump does. A NUL
// with text behind it stays: what is behind it may be what somebody wants to hide.
func trimUTF16(s []byte) []byte {
	s = s[:len(s)&^1]
	for len(s) >= 2 {
		u := rune(binary.LittleEndian.Uint16(s[len(s)-2:]))
		if u != 0 && !unicode.IsSpace(u) {
			break
		}
		s = s[:len(s)-2]
	}
	return s
}
