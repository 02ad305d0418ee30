package evidence_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

func listAll(t *testing.T, d *db.DB, tenant domain.TenantID, f evidence.AuditFilter, limit int) []evidence.AuditRecord {
	t.Helper()
	var all []evidence.AuditRecord
	for cursor := ""; ; {
		page, next, err := evidence.NewAuditStore(d).List(t.Context(), tenant, f, cursor, limit)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		cursor = next
	}
}

func TestAuditIsPartOfTheChange(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		who := evidence.Actor{Principal: &domain.Principal{ID: "pr_1", Key: "k1"}, RequestID: "req", Remote: "192.0.2.1"}
		entry := who.Entry("tn_a", "thing.create", "th\x00ing\xff"+strings.Repeat("ä", 400))
		entry.Detail = map[string]string{"b": "2", "a": "1\x00"}
		if err := d.InTx(t.Context(), "tn_a", func(tx *db.Tx) error { return evidence.Audit(t.Context(), tx, clk, entry) }); err != nil {
			t.Fatal(err)
		}
		boom := errors.New("boom")
		err := d.InTx(t.Context(), "tn_a", func(tx *db.Tx) error {
			return errors.Join(evidence.Audit(t.Context(), tx, clk, entry), boom)
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		got := listAll(t, d, "tn_a", evidence.AuditFilter{}, 0)
		if len(got) != 1 {
			t.Fatalf("%d entries, want 1: a rolled back change left one", len(got))
		}
		r := got[0]
		if r.Principal != "pr_1" || r.Key != "k1" || r.Times != 1 || r.At != clk.Now() || r.Outcome != evidence.AuditOK {
			t.Errorf("entry = %+v", r)
		}
		if !strings.HasPrefix(r.Target, "th�ing�ä") || len(r.Target) > 520 {
			t.Errorf("target = %q", r.Target)
		}
		if diff := cmp.Diff(map[string]string{"a": "1�", "b": "2"}, r.Detail); diff != "" {
			t.Error(diff)
		}
		if other := listAll(t, d, "tn_b", evidence.AuditFilter{}, 0); len(other) != 0 {
			t.Errorf("another tenant sees %d entries", len(other))
		}
	})
}

func TestAuditRefusesForeignTenantAndUnknownOutcome(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		for name, e := range map[string]evidence.AuditEntry{
			"foreign tenant": {Tenant: "tn_b", Action: "x", Outcome: evidence.AuditOK},
			"no tenant":      {Action: "x", Outcome: evidence.AuditOK},
			"no outcome":     {Tenant: "tn_a", Action: "x"},
			"no action":      {Tenant: "tn_a", Outcome: evidence.AuditOK},
		} {
			err := d.InTx(t.Context(), "tn_a", func(tx *db.Tx) error { return evidence.Audit(t.Context(), tx, clk, e) })
			if err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
	})
}

func TestAuditListFiltersAndPages(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		start := clk.Now()
		for i := range 25 {
			clk.Advance(time.Microsecond)
			action := []string{"key.create", "key.revoke", "keyring"}[i%3]
			err := d.InTx(t.Context(), "tn_a", func(tx *db.Tx) error {
				return evidence.Audit(t.Context(), tx, clk, evidence.Actor{}.Entry("tn_a", action, fmt.Sprint(i)))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var targets []string
		for _, r := range listAll(t, d, "tn_a", evidence.AuditFilter{}, 7) {
			targets = append(targets, r.Target)
		}
		var want []string
		for i := range 25 {
			want = append(want, fmt.Sprint(24-i))
		}
		if diff := cmp.Diff(want, targets); diff != "" {
			t.Errorf("newest first, each once: %s", diff)
		}
		for name, c := range map[string]struct {
			f    evidence.AuditFilter
			want int
		}{
			"exact":     {evidence.AuditFilter{Action: "key.create"}, 9},
			"prefix":    {evidence.AuditFilter{Action: "key."}, 17},
			"target":    {evidence.AuditFilter{Target: "3"}, 1},
			"principal": {evidence.AuditFilter{Principal: evidence.SystemPrincipal}, 25},
			"nobody":    {evidence.AuditFilter{Principal: "x"}, 0},
			"outcome":   {evidence.AuditFilter{Outcome: evidence.AuditDenied}, 0},
			"time":      {evidence.AuditFilter{From: start + 3, To: start + 6}, 3},
		} {
			if got := len(listAll(t, d, "tn_a", c.f, 4)); got != c.want {
				t.Errorf("%s: %d entries, want %d", name, got, c.want)
			}
		}
		if _, _, err := evidence.NewAuditStore(d).List(t.Context(), "tn_a", evidence.AuditFilter{}, "bad", 0); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("bad cursor: %v", err)
		}
	})
}

