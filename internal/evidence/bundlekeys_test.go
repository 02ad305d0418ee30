package evidence

import (
	"bytes"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"
)

// Bundles of entries that were anchored under an older key verify with the key
// that signs now: the root log tells of both.
func TestBundlesOutliveARotation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		clk := clock.System{}
		a, aID := f.custody.VerifierKey(), f.custody.LogKeys()[0].ID()
		f.now(t, 3)
		f.closeEpoch(t)
		issued, err := signing.Issue(f.dir, clk)
		if err != nil {
			t.Fatal(err)
		}
		b := issued.Key.VerifierKey
		again := func(action, key string) {
			t.Helper()
			f.restart(t)
			if err := f.Anchors.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := f.Anchors.AppendKey(t.Context(), action, key, "rotation"); err != nil {
				t.Fatal(err)
			}
			f.now(t, 2)
			f.closeEpoch(t)
		}
		again(receipt.KeyIssue, b)
		if _, err := signing.Retire(f.dir, aID, clk); err != nil {
			t.Fatal(err)
		}
		again(receipt.KeyRetire, a)
		for _, index := range []uint64{1, 4, 6} { // under A, under both, under B
			bundle, err := f.Bundle(t.Context(), "a", BundleQuery{Kind: receipt.BundleDecision, Index: index})
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := bundle.Write(t.Context(), &file); err != nil {
				t.Fatal(err)
			}
			for name, keys := range map[string][]string{"nobody": nil, "B": {b}, "A and B": {a, b}} {
				trust, err := receipt.NewTrust(keys...)
				if err != nil {
					t.Fatal(err)
				}
				rep, err := receipt.VerifyBundle(bytes.NewReader(file.Bytes()), trust)
				if err != nil || rep.Level != receipt.Anchored || len(rep.Keys) != 3 {
					t.Errorf("entry %d, pinning %s: %v\n%s", index, name, err, rep)
				}
			}
		}
	})
}
