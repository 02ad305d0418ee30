package sigma

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func scanFor(paths ...string) *scanner {
	tree := newPathTree()
	for _, p := range paths {
		root, name, ok := strings.Cut(p, "|")
		if !ok {
			root, name = "", p
		}
		tree.add(root, name)
	}
	table, err := tree.build()
	if err != nil {
		panic(err)
	}
	s := newScanner(table)
	return &s
}

// textsAt are the texts that a scan finds at the path of a number.
func textsAt(s *scanner, path int) []string {
	out := []string{}
	if s.slots[path].gen != s.gen {
		return nil
	}
	var b textBuffer
	for n := s.slots[path].head; n >= 0; n = s.spans[n].next {
		sp := s.spans[n]
		for i := sp.first; i < sp.last; i++ {
			if l := &s.leaves[i]; l.within(sp.start) {
				out = append(out, string(b.text(s.ev, l)))
			}
		}
	}
	return out
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, event, want string }{
		{"a", `{"a":"x"}`, "x"},
		{"a.b", `{"a":{"b":1.5e3}}`, "1.5e3"},
		{"a.b", `{"a.b":"x"}`, "x"},
		{"a.b", `{"a.b":"x","a":{"b":"y"}}`, "x"},
		{"a.b", `{"a":{"b":"y"},"a.b":"x"}`, "x"},
		{"a.b.c", `{"a":{"b.c":"x"}}`, "x"},
		{"ThreatName", `{"Threat Name":"x"}`, "x"},
		{"Threat Name", `{"Thre\u0061tName":"x"}`, "x"},
		{"a.b", `{"a":[{"b":1},{"c":2},[{"b":3}]]}`, "1 3"},
		{"a.1", `{"a":["x","y"]}`, "y"},
		{"a.1.b", `{"a":[{"b":1},{"b":2}]}`, "2"},
		{"a.1.0", `{"a":["x",["y",{"0":"z"}],{"1":{"0":"u"}}]}`, "y z u"},
		{"a.1", `{"a":[["u",{"1":"z"}],["x",{"1":"v"}]]}`, "z v x v"},
		{"a.01", `{"a":["x","y"],"b":1}`, ""},
		{"U.0.0", `{"U":[[["x"],"y"]]}`, "x"},
		{"a", `{"a":{"#text":"x","#attributes":{"q":"y"}}}`, "x"},
		{"a.#attributes.q", `{"a":{"#text":"x","#attributes":{"q":"y"}}}`, "y"},
		{"a", `{"a":{"b":{"#text":"x","@q":"z"},"c":"y"}}`, "x y"},
		{"a", `{"a":{"#text":"x","q":"z"}}`, "x z"},
		{"a", `{"a":{"#text":"x","#text":"z"}}`, "x z"},
		{"a", `{"a":[1,[2,{"b":true}],null]}`, "1 2 true null"},
		{"a", `{"a":"\u00e9\ud83d\ude00\ud800 \\\/\n"}`, "\u00e9\U0001f600\ufffd \\/\n"},
		{"U.*|a", `{"U":{"z":{"a":1},"b":{"a":2},"c":"a","d":[{"a":3}]}}`, "2"},
		{"U|a", `{"U":{"a":1}}`, "1"},
		{"U.*|a", `{"U":{"a":{"a":{"a":9}}}}`, "9"},
	} {
		s := scanFor(c.path, "other.path", "a.q", "U.a.z")
		if err := s.scan([]byte(c.event)); err != nil {
			t.Errorf("%s: %v", c.event, err)
		}
		if got := strings.Join(textsAt(s, 0), " "); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.path, c.event, got, c.want)
		}
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	for event, offset := range map[string]int{
		``: 0, ` `: 1, `[]`: 0, `{`: 1, `{"a"}`: 4, `{"a":}`: 5, `{"a":1,}`: 7, `{"a":01}`: 5, `{"a":1.}`: 5,
		`{"a":"\x"}`: 6, `{"a":"` + "\x01" + `"}`: 6, `{"a":tru}`: 5, `{"a":[1,]}`: 8, `{}x`: 2, `{"a":"x`: 7,
		`{"a":"\u00g0"}`: 6, `{a:1}`: 1, `{"a":1 "b":2}`: 7, `{"a":-}`: 5, `{"a":[1 2]}`: 8,
	} {
		s := scanFor("a")
		var syntax *SyntaxError
		if err := s.scan([]byte(event)); !errors.As(err, &syntax) || syntax.Offset != offset {
			t.Errorf("%q: %v, want offset %d", event, err, offset)
		}
	}
	for name, event := range map[string]string{
		"deep":   `{"a":` + strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1) + `}`,
		"values": `{"a":[0` + strings.Repeat(",0", MaxValues) + `]}`,
		"size":   `{"a":"` + strings.Repeat("x", MaxEvent) + `"}`,
	} {
		if err := scanFor("a").scan([]byte(event)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLower(t *testing.T) {
	t.Parallel()
	var all []byte
	for i := range 256 {
		all = append(all, byte(i))
	}
	for from := range 9 {
		got := bytes.Clone(all[from:])
		lowerInPlace(got)
		for i, c := range all[from:] {
			if got[i] != lower[c] {
				t.Fatalf("%#x becomes %#x", c, got[i])
			}
		}
	}
}

// FuzzScan holds the scanner against a JSON library: both accept the same
// objects, and see the same texts in them.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"a":1}`, `{"a":{"b":[1,2.5e-3,"x\n\u0041\ud83d\ude00"],"#text":"t"},"a b":null}`, "{\"a\":\"\xff\xc3\xa9\"}",
		`{"a":["\\\\\"/"],"b":true,"c":false,"d":-0.1E+2}`, ` { "a" : [ ] , "b" : { } } `, `{"a":"12345678\"12345678"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		s := scanFor("a", "a.b", "a.0", "b", "*|a", "a.*|b")
		err := s.scan(event)
		if errors.Is(err, ErrTooLarge) {
			return
		}
		want, ok := libraryTexts(event)
		if ok != (err == nil) {
			t.Fatalf("scan: %v, library accepts: %v", err, ok)
		}
		if err != nil || bytes.ContainsAny(event, "[") { // elements may be read twice
			return
		}
		var got []string
		var b textBuffer
		for i := range s.leaves {
			l := &s.leaves[i]
			text := string(b.text(s.ev, l))
			got = append(got, text)
			if folded := string(b.folded(s.ev, l)); folded != foldString(text) {
				t.Fatalf("%q is folded to %q", text, folded)
			}
		}
		if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
			t.Fatalf("texts %q, library %q", got, want)
		}
	})
}

// libraryTexts are the scalars of an object as jsontext reads them.
func libraryTexts(event []byte) (texts []string, ok bool) {
	d := jsontext.NewDecoder(bytes.NewReader(event), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '{' {
		return nil, false
	}
	for {
		tok, err := d.ReadToken()
		if err != nil {
			return nil, false
		}
		kind, depth := tok.Kind(), d.StackDepth()
		of, length := d.StackIndex(depth)
		switch {
		case kind == '}' && depth == 0:
			_, err := d.ReadToken()
			return texts, err != nil && err.Error() == "EOF"
		case kind == '{' || kind == '[' || kind == '}' || kind == ']':
		case of == '{' && length%2 == 1: // a name
		default:
			texts = append(texts, tok.String())
		}
	}
}
