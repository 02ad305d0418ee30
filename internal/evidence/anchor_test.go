package evidence

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// anchored is a fixture whose log of logs is open; the test closes the epochs.
func anchored(t *testing.T, d *db.DB) (*fixture, receipt.Trust) {
	t.Helper()
	f := newFixture(t, d)
	if err := f.Anchors.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	trust, err := receipt.NewTrust(f.custody.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	return f, trust
}

func (f *fixture) add(t *testing.T, tenant domain.TenantID, n int) {
	t.Helper()
	for i := range n {
		if _, err := f.Append(t.Context(), unit(tenant, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *fixture) closeEpoch(t *testing.T) {
	t.Helper()
	if err := f.Anchors.CloseEpoch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) verified(t *testing.T, trust receipt.Trust, tenant domain.TenantID, index uint64) *receipt.Report {
	t.Helper()
	r, err := f.Receipt(t.Context(), tenant, index, true)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := receipt.Verify(r, trust)
	if err != nil {
		t.Fatalf("receipt %d of %s: %v\n%s", index, tenant, err, rep)
	}
	if rep.Level != r.Level {
		t.Errorf("receipt %d of %s claims %s and proves %s", index, tenant, r.Level, rep.Level)
	}
	return rep
}

func TestReceiptsRiseToAnchored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		f.add(t, "a", 3)
		if rep := f.verified(t, trust, "a", 2); rep.Level != receipt.Committed {
			t.Errorf("before the epoch: %s", rep.Level)
		}
		f.closeEpoch(t)
		if rep := f.verified(t, trust, "a", 2); rep.Level != receipt.Anchored {
			t.Errorf("after the epoch: %s", rep.Level)
		}
		f.add(t, "a", 2)
		f.add(t, "b", 300)
		if rep := f.verified(t, trust, "a", 5); rep.Level != receipt.Committed {
			t.Errorf("after the epoch, a new leaf: %s", rep.Level)
		}
		f.closeEpoch(t)
		first, err := f.Receipt(t.Context(), "a", 2, false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 { // more epochs move no receipt to another checkpoint
			f.add(t, tenantIDs[i%2], 1)
			f.closeEpoch(t)
		}
		again, err := f.Receipt(t.Context(), "a", 2, false)
		if err != nil || again.Proof != first.Proof || again.Anchor.Entry != first.Anchor.Entry {
			t.Errorf("the receipt of an anchored leaf changed: %v", err)
		}
		for i := range uint64(6) {
			f.verified(t, trust, "a", i)
		}
		for _, i := range []uint64{0, 1, 255, 256, 299, 300} {
			f.verified(t, trust, "b", i)
		}
	})
}

// A restart finds the epochs again, anchors what was not, and goes on.
func TestAnchorsAfterRestart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		f.add(t, "a", 1)
		f.closeEpoch(t)
		f.add(t, "b", 1) // not anchored when the server stops
		size, _ := f.Anchors.Root()
		f.stop()
		f.start(t)
		if err := f.Anchors.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, _ := f.Anchors.Root(); got != size || f.Anchors.Healthy() != nil {
			t.Fatalf("root log after restart: size %d, want %d, %v", got, size, f.Anchors.Healthy())
		}
		f.closeEpoch(t)
		for _, tenant := range tenantIDs {
			if rep := f.verified(t, trust, tenant, 1); rep.Level != receipt.Anchored {
				t.Errorf("%s: %s", tenant, rep.Level)
			}
		}
		f.closeEpoch(t) // nothing grew: no epoch
		if got, _ := f.Anchors.Root(); got != size+1 {
			t.Errorf("root log has %d entries, want %d", got, size+1)
		}
		v, err := f.VerifyChain(t.Context(), "a")
		if err != nil || !v.Valid {
			t.Errorf("chain: %+v, %v", v, err)
		}
	})
}

