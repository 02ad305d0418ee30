package sigma

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var (
	errNoAddress = errors.New("it needs an address, a slash and a length")
	errHostBits  = errors.New("bits are set behind the length")
)

// Bounds of what windash and expand may make of one value: how many variants, and
// how many bytes all of them together.
const (
	maxVariants     = 5 * 5 * 5 * 5 * 5
	maxVariantBytes = 1 << 20
)

// variants applies the changes that the modifiers ask for, in their order.
func (p *parser) variants(m *modifiers, v *yaml.Node) ([]Pattern, error) {
	texts := []string{v.Value}
	steps := m.steps
	if len(steps) > 0 && steps[0] == "expand" {
		var err error
		if texts, err = p.expand(v); err != nil {
			return nil, err
		}
		steps = steps[1:]
	}
	patterns := make([]Pattern, len(texts))
	for i, text := range texts {
		patterns[i] = parsePattern(text)
	}
	for _, step := range steps {
		var err error
		if patterns, err = change(patterns, step, v); err != nil {
			return nil, err
		}
	}
	for _, pattern := range patterns {
		for _, piece := range pattern {
			if !utf8.ValidString(piece.Literal) {
				return nil, at(v, "the encoded value is no text that an event could hold; add base64 or base64offset")
			}
		}
	}
	return patterns, nil
}

// change applies one step to every pattern.
func change(patterns []Pattern, step string, v *yaml.Node) ([]Pattern, error) {
	var out []Pattern
	for _, pattern := range patterns {
		var made []Pattern
		var err error
		switch step {
		case "windash":
			made, err = windash(pattern, v)
		case "base64", "base64offset":
			made, err = encodeBase64(pattern, step == "base64offset", v)
		default:
			made, err = encodeWide(pattern, step, v)
		}
		if err != nil {
			return nil, err
		}
		if out = append(out, made...); len(out) > maxVariants {
			return nil, at(v, "the value stands for more than %d variants", maxVariants)
		}
	}
	return out, nil
}

// dashes are the characters that start a flag on Windows.
const dashes = "-/–—―"

// startsFlag tells whether the dash at i can be the start of a flag: no letter is
// before it and one is behind it. Others, as in C:/a-b, are the value's own.
func startsFlag(text string, i, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i+size:])
	word := func(r rune) bool {
		return r != utf8.RuneError && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	return !word(before) && word(after)
}

// windash writes a pattern with every dash that starts a flag in place of every
// other.
func windash(pattern Pattern, v *yaml.Node) ([]Pattern, error) {
	made := []Pattern{nil}
	for _, piece := range pattern {
		if piece.Wild != NoWild {
			extend(made, piece)
			continue
		}
		from := 0 // of what is not in made yet
		for i, c := range piece.Literal {
			size := utf8.RuneLen(c)
			if !strings.ContainsRune(dashes, c) || !startsFlag(piece.Literal, i, size) {
				continue
			}
			extend(made, Piece{Literal: piece.Literal[from:i]})
			made = fan(made)
			from = i + size
			if len(made) > maxVariants {
				return nil, at(v, "windash allows at most 5 flags in one value")
			}
			if len(made)*len(v.Value) > maxVariantBytes {
				return nil, at(v, "windash makes too much of a value this long")
			}
		}
		extend(made, Piece{Literal: piece.Literal[from:]})
	}
	return made, nil
}

// extend puts a piece behind every pattern.
func extend(patterns []Pattern, piece Piece) {
	for i := range patterns {
		patterns[i] = patterns[i].with(piece)
	}
}

// fan continues each pattern with each dash.
func fan(patterns []Pattern) []Pattern {
	made := make([]Pattern, 0, len(patterns)*5)
	for _, pattern := range patterns {
		for _, dash := range dashes {
			made = append(made, slices.Clone(pattern).with(Piece{Literal: string(dash)}))
		}
	}
	return made
}

// encodeWide writes the literals of a pattern in UTF-16.
func encodeWide(pattern Pattern, form string, v *yaml.Node) ([]Pattern, error) {
	out := slices.Clone(pattern)
	for i, piece := range out {
		if piece.Wild == NoWild {
			out[i].Literal = wide(piece.Literal, form == "utf16be")
		} else if form == "utf16" {
			return nil, at(v, "a value with wildcards can't be encoded as %s", form)
		}
	}
	if form == "utf16" {
		out = append(Pattern{{Literal: "\xff\xfe"}}, out...)
		out = Pattern{}.with(out...)
	}
	return []Pattern{out}, nil
}

func wide(text string, big bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		first, second := byte(unit), byte(unit>>8)
		if big {
			first, second = second, first
		}
		b.WriteByte(first)
		b.WriteByte(second)
	}
	return b.String()
}

// encodeBase64 encodes a value; with offsets, as it shows at each of the three
// positions that it can have inside of a longer text, without the characters at
// its ends that depend on its neighbours.
func encodeBase64(pattern Pattern, offsets bool, v *yaml.Node) ([]Pattern, error) {
	text, plain := pattern.plain()
	if !plain {
		return nil, at(v, "a value with wildcards can't be encoded as base64")
	}
	if !offsets {
		return []Pattern{literal(base64.StdEncoding.EncodeToString([]byte(text)))}, nil
	}
	var out []Pattern
	for offset := range 3 {
		code := base64.StdEncoding.EncodeToString([]byte("\x00\x00"[:offset] + text))
		start := [...]int{0, 2, 3}[offset]
		end := len(code) - [...]int{0, 3, 2}[(len(text)+offset)%3]
		if end <= start {
			return nil, at(v, "the value is too short for base64offset")
		}
		out = append(out, literal(code[start:end]))
	}
	return out, nil
}

// expand fills a value's placeholders with the values that the loader was given.
func (p *parser) expand(v *yaml.Node) ([]string, error) {
	made, plain := []string{""}, []byte(nil)
	for rest := v.Value; rest != ""; {
		name, size := placeholder(rest)
		if name == "" {
			if strings.HasPrefix(rest, `\%`) { // an escaped percent sign is a plain one
				rest = rest[1:]
			}
			plain, rest = append(plain, rest[0]), rest[1:]
			continue
		}
		values := p.placeholders[name]
		if len(values) == 0 {
			return nil, at(v, "no values are given for the placeholder %%%s%%", name)
		}
		var err error
		if made, err = product(made, string(plain), values, v); err != nil {
			return nil, err
		}
		plain, rest = plain[:0], rest[size:]
	}
	return product(made, string(plain), []string{""}, v)
}

// product continues each text with a plain part and each of some values.
func product(texts []string, plain string, values []string, v *yaml.Node) ([]string, error) {
	var made []string
	total := 0
	for _, text := range texts {
		for _, value := range values {
			total += len(text) + len(plain) + len(value)
			if len(made) >= maxVariants || total > maxVariantBytes {
				return nil, at(v, "the placeholders stand for more than %d variants or %d bytes", maxVariants, maxVariantBytes)
			}
			made = append(made, text+plain+value)
		}
	}
	return made, nil
}

// placeholder finds a %name% at the start of a text.
func placeholder(s string) (name string, size int) {
	if s[0] != '%' {
		return "", 0
	}
	i := 1
	for i < len(s) && (s[i] == '_' || s[i] == '-' || s[i] == '.' || alnum(s[i])) {
		i++
	}
	if i == 1 || i == len(s) || s[i] != '%' {
		return "", 0
	}
	return s[1:i], i + 1
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
