package evidence_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

func TestAuditOfSeveralTenantsIsOneList(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		tenants := []domain.TenantID{"tn_a", "tn_b", "tn_c"}
		var want []string
		for i := range 30 {
			clk.Advance(time.Millisecond)
			in := tenants[i*i%3]
			e := evidence.Actor{Principal: &domain.Principal{ID: domain.PrincipalID(fmt.Sprint("pr_", i%2))}}.Entry(in, "thing.change", fmt.Sprint(i))
			e.Detail = map[string]string{"note": fmt.Sprintf("Ticket 100%%-%d of Åsa", i)}
			if err := d.InTx(t.Context(), in, func(tx *db.Tx) error { return evidence.Audit(t.Context(), tx, clk, e) }); err != nil {
				t.Fatal(err)
			}
			want = append(want, string(in)+" "+e.Target)
		}
		slices.Reverse(want)
		store := evidence.NewAuditStore(d)
		walk := func(in []domain.TenantID, f evidence.AuditFilter) (got []string) {
			for cursor := ""; ; {
				page, next, err := store.ListIn(t.Context(), in, f, cursor, 7)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page {
					got = append(got, string(r.Tenant)+" "+r.Target)
				}
				if cursor = next; next == "" {
					return got
				}
			}
		}
		for _, steps := range []int{20_000, 1, 3, 10} {
			store.SetSteps(steps)
			if got := walk(tenants, evidence.AuditFilter{}); !slices.Equal(got, want) {
				t.Errorf("all tenants, newest first, each once, in steps of %d:\n%q\nwant\n%q", steps, got, want)
			}
			since := evidence.AuditFilter{From: clk.Now() - 9999}
			if got := walk(tenants, since); !slices.Equal(got, want[:10]) {
				t.Errorf("the last ten, in steps of %d: %q", steps, got)
			}
			if got := walk(tenants, evidence.AuditFilter{Kind: evidence.AuditChanges}); !slices.Equal(got, want) {
				t.Errorf("changes, in steps of %d: %q", steps, got)
			}
			for _, kind := range []string{evidence.AuditReads, evidence.AuditSignIns} {
				if got := walk(tenants, evidence.AuditFilter{Kind: kind}); len(got) != 0 {
					t.Errorf("%s, in steps of %d: %q", kind, steps, got)
				}
			}
			if got := walk(tenants, evidence.AuditFilter{Target: "0"}); !slices.Equal(got, want[29:]) {
				t.Errorf("the oldest, in steps of %d: %q", steps, got)
			}
		}
		for name, c := range map[string]struct {
			f    evidence.AuditFilter
			want int
		}{
			"any of two":       {evidence.AuditFilter{Principals: []domain.PrincipalID{"pr_1", "pr_9"}}, 15},
			"none":             {evidence.AuditFilter{Principals: []domain.PrincipalID{}}, 0},
			"text in detail":   {evidence.AuditFilter{Text: "ticket 100%-2"}, 11},
			"all letters":      {evidence.AuditFilter{Text: "åSA"}, 30},
			"a sign is a sign": {evidence.AuditFilter{Text: "ticket_"}, 0},
		} {
			if got := len(walk(tenants, c.f)); got != c.want {
				t.Errorf("%s: %d entries, want %d", name, got, c.want)
			}
		}
		one, _, err := store.List(t.Context(), "tn_a", evidence.AuditFilter{}, "", 1)
		if err != nil || len(one) != 1 {
			t.Fatal(one, err)
		}
		if got := walk(tenants, evidence.AuditFilter{ID: one[0].ID}); len(got) != 1 {
			t.Errorf("by ID: %q", got)
		}
	})
}
