package receipt

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// rotated is a world whose log was anchored under the first key, which was then
// replaced by the second and revoked.
func rotated(t *testing.T) (w *world, onlyNew Trust) {
	t.Helper()
	w = newWorld(t)
	w.decision()
	w.anchor(bundleStart)
	w.key(KeyIssue, w.vkey2)
	w.key(KeyRevoke, w.vkey)
	w.signWith = []note.Signer{w.second}
	onlyNew, err := NewTrust(w.vkey2)
	if err != nil {
		t.Fatal(err)
	}
	return w, onlyNew
}

// A receipt that was anchored before its key was revoked stays good for who pins
// only the new key: the root log, which the new key signs, holds the checkpoint.
func TestRootLogVouchesForOlderSignatures(t *testing.T) {
	t.Parallel()
	w, onlyNew := rotated(t)
	r := w.receipt(1, 2, Anchored)
	report, err := Verify(r, onlyNew)
	if err != nil || report.Level != Anchored || !strings.HasSuffix(report.Signer, idOf(w.vkey2)) {
		t.Fatalf("%v\n%s", err, report)
	}
	if !report.Vouched || !strings.Contains(report.String(), "\nNOT checked: the log's signature") {
		t.Errorf("the report's end does not say what was not checked:\n%s", report)
	}
	if !strings.Contains(report.String(), "which is not pinned; NOT checked: the root log, which a pinned key signed, holds this checkpoint") {
		t.Errorf("the report does not say who vouches:\n%s", report)
	}
	// Without the anchor nobody vouches.
	bare := *r
	bare.Anchor, bare.Level = nil, Committed
	if _, err := Verify(&bare, onlyNew); err == nil || !strings.Contains(err.Error(), "not signed by a trusted key") {
		t.Errorf("without the anchor: %v", err)
	}
	// Nor does a root log that only the old key signed: the thief has that key.
	w.signWith = []note.Signer{w.signer}
	stolen := w.receipt(1, 2, Anchored)
	if _, err := Verify(stolen, onlyNew); err == nil || !strings.Contains(err.Error(), "root signature") {
		t.Errorf("all by the stolen key: %v", err)
	}
}

func TestBundlesOfOlderSignatures(t *testing.T) {
	t.Parallel()
	w, onlyNew := rotated(t)
	p := w.plan(BundleTenant, 0, 1)
	p.Key = w.vkey2
	data := w.bundle(p)
	report, err := verify(t, data, onlyNew)
	if err != nil || report.Level != Anchored || !strings.Contains(report.String(), "which the root log names") {
		t.Fatalf("%v\n%s", err, report)
	}
	// A stranger's checkpoint, anchored by the real root log: a server that does
	// this is not believed.
	w = newWorld(t)
	stranger, _ := testKey(t, testKeyName, 55)
	w.decision()
	w.signWith = []note.Signer{stranger}
	w.anchor(bundleStart)
	w.signWith = []note.Signer{w.signer}
	trust, err := NewTrust(w.vkey)
	if err != nil {
		t.Fatal(err)
	}
	refusedPinned(t, "anchored under a stranger's key", w.bundle(w.plan(BundleTenant, 0, 1)), trust, "keys")
	// The revoked key signs on, and the root log takes it: named with its key.
	w, onlyNew = rotated(t)
	w.decision()
	w.signWith = []note.Signer{w.signer}
	w.anchor(bundleStart + 1)
	w.signWith = []note.Signer{w.second}
	p = w.plan(BundleTenant, 0, 2)
	p.Key = w.vkey2
	refusedPinned(t, "anchored under the revoked key", w.bundle(p), onlyNew, "keys")
	// Not anchored, the old key alone counts for nothing.
	w, onlyNew = rotated(t)
	p = w.plan(BundleTenant, 0, 1)
	p.Key, p.anchor = w.vkey2, false
	records := takeApart(t, w.bundle(p))
	cp := find(t, records, tagCheckpoint)
	records[cp].data = w.sign(cpText(t, records[cp].data), w.signer)
	refusedPinned(t, "not anchored", w.seal(records, w.second), onlyNew, "signature")
}

