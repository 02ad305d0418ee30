package receipt

import (
	"fmt"
	"testing"
)

// What a bundle can't show, as docs/formats/bundle.md says: whoever holds the
// log's key may begin a second log of one tenant in another slot of the same
// epoch. Each verifies; side by side they prove it.
func TestTwinLogsShowOnlySideBySide(t *testing.T) {
	t.Parallel()
	a, b := newWorld(t), newWorld(t)
	b.entries, b.leaves = nil, nil
	b.add("genesis", Group{"genesis", fmt.Sprintf(`{"log":%q,"slot":3,"tenant":%q}`, testLog, bundleTenant)})
	for len(a.entries) < 3 {
		a.decision()
	}
	b.add("module", Group{"module", `{}`})
	b.add("module", Group{"module", `{}`})
	ha, hb := a.head(3), b.head(3)
	slots := make([]Hash, bundleSlots)
	for i := range slots {
		slots[i] = LeafHash(nil)
	}
	slots[2], slots[3] = LeafHash(ha), LeafHash(hb)
	e := &RootEntry{Artifact: RootEpoch, Time: bundleStart, Root: RootOf(slots), Slots: bundleSlots}
	a.addRoot(e)
	b.root = a.root
	a.anchors[3] = worldAnchor{BundleAnchor{Epoch: e.Index, Slot: 2, Path: pathOf(slots, 2)}, ha}
	b.anchors[3] = worldAnchor{BundleAnchor{Epoch: e.Index, Slot: 3, Path: pathOf(slots, 3)}, hb}
	da, db := a.bundle(a.plan(BundleTenant, 0, 2)), b.bundle(b.plan(BundleTenant, 0, 2))
	for name, data := range map[string][]byte{"first": da, "second": db} {
		if r, err := verify(t, data, a.trust()); err != nil || r.Level != Witnessed {
			t.Errorf("the %s is refused, so that the documentation says too little: %v\n%s", name, err, r)
		}
	}
	if c, err := Compare(da, db, a.trust()); err != nil || len(c.Split) != 1 {
		t.Errorf("%+v %v", c, err)
	}
}

// An absence says nothing of epochs between its two: an entry that stood in one
// of them, and was replaced, shows only in what somebody kept.
func TestAbsenceSkipsEpochsBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.decision()
	w.anchor(bundleStart + 2_000_000)
	w.decision() // the entry that will vanish
	w.anchor(bundleStart + 3_000_000)
	kept := mustJSON(t, w.receipt(2, 3, Witnessed))
	w.entries, w.leaves = w.entries[:2], w.leaves[:2]
	w.add("module", Group{"module", `{}`})
	p := w.plan(BundleTenant, 0, 2)
	p.anchor = false
	midway := w.bundle(p)
	w.add("module", Group{"module", `{"a":1}`})
	w.anchor(bundleStart + 9_000_000)
	p = w.plan(BundleAbsence, 2, 3)
	p.start, p.Filter = 2, BundleFilter{Artifact: "decision", From: bundleStart + 2_000_000, To: bundleStart + 9_000_000}
	if r, err := verify(t, w.bundle(p), w.trust()); err != nil {
		t.Errorf("refused, so that the documentation says too little: %v\n%s", err, r)
	}
	// The kept receipt proves it beside any head of the same size.
	if c, err := Compare(kept, midway, w.trust()); err != nil || len(c.Split) != 1 {
		t.Errorf("%+v %v", c, err)
	}
}
