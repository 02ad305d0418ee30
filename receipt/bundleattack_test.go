package receipt

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// rawRecord is one record as an attacker edits it.
type rawRecord struct {
	words []string // without the length
	data  []byte
}

func (r *rawRecord) tag() string { return r.words[0] }

// takeApart splits a good bundle.
func takeApart(t testing.TB, data []byte) []rawRecord {
	t.Helper()
	b := newBundleReader(bytes.NewReader(data))
	if err := b.magic(); err != nil {
		t.Fatal(err)
	}
	var out []rawRecord
	for {
		rec, err := b.next()
		if err != nil {
			t.Fatal(err)
		}
		if rec.trailer != nil {
			return out
		}
		out = append(out, rawRecord{append([]string{rec.tag}, rec.args...), bytes.Clone(rec.data)})
	}
}

// seal makes a file of records with a right digest, signed by a real key.
func (w *world) seal(records []rawRecord, by ...note.Signer) []byte {
	out := []byte(bundleMagic + "\n")
	for _, r := range records {
		out = fmt.Appendf(out, "%s %d\n%s\n", strings.Join(r.words, " "), len(r.data), r.data)
	}
	return append(out, w.sign(fmt.Sprintf("%s%x bytes %d\n", trailerWord, sha256.Sum256(out), len(out)), by...)...)
}

func find(t testing.TB, records []rawRecord, words ...string) int {
	t.Helper()
	for i, r := range records {
		if slices.Equal(r.words[:min(len(words), len(r.words))], words) {
			return i
		}
	}
	t.Fatalf("no record %v", words)
	return 0
}

// refused wants a bundle to fail, pinned and unpinned, at one check, located.
func refused(t *testing.T, name string, data []byte, trust Trust, check string) {
	t.Helper()
	for _, tr := range []Trust{trust, {}} {
		r, err := verify(t, data, tr)
		if err == nil {
			t.Errorf("%s (pinned %t): accepted\n%s", name, tr.Pinned(), r)
			continue
		}
		if r.Failure == nil || r.Failure.Location == nil || (tr.Pinned() && check != "" && r.Failure.Name != check) {
			t.Errorf("%s (pinned %t): want check %q to fail, have %v", name, tr.Pinned(), check, err)
		}
		if r.Level != "" || r.Complete != "" {
			t.Errorf("%s: a failed report claims level %q", name, r.Level)
		}
	}
}

// TestEveryFlippedByte flips every byte of small bundles in several ways: no
// byte of the file is without effect, whether keys are pinned or not.
func TestEveryFlippedByte(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	good := goodBundles(w)
	trust, each := w.trust().Accepting(Committed), []byte{1, 8, 32, 128}
	for _, c := range []struct {
		name  string
		masks []byte
		trust Trust
	}{
		{"committed decision", each, trust},
		{"committed decision", []byte{255}, trust},
		{"committed decision", []byte{1}, Trust{}},
		{"tenant", []byte{4}, trust},
	} {
		data := w.bundle(good[c.name])
		for i := range data {
			for _, mask := range c.masks {
				if len(c.masks) > 1 && c.masks[i%len(c.masks)] == mask {
					continue // three of the four at each place
				}
				flipped := bytes.Clone(data)
				flipped[i] ^= mask
				r, err := VerifyBundle(bytes.NewReader(flipped), c.trust)
				var format *FormatError
				switch {
				case err == nil:
					t.Fatalf("%s: byte %d ^ %#x: accepted\n%s", c.name, i, mask, flipped)
				case errors.As(err, &format) != (i <= len(bundleMagic)):
					t.Errorf("%s: byte %d ^ %#x: %v", c.name, i, mask, err)
				case format == nil && (r.Failure.Location == nil || r.Failure.Detail == ""):
					t.Errorf("%s: byte %d ^ %#x: not located: %v", c.name, i, mask, r.Failure)
				}
			}
		}
	}
}

// TestDamageIsLocated: a flipped byte in an entry or an opening is found in the
// record that holds it, and the report says that the file was changed.
func TestDamageIsLocated(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	data := w.bundle(goodBundles(w)["tenant"])
	for _, part := range []struct{ text, check, tag string }{
		{`"index":6`, "leaf hash", tagEntry},
		{`{"user":"u7"}`, "opening actor", tagOpening},
	} {
		flipped := bytes.Clone(data)
		at := bytes.Index(data, []byte(part.text)) + len(part.text) - 3
		flipped[at] ^= 1
		r, err := verify(t, flipped, w.trust().Accepting(Committed))
		if err == nil || r.Failure.Name != part.check || r.Failure.Location.Tag != part.tag || r.Failure.Location.Entry == nil {
			t.Fatalf("%s: %v", part.text, err)
		}
		if from := int(r.Failure.Location.Offset); from > at || at-from > 500 {
			t.Errorf("%s: damage at %d is located at %d", part.text, at, from)
		}
		last := r.Checks[len(r.Checks)-1]
		if last.Name != "digest" || last.OK || !strings.Contains(last.Detail, "not those that were signed") {
			t.Errorf("%s: %v", part.text, last)
		}
	}
}

