package receipt

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
)

// receipt makes the receipt of an entry, anchored at a size.
func (w *world) receipt(i int, size uint64, level Level) *Receipt {
	w.t.Helper()
	a := w.anchors[size]
	e := string(w.entries[i].entry)
	p := Proof{Index: uint64(i), Hashes: pathOf(w.leaves[:size], i), Checkpoint: a.signed}
	root := Proof{Index: a.Epoch, Hashes: pathOf(w.rootLeaves(), int(a.Epoch)), Checkpoint: w.rootHead()}
	return &Receipt{
		Level: level, Log: testLog, Index: uint64(i), LeafHash: LeafHash([]byte(e)), Entry: e, Proof: string(p.Append(nil)),
		Anchor: &Anchor{Slot: a.Slot, Path: a.Path, Entry: string(w.root[a.Epoch]), Proof: string(root.Append(nil))},
	}
}

func TestReceiptLevels(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	logOnly, err := NewTrust(w.vkey)
	if err != nil {
		t.Fatal(err)
	}
	none, err := ParsePolicy(strings.Replace(w.policyText(), "quorum both", "quorum none", 1))
	if err != nil {
		t.Fatal(err)
	}
	third, err := ParsePolicy("log " + w.vkey + "\nwitness one " + w.w1.vkey(typeCosignature) + "\n" + witnessLine("three", 66) + "group g all one three\nquorum g\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		claim Level
		trust Trust
		bare  bool
		want  Level // empty: refused
		names []string
	}{
		{"committed, no anchor, a quorum asked for", Committed, w.trust(), true, "", nil},
		{"committed, no anchor", Committed, w.trust().Accepting(Committed), true, Committed, nil},
		{"committed, no anchor, anchored asked for", Committed, w.trust().Accepting(Anchored), true, "", nil},
		{"committed, no anchor, no policy", Committed, logOnly, true, Committed, nil},
		{"committed, no anchor, none asked for", Committed, none.Trust(), true, Committed, nil},
		{"anchored, no anchor", Anchored, w.trust(), true, "", nil},
		{"witnessed, no anchor", Witnessed, w.trust(), true, "", nil},
		{"committed", Committed, w.trust(), false, Witnessed, []string{"one", "two"}},
		{"witnessed", Witnessed, w.trust(), false, Witnessed, []string{"one", "two"}},
		{"anchored, no witness pinned", Anchored, logOnly, false, Anchored, nil},
		{"witnessed, no witness pinned", Witnessed, logOnly, false, Anchored, nil},
		{"witnessed, none asked for", Witnessed, none.Trust(), false, Anchored, []string{"one", "two"}},
		{"witnessed, no quorum", Witnessed, third.Trust(), false, "", []string{"one"}},
		{"witnessed, no quorum, content with less", Witnessed, third.Trust().Accepting(Committed), false, "", []string{"one"}},
		{"anchored, no quorum", Anchored, third.Trust(), false, "", []string{"one"}},
		{"anchored, no quorum, content with it", Anchored, third.Trust().Accepting(Anchored), false, Anchored, []string{"one"}},
		{"anchored, no quorum, content with less", Anchored, third.Trust().Accepting(Committed), false, Anchored, []string{"one"}},
		{"anchored, no policy, witnesses asked for", Anchored, logOnly.Accepting(Witnessed), false, "", nil},
		{"anchored, an unknown word asked for", Anchored, logOnly.Accepting("signed"), false, "", nil},
		{"witnessed, unpinned", Witnessed, Trust{}, false, Anchored, nil},
	} {
		r := w.receipt(6, 9, c.claim)
		if c.bare {
			r.Anchor = nil
		}
		back, err := Parse(mustJSON(t, r))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Errorf("%s changed on the wire (-want +got):\n%s", c.name, diff)
		}
		report, err := Verify(back, c.trust)
		switch {
		case (err == nil) != (c.want != ""):
			t.Errorf("%s: %v\n%s", c.name, err, report)
		case report.Level != c.want:
			t.Errorf("%s: level %q, want %q", c.name, report.Level, c.want)
		case err == nil && !cmp.Equal(report.Witnesses, c.names):
			t.Errorf("%s: witnesses %v", c.name, report.Witnesses)
		case err == nil && !c.bare && (report.Epoch.Index != 2 || report.Root.Size != 4):
			t.Errorf("%s: epoch %+v, root %+v", c.name, report.Epoch, report.Root)
		case c.want == Anchored && c.claim == Witnessed && !strings.Contains(report.String(), "which no pinned witness was asked to confirm"):
			t.Errorf("%s: the report does not say what was not checked:\n%s", c.name, report)
		}
	}
}

