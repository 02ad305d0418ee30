package jsondoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/fault"
)

var seeds = []string{
	typicalEvent, `null`, `[]`, `{}`, ` [1,-2.5e+3,"a\n",true,{"a":{"b":[]}}] `, `{"a":1,"\u0061":2}`, `"\ud83d\ude00"`, `"\ud83d"`,
	`{"b":1,"a":[{"d":0,"c":12}]}`, "\"\xff\"", "\"\x00\"", `"\u0000"`, `[1,]`, `01`, `1e`, "\ufeff1", `{"":{"":{}}}`,
	`{"\uffff":1,"\ud800\udc00":2,"\ue000":3}`, `{"aaaaaaaaa":1,"aaaaaaaab":2,"aaaaaaaa":3}`,
	`{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"k":0,"l":0,"m":0,"n":0,"o":0,"p":0,"q":0,"r":0,"s":0,"t":0,"u":0,"v":0,"w":0,"x":0,"y":{"a":1},"z":0,"a":1}`,
}

// plainNumber matches the numbers whose lexeme RFC 8785 keeps.
var plainNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,14})$`)

// FuzzParse holds the parser against an independent strict one: both accept and
// refuse the same documents, apart from our own rules (NUL, limits), and give
// the same canonical form where that does not depend on number formatting.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		d, err := Parse(src, Limits{})
		if !bytes.Equal(before, src) {
			t.Fatal("source changed")
		}
		theirs := jsontext.Value(src).IsValid()
		if err != nil {
			checkRefusal(t, src, err, theirs)
			return
		}
		if !theirs {
			t.Fatalf("accepted %q, which jsontext refuses", src)
		}
		canon := d.Root().AppendCanonical(nil)
		checkCanonical(t, d, src, canon)
		checkAny(t, d.Root(), src)
	})
}

func checkRefusal(t *testing.T, src []byte, err error, theirs bool) {
	var e *fault.Error
	if !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(src)) {
		t.Fatalf("%q: refusal without a place: %v", src, err)
	}
	if theirs && e.Code == fault.InvalidJSON && !strings.HasPrefix(e.Msg, "NUL") {
		t.Fatalf("refused %q, which jsontext accepts: %v", src, err)
	}
	// The offset is where it goes wrong: what comes before is never the culprit,
	// so the same prefix is refused at its end or at the same place.
	if _, err := Parse(src[:e.Offset], Limits{}); err != nil {
		var p *fault.Error
		if errors.As(err, &p) && p.Offset < e.Offset && p.Code != fault.TooDeep {
			t.Fatalf("%q refused at %d, its first %d bytes at %d", src, e.Offset, e.Offset, p.Offset)
		}
	}
}

func checkCanonical(t *testing.T, d *Doc, src, canon []byte) {
	again, err := Parse(canon, Limits{MaxBytes: 8 << 20})
	if err != nil {
		t.Fatalf("%q: canonical form %q refused: %v", src, canon, err)
	}
	if twice := again.Root().AppendCanonical(nil); !bytes.Equal(canon, twice) {
		t.Fatalf("%q: canonical form changes from %q to %q", src, canon, twice)
	}
	for _, n := range d.nodes {
		if n.kind == Number && !plainNumber.Match(src[n.start:n.end]) {
			return
		}
	}
	theirs := jsontext.Value(bytes.Clone(src))
	if err := theirs.Canonicalize(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(canon, theirs) {
		t.Fatalf("%q:\n got %q\nwant %q", src, canon, theirs)
	}
}

func checkAny(t *testing.T, v Value, src []byte) {
	var want any
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.UseNumber()
	if err := dec.Decode(&want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, v.Any()); diff != "" {
		t.Fatalf("%q: %s", src, diff)
	}
	for k, m := range v.Members() {
		if v.Get(k) != m {
			t.Fatalf("%q: Get(%q) finds another member", src, k)
		}
	}
	i := 0
	for e := range v.Elements() {
		if v.Index(i) != e {
			t.Fatalf("%q: Index(%d) finds another element", src, i)
		}
		i++
	}
}

// FuzzAppendString checks that a string survives being escaped and parsed.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a", "\"\\\b\f\n\r\t/", "\x01\x1f\x7f", "é😀\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "")
		d, err := Parse(AppendString(nil, s), Limits{MaxBytes: 8 << 20})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if got, _ := d.Root().Str(); got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

// FuzzInt64 compares with exact rational arithmetic.
func FuzzInt64(f *testing.F) {
	for _, s := range []string{"0", "-0", "1.0", "1e3", "15e-1", "9223372036854775807", "-9223372036854775808", "1e19", "19e19", "0.001e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse([]byte(s), Limits{})
		if err != nil || d.Root().Kind() != Number || len(s) > 40 {
			return
		}
		if e := strings.IndexAny(s, "eE"); e >= 0 && len(strings.TrimLeft(s[e+1:], "+-0")) > 3 {
			return // the exact value would be too long to write down
		}
		want, wantOK := exactInt64(d.Root())
		if got, ok := d.Root().Int64(); got != want || ok != wantOK {
			t.Fatalf("%s: got %d %v, want %d %v", s, got, ok, want, wantOK)
		}
	})
}

func exactInt64(v Value) (int64, bool) {
	lexeme, _ := v.Num()
	r, ok := new(big.Rat).SetString(lexeme)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}
