package sigma_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/sigma"
)

// oracle evaluates rules as the specification words it: the event as maps, every
// rule that its routes bring in, every part of its condition, nothing shared and
// nothing clever. What it says is what the matcher has to say.
type oracle struct {
	pipelines []*sigma.Pipeline
	rules     []*sigma.Rule
	filters   map[*sigma.Rule][]*sigma.Node
	globs     map[*sigma.Test]glob
}

// glob is a pattern cut at its *, in lower case unless the test is cased.
type glob []sigma.Pattern

// object holds the values of each member; a name that occurs twice has both, so
// that nobody hides one behind the other.
type object map[string][]any

// lexeme is a number as it is written.
type lexeme string

func newOracle(c *sigma.Collection, pipelines []*sigma.Pipeline) *oracle {
	o := &oracle{pipelines: pipelines, rules: c.Rules, filters: map[*sigma.Rule][]*sigma.Node{}, globs: map[*sigma.Test]glob{}}
	for _, r := range c.Rules {
		o.fold(r.Condition)
		for _, f := range c.Filters {
			named := len(f.Rules) == 0 || slices.Contains(f.Rules, r.ID) || r.Name != "" && slices.Contains(f.Rules, r.Name)
			if named && covers(f.Logsource, r.Logsource) {
				o.fold(f.Condition)
				o.filters[r] = append(o.filters[r], f.Condition)
			}
		}
	}
	return o
}

// fold makes the globs of the patterns below a node. Those of keywords fit
// anywhere.
func (o *oracle) fold(n *sigma.Node) {
	for _, arg := range n.Args {
		o.fold(arg)
	}
	if n.Op != sigma.OpItem {
		return
	}
	for i := range n.Item.Tests {
		t := &n.Item.Tests[i]
		g := glob{nil}
		for _, piece := range t.Pattern {
			if piece.Wild == sigma.WildMany {
				g = append(g, nil)
				continue
			}
			if !t.Cased {
				piece.Literal = lower(piece.Literal)
			}
			g[len(g)-1] = append(g[len(g)-1], piece)
		}
		if n.Item.Field == "" {
			g = append(append(glob{nil}, g...), nil)
		}
		o.globs[t] = g
	}
}

// lower folds case rune by rune.
func lower(s string) string { return strings.Map(unicode.ToLower, s) }

// covers reports whether every part that the first names is the second's.
func covers(open, full sigma.Logsource) bool {
	same := func(want, got string) bool { return want == "" || want == got }
	return same(open.Category, full.Category) && same(open.Product, full.Product) && same(open.Service, full.Service)
}

// decode reads one JSON object into maps, slices, strings, lexemes, booleans and
// nil.
func decode(raw []byte) (any, error) {
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	v, err := decodeValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	if _, ok := v.(object); !ok {
		return nil, errors.New("no object")
	}
	return v, nil
}

