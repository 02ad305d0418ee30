package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzVerifyBundle: any bytes give a report and no panic. What is accepted is a
// bundle that was made here; and when the bytes before the trailer are digested
// and signed anew with the real key, whatever is accepted holds only entries
// that the log really has.
func FuzzVerifyBundle(f *testing.F) {
	w := standardWorld(f)
	made := map[string]bool{}
	for _, p := range goodBundles(w) {
		data := w.bundle(p)
		made[string(data)] = true
		f.Add(data)
	}
	f.Add([]byte(bundleMagic + "\nmanifest 0\n\n"))
	trust := w.trust().Accepting(Committed)
	f.Fuzz(func(t *testing.T, data []byte) {
		w := *w
		w.t = t
		if r, err := VerifyBundle(bytes.NewReader(data), trust); (err == nil) != r.Valid || (err == nil && !made[string(data)]) {
			t.Fatalf("accepted: %s\n%s", data, r)
		}
		if r, err := VerifyBundle(bytes.NewReader(data), Trust{}); err == nil && r.Level == Witnessed {
			t.Fatal("witnessed without a pinned key")
		}
		body := data
		if at := bytes.LastIndex(data, []byte("\n"+trailerWord)); at >= 0 {
			body = data[:at+1]
		}
		sealed := slices.Concat(body, w.sign(fmt.Sprintf("%s%x bytes %d\n", trailerWord, sha256.Sum256(body), len(body)), w.signer))
		r, err := VerifyBundle(bytes.NewReader(sealed), trust)
		if err != nil {
			return
		}
		for _, rec := range takeApart(t, sealed) {
			if rec.tag() != tagEntry {
				continue
			}
			if i, err := strconv.Atoi(rec.words[1]); err != nil || i >= len(w.entries) || !bytes.Equal(rec.data, w.entries[i].entry) {
				t.Fatalf("an entry that the log does not have is accepted: %v\n%s", rec.words, r)
			}
		}
	})
}

// FuzzParseManifest: what is accepted has one spelling.
func FuzzParseManifest(f *testing.F) {
	w := standardWorld(f)
	for _, p := range goodBundles(w) {
		f.Add(takeApart(f, w.bundle(p))[0].data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := ParseManifest(data); err == nil && !bytes.Equal(m.AppendJCS(nil), data) {
			t.Errorf("%q is read as %q", data, m.AppendJCS(nil))
		}
	})
}

// FuzzParseRootEntry: what is accepted has one spelling.
func FuzzParseRootEntry(f *testing.F) {
	for _, e := range goodRootEntries(f) {
		f.Add(e.AppendJCS(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ParseRootEntry(data); err == nil && !bytes.Equal(e.AppendJCS(nil), data) {
			t.Errorf("%q is read as %q", data, e.AppendJCS(nil))
		}
	})
}

// FuzzParsePolicy: any text gives a policy or an error; in a policy all its
// witnesses together are a quorum and, where one is asked for, nobody is not.
func FuzzParsePolicy(f *testing.F) {
	w := newWorld(f)
	f.Add(w.policyText())
	f.Add("quorum none\n")
	f.Add(witnessLine("a", 41) + witnessLine("b", 42) + "group g 2 a b\ngroup h any g\nquorum h\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = ParseTrust(text)
		p, err := ParsePolicy(text)
		if err != nil {
			return
		}
		all := map[string]bool{}
		for _, w := range p.Witnesses() {
			all[w.Name] = true
		}
		if !p.Satisfied(all) || p.Satisfied(nil) == p.NeedsWitness() {
			t.Errorf("%q: all %t, none %t", text, p.Satisfied(all), p.Satisfied(nil))
		}
	})
}

// FuzzAnchor: what is accepted survives the wire, and what verifies is the
// world's own.
func FuzzAnchor(f *testing.F) {
	w := standardWorld(f)
	r := w.receipt(6, 9, Witnessed)
	f.Add(mustJSON(f, r.Anchor))
	trust := w.trust().Accepting(Committed)
	f.Fuzz(func(t *testing.T, data []byte) {
		var a, back Anchor
		if json.Unmarshal(data, &a) != nil {
			return
		}
		if err := json.Unmarshal(mustJSON(t, a), &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, back); diff != "" {
			t.Errorf("changed on the wire:\n%s", diff)
		}
		forged := *r
		forged.Anchor = &a
		if report, err := Verify(&forged, trust); err == nil && (report.Epoch.Index != 2 || a.Slot != bundleSlot) {
			t.Errorf("forged anchor verifies: %s\n%s", data, report)
		}
	})
}
