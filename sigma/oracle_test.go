package sigma_test

import (
	"bytes"
	"errors"
	"io"
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
	folded    map[*sigma.Test]sigma.Pattern // patterns in lower case
}

// lexeme is a number as it is written.
type lexeme string

func newOracle(c *sigma.Collection, pipelines []*sigma.Pipeline) *oracle {
	o := &oracle{pipelines: pipelines, rules: c.Rules, filters: map[*sigma.Rule][]*sigma.Node{}, folded: map[*sigma.Test]sigma.Pattern{}}
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

// fold keeps the lower-case form of each pattern below a node.
func (o *oracle) fold(n *sigma.Node) {
	for _, arg := range n.Args {
		o.fold(arg)
	}
	if n.Op != sigma.OpItem {
		return
	}
	for i := range n.Item.Tests {
		t := &n.Item.Tests[i]
		p := slices.Clone(t.Pattern)
		for k := range p {
			if !t.Cased {
				p[k].Literal = lower(p[k].Literal)
			}
		}
		o.folded[t] = p
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
	dec := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowInvalidUTF8(true))
	v, err := decodeValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	if _, ok := v.(map[string]any); !ok {
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
		m := map[string]any{}
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
			if _, twice := m[key]; !twice {
				m[key] = v
			}
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
	case map[string]any:
		if c, ok := v[name]; ok {
			return []any{c}
		}
	case []any:
		var out []any
		if i, err := strconv.Atoi(name); err == nil && 0 <= i && i < len(v) {
			out = append(out, v[i])
		}
		for _, e := range v {
			out = append(out, children(e, name)...)
		}
		return out
	}
	return nil
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
		m, _ := v.(map[string]any)
		names := make([]string, 0, len(m))
		for name := range m {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if _, ok := m[name].(map[string]any); ok {
				out = append(out, m[name])
			}
		}
	}
	return out
}

// leaves are the scalars in a value, null among them. {"#text":X} is X.
func leaves(v any, out []any) []any {
	switch v := v.(type) {
	case map[string]any:
		if text, ok := v["#text"]; ok {
			return leaves(text, out)
		}
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
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

// fits compares a whole text with a pattern.
func fits(p sigma.Pattern, text string) bool {
	if len(p) == 0 {
		return text == ""
	}
	switch p[0].Wild {
	case sigma.WildOne:
		_, size := utf8.DecodeRuneInString(text)
		return size > 0 && fits(p[1:], text[size:])
	case sigma.WildMany:
		if len(p) == 1 {
			return true
		}
		for i := 0; i <= len(text); i++ {
			if next := p[1]; next.Wild == sigma.NoWild { // to the next place where it can go on
				j := strings.Index(text[i:], next.Literal)
				if j < 0 {
					return false
				}
				i += j
			}
			if fits(p[1:], text[i:]) {
				return true
			}
		}
		return false
	}
	rest, ok := strings.CutPrefix(text, p[0].Literal)
	return ok && fits(p[1:], rest)
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
