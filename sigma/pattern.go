package sigma

import (
	"fmt"
	"strings"
)

// parsePattern reads a text with wildcards. A backslash takes the meaning from a
// wildcard and from another backslash behind it; before anything else it is
// itself, so that Windows paths need no doubling.
func parsePattern(text string) Pattern {
	var p Pattern
	var lit strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		wild := NoWild
		switch {
		case c == '\\' && i+1 < len(text) && strings.IndexByte(`\*?`, text[i+1]) >= 0:
			i++
			c = text[i]
		case c == '*':
			wild = WildMany
		case c == '?':
			wild = WildOne
		}
		if wild == NoWild {
			lit.WriteByte(c)
			continue
		}
		p = p.with(Piece{Literal: lit.String()}, Piece{Wild: wild})
		lit.Reset()
	}
	return p.with(Piece{Literal: lit.String()})
}

// literal is the pattern of a text without wildcards.
func literal(text string) Pattern { return Pattern{}.with(Piece{Literal: text}) }

// with appends pieces: neighbouring literals are merged, a * behind a * and
// empty literals are left out.
func (p Pattern) with(pieces ...Piece) Pattern {
	for _, piece := range pieces {
		last := len(p) - 1
		switch {
		case piece.Wild == NoWild && piece.Literal == "":
		case last >= 0 && piece.Wild == NoWild && p[last].Wild == NoWild:
			p[last].Literal += piece.Literal
		case last >= 0 && piece.Wild == WildMany && p[last].Wild == WildMany:
		default:
			p = append(p, piece)
		}
	}
	return p
}

// plain is the text of a pattern without wildcards.
func (p Pattern) plain() (text string, ok bool) {
	switch {
	case len(p) == 0:
		return "", true
	case len(p) == 1 && p[0].Wild == NoWild:
		return p[0].Literal, true
	}
	return "", false
}

// Bounds of a pattern with wildcards: each place of a text may cost a look at all
// of it.
const (
	maxWildcards = 256
	maxWildText  = 8 << 10
)

// sound refuses patterns that no rule needs and that take long to look for.
func (p Pattern) sound() error {
	wild, size := 0, 0
	for _, piece := range p {
		if size += len(piece.Literal); piece.Wild != NoWild {
			wild++
		}
	}
	if wild > maxWildcards {
		return fmt.Errorf("more than %d wildcards in one value", maxWildcards)
	}
	if wild > 0 && size > maxWildText {
		return fmt.Errorf("a value with wildcards that is longer than %d bytes", maxWildText)
	}
	return nil
}

// anchored lets the pattern's text stand at a place of a longer one.
func (p Pattern) anchored(a Anchor) Pattern {
	many := Piece{Wild: WildMany}
	var out Pattern
	if a == AnchorEnd || a == AnchorAnywhere {
		out = out.with(many)
	}
	out = out.with(p...)
	if a == AnchorStart || a == AnchorAnywhere {
		out = out.with(many)
	}
	return out
}

// String says in plain words what the pattern asks of a text.
func (p Pattern) String() string {
	inner := p
	open, end := false, false
	if len(inner) > 0 && inner[0].Wild == WildMany {
		open, inner = true, inner[1:]
	}
	if len(inner) > 0 && inner[len(inner)-1].Wild == WildMany {
		end, inner = true, inner[:len(inner)-1]
	}
	text, plain := inner.plain()
	switch {
	case !plain:
		return "is like " + p.source()
	case open && text == "":
		return "is any text"
	case text == "":
		return "is empty"
	case open && end:
		return "contains " + text
	case open:
		return "ends with " + text
	case end:
		return "starts with " + text
	}
	return "is " + text
}

// source writes the pattern as a rule would.
func (p Pattern) source() string {
	var b strings.Builder
	escape := strings.NewReplacer(`\*`, `\\\*`, `\?`, `\\\?`, `*`, `\*`, `?`, `\?`)
	for _, piece := range p {
		switch piece.Wild {
		case WildMany:
			b.WriteByte('*')
		case WildOne:
			b.WriteByte('?')
		default:
			b.WriteString(escape.Replace(piece.Literal))
		}
	}
	return b.String()
}
