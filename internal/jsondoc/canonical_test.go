package jsondoc

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestAppendCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{` null `, `null`},
		{`1.0`, `1.0`},
		{`-0`, `-0`},
		{`9007199254740993`, `9007199254740993`},
		{`1E+30`, `1E+30`},
		{`"a\/b\u0041\u00e9\ud83d\ude00"`, `"a/bAé😀"`},
		{`"\u0008\u0009\u000A\u000C\u000d\u0022\u005c\u001F\u007f"`, "\"\\b\\t\\n\\f\\r\\\"\\\\\\u001f\x7f\""},
		{`"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"`, `"€$\u000f\nA'B\"\\\\\"/"`},
		{"\"\u2028\"", "\"\u2028\""},
		{`[ ]`, `[]`},
		{`{ }`, `{}`},
		{`[ 1 , [ 2 , { } ] ]`, `[1,[2,{}]]`},
		{`{"b":1,"a":2,"":3}`, `{"":3,"a":2,"b":1}`},
		{`{"b":{"z":1,"y":[{"d":1,"c":2}]},"a":2}`, `{"a":2,"b":{"y":[{"c":2,"d":1}],"z":1}}`},
		{`{"abcdefgh2":1,"abcdefgh":2,"abcdefg":3,"abcdefgh1":4}`, `{"abcdefg":3,"abcdefgh":2,"abcdefgh1":4,"abcdefgh2":1}`},
		{`{"\u0062":1,"a\n":2,"a":3}`, `{"a":3,"a\n":2,"b":1}`},
		// RFC 8785, section 3.2.3: a surrogate pair sorts before U+FB33.
		{
			`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Smiley","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Smiley\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		},
	} {
		if got := string(parse(t, c.src).AppendCanonical(nil)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
	}
}

func TestAppendCanonicalAppends(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"x":{"b":1,"a":[2]}}`).Get("x")
	if got := string(v.AppendCanonical([]byte("before "))); got != `before {"a":[2],"b":1}` {
		t.Error(got)
	}
}

func TestAppendCanonicalLargeObject(t *testing.T) {
	t.Parallel()
	var keys []string
	for i := range 500 {
		keys = append(keys, strconv.Itoa(i*7919%500))
	}
	first := parse(t, `{"`+strings.Join(keys, `":[],"`)+`":[]}`).AppendCanonical(nil)
	for i, j := 0, len(keys)-1; i < j; i, j = i+1, j-1 {
		keys[i], keys[j] = keys[j], keys[i]
	}
	second := parse(t, `{"`+strings.Join(keys, `" : [ ] , "`)+`":[]}`).AppendCanonical(nil)
	if !bytes.Equal(first, second) {
		t.Error("member order shows in the canonical form")
	}
	if !bytes.HasPrefix(first, []byte(`{"0":[],"1":[],"10":[],"100":[],"101":[]`)) {
		t.Errorf("order: %.60s", first)
	}
}

func TestCompareUTF16(t *testing.T) {
	t.Parallel()
	parts := []string{"", "a", "\x7f", "é", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uf8ff", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"}
	var all []string
	for _, a := range parts {
		for _, b := range parts {
			all = append(all, a+b, "prefix"+a+b, "longer prefix"+a+b)
		}
	}
	for _, a := range all {
		for _, b := range all {
			want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
			if got := compareUTF16([]byte(a), []byte(b)); got != want {
				t.Fatalf("compare %q with %q: %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": `""`, "plain": `"plain"`, "\"\\/": `"\"\\/"`, "\b\t\n\f\r": `"\b\t\n\f\r"`, "\x00\x01\x1f": `"\u0000\u0001\u001f"`,
		"é😀\u2028<>&": "\"é😀\u2028<>&\"", "a\nb": `"a\nb"`, "\x7f": "\"\x7f\"",
	} {
		if got := string(AppendString([]byte("x"), in)); got != "x"+want {
			t.Errorf("%q: %s", in, got)
		}
	}
}

func TestWorkWithoutAllocating(t *testing.T) {
	var d Doc
	src, buf := []byte(typicalEvent), make([]byte, 0, 4096)
	allocs := testing.AllocsPerRun(100, func() {
		if err := d.Parse(src, Limits{}); err != nil {
			t.Error(err)
		}
		buf = d.Root().AppendCanonical(buf[:0])
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
