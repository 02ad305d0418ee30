package receipt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCommitVector is test case 2 of RFC 4231 with its key padded to 32 bytes,
// which HMAC does anyway (RFC 2104 section 2).
func TestCommitVector(t *testing.T) {
	t.Parallel()
	var key [SaltSize]byte
	copy(key[:], "Jefe")
	got := Commit(key, []byte("what do ya want for nothing?"))
	const want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	if got.String() != want {
		t.Errorf("commitment %s, want %s", got, want)
	}
	o := NewOpening(key, []byte("what do ya want for nothing?"))
	if err := VerifyOpening(want, o); err != nil {
		t.Error(err)
	}
	for name, try := range map[string]struct {
		commitment string
		o          Opening
	}{
		"value":       {want, Opening{o.Salt, o.Value + " "}},
		"no salt":     {want, Opening{"", o.Value}},
		"short salt":  {want, Opening{"SmVmZQ==", o.Value}},
		"other hash":  {hexA, o},
		"not a hash":  {"x", o},
		"upper case":  {strings.ToUpper(want), o},
		"cut":         {want[:62], o},
		"line breaks": {want, Opening{o.Salt[:43] + "\n" + o.Salt[43:], o.Value}},
	} {
		if VerifyOpening(try.commitment, try.o) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestParseIgnoresWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	bare := string(mustJSON(t, f.receipt(6)))
	for name, text := range map[string]string{
		"bare":             bare,
		"unknown members":  strings.Replace(bare, "{", `{"later":{"a":[1,null]},"Level":7,`, 1),
		"indented":         " \n\t" + strings.Replace(bare, `":`, "\" : \n", 4) + "\n",
		"response":         `{"receipt":` + bare + `,"action":"allow"}`,
		"unknown opening":  strings.Replace(bare, `"salt":`, `"hint":1,"salt":`, 1),
		"response, spaced": "{ \"x\" : [ ] , \"receipt\" :\n " + bare + " }\n",
	} {
		r, err := FromResponse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(f.receipt(6), r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseIsStrict(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good := string(mustJSON(t, f.receipt(6)))
	change := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s in the receipt", old)
		}
		return strings.Replace(good, old, with, 1)
	}
	for name, bad := range map[string]string{
		"nothing":              "",
		"null":                 "null",
		"array":                "[" + good + "]",
		"string":               `"receipt"`,
		"cut":                  good[:len(good)-1],
		"two":                  good + good,
		"trailing comma":       good[:len(good)-1] + ",}",
		"null receipt":         `{"receipt":null}`,
		"receipt list":         `{"receipt":[]}`,
		"two receipts":         `{"receipt":` + good + `,"receipt":` + good + `}`,
		"duplicate member":     change(`"index":6`, `"index":6,"index":6`),
		"duplicate by escape":  change(`"index":6`, `"index":6,"ind\u0065x":6`),
		"duplicate unknown":    change(`"index":6`, `"index":6,"x":1,"x":1`),
		"level missing":        change(`"level"`, `"Level"`),
		"level unknown":        change(`"committed"`, `"final"`),
		"level number":         change(`"committed"`, `1`),
		"log missing":          change(`"log"`, `"LOG"`),
		"log null":             change(`"l-5ca1ab1e"`, `null`),
		"log too long":         change(`"l-5ca1ab1e"`, `"`+strings.Repeat("l", 129)+`"`),
		"index missing":        change(`"index"`, `"idx"`),
		"index string":         change(`"index":6`, `"index":"6"`),
		"index float":          change(`"index":6`, `"index":6.0`),
		"index exponent":       change(`"index":6`, `"index":6e0`),
		"index negative":       change(`"index":6`, `"index":-6`),
		"index above 2^53-1":   change(`"index":6`, `"index":9007199254740992`),
		"index null":           change(`"index":6`, `"index":null`),
		"leaf hash upper case": change(`"leaf_hash":"97543d`, `"leaf_hash":"97543D`),
		"leaf hash short":      change(`"leaf_hash":"9`, `"leaf_hash":"`),
		"entry object":         change(`"entry":"{`, `"entry":{},"x":"`),
		"entry too large":      change(`"entry":"`, `"entry":"`+strings.Repeat(" ", MaxEntrySize)),
		"proof too large":      change(`"proof":"`, `"proof":"`+strings.Repeat(" ", MaxProofSize)),
		"url number":           change(`"url":"/`, `"url":1,"x":"/`),
		"url too long":         change(`"url":"/`, `"url":"`+strings.Repeat("/", 2048)),
		"openings null":        change(`"openings":{`, `"openings":null,"x":{`),
		"openings list":        change(`"openings":{`, `"openings":[],"x":{`),
		"opening null":         change(`"actor":{`, `"actor":null,"x":{`),
		"opening twice":        change(`"actor":{`, `"event":{`),
		"opening name":         change(`"actor":{`, `"Actor":{`),
		"salt missing":         change(`"salt"`, `"Salt"`),
		"salt twice":           change(`"salt":`, `"salt":"","salt":`),
		"value missing":        change(`"value"`, `"values"`),
		"value object":         change(`"value":"`, `"value":{},"x":"`),
		"invalid UTF-8":        change(`/evidence`, "/\xff"),
		"too large":            good + strings.Repeat(" ", MaxSize),
		"too deep":             change(`"index":6`, `"index":6,"x":`+strings.Repeat("[", 20000)+strings.Repeat("]", 20000)),
	} {
		if r, err := FromResponse([]byte(bad)); err == nil {
			t.Errorf("%s: accepted as %+v", name, r)
		}
	}
}