// TestAnchorsRotate: an anchored checkpoint of two log keys is good for who
// pins one of them, and a bad signature by a pinned key fails beside a good one.
func TestAnchorsRotate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signWith = []note.Signer{w.signer, w.second}
	w.decision()
	w.anchor(bundleStart)
	r := w.receipt(1, 2, Anchored)
	forged := w.sign(Checkpoint{Origin: testKeyName, Size: 2, Root: RootOf(w.rootLeaves())}.Text(), w.signer, forgedSigner{w.signer, w.second.KeyHash()})
	bad := *r
	badAnchor := *r.Anchor
	badAnchor.Proof = string((&Proof{Index: 1, Hashes: pathOf(w.rootLeaves(), 1), Checkpoint: forged}).Append(nil))
	bad.Anchor = &badAnchor
	for _, keys := range [][]string{{w.vkey}, {w.vkey2}, {w.vkey, w.vkey2}} {
		trust, err := NewTrust(keys...)
		if err != nil {
			t.Fatal(err)
		}
		if report, err := Verify(r, trust); err != nil {
			t.Errorf("%v: %v\n%s", keys, err, report)
		}
		_, err = Verify(&bad, trust)
		if pinned := keys[len(keys)-1] == w.vkey2; (err != nil) != pinned {
			t.Errorf("%v, forged second signature: %v", keys, err)
		}
	}
}

// TestTamperedAnchors changes one thing each and wants the right check to fail.
func TestTamperedAnchors(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	reproof := func(a *Anchor, change func(p *Proof)) {
		p, err := ParseProof([]byte(a.Proof))
		if err != nil {
			t.Fatal(err)
		}
		change(p)
		a.Proof = string(p.Append(nil))
	}
	resign := func(c Checkpoint, by ...note.Signer) func(p *Proof) {
		return func(p *Proof) { p.Checkpoint = w.sign(c.Text(), by...) }
	}
	root := Checkpoint{Origin: testKeyName, Size: 4, Root: RootOf(w.rootLeaves())}
	elsewhere := root
	elsewhere.Origin = testKeyName + "/root"
	evil := newTestWitness("frostgate.example", 50)
	evilPolicy, err := ParsePolicy(w.policyText() + "witness evil " + evil.vkey(typeCosignature) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, check string
		change      func(a *Anchor)
	}{
		{"slot", "anchor", func(a *Anchor) { a.Slot++ }},
		{"slot beyond the tree", "anchor", func(a *Anchor) { a.Slot = 5 }},
		{"path", "anchor", func(a *Anchor) { a.Path = append([]Hash{}, a.Path...); a.Path[0][0] ^= 1 }},
		{"no path", "anchor", func(a *Anchor) { a.Path = nil }},
		{"another epoch", "anchor", func(a *Anchor) { a.Entry = string(w.root[3]) }},
		{"no epoch", "anchor", func(a *Anchor) { a.Entry = string(w.root[0]) }},
		{"not canonical", "anchor", func(a *Anchor) { a.Entry += " " }},
		{"slots", "anchor", func(a *Anchor) { a.Entry = strings.Replace(a.Entry, `"slots":5`, `"slots":2`, 1) }},
		{"epoch time", "root proof", func(a *Anchor) { a.Entry = strings.Replace(a.Entry, `"time":1`, `"time":2`, 1) }},
		{"epoch index", "root proof", func(a *Anchor) { a.Entry = strings.Replace(a.Entry, `"index":2`, `"index":3`, 1) }},
		{"proof", "root proof", func(a *Anchor) { a.Proof = "x" }},
		{"proof index", "root proof", func(a *Anchor) { reproof(a, func(p *Proof) { p.Index = 3 }) }},
		{"proof hash", "root proof", func(a *Anchor) { reproof(a, func(p *Proof) { p.Hashes[0][0] ^= 1 }) }},
		{"extra line", "root proof", func(a *Anchor) { reproof(a, func(p *Proof) { p.Extra = []byte("x") }) }},
		{"other origin", "root log", func(a *Anchor) { reproof(a, resign(elsewhere, w.signer)) }},
		{"other key", "root signature", func(a *Anchor) { reproof(a, resign(root, w.second)) }},
		{"witness for the log", "root signature", func(a *Anchor) { reproof(a, resign(root, evil)) }},
		{"forged cosignature", "witnesses", func(a *Anchor) {
			reproof(a, resign(root, w.signer, forgedSigner{w.w2, w.w1.KeyHash()}, w.w2))
		}},
		{"forged cosignature by name", "witnesses", func(a *Anchor) {
			bent := *w.w1
			bent.key = w.w2.key
			reproof(a, resign(root, w.signer, forgedSigner{&bent, w.w1.KeyHash()}))
		}},
		{"one cosignature", "witnesses", func(a *Anchor) { reproof(a, resign(root, w.signer, w.w1)) }},
		{"no cosignature", "witnesses", func(a *Anchor) { reproof(a, resign(root, w.signer)) }},
	} {
		r := w.receipt(6, 9, Witnessed)
		c.change(r.Anchor)
		if c.name == "forged cosignature" { // under another name it is a stranger's
			c.check = "witnesses"
		}
		report, err := Verify(r, evilPolicy.Trust())
		if err == nil || !strings.Contains(err.Error(), `check "`+c.check+`"`) || report.Level != "" || report.Epoch != nil {
			t.Errorf("%s: want check %q to fail, have %v", c.name, c.check, err)
		}
	}
}

