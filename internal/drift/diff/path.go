package diff

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"frostgate.io/frostgate/internal/jsondoc"
)

// place is where the walk stands: as a JSON pointer into the object of before,
// as a keyed path, and as the names by which rules know it.
type place struct {
	pointer, keyed []byte
	names          []string
	interned       map[string]string
}

// spot is a place to go back to.
type spot struct{ pointer, keyed, names int }

func (p *place) here() spot { return spot{len(p.pointer), len(p.keyed), len(p.names)} }

func (p *place) back(s spot) {
	p.pointer, p.keyed, p.names = p.pointer[:s.pointer], p.keyed[:s.keyed], p.names[:s.names]
}

func (p *place) reset() { p.back(spot{}) }

// member goes to a member of an object.
func (p *place) member(key []byte) {
	p.pointer = appendEscaped(append(p.pointer, '/'), key)
	p.keyed = append(p.keyed, '/')
	if len(key) > 0 && key[0] == '[' {
		// Only elements begin with a bracket.
		p.keyed = appendEscaped(append(p.keyed, '~', '2'), shortened(key[1:]))
	} else {
		p.keyed = appendEscaped(p.keyed, shortened(key))
	}
	p.names = append(p.names, p.intern(key))
}

// longText is what a keyed path takes of a name or key.
const longText = 256

// shortened keeps paths short: they are indexed and shown. What was cut off still
// tells texts apart, by its hash.
func shortened(text []byte) []byte {
	if len(text) <= longText {
		return text
	}
	h := sha256.Sum256(text)
	end := longText - 40
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Appendf(nil, "%s...%x", text[:end], h[:16])
}

// index goes to an element by its place in a list in order.
func (p *place) index(i int) {
	p.element(i)
	p.keyed = append(strconv.AppendInt(append(p.keyed, '/', '['), int64(i), 10), ']')
}

// element goes to element i of before by pointer alone; the caller adds the token.
func (p *place) element(i int) {
	p.pointer = strconv.AppendInt(append(p.pointer, '/'), int64(i), 10)
	p.names = append(p.names, "*")
}

// appended goes to behind the last element.
func (p *place) appended() {
	p.pointer = append(p.pointer, '/', '-')
	p.names = append(p.names, "*")
}

// intern avoids a copy of every name: the same few come again and again.
func (p *place) intern(key []byte) string {
	if s, ok := p.interned[string(key)]; ok {
		return s
	}
	if p.interned == nil || len(p.interned) > 4096 {
		p.interned = make(map[string]string)
	}
	s := string(key)
	p.interned[s] = s
	return s
}

// appendEscaped writes a reference token of RFC 6901.
func appendEscaped(dst, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '~':
			dst = append(dst, '~', '0')
		case '/':
			dst = append(dst, '~', '1')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// appendToken writes the token of the element whose key has these parts:
// [name=value], with a comma between parts, ~3 for a comma in them.
func appendToken(dst []byte, labels []string, parts []jsondoc.Value) []byte {
	dst = append(dst, '/', '[')
	first := true
	for i, part := range parts {
		if !part.Exists() {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendKeyText(dst, []byte(labels[i]))
		dst = append(dst, '=')
		text, ok := part.StrView()
		if !ok {
			text = part.Raw()
		}
		dst = appendKeyText(dst, shortened(text))
	}
	return append(dst, ']')
}

func appendKeyText(dst, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '~':
			dst = append(dst, '~', '0')
		case '/':
			dst = append(dst, '~', '1')
		case ',':
			dst = append(dst, '~', '3')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// namesOf reads a keyed path back into the names by which rules know it.
func namesOf(keyed string) []string {
	if keyed == "" {
		return nil
	}
	tokens := strings.Split(keyed[1:], "/")
	for i, t := range tokens {
		if isElement(t) {
			tokens[i] = "*"
		} else {
			tokens[i] = tokenText.Replace(t)
		}
	}
	return tokens
}

func isElement(token string) bool { return strings.HasPrefix(token, "[") }

// tokenText undoes the escapes of a keyed path's token. A Replacer is safe for
// concurrent use and never changes.
var tokenText = strings.NewReplacer("~0", "~", "~1", "/", "~2", "[", "~3", ",")
