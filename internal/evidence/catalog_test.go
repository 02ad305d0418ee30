package evidence

import (
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// pages reads a whole list in pages of one size.
func pages[T any](t *testing.T, read func(cursor string) ([]T, string, error)) (out []T) {
	t.Helper()
	for cursor := ""; ; {
		items, next, err := read(cursor)
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, items...); next == "" {
			return out
		}
		cursor = next
	}
}

func TestEntriesAreListedWithWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		f.add(t, "a", 6)
		f.add(t, "b", 2)
		f.closeEpoch(t)
		f.add(t, "a", 4)
		for _, size := range []int{1, 3, 11, 50} {
			all := pages(t, func(cursor string) ([]EntryInfo, string, error) {
				return f.Entries(t.Context(), "a", "", 0, cursor, size)
			})
			if len(all) != 11 {
				t.Fatalf("pages of %d: %d entries", size, len(all))
			}
			for i, e := range all {
				want := receipt.Anchored
				if i < 4 {
					want = receipt.Committed
				}
				if e.Index != uint64(10-i) || e.Level != want || e.Header == nil || e.LeafHash != receipt.LeafHash(e.Entry) {
					t.Errorf("entry %d of the list: %d %s %v", i, e.Index, e.Level, e.Header)
				}
			}
		}
		if got, next, err := f.Entries(t.Context(), "a", "", 5, "", 2); err != nil || len(got) != 2 || got[0].Index != 4 || next == "" {
			t.Errorf("below 5: %v %q %v", got, next, err)
		}
		one := pages(t, func(cursor string) ([]EntryInfo, string, error) {
			return f.Entries(t.Context(), "a", KindGenesis, 0, cursor, 2)
		})
		if len(one) != 1 || one[0].Index != 0 {
			t.Errorf("one kind: %+v", one)
		}
		if _, _, err := f.Entries(t.Context(), "a", "nonsense", 0, "", 2); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a kind that is none: %v", err)
		}
		if e, err := f.Entry(t.Context(), "a", 10); err != nil || e.Index != 10 {
			t.Errorf("the last: %v", err)
		}
		if _, err := f.Entry(t.Context(), "a", 11); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("beyond the end: %v", err)
		}
	})
}

func TestALogThatWasDamagedSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		f.add(t, "a", 3)
		f.closeEpoch(t)
		l, err := f.LogInfo(t.Context(), "a")
		if err != nil || l.Damage != nil || l.Size != 4 || l.Anchored == nil || l.Anchored.Size != 4 || !strings.HasSuffix(l.Origin, "/"+l.ID) || l.Grown == 0 {
			t.Fatalf("whole: %+v, %v", l, err)
		}
		root, err := f.LogInfo(t.Context(), RootLog)
		if err != nil || root.Damage != nil || root.ID != "" || root.Size != 2 {
			t.Fatalf("log of logs: %+v, %v", root, err)
		}
		f.sysExec(t, `UPDATE log_state SET size = 3 WHERE tenant_id = 'a'`)
		if l, err = f.LogInfo(t.Context(), "a"); err != nil || l.Damage == nil || l.ID == "" {
			t.Errorf("damaged: %+v, %v", l, err)
		}
		if l, err = f.LogInfo(t.Context(), "b"); err != nil || l.Damage != nil {
			t.Errorf("the other: %+v, %v", l, err)
		}
	})
}

func TestEpochsTellWhatTheyHoldOfALog(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _ := anchored(t, d)
		for i := range 7 {
			f.add(t, "a", 1)
			if i%3 == 0 {
				f.add(t, "b", 2)
			}
			f.closeEpoch(t)
		}
		f.add(t, "a", 1)
		f.closeEpoch(t)
		var of [2][]OwnAnchor
		for i, tenant := range tenantIDs {
			for _, size := range []int{1, 2, 5, 50} {
				all := pages(t, func(cursor string) ([]EpochInfo, string, error) {
					return f.Anchors.Epochs(t.Context(), tenant, cursor, size)
				})
				if len(all) != 9 || all[8].Artifact != receipt.RootGenesis || all[0].Index != 8 || all[0].Witnessed {
					t.Fatalf("pages of %d: %d entries, %+v", size, len(all), all[0])
				}
				of[i] = nil
				for _, e := range all {
					if one, err := f.Anchors.Epoch(t.Context(), tenant, e.Index); err != nil || (one.Own == nil) != (e.Own == nil) || (e.Own != nil && *one.Own != *e.Own) {
						t.Errorf("epoch %d alone: %+v, in the list %+v, %v", e.Index, one, e.Own, err)
					}
					if e.Own != nil {
						of[i] = append(of[i], *e.Own)
					}
				}
				for j, o := range of[i][1:] {
					if of[i][j].Since != o.Size {
						t.Errorf("%s, pages of %d: an epoch since %d follows one of size %d", tenant, size, of[i][j].Since, o.Size)
					}
				}
			}
		}
		if len(of[0]) != 8 || of[0][0].Size != 9 || len(of[1]) < 3 || of[1][0].Size != 7 || !slices.Contains([]uint64{0, 1}, of[1][len(of[1])-1].Since) {
			t.Errorf("of a: %+v, of b: %+v", of[0], of[1])
		}
		if _, err := f.Anchors.Epoch(t.Context(), "a", 9); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("beyond the end: %v", err)
		}
		if at, err := f.Anchors.CosignedAt(t.Context()); at != 0 || err != nil {
			t.Errorf("without witnesses cosigned at %d, %v", at, err)
		}
	})
}

func TestLatestOfTheAudit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		s := NewAuditStore(d)
		if r, err := s.Latest(t.Context(), "a", "x.y", "log"); r != nil || err != nil {
			t.Fatalf("of nothing: %+v, %v", r, err)
		}
		for _, n := range []string{"1", "2"} {
			if err := d.InTx(t.Context(), "a", func(tx *db.Tx) error {
				e := Actor{}.Entry("a", "x.y", "log")
				e.Detail = map[string]string{"n": n}
				return Audit(t.Context(), tx, f.clock, e)
			}); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := s.Latest(t.Context(), "a", "x.y", "log"); err != nil || r == nil || r.Detail["n"] != "2" || r.Principal != SystemPrincipal || r.At == 0 {
			t.Errorf("latest: %+v, %v", r, err)
		}
		if r, err := s.Latest(t.Context(), "b", "x.y", "log"); r != nil || err != nil {
			t.Errorf("of another tenant: %+v, %v", r, err)
		}
	})
}