func TestAnchorIsStrict(t *testing.T) {
	t.Parallel()
	w := standardWorld(t)
	good := string(mustJSON(t, w.receipt(6, 9, Anchored).Anchor))
	var back Anchor
	if err := json.Unmarshal([]byte(good), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*w.receipt(6, 9, Anchored).Anchor, back); diff != "" {
		t.Error(diff)
	}
	for name, bad := range map[string]string{
		"nothing":        `{}`,
		"null":           `null`,
		"array":          `[]`,
		"no slot":        strings.Replace(good, `"slot"`, `"slots"`, 1),
		"slot text":      strings.Replace(good, `"slot":2`, `"slot":"2"`, 1),
		"slot fraction":  strings.Replace(good, `"slot":2`, `"slot":2.0`, 1),
		"negative slot":  strings.Replace(good, `"slot":2`, `"slot":-2`, 1),
		"duplicate":      strings.Replace(good, `"slot":2`, `"slot":2,"slot":2`, 1),
		"path object":    strings.Replace(good, `"path":[`, `"path":{},"x":[`, 1),
		"path null":      strings.Replace(good, `"path":[`, `"path":null,"x":[`, 1),
		"path of number": strings.Replace(good, `"path":[`, `"path":[1,`, 1),
		"path unpadded":  strings.Replace(good, `="`, `"`, 1),
		"long path":      strings.Replace(good, `"path":[`, `"path":[`+strings.Repeat(`"`+root64+`",`, 63), 1),
		"entry number":   strings.Replace(good, `"entry":"`, `"entry":1,"x":"`, 1),
		"no proof":       strings.Replace(good, `"proof"`, `"Proof"`, 1),
	} {
		if bad == good {
			t.Fatalf("%s: nothing to replace", name)
		}
		if err := json.Unmarshal([]byte(bad), &back); name != "null" && err == nil {
			t.Errorf("%s: accepted", name)
		}
		whole := strings.Replace(string(mustJSON(t, w.receipt(6, 9, Anchored))), good, bad, 1)
		if _, err := Parse([]byte(whole)); err == nil {
			t.Errorf("%s: accepted in a receipt", name)
		}
	}
}
