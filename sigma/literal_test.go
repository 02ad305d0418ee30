package sigma

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// TestFieldIndex holds the tables of one field against looking for every witness
// on its own, for witnesses and values out of few pieces, so that they meet.
func TestFieldIndex(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	pieces := []string{"a", "b", `\`, "/", "ab", "abab", "power", "shell", ".exe", " -enc ", "é", "ſ", `"`, "\n", "{|}", "[\\]", "0123456789"}
	text := func(n int) string {
		var b strings.Builder
		for range 1 + r.IntN(n) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		return b.String()
	}
	for round := range 400 {
		b := newIndexBuilder()
		var all []witness
		for n := range 1 + r.IntN(60) {
			w := witness{kind: witnessKind(1 + r.IntN(4)), text: foldString(text(4))}
			if round%2 == 0 { // only inside, and long: strides, and values looked at as they are
				w = witness{kind: witnessContains, text: foldString(text(3) + "shell" + text(round%20+1))}
			}
			all = append(all, w)
			b.add(&all[n], int32(n))
		}
		x := b.build(1, shippedRarity())
		for range 40 {
			checkIndex(t, x, all, text(12))
		}
	}
}

func checkIndex(t *testing.T, x *fieldIndex, all []witness, value string) {
	t.Helper()
	upper := strings.ToUpper(value)
	if strings.ContainsAny(value, "ſ") {
		upper = value // its upper case is another letter
	}
	ev, err := jsontext.AppendQuote([]byte(`{"a":`), upper)
	if err != nil {
		t.Fatal(err)
	}
	s := scanFor("a")
	if err := s.scan(append(ev, '}')); err != nil {
		t.Fatal(err)
	}
	l := &s.leaves[0]
	var work spent
	may := x.raw == nil || x.raw.may(s.ev, l, &work)
	var texts textBuffer
	folded := texts.folded(s.ev, l)
	cand := make([]uint64, 1)
	x.find(folded, l.flags&flagTextWide != 0, cand, &work)
	for n, w := range all {
		var want bool
		switch w.kind {
		case witnessEqual:
			want = string(folded) == w.text
		case witnessStart:
			want = bytes.HasPrefix(folded, []byte(w.text))
		case witnessEnd:
			want = bytes.HasSuffix(folded, []byte(w.text))
		default:
			want = bytes.Contains(folded, []byte(w.text))
		}
		if got := cand[0]>>n&1 != 0; got != want || want && !may {
			t.Fatalf("%q (kind %d) in %q: %v, want %v; unfolded: %v", w.text, w.kind, folded, got, want, may)
		}
	}
}
