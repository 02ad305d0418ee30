package sigma

import (
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// textBuffer holds the unescaped and folded texts of one event's leaves.
type textBuffer struct {
	buf []byte
}

// text is the leaf's content as a program would see it: escapes resolved and
// bytes that aren't UTF-8 replaced by U+FFFD. Only strings that have either are
// copied.
func (t *textBuffer) text(ev []byte, l *leaf) []byte {
	raw := ev[l.start:l.end]
	if l.flags&(flagEscape|flagWide) == 0 {
		return raw
	}
	if l.flags&flagSound != 0 {
		return raw
	}
	if l.flags&flagText == 0 {
		if l.flags&flagEscape == 0 && utf8.Valid(raw) {
			l.flags |= flagSound
			return raw
		}
		at := len(t.buf)
		t.buf = appendText(t.buf, raw)
		l.text, l.textLen = uint32(at), uint32(len(t.buf)-at)
		l.flags |= flagText
	}
	return t.buf[l.text : l.text+l.textLen]
}

// folded is the leaf's text in lower case, rune by rune.
func (t *textBuffer) folded(ev []byte, l *leaf) []byte {
	if l.flags&flagFolded == 0 {
		t.fold(ev, l)
	}
	return t.buf[l.fold : l.fold+l.foldLen]
}

func (t *textBuffer) fold(ev []byte, l *leaf) {
	raw := ev[l.start:l.end]
	at := len(t.buf)
	ascii := l.flags&flagWide == 0
	switch {
	case l.flags&(flagEscape|flagWide) == 0:
		t.buf = appendLower(t.buf, raw)
	case ascii:
		t.buf, ascii = appendLowerText(t.buf, raw)
	}
	if !ascii { // an escape or a byte stands for more than ASCII
		t.buf = t.buf[:at]
		text := t.text(ev, l)
		var longS bool
		at = len(t.buf)
		t.buf, longS = foldWide(t.buf, text)
		if l.flags |= flagTextWide; longS {
			l.flags |= flagLongS
		}
	}
	l.fold, l.foldLen = uint32(at), uint32(len(t.buf)-at)
	l.flags |= flagFolded
}

// lower maps ASCII letters to lower case and leaves other bytes alone.
var lower = func() (table [256]byte) {
	for i := range table {
		c := byte(i)
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		table[i] = c
	}
	return table
}()

// appendLower appends ASCII text in lower case.
func appendLower(dst, src []byte) []byte {
	at := len(dst)
	dst = append(dst, src...)
	lowerInPlace(dst[at:])
	return dst
}

// controlOf is the character of a short escape.
func controlOf(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	}
	return '\t'
}

func hex4(b []byte) rune {
	return hexValue(b[0])<<12 | hexValue(b[1])<<8 | hexValue(b[2])<<4 | hexValue(b[3])
}

// appendText appends a raw string's content. Halves of surrogate pairs that
// stand alone and bytes that aren't UTF-8 become U+FFFD, as Go's decoders do.
func appendText(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\' && raw[i+1] == 'u':
			r := hex4(raw[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
					low = hex4(raw[i+2:])
				}
				if r = utf16.DecodeRune(r, low); r != unicode.ReplacementChar {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		case c == '\\':
			if c = raw[i+1]; c != '\\' && c != '/' && c != '"' {
				c = controlOf(c)
			}
			dst = append(dst, c)
			i += 2
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, size := utf8.DecodeRune(raw[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
		}
	}
	return dst
}

// foldWide appends text in lower case by unicode.ToLower. It tells whether U+017F
// is in it, the one rune that regular expressions without regard to case take
// for an ASCII letter though its lower case isn't that letter.
func foldWide(dst, text []byte) (out []byte, longS bool) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			dst = append(dst, lower[c])
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		longS = longS || r == '\u017f'
		dst = utf8.AppendRune(dst, unicode.ToLower(r))
		i += size
	}
	return dst, longS
}

// foldString is a literal of a rule as folded texts are.
func foldString(s string) string {
	out, _ := foldWide(nil, []byte(s))
	return string(out)
}
