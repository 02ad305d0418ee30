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
	if !strings.Contains(report.String(), "the log of logs must vouch for it") {
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