func TestEveryTruncation(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	data := w.bundle(goodBundles(w)["committed decision"])
	for n := range data {
		_, err := verify(t, data[:n], w.trust().Accepting(Committed))
		if err == nil || errors.As(err, new(*FormatError)) != (n <= len(bundleMagic)) {
			t.Errorf("%d of %d bytes: %v", n, len(data), err)
		}
	}
	for _, more := range []string{"\n", "x", "— a AAAAAAA=\n", string(data)} {
		if _, err := verify(t, append(bytes.Clone(data), more...), w.trust().Accepting(Committed)); err == nil {
			t.Errorf("accepted with %.20q after the end", more)
		}
	}
}

// TestRecordsMoved removes, repeats and swaps records, each time digested and
// signed anew with the real key: the order is fixed and nothing is optional by
// accident.
func TestRecordsMoved(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	for kind, p := range goodBundles(w) {
		good := takeApart(t, w.bundle(p))
		if _, err := verify(t, w.seal(good, w.signer), w.trust().Accepting(Committed)); err != nil {
			t.Fatalf("%s: the sealed original fails: %v", kind, err)
		}
		for i := range good {
			name := fmt.Sprintf("%s: record %d (%s)", kind, i+1, good[i].words)
			without := slices.Delete(slices.Clone(good), i, i+1)
			r, err := verify(t, w.seal(without, w.signer), w.trust().Accepting(Committed))
			// An opening may be withheld, and a key entry's absence can only show
			// in the root; nothing else may go.
			if err == nil && (good[i].tag() != tagOpening || r.Payloads.Partial+r.Payloads.Missing+r.Payloads.HeaderOnly == 0) &&
				good[i].tag() != tagState {
				t.Errorf("%s removed: accepted\n%s", name, r)
			}
			refused(t, name+" repeated", w.seal(slices.Insert(slices.Clone(good), i, good[i]), w.signer), w.trust().Accepting(Committed), "")
			for j := i + 1; j < min(len(good), i+5); j++ {
				moved := slices.Clone(good)
				moved[i], moved[j] = moved[j], moved[i]
				if r, err := VerifyBundle(bytes.NewReader(w.seal(moved, w.signer)), w.trust().Accepting(Committed)); err == nil && !sameMeaning(good, moved) {
					t.Errorf("%s swapped with %d: accepted\n%s", name, j+1, r)
				}
			}
		}
	}
}

// sameMeaning says whether two lists of records are equal.
func sameMeaning(a, b []rawRecord) bool {
	return slices.EqualFunc(a, b, func(x, y rawRecord) bool { return slices.Equal(x.words, y.words) && bytes.Equal(x.data, y.data) })
}