func decodeValue(dec *jsontext.Decoder) (any, error) {
	tok, err := dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch tok.Kind() {
	case '"':
		return tok.String(), nil
	case '0':
		return lexeme(tok.String()), nil
	case 't', 'f':
		return tok.Bool(), nil
	case '{':
		m := object{}
		for dec.PeekKind() != '}' {
			name, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			key := nospace(name.String())
			v, err := decodeValue(dec)
			if err != nil {
				return nil, err
			}
			m[key] = append(m[key], v)
		}
		_, err := dec.ReadToken()
		return m, err
	case '[':
		list := []any{}
		for dec.PeekKind() != ']' {
			v, err := decodeValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := dec.ReadToken()
		return list, err
	}
	return nil, nil
}

// nospace is a name as names are compared.
func nospace(s string) string { return strings.ReplaceAll(s, " ", "") }

// children are the members of that name: of an object its own, of an array
// those of its elements, and the element itself by its number.
func children(v any, name string) []any {
	switch v := v.(type) {
	case object:
		return v[name]
	case []any:
		var out []any
		if i, err := strconv.Atoi(name); err == nil && 0 <= i && i < len(v) && strconv.Itoa(i) == name {
			out = append(out, v[i])
		}
		return append(out, passed(v, name)...)
	}
	return nil
}

// passed are those members of an array's elements; arrays in it are not counted
// by numbers.
func passed(list []any, name string) []any {
	var out []any
	for _, e := range list {
		if inner, ok := e.([]any); ok {
			out = append(out, passed(inner, name)...)
			continue
		}
		out = append(out, children(e, name)...)
	}
	return out
}

// at finds the values at a dotted path; a member with the whole dotted name
// counts too.
func at(v any, path string) []any {
	if path == "" {
		return []any{v}
	}
	out := children(v, path)
	if name, rest, dotted := strings.Cut(path, "."); dotted && len(out) == 0 {
		for _, c := range children(v, name) {
			out = append(out, at(c, rest)...)
		}
	}
	return out
}

// objects resolves a root: a path, of which the last part * stands for each
// object that is a member.
func objects(event any, path string) []any {
	above, all := strings.CutSuffix(path, "*")
	if !all {
		return at(event, nospace(path))
	}
	var out []any
	for _, v := range at(event, nospace(strings.TrimSuffix(above, "."))) {
		m, _ := v.(object)
		for _, name := range slices.Sorted(maps.Keys(m)) {
			for _, c := range m[name] {
				if _, ok := c.(object); ok {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// leaves are the scalars in a value, null among them. {"#text":X} is X, also with
// members beside it that begin with # or @.
func leaves(v any, out []any) []any {
	switch v := v.(type) {
	case object:
		if texts, ok := v.text(); ok {
			return leaves(texts, out)
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = leaves(v[name], out)
		}
		return out
	case []any:
		for _, e := range v {
			out = leaves(e, out)
		}
		return out
	}
	return append(out, v)
}

// text is what stands for an object that holds nothing else.
func (o object) text() (texts []any, ok bool) {
	for name := range o {
		if !strings.HasPrefix(name, "#") && !strings.HasPrefix(name, "@") {
			return nil, false
		}
	}
	return o["#text"], len(o["#text"]) == 1
}

// isNull says whether a value, or one in a list, is null.
func isNull(v any) bool {
	switch v := v.(type) {
	case object:
		texts, ok := v.text()
		return ok && isNull(texts[0])
	case []any:
		return slices.ContainsFunc(v, isNull)
	}
	return v == nil
}

// textOf is the text of a scalar; null has none.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case lexeme:
		return string(v), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// fits compares a whole text with a glob: each part between two * is looked for
// behind the one before it, the first at the beginning, the last at the end.
func (g glob) fits(text string) bool {
	size, ok := begins(text, g[0])
	if len(g) == 1 || !ok {
		return ok && size == len(text)
	}
	text = text[size:]
	for _, part := range g[1 : len(g)-1] {
		end := behind(text, part)
		if end < 0 {
			return false
		}
		text = text[end:]
	}
	last := g[len(g)-1]
	if len(last) == 1 && last[0].Wild == sigma.NoWild {
		return strings.HasSuffix(text, last[0].Literal)
	}
	for i := range len(text) + 1 {
		if size, ok := begins(text[i:], last); len(last) == 0 || ok && i+size == len(text) && whole(text, i) {
			return true
		}
	}
	return false
}

// behind is the end of the first place at which a part fits; -1 when there is none.
func behind(text string, part sigma.Pattern) int {
	for i := 0; i <= len(text); i++ {
		if len(part) > 0 && part[0].Wild == sigma.NoWild { // it can be nowhere before its literal
			j := strings.Index(text[i:], part[0].Literal)
			if j < 0 {
				return -1
			}
			i += j
		}
		if size, ok := begins(text[i:], part); ok && whole(text, i) {
			return i + size
		}
	}
	return -1
}

// whole reports whether a character begins there.
func whole(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// begins reports whether a text begins with literals and ?, and how long they are.
func begins(text string, part sigma.Pattern) (size int, ok bool) {
	for _, piece := range part {
		n := len(piece.Literal)
		if piece.Wild == sigma.WildOne {
			_, n = utf8.DecodeRuneInString(text[size:])
			ok = n > 0
		} else {
			ok = strings.HasPrefix(text[size:], piece.Literal)
		}
		if !ok {
			return 0, false
		}
		size += n
	}
	return size, true
}

// decimal is what counts as a number in a text.
var decimal = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func numberOf(v any) (float64, bool) {
	text, ok := textOf(v)
	if _, isBool := v.(bool); !ok || isBool || !decimal.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

func timeOf(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
