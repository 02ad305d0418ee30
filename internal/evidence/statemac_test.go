package evidence

import (
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// forge rewrites an entry of tenant a's log, or adds one behind its end, with all
// hashes made to fit: what whoever can write to the database is able to do.
func (f *fixture) forge(t *testing.T, at uint64) {
	t.Helper()
	st, err := readState(t.Context(), f.db, "a")
	if err != nil {
		t.Fatal(err)
	}
	var entry string
	e := newEdge(0)
	if err := f.db.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
		var leaves []receipt.Hash
		if err := tx.ForEach(t.Context(), `SELECT entry FROM log_leaf WHERE tenant_id = 'a' ORDER BY idx`, nil, func(s db.Scanner) error {
			err := s.Scan(&entry)
			leaves = append(leaves, receipt.LeafHash([]byte(entry)))
			return err
		}); err != nil {
			return err
		}
		h, err := receipt.ParseHeader([]byte(entry)) // the last one, changed
		if err != nil {
			return err
		}
		h.Index, h.Commitments[0].Hash[0] = at, h.Commitments[0].Hash[0]^1
		forged := h.AppendJCS(nil)
		leaf := receipt.LeafHash(forged)
		if at == st.edge.size {
			leaves = append(leaves, leaf)
			_, err = tx.Exec(t.Context(), `INSERT INTO artifact (tenant_id, idx, kind, leaf_hash, entry, at) VALUES ('a', $1, 'test', $2, $3, 7)`, int64(at), leaf[:], string(forged))
		} else {
			leaves[at] = leaf
			_, err = tx.Exec(t.Context(), `UPDATE artifact SET leaf_hash = $2, entry = $3 WHERE tenant_id = 'a' AND idx = $1`, int64(at), leaf[:], string(forged))
		}
		if err != nil {
			return err
		}
		for _, l := range leaves {
			e.append(l)
		}
		root := e.root()
		_, err = tx.Exec(t.Context(), `UPDATE log_state SET size = $1, root = $2, edge = $3, checkpoint = '' WHERE tenant_id = 'a'`,
			int64(e.size), root[:], e.marshal())
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// signsNothing wants tenant a's log to be neither signed nor anchored any more.
func (f *fixture) signsNothing(t *testing.T, size uint64) {
	t.Helper()
	if _, signed, err := f.Checkpoint(t.Context(), "a"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("the forged state is signed: %v\n%s", err, signed)
	}
	if r, err := f.Receipt(t.Context(), "a", size-1, false); err == nil && r.Level == receipt.Committed {
		t.Errorf("a receipt over the forged state: %+v", r)
	}
	if _, err := f.Bundle(t.Context(), "a", BundleQuery{Kind: receipt.BundleTenant}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a bundle of the forged log: %v", err)
	}
	f.add(t, "b", 1)
	f.closeEpoch(t)
	var anchored int64
	if err := f.db.InReadTx(t.Context(), "a", func(tx *db.Tx) error {
		_, err := tx.Get(t.Context(), `SELECT coalesce(max(size), 0) FROM anchor WHERE tenant_id = $1`, []any{"a"}, &anchored)
		return err
	}); err != nil || anchored > 3 {
		t.Errorf("the forged state is anchored at size %d, %v", anchored, err)
	}
	if err := f.Damage()["a"]; err == nil || !strings.Contains(err.Error(), "not written by this server") {
		t.Errorf("damage: %v", err)
	}
	if _, err := f.Append(t.Context(), unit("a", "x")); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("the forged log grows on: %v", err)
	}
}

// Whoever writes to the database without holding a key gets nothing of his own
// signed: not behind the end, not in place of what was committed last, neither
// at the next start nor while the server runs.
func TestForgedStatesAreNotSigned(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]uint64{"behind the end": 6, "the last entry": 5, "one since the last epoch": 4} {
		for _, running := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, running %t", name, running), func(t *testing.T) {
				t.Parallel()
				dbtest.Each(t, func(t *testing.T, d *db.DB) {
					f, _ := anchored(t, d)
					f.add(t, "a", 2)
					f.closeEpoch(t)
					f.add(t, "a", 3)
					if !running {
						f.stop()
					}
					f.forge(t, at)
					if !running {
						f.start(t)
						if err := f.CheckLogs(t.Context(), tenantIDs); err != nil {
							t.Fatal(err)
						}
						if err := f.Anchors.Open(t.Context()); err != nil {
							t.Fatal(err)
						}
						f.signsNothing(t, max(at+1, 6))
						return
					}
					if _, signed, err := f.Checkpoint(t.Context(), "a"); fault.CodeOf(err) != fault.Unavailable {
						t.Errorf("the forged state is signed: %v\n%s", err, signed)
					}
					if _, err := f.Append(t.Context(), unit("a", "x")); fault.CodeOf(err) != fault.Unavailable {
						t.Errorf("the forged log grows on: %v", err)
					}
				})
			})
		}
	}
}

// The states of an older version are taken once, as far as their rows bear them
// out.
func TestStatesOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		f.add(t, "a", 2)
		f.add(t, "b", 2)
		f.stop()
		f.sysExec(t, `UPDATE artifact SET leaf_hash = (SELECT leaf_hash FROM artifact WHERE tenant_id = 'b' AND idx = 0) WHERE tenant_id = 'b' AND idx = 2`)
		for _, tenant := range append(tenantIDs, RootLog) {
			if err := d.InTx(t.Context(), tenant, func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE log_state SET mac = $2 WHERE tenant_id = $1`, tenant, []byte{})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		f.start(t)
		if err := f.SealStates(t.Context(), tenantIDs); err != nil {
			t.Fatal(err)
		}
		if err := f.CheckLogs(t.Context(), tenantIDs); err != nil {
			t.Fatal(err)
		}
		if err := f.Anchors.Open(t.Context()); err != nil || f.Anchors.Healthy() != nil {
			t.Fatalf("root log: %v, %v", err, f.Anchors.Healthy())
		}
		if d := f.Damage(); d["a"] != nil || d["b"] == nil {
			t.Errorf("damage: %v", d)
		}
		f.add(t, "a", 1)
	})
}