// TestManifestLies makes bundles with the real key whose manifest says
// something else than their content: every claim is checked.
func TestManifestLies(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	for _, c := range []struct {
		kind, name, check string
		lie               func(m *Manifest)
	}{
		{"tenant", "log", "checkpoint", func(m *Manifest) { m.Log += "0" }},
		{"tenant", "tenant", "genesis", func(m *Manifest) { m.Tenant += "0" }},
		{"tenant", "key of another name", "checkpoint", func(m *Manifest) { _, m.Key = testKey(t, "other.example", 8) }},
		{"tenant", "another key", "digest", func(m *Manifest) { m.Key = w.vkey2 }},
		{"tenant", "smaller log", "checkpoint", func(m *Manifest) { m.Of--; m.Last--; m.Entries-- }},
		{"tenant", "larger log", "checkpoint", func(m *Manifest) { m.Of++; m.Last++; m.Entries++ }},
		{"tenant", "range, fewer entries", "entry", func(m *Manifest) { m.Kind, m.Entries, m.Filter.To = BundleRange, 11, MaxInt }},
		{"decision", "more entries", "entries", func(m *Manifest) { m.Entries++ }},
		{"decision", "fewer entries", "entry", func(m *Manifest) { m.Entries-- }},
		{"decision", "other decision", "range", func(m *Manifest) { m.First, m.Last, m.Filter.Decision = 4, 4, testLog+"-4" }},
		{"decision", "no decision", "range", func(m *Manifest) { m.First, m.Last, m.Filter.Decision = 0, 0, testLog+"-0" }},
		{"decision", "tenant", "manifest", func(m *Manifest) { m.Kind, m.Filter.Decision, m.First = BundleTenant, "", 0 }},
		{"decision", "wider range", "range", func(m *Manifest) { *m = asRange(m, 3, 4) }},
		{"decision", "earlier range", "range", func(m *Manifest) { *m = asRange(m, 2, 3) }},
		{"decision", "range without it", "range", func(m *Manifest) { *m = asRange(m, 5, 6) }},
		{"range", "narrower", "range", func(m *Manifest) { m.First = 4 }},
		{"range", "shorter", "range", func(m *Manifest) { m.Last = 8 }},
		{"range", "wider", "range", func(m *Manifest) { m.First = 2 }},
		{"range", "longer", "range", func(m *Manifest) { m.Last = 10 }},
		{"range", "later from", "range", func(m *Manifest) { m.Filter.From += 3_000_000 }},
		{"range", "earlier to", "range", func(m *Manifest) { m.Filter.To -= 1_000_001 }},
		{"subject", "narrower", "range", func(m *Manifest) { m.First = 4 }},
		{"subject", "first", "range", func(m *Manifest) { m.First = 2 }},
		{"subject", "last", "range", func(m *Manifest) { m.Last = 10 }},
		{"subject", "range", "range", func(m *Manifest) { *m = asRange(m, 3, 9); m.Filter.SubjectKind, m.Filter.Subject = "", "" }},
		{"absence", "of what is there", "range", func(m *Manifest) { m.Filter.Artifact = "decision" }},
		{"absence", "of an erasure", "range", func(m *Manifest) { m.Filter.Artifact = "erasure" }},
		{"absence", "earlier from", "absence", func(m *Manifest) { m.Filter.From = bundleStart }},
		{"absence", "later to", "absence", func(m *Manifest) { m.Filter.To += 1_000_000 }},
		{"absence", "narrower", "range", func(m *Manifest) { m.First = 4 }},
		{"absence", "shorter", "range", func(m *Manifest) { m.Last = 10 }},
		{"absence", "whole log", "manifest", func(m *Manifest) { m.Kind = BundleTenant }},
		{"committed decision", "absence", "anchor", func(m *Manifest) {
			m.Kind, m.Filter = BundleAbsence, BundleFilter{Artifact: "module"}
		}},
		{"enclosed range", "decision kind", "order", func(m *Manifest) {
			m.Kind, m.First, m.Last, m.Filter = BundleDecision, 3, 3, BundleFilter{Decision: testLog + "-3"}
		}},
	} {
		records := takeApart(t, w.bundle(goodBundles(w)[c.kind]))
		m, err := ParseManifest(records[0].data)
		if err != nil {
			t.Fatal(err)
		}
		c.lie(m)
		records[0].data = m.AppendJCS(nil)
		refused(t, c.kind+": "+c.name, w.seal(records, w.signer), w.trust(), c.check)
	}
}

func asRange(m *Manifest, first, last uint64) Manifest {
	out := *m
	out.Kind, out.First, out.Last, out.Filter = BundleRange, first, last, BundleFilter{To: MaxInt}
	return out
}

func TestManifestIsStrict(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	good := string(takeApart(t, w.bundle(goodBundles(w)["tenant"]))[0].data)
	for name, change := range map[string][2]string{
		"white space":    {`{"created_at"`, `{ "created_at"`},
		"unknown member": {`{"created_at"`, `{"a":1,"created_at"`},
		"duplicate":      {`"first":0`, `"first":0,"first":0`},
		"other case":     {`"first"`, `"First"`},
		"leading zero":   {`"first":0`, `"first":00`},
		"exponent":       {`"entries":12`, `"entries":1.2e1`},
		"negative":       {`"first":0`, `"first":-0`},
		"too large":      {`"created_at":1790000000000099`, `"created_at":9007199254740992`},
		"version":        {`"v":1`, `"v":2`},
		"kind":           {`"tenant","last"`, `"all","last"`},
		"escape":         {`"t-acme"`, `"t\u002dacme"`},
		"missing":        {`,"v":1`, ``},
		"upper-case key": {`+eb3461a8+`, `+EB3461A8+`},
		"trailing":       {`"v":1}`, `"v":1} `},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: nothing to replace", name)
		}
		if m, err := ParseManifest([]byte(bad)); err == nil {
			t.Errorf("%s: accepted as %+v", name, m)
		}
	}
}