func TestDeniedRequestsAreAggregated(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	dbtest.EachClock(t, clk, func(t *testing.T, d *db.DB) {
		l := evidence.NewDeniedLog(d, clk)
		for i := range 10 {
			l.Add(evidence.Denied{Tenant: "tn_a", Principal: "pr", Key: "k", Remote: fmt.Sprintf("192.0.2.%d:99", i), Route: "/x", Code: fault.Forbidden})
			l.Add(evidence.Denied{Remote: fmt.Sprintf("198.51.100.%d", i), Route: "/x", Code: fault.Unauthenticated})
			clk.Advance(time.Second)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := l.Run(ctx); err != nil { // the flush at close
			t.Fatal(err)
		}
		got := listAll(t, d, "tn_a", evidence.AuditFilter{}, 0)
		if len(got) != 1 || got[0].Times != 10 || got[0].Outcome != evidence.AuditDenied || got[0].Detail["code"] != "forbidden" {
			t.Fatalf("entries = %+v", got)
		}
		if got[0].Detail["first_us"] >= got[0].Detail["last_us"] {
			t.Errorf("times = %v", got[0].Detail)
		}
		if rows := systemRows(t, d); !slices.Equal(rows, []string{"/x 10 198.51.100.0/24"}) {
			t.Errorf("rows without a tenant = %q", rows)
		}
		if err := l.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := listAll(t, d, "tn_a", evidence.AuditFilter{}, 0); len(got) != 1 {
			t.Errorf("flushing nothing wrote %d rows", len(got)-1)
		}
	})
}

func systemRows(t *testing.T, d *db.DB) (rows []string) {
	t.Helper()
	err := d.InSystemReadTx(t.Context(), "test", func(tx *db.Tx) error {
		return tx.ForEach(t.Context(), "SELECT target, times, remote FROM audit WHERE tenant_id = '' ORDER BY times", nil, func(row db.Scanner) error {
			var target, remote string
			var times int64
			err := row.Scan(&target, &times, &remote)
			rows = append(rows, fmt.Sprint(target, " ", times, " ", remote))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A flood from everywhere stays bounded, loses no count and leaves room for
// what happens to a tenant. A failed write loses nothing either.
func TestDeniedLogIsBounded(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	clk.Rand = rand.Reader
	d := dbtest.OpenSQLite(t, clk)
	l := evidence.NewDeniedLog(d, clk)
	const flood = 5000
	for i := range flood {
		l.Add(evidence.Denied{Remote: fmt.Sprintf("2001:db8:%x::1", i), Route: "/x", Code: fault.Unauthenticated})
	}
	l.Add(evidence.Denied{Tenant: "tn_a", Key: "k", Route: "/x", Code: fault.KeyExpired})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Flush(gone); err == nil {
		t.Fatal("flush with an ended context: no error")
	}
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := listAll(t, d, "tn_a", evidence.AuditFilter{}, 0); len(got) != 1 {
		t.Errorf("the tenant's row is missing")
	}
	rows := systemRows(t, d)
	if len(rows) != 2049 {
		t.Errorf("%d rows, want 2048 and one for the rest", len(rows))
	}
	if last := rows[len(rows)-1]; last != fmt.Sprintf("other %d ", flood-2048) {
		t.Errorf("rest = %q", last)
	}
}
