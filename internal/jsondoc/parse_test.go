package jsondoc

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/fault"
)

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `0.0`, `1.5e3`, `1E+2`, `1e-2`, `-0.0e-0`,
		`123456789012345678901234567890`, `1e999999999`,
		`""`, `"a"`, `"\""`, `"\\"`, `"\/"`, `"\b\f\n\r\t"`, `"\u00e9"`, `"\uD834\uDD1E"`, `"\ud83d\ude00x"`,
		"\"\x7f\"", `"é"`, `"😀"`, "\"\ufeff\"", `"\uFFFF"`, "\"\u2028\"", `"12345678"`, `"1234567"`, `"123456789012345"`,
		`[]`, `[ ]`, `[1]`, `[1,2]`, `[[],[[]],{}]`, "[\n1\t,\r 2 ]",
		`{}`, `{ }`, `{"":0}`, `{"a":{"a":{"a":1}}}`, `{"a":1,"A":2}`, ` { "a" : 1 , "b" : [ ] } `,
		" \t\r\n1 \t\r\n", `{"\u0061b":1,"ab2":2}`, `[{"a":1},{"a":1}]`,
	} {
		d, err := Parse([]byte(src), Limits{})
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		if got, want := string(d.Root().Raw()), strings.Trim(src, " \t\r\n"); got != want {
			t.Errorf("%q: raw %q", src, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src    string
		offset int64
		msg    string // a part of the message
	}{
		{``, 0, "unexpected end"},
		{`  `, 2, "unexpected end"},
		{`nul`, 3, "unexpected end"},
		{`nulL`, 3, `unexpected 'L', expected null`},
		{`True`, 0, `unexpected 'T'`},
		{`nullx`, 4, "expected end of document"},
		{`1 2`, 2, "expected end of document"},
		{`{} {}`, 3, "expected end of document"},
		{`[1]]`, 3, "expected end of document"},
		{"\ufeff{}", 0, "byte order mark"},
		{`NaN`, 0, "unexpected 'N'"},
		{`Infinity`, 0, "unexpected 'I'"},
		{`-`, 1, "expected a digit"},
		{`-a`, 1, "expected a digit"},
		{`-Infinity`, 1, "expected a digit"},
		{`+1`, 0, "unexpected '+'"},
		{`.5`, 0, "unexpected '.'"},
		{`01`, 1, "leading zero"},
		{`-00`, 2, "leading zero"},
		{`[1.]`, 3, "expected a digit"},
		{`1.`, 2, "expected a digit"},
		{`1e`, 2, "expected a digit"},
		{`1e+`, 3, "expected a digit"},
		{`1.e3`, 2, "expected a digit"},
		{`0x1`, 1, "expected end of document"},
		{`1_000`, 1, "expected end of document"},
		{`"`, 1, "unexpected end"},
		{`"abc`, 4, "unexpected end"},
		{`"abcdefghijk`, 12, "unexpected end"},
		{`"\`, 2, "unexpected end"},
		{`"\"`, 3, "unexpected end"},
		{`"\x41"`, 1, "invalid escape"},
		{`"ab\'"`, 3, "invalid escape"},
		{`"\u12"`, 5, "hexadecimal"},
		{`"\u12`, 5, "unexpected end"},
		{`"\u12G4"`, 5, "hexadecimal"},
		{`"\U0041"`, 1, "invalid escape"},
		{`"a\uD800"`, 2, "lone surrogate"},
		{`"\uD800x"`, 1, "lone surrogate"},
		{`"\uD800\n"`, 1, "lone surrogate"},
		{`"\uDC00"`, 1, "lone surrogate"},
		{`"\uDC00\uD800"`, 1, "lone surrogate"},
		{`"\uD800\uD800"`, 1, "lone surrogate"},
		{`"\uD800\u0041"`, 1, "lone surrogate"},
		{`"\uD800\u00"`, 11, "hexadecimal"},
		{`"\uD800\u00`, 11, "unexpected end"},
		{`"a\u0000"`, 2, "NUL"},
		{`{"\u0000":1}`, 2, "NUL"},
		{"\"a\x00\"", 2, "NUL"},
		{"\x00", 0, "NUL"},
		{"[1,\x00]", 3, "NUL"},
		{"{}\x00", 2, "NUL"},
		{"{\x00}", 1, "NUL"},
		{"nu\x00l", 2, "NUL"},
		{"\"a\nb\"", 2, `control character '\n'`},
		{"\"\x1f\"", 1, `control character`},
		{"\"0123456789\t\"", 11, `control character '\t'`},
		{"\"\xff\"", 1, "invalid UTF-8"},
		{"\"ab\xc3\"", 3, "invalid UTF-8"},
		{"\"\xc0\xaf\"", 1, "invalid UTF-8"},
		{"\"\xed\xa0\x80\"", 1, "invalid UTF-8"},
		{"\"\xf4\x90\x80\x80\"", 1, "invalid UTF-8"},
		{"\"é\x80\"", 3, "invalid UTF-8"},
		{"\"\xe2\x82", 1, "invalid UTF-8"},
		{"\xff", 0, "invalid UTF-8"},
		{`[`, 1, "unexpected end"},
		{`[1`, 2, "unexpected end"},
		{`[1,`, 3, "unexpected end"},
		{`[1,]`, 3, "expected a value"},
		{`[,1]`, 1, "expected a value"},
		{`[1 2]`, 3, "expected ',' or ']'"},
		{`[1}`, 2, "expected ',' or ']'"},
		{`{`, 1, "unexpected end"},
		{`{]`, 1, "expected a key"},
		{`{1:2}`, 1, "expected a key"},
		{`{a:1}`, 1, "expected a key"},
		{`{'a':1}`, 1, "expected a key"},
		{`{"a"}`, 4, "expected ':'"},
		{`{"a"`, 4, "unexpected end"},
		{`{"a":`, 5, "unexpected end"},
		{`{"a":}`, 5, "expected a value"},
		{`{"a":1`, 6, "unexpected end"},
		{`{"a":1,`, 7, "unexpected end"},
		{`{"a":1,}`, 7, "expected a key"},
		{`{"a":1]`, 6, "expected ',' or '}'"},
		{`{"a" 1}`, 5, "expected ':'"},
		{"[1,/*x*/2]", 3, "expected a value"},
		{"[1\u00a0]", 2, "expected ',' or ']'"},
		{"[1\v]", 2, "expected ',' or ']'"},
		{"[\v1]", 1, "expected a value"},
		{`{"a":1,"a":2}`, 7, `duplicate key "a"`},
		{`{"a":1, "b":2, "\u0061":2}`, 15, `duplicate key "a"`},
		{`{"\u0061":1,"a":2}`, 12, `duplicate key "a"`},
		{`{"\u0061":1,"\u0061":2}`, 12, `duplicate key "a"`},
		{`{"":1,"":2}`, 6, `duplicate key ""`},
		{`[{"x":{"k":[{"é":{},"q":[],"é":0}]}}]`, 28, `duplicate key "é"`},
		{`{"a":{"a":1},"a":{}}`, 13, `duplicate key "a"`},
	} {
		d := new(Doc)
		err := d.Parse([]byte(c.src), Limits{})
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Errorf("%q: got %v, want a refusal", c.src, err)
			continue
		}
		if f.Code != fault.InvalidJSON || f.Offset != c.offset || !strings.Contains(f.Msg, c.msg) {
			t.Errorf("%q: %s %q at %d, want %q at %d", c.src, f.Code, f.Msg, f.Offset, c.msg, c.offset)
		}
		if !strings.HasSuffix(f.Msg, " at byte "+strconv.FormatInt(c.offset, 10)) {
			t.Errorf("%q: message %q does not say where", c.src, f.Msg)
		}
		if d.Root().Exists() {
			t.Errorf("%q: a refused document has a root", c.src)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, c := range map[string]struct {
		src  string
		lim  Limits
		want *fault.Error // nil: accepted
	}{
		"bytes at":         {`[1,2]`, Limits{MaxBytes: 5}, nil},
		"bytes over":       {`[1,2] `, Limits{MaxBytes: 5}, &fault.Error{Code: fault.TooLarge, Offset: 5, Limit: LimitBytes}},
		"default bytes at": {strings.Repeat(" ", 1<<20-1) + "1", Limits{}, nil},
		"default bytes":    {strings.Repeat(" ", 1<<20) + "1", Limits{}, &fault.Error{Code: fault.TooLarge, Offset: 1 << 20, Limit: LimitBytes}},
		"depth at":         {`[{"a":[]}]`, Limits{MaxDepth: 3}, nil},
		"depth over":       {`[{"a":[[]]}]`, Limits{MaxDepth: 3}, &fault.Error{Code: fault.TooDeep, Offset: 7, Limit: LimitDepth}},
		"default depth at": {nested(64), Limits{}, nil},
		"default depth":    {nested(65), Limits{}, &fault.Error{Code: fault.TooDeep, Offset: 64, Limit: LimitDepth}},
		"open only":        {strings.Repeat("[", 100000), Limits{}, &fault.Error{Code: fault.TooDeep, Offset: 64, Limit: LimitDepth}},
		"nodes at":         {`{"a":1,"b":[2]}`, Limits{MaxNodes: 4}, nil},
		"nodes over":       {`{"a":1,"b":[2,3]}`, Limits{MaxNodes: 4}, &fault.Error{Code: fault.TooLarge, Offset: 14, Limit: LimitNodes}},
	} {
		_, err := Parse([]byte(c.src), c.lim)
		var got *fault.Error
		if errors.As(err, &got) {
			got.Msg = ""
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDuplicateKeysInLargeObjects(t *testing.T) {
	t.Parallel()
	for _, n := range []int{indexFrom - 1, indexFrom, indexFrom + 1, indexFrom + 2, 200, 5000} {
		src := `{"x":0`
		for i := range n {
			src += `,"k` + strconv.Itoa(i) + `":{"x":[1,{"k0":2}]}`
		}
		if _, err := Parse([]byte(src+"}"), Limits{}); err != nil {
			t.Fatalf("%d members: %v", n, err)
		}
		for _, key := range []string{`"x"`, `"\u0078"`, `"k0"`, `"k` + strconv.Itoa(n-1) + `"`} {
			_, err := Parse([]byte(src+`, `+key+`:1}`), Limits{})
			var f *fault.Error
			if !errors.As(err, &f) || f.Offset != int64(len(src)+2) || !strings.Contains(f.Msg, "duplicate key") {
				t.Errorf("%d members, second %s: %v", n, key, err)
			}
		}
	}
}

func TestDuplicateKeyIsShownShort(t *testing.T) {
	t.Parallel()
	key := `"` + strings.Repeat("é", 5000) + `"`
	_, err := Parse([]byte(`{`+key+`:1,`+key+`:2}`), Limits{})
	var f *fault.Error
	if !errors.As(err, &f) || f.Field != strings.Repeat("é", 32)+"..." || len(f.Msg) > 200 {
		t.Errorf("got %v", err)
	}
}

func TestParseReusesTheDoc(t *testing.T) {
	t.Parallel()
	large := `{"0":0`
	for i := 1; i < 100; i++ {
		large += `,"` + strconv.Itoa(i) + `":"\u0041"`
	}
	large += `}`
	d := new(Doc)
	for _, src := range []string{`{"a":"\u0062"}`, `[1`, large, `{"a":1,"b":"\n"}`, large, large[:300], `7`, `{"1":{"2":3}}`} {
		fresh, freshErr := Parse([]byte(src), Limits{})
		err := d.Parse([]byte(src), Limits{})
		if diff := cmp.Diff(freshErr, err); diff != "" {
			t.Errorf("%q: error differs:\n%s", src, diff)
		}
		if err == nil {
			if diff := cmp.Diff(fresh.Root().Any(), d.Root().Any()); diff != "" {
				t.Errorf("%q: %s", src, diff)
			}
		}
	}
}
