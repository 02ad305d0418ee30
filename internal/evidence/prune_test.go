package evidence

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// fixedHolder holds the leaves it is told to.
type fixedHolder []uint64

func (h *fixedHolder) InForce(_ context.Context, _ *db.Tx, _ domain.TenantID, first, last uint64) ([]uint64, error) {
	return slices.DeleteFunc(slices.Clone(*h), func(i uint64) bool { return i < first || i > last }), nil
}

func TestRetentionEndsPayloadsAndKeepsProofs(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		holder := &fixedHolder{5}
		x := NewDisposal(d, f.keyring, f.Sequencer, nil, []Holder{holder})
		at := func(days int64) {
			u := unit("a", fmt.Sprint(days))
			u.Kind, u.Time = "attestation", clk.Now()-domain.Micros(days)*dayMicros
			if _, err := f.Append(ctx, u); err != nil {
				t.Fatal(err)
			}
		}
		const old = pruneChunk + 40
		for range old {
			at(31)
		}
		at(29)
		at(0)
		if _, err := x.Erase(ctx, "a", ipSubject("198.51.100.1"), "nobody", Actor{}); err != nil {
			t.Fatal(err)
		}
		r := Retention{Tenant: "a", Days: 30}
		plan, err := x.PlanPrune(ctx, r)
		if err != nil || plan.Payloads != old-1 || plan.Held != 1 {
			t.Fatalf("plan: %+v %v", plan, err)
		}
		done, err := x.Prune(ctx, r)
		if err != nil || done.Payloads != old-1 || done.Held != 1 {
			t.Fatalf("pruned: %+v %v", done, err)
		}
		for i, want := range map[uint64]fault.Code{0: "", 1: fault.Pruned, 5: "", old: fault.Pruned, old + 1: "", old + 2: "", old + 3: ""} {
			if code := f.openCode(t, i); code != want {
				t.Errorf("entry %d: %q, want %q", i, code, want)
			}
			if _, err := f.Receipt(ctx, "a", i, false); err != nil {
				t.Errorf("proof of entry %d: %v", i, err)
			}
		}
		var rows int64
		if err := d.InReadTx(ctx, "a", func(tx *db.Tx) error {
			_, err := tx.Get(ctx, `SELECT count(*) FROM subject WHERE tenant_id = $1`, []any{"a"}, &rows)
			return err
		}); err != nil || rows != 3 {
			t.Errorf("%d index rows are left: %v", rows, err)
		}
		if again, err := x.Prune(ctx, r); err != nil || again.Payloads != 0 {
			t.Errorf("again: %+v %v", again, err)
		}
		// What was in force is looked at again.
		*holder = nil
		if last, err := x.Prune(ctx, r); err != nil || last.Payloads != 1 || f.openCode(t, 5) != fault.Pruned {
			t.Errorf("what was held: %+v %v", last, err)
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
	})
}

func TestAuditRetention(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		x := f.disposal()
		add := func(action string) {
			if err := d.InTx(ctx, "a", func(tx *db.Tx) error { return Audit(ctx, tx, clk, Actor{}.Entry("a", action, "")) }); err != nil {
				t.Fatal(err)
			}
		}
		clk.Advance(-40 * 24 * time.Hour)
		for range 3 {
			add("test.old")
		}
		clk.Advance(40 * 24 * time.Hour)
		add("test.new")
		r := Retention{Tenant: "a", AuditDays: 30}
		if plan, err := x.PlanPrune(ctx, r); err != nil || plan.Audit != 3 {
			t.Fatalf("plan: %+v %v", plan, err)
		}
		if done, err := x.Prune(ctx, r); err != nil || done.Audit != 3 {
			t.Fatalf("pruned: %+v %v", done, err)
		}
		list, _, err := NewAuditStore(d).List(ctx, "a", AuditFilter{}, "", 0)
		if err != nil || len(list) != 1 || list[0].Action != "test.new" {
			t.Errorf("left: %+v %v", list, err)
		}
		if size, err := f.Size(ctx, "a"); err != nil || size != 2 {
			t.Errorf("the log has %d entries: %v", size, err)
		}
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
	})
}

// A clock that was wrong for a moment keeps nothing beyond its time but its own
// entries.
func TestRetentionPassesEntriesFromTheFuture(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		f := newFixture(t, d)
		x := f.disposal()
		start := clk.Now()
		defer func() { clk.Advance(time.Duration(start-clk.Now()) * time.Microsecond) }()
		for i, days := range []int64{31, -60, 31, -60, -60, 31, 29, -60, 29} { // entries 1 to 9
			u := unit("a", fmt.Sprint(i))
			u.Kind, u.Time = "attestation", clk.Now()-domain.Micros(days)*dayMicros
			if _, err := f.Append(ctx, u); err != nil {
				t.Fatal(err)
			}
		}
		r := Retention{Tenant: "a", Days: 30}
		gone := func(payloads uint64, want ...uint64) {
			t.Helper()
			plan, err := x.PlanPrune(ctx, r)
			if err != nil {
				t.Fatal(err)
			}
			done, err := x.Prune(ctx, r)
			if err != nil || done.Payloads != payloads || done.Held != 0 {
				t.Errorf("pruned: %+v %v (planned %+v)", done, err, plan)
			}
			for i := uint64(1); i <= 9; i++ {
				if is := f.openCode(t, i) == fault.Pruned; is != slices.Contains(want, i) {
					t.Errorf("entry %d: gone %v", i, is)
				}
			}
		}
		gone(3, 1, 3, 6)
		gone(0, 1, 3, 6)
		clk.Advance(2 * 24 * time.Hour)
		gone(2, 1, 3, 6, 7, 9)
		clk.Advance(90 * 24 * time.Hour)
		gone(4, 1, 2, 3, 4, 5, 6, 7, 8, 9)
		if v := f.chain(t); !v.Valid {
			t.Errorf("chain: %+v", v)
		}
	})
}