// TestRootDamageStopsAnchoring edits what the log of logs stands on.
func TestRootDamageStopsAnchoring(t *testing.T) {
	t.Parallel()
	for name, query := range map[string]string{
		"anchor's checkpoint": `UPDATE anchor SET checkpoint = replace(checkpoint, 'log-a', 'log-x') WHERE tenant_id = 'a'`,
		"anchor deleted":      `DELETE FROM anchor WHERE tenant_id = 'a'`,
		"epoch's entry":       `UPDATE artifact SET entry = replace(entry, '"slots":', '"slots":1') WHERE tenant_id = 'root' AND idx = 1`,
		"epoch deleted":       `DELETE FROM artifact WHERE tenant_id = 'root' AND idx = 1`,
		"root's state":        `UPDATE log_state SET size = 1 WHERE tenant_id = 'root'`,
		"root's hash":         `UPDATE artifact SET leaf_hash = (SELECT leaf_hash FROM artifact WHERE tenant_id = 'root' AND idx = 0) WHERE tenant_id = 'root' AND idx = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				f, _ := anchored(t, d)
				f.add(t, "a", 1)
				f.closeEpoch(t)
				f.stop()
				f.sysExec(t, query)
				f.start(t)
				err := f.Anchors.Open(t.Context())
				if err == nil && f.Anchors.Healthy() == nil {
					t.Fatal("the damage is not noticed")
				}
				f.add(t, "b", 1) // decisions go on, and have receipts
				if r, err := f.Receipt(t.Context(), "a", 0, true); err != nil || r.Proof == "" {
					t.Errorf("receipt: %+v %v", r, err)
				}
				f.Anchors.witnesses = &witnesses{all: []*witnessState{{name: "w"}}}
				_, _ = f.Anchors.Root()
				_ = f.Anchors.Quorum(0)
				if err := f.Anchors.CloseEpoch(t.Context()); err == nil {
					t.Error("an epoch is closed over the damage")
				}
			})
		})
	}
}

// After a failure the next epochs hold what was left, once.
func TestEpochsGoOnAfterAFailure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for i := range uint64(3) {
			f.add(t, "a", 1)
			f.add(t, "b", 1)
			if err := f.Anchors.CloseEpoch(gone); err == nil {
				t.Fatal("an epoch was closed for a caller that is gone")
			}
			f.add(t, "a", 1)
			f.closeEpoch(t)
			f.closeEpoch(t)
			if rep := f.verified(t, trust, "a", 2*i+2); rep.Level != receipt.Anchored {
				t.Errorf("round %d: %s", i, rep.Level)
			}
			if rep := f.verified(t, trust, "b", i+1); rep.Level != receipt.Anchored {
				t.Errorf("round %d: %s", i, rep.Level)
			}
		}
		if err := f.Anchors.Healthy(); err != nil {
			t.Error(err)
		}
	})
}

func TestKeyHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		vkey := f.custody.VerifierKey()
		if err := f.Anchors.AppendKey(t.Context(), "revoke", vkey, "a test"); err != nil {
			t.Fatal(err)
		}
		if err := f.Anchors.AppendKey(t.Context(), "polish", vkey, ""); err == nil {
			t.Error("an unknown action is recorded")
		}
		h, err := f.Anchors.KeyHistory(t.Context())
		if err != nil || len(h) != 2 || h[0].Artifact != receipt.RootGenesis || h[0].Key != vkey || h[1].Action != "revoke" || h[1].Index != 1 {
			t.Errorf("history: %+v, %v", h, err)
		}
	})
}

func TestWaitForALevel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		f.add(t, "a", 1)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := f.Anchors.Wait(ended, "a", 1, receipt.Anchored); !errors.Is(err, context.Canceled) {
			t.Errorf("before the epoch: %v", err)
		}
		done := make(chan error)
		go func() { done <- f.Anchors.Wait(t.Context(), "a", 1, receipt.Anchored) }()
		f.closeEpoch(t)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := f.Anchors.Wait(t.Context(), "a", 1, receipt.Witnessed); err == nil {
			t.Error("waits for witnesses where there are none")
		}
	})
}

// TestEpochTree compares roots and paths with a tree built from scratch.
func TestEpochTree(t *testing.T) {
	t.Parallel()
	var tree epochTree
	leaves := []receipt.Hash{}
	for _, slot := range []uint64{0, 1, 5, 4, 2, 17, 16, 3, 99, 0, 98} {
		h := receipt.LeafHash(fmt.Append(nil, slot, len(leaves)))
		tree.set(slot, h)
		for uint64(len(leaves)) <= slot {
			leaves = append(leaves, receipt.LeafHash(nil))
		}
		leaves[slot] = h
		right, root := tree.fold()
		if want := receipt.RootOf(leaves); root != want {
			t.Fatalf("after slot %d: root %s, want %s", slot, root, want)
		}
		for i := range leaves {
			if err := receipt.VerifyInclusion(uint64(i), uint64(len(leaves)), leaves[i], tree.path(uint64(i), right), root); err != nil {
				t.Fatalf("after slot %d: leaf %d: %v", slot, i, err)
			}
		}
	}
}

// TestConsistencyOfStoredLogs proves every pair of sizes of a log that spans
// tiles.
func TestConsistencyOfStoredLogs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		f.add(t, "a", 519)
		if err := d.InReadTx(t.Context(), "a", func(tx *db.Tx) error {
			roots := map[uint64]receipt.Hash{}
			sizes := []uint64{0, 1, 2, 3, 64, 255, 256, 257, 300, 511, 512, 513, 520}
			at := func(size uint64) *tileReader {
				return &tileReader{ctx: t.Context(), tx: tx, tenant: "a", size: size}
			}
			for _, size := range sizes {
				e, err := at(size).edge()
				if err != nil {
					return err
				}
				roots[size] = e.root()
			}
			for i, first := range sizes {
				for _, second := range sizes[i:] {
					proof, err := at(second).consistency(first)
					if err == nil {
						err = receipt.VerifyConsistency(first, second, proof, roots[first], roots[second])
					}
					if err != nil {
						return fmt.Errorf("%d to %d: %w", first, second, err)
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
