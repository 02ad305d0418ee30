package receipt

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
)

// FuzzParseCheckpoint: what is accepted has one spelling.
func FuzzParseCheckpoint(f *testing.F) {
	f.Add([]byte("o.example/l\n12\n" + root64 + "\n"))
	f.Add([]byte(Checkpoint{Origin: "o", Root: EmptyRoot()}.Text()))
	fix := newFixture(f)
	f.Add(fix.checkpoint(testOrigin, fix.signer))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := ParseCheckpoint(string(text)); err == nil && c.Text() != string(text) {
			t.Errorf("%q is read as %q", text, c.Text())
		}
		c, n, err := ParseSignedCheckpoint(text)
		if err == nil && (c.Text() != n.Text || len(n.Sigs) != 0) {
			t.Errorf("%q is read as %q", text, c.Text())
		}
	})
}

// FuzzParseProof: what is accepted has one spelling.
func FuzzParseProof(f *testing.F) {
	fix := newFixture(f)
	f.Add(fix.proof(6).Append(nil))
	f.Add((&Proof{Extra: []byte("x"), Checkpoint: []byte("c")}).Append(nil))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProof(text)
		if err != nil {
			return
		}
		if got, err := p.MarshalText(); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%q is read as %q, %v", text, got, err)
		}
	})
}

// FuzzParseHeader: what is accepted is canonical to an independent reader too.
func FuzzParseHeader(f *testing.F) {
	f.Add([]byte(headerText))
	f.Add((&Header{Artifact: "a", Key: "k+00000000", Log: "l", Prev: -1}).AppendJCS(nil))
	f.Fuzz(func(t *testing.T, entry []byte) {
		h, err := ParseHeader(entry)
		if err != nil {
			return
		}
		if got := h.AppendJCS(nil); !bytes.Equal(got, entry) {
			t.Errorf("%q is encoded as %q", entry, got)
		}
		if got, err := jcs.Transform(entry); err != nil || !bytes.Equal(got, entry) {
			t.Errorf("%q is canonically %q, %v", entry, got, err)
		}
	})
}

// FuzzParse: any text gives a receipt or an error; what is accepted survives
// the wire, and what verifies is what the fixture's log really holds.
func FuzzParse(f *testing.F) {
	fix := newFixture(f)
	for _, i := range []int{0, 6, 10} {
		f.Add(mustJSON(f, fix.receipt(i)))
	}
	f.Add([]byte(`{"receipt":{"level":"witnessed"}}`))
	trust := fix.trust()
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := FromResponse(data)
		if err != nil {
			return
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if len(r.Openings) == 0 {
			r.Openings = nil
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Errorf("changed on the wire:\n%s", diff)
		}
		report, err := Verify(r, trust)
		if err == nil && (r.Index >= testSize || r.Entry != fix.entries[r.Index]) {
			t.Errorf("forged receipt verifies: %s\n%s", data, report)
		}
	})
}
