package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// toUTF8 gives a file's text in UTF-8 without a byte order mark. UTF-16 is
// decoded where a byte order mark says that it is; nothing is guessed.
func toUTF8(b []byte) ([]byte, error) {
	switch {
	case hasPrefix(b, 0xef, 0xbb, 0xbf):
		b = b[3:]
	case hasPrefix(b, 0xff, 0xfe, 0, 0), hasPrefix(b, 0, 0, 0xfe, 0xff):
		return nil, errors.New("text in UTF-32, which is not read")
	case hasPrefix(b, 0xff, 0xfe):
		return fromUTF16(b[2:], binary.LittleEndian)
	case hasPrefix(b, 0xfe, 0xff):
		return fromUTF16(b[2:], binary.BigEndian)
	case len(b) >= 2 && (b[0] == 0) != (b[1] == 0):
		return nil, errors.New("text in UTF-16 without a byte order mark")
	}
	if !utf8.Valid(b) {
		return nil, fmt.Errorf("no valid UTF-8 at byte %d", firstInvalid(b))
	}
	return b, nil
}

func hasPrefix(b []byte, prefix ...byte) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == string(prefix)
}

// fromUTF16 is strict: half a surrogate pair is an error, not a question mark.
func fromUTF16(b []byte, order binary.ByteOrder) ([]byte, error) {
	if len(b)%2 != 0 {
		return nil, errors.New("text in UTF-16 with half a character at its end")
	}
	out := make([]byte, 0, len(b)/2+len(b)/8)
	for i := 0; i < len(b); i += 2 {
		r := rune(order.Uint16(b[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+4 <= len(b) {
				low = rune(order.Uint16(b[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return nil, fmt.Errorf("half a surrogate pair in UTF-16 at byte %d", i+2)
			}
			i += 2
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// mangled recognises text that a tool read as UTF-16 although it was not, and
// wrote again: each character is two of what it was. It says so for people;
// bytes were lost, so it is not undone.
func mangled(text []byte) bool {
	r, n := utf8.DecodeRune(text)
	next, _ := utf8.DecodeRune(text[n:])
	return pairOfASCII(r) || r > 0x7f && pairOfASCII(next)
}

func pairOfASCII(r rune) bool {
	return plain(byte(r>>8)) && plain(byte(r)) && r > 0xff && r <= 0xffff //nolint:gosec // the halves are wanted
}

func plain(b byte) bool { return b >= ' ' && b < 0x7f || b == '\t' || b == '\n' || b == '\r' }