func idOf(vkey string) string { return strings.Split(vkey, "+")[1] }

// A key counts from the moment the root log issued it: one that is only named
// later, or only as revoked, vouches for nothing.
func TestKeysCountFromTheirIssue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after []string // actions about the second key
		good          bool
	}{
		"issued before":        {before: []string{KeyIssue}, good: true},
		"issued later":         {after: []string{KeyIssue}},
		"revoked later":        {after: []string{KeyRevoke}},
		"only retired":         {before: []string{KeyRetire}},
		"never named":          {},
		"issued, then retired": {before: []string{KeyIssue, KeyRetire}},
	} {
		w := newWorld(t)
		w.decision()
		for _, action := range c.before {
			w.key(action, w.vkey2)
		}
		w.signWith = []note.Signer{w.second}
		w.anchor(bundleStart)
		w.signWith = []note.Signer{w.signer}
		for _, action := range c.after {
			w.key(action, w.vkey2)
		}
		data := w.bundle(w.plan(BundleTenant, 0, 1))
		if !c.good {
			refusedPinned(t, name, data, w.trust(), "keys")
			continue
		}
		r, err := verify(t, data, w.trust())
		if err != nil || !r.Vouched || !strings.Contains(r.String(), "\nvouched: ") || !strings.Contains(r.String(), "\nNOT checked: signature: by "+idName(w.vkey2)+", which is not pinned") {
			t.Errorf("%s: %v\n%s", name, err, r)
		}
	}
}

// The root log's first entry, with its first key, is in every anchored bundle.
func TestRootGenesisIsRequired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.decision()
	w.anchor(bundleStart)
	records := takeApart(t, w.bundle(w.plan(BundleTenant, 0, 1)))
	at := find(t, records, tagRootEntry, "0")
	records[at] = rawRecord{[]string{tagRootNodes}, appendHashes(nil, []Hash{LeafHash(w.root[0])})}
	refusedPinned(t, "without the root log's genesis", w.seal(records, w.signer), w.trust(), "root log")
}

// What was accepted can be compared, and what no pinned key signed is marked.
func TestCompareVouchedHeads(t *testing.T) {
	t.Parallel()
	w, onlyNew := rotated(t)
	p := w.plan(BundleTenant, 0, 1)
	p.Key = w.vkey2
	bundle, rec := w.bundle(p), mustJSON(t, w.receipt(1, 2, Anchored))
	for _, pair := range [][2][]byte{{bundle, bundle}, {bundle, rec}, {rec, rec}} {
		c, err := Compare(pair[0], pair[1], onlyNew)
		if err != nil || c.Agree != 2 || len(c.Split) != 0 {
			t.Errorf("%+v %v", c, err)
		}
	}
	other, _ := rotated(t)
	other.entries, other.leaves, other.root, other.anchors = other.entries[:1], other.leaves[:1], nil, map[uint64]worldAnchor{}
	other.addRoot(&RootEntry{Artifact: RootGenesis, Key: w.vkey, Time: bundleStart})
	other.add("module", Group{"module", `{}`})
	other.signWith = []note.Signer{other.signer}
	other.anchor(bundleStart)
	other.key(KeyIssue, w.vkey2)
	other.key(KeyRevoke, w.vkey)
	other.signWith = []note.Signer{other.second}
	c, err := Compare(rec, mustJSON(t, other.receipt(1, 2, Anchored)), onlyNew)
	if err != nil || len(c.Split) != 2 || !c.Split[0].A.Vouched || !c.Split[0].B.Vouched || c.Split[1].A.Vouched {
		t.Fatalf("%+v %v", c, err)
	}
	if said := c.Split[0].String(); !strings.Contains(said, "no pinned key signed this checkpoint, the root log holds it") {
		t.Error(said)
	}
}

func idName(vkey string) string { return testKeyName + "+" + idOf(vkey) }
