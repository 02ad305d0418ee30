package enforce_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

const (
	tenant = domain.TenantID("tn_a")
	other  = domain.TenantID("tn_b")
	logID  = "00112233445566aa"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func micros(t time.Time) domain.Micros { return domain.Micros(t.UnixMicro()) }

func actor() evidence.Actor {
	return evidence.Actor{Principal: &domain.Principal{ID: "pr_1", Key: "key_1", Tenant: tenant}, RequestID: "req_1", Remote: "198.51.100.7"}
}

func each(t *testing.T, fn func(t *testing.T, d *db.DB, clk *clock.Fake)) {
	t.Helper()
	for _, engine := range dbtest.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			clk := clock.NewFake(start)
			fn(t, engine.Open(t, clk), clk)
		})
	}
}

func outcome(gating domain.Gating, ms ...domain.Mitigation) *domain.Outcome {
	return &domain.Outcome{Gating: gating, Mitigations: ms}
}

func block(ip string, g domain.Gating) domain.Mitigation {
	return domain.Mitigation{
		Action: "block_ip", Target: ip, TargetKind: "ip", TTLSeconds: 3600, Reason: "rule:ssh_bruteforce",
		Confidence: 920, Reversible: true, Disruptive: true, Gating: g,
	}
}

func write(t *testing.T, d *db.DB, b *enforce.Batch, tenants ...domain.TenantID) {
	t.Helper()
	ctx := context.Background()
	if err := d.InTenantsTx(ctx, tenants, func(tx *db.Tx) error { return b.Write(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
	b.Reset()
}

func audits(t *testing.T, d *db.DB, tenant domain.TenantID) []string {
	t.Helper()
	var out []string
	ctx := context.Background()
	err := d.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, "SELECT action, target, principal_id, request_id, remote FROM audit WHERE tenant_id = $1 ORDER BY at, audit_id",
			[]any{string(tenant)}, func(row db.Scanner) error {
				f := make([]string, 5)
				err := row.Scan(&f[0], &f[1], &f[2], &f[3], &f[4])
				out = append(out, strings.Join(f, " "))
				return err
			})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantCode(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Errorf("error %v has code %q, want %q", err, got, code)
	}
}

func TestPlanTakesAllowedMitigationsOnly(t *testing.T) {
	t.Parallel()
	now := micros(start)
	once := domain.Mitigation{Action: "revoke_session", Target: "s1", TargetKind: "session", Gating: domain.GateAllow, Reason: "r"}
	o := outcome(domain.GateReject,
		block("192.0.2.1", domain.GateRequireApproval), block("192.0.2.2", domain.GateAllow),
		block("192.0.2.3", domain.GateReject), once, domain.Mitigation{Action: "notify", Gating: domain.GateAllow})
	got := enforce.Plan(tenant, logID, 7, o, now)
	want := []enforce.Enforcement{
		{
			ID: "enf_" + logID + "-7-1", Tenant: tenant, Index: 7, Ordinal: 1, Action: "block_ip", TargetKind: "ip", Target: "192.0.2.2",
			Rule: "rule:ssh_bruteforce", CreatedAt: now, ExpiresAt: now + 3600_000_000,
		},
		{
			ID: "enf_" + logID + "-7-3", Tenant: tenant, Index: 7, Ordinal: 3, Action: "revoke_session", TargetKind: "session", Target: "s1",
			Rule: "r", CreatedAt: now, ExpiresAt: now,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if _, ok := enforce.PlanApproval(tenant, logID, 7, o, now, time.Hour); ok {
		t.Error("a rejected decision waits for an approval")
	}
	huge := block("192.0.2.2", domain.GateAllow)
	huge.TTLSeconds = 1 << 62
	if e := enforce.Plan(tenant, logID, 1, outcome(domain.GateAllow, huge), now)[0]; e.ExpiresAt <= now {
		t.Errorf("a huge TTL overflowed: expires at %d", e.ExpiresAt)
	}
}

func TestMitigationsHashBindsEveryField(t *testing.T) {
	t.Parallel()
	base := block("192.0.2.1", domain.GateRequireApproval)
	seen := map[domain.Hash]string{enforce.MitigationsHash([]domain.Mitigation{base}): "base"}
	for name, change := range map[string]func(*domain.Mitigation){
		"action":      func(m *domain.Mitigation) { m.Action = "rate_limit_ip" },
		"target":      func(m *domain.Mitigation) { m.Target = "192.0.2.2" },
		"target kind": func(m *domain.Mitigation) { m.TargetKind = "host" },
		"ttl":         func(m *domain.Mitigation) { m.TTLSeconds++ },
		"reason":      func(m *domain.Mitigation) { m.Reason = "x\",\"y\":\"" },
		"confidence":  func(m *domain.Mitigation) { m.Confidence-- },
		"reversible":  func(m *domain.Mitigation) { m.Reversible = false },
		"disruptive":  func(m *domain.Mitigation) { m.Disruptive = false },
		"gating":      func(m *domain.Mitigation) { m.Gating = domain.GateAllow },
	} {
		m := base
		change(&m)
		h := enforce.MitigationsHash([]domain.Mitigation{m})
		if was, ok := seen[h]; ok {
			t.Errorf("changing %s gives the hash of %s", name, was)
		}
		seen[h] = name
	}
	// sha256 of the array's RFC 8785 bytes, computed outside this code base.
	const want = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945" // "[]"
	if got := enforce.MitigationsHash(nil); got != want {
		t.Errorf("hash of no mitigations = %s, want %s", got, want)
	}
}

func TestEnforcementsAreListedAndRevoked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := enforce.New(d, enforce.Config{})
		b := s.NewBatch()
		for i := range int64(5) {
			b.Add(tenant, logID, i, outcome(domain.GateAllow, block(fmt.Sprintf("192.0.2.%d", i), domain.GateAllow), block("198.51.100.1", domain.GateAllow)), clk.Now())
		}
		b.Add(other, "ffff", 0, outcome(domain.GateAllow, block("192.0.2.9", domain.GateAllow)), clk.Now())
		b.Add(tenant, logID, 5, outcome(domain.GateAllow), clk.Now())
		if b.Len() != 11 {
			t.Errorf("batch holds %d rows, want 11", b.Len())
		}
		write(t, d, b, tenant, other)

		var ids []string
		page := enforce.Page{Limit: 3}
		for {
			items, next, err := s.Enforcements(ctx, tenant, enforce.Filter{}, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range items {
				ids = append(ids, e.ID)
			}
			if next == "" {
				break
			}
			page.Cursor = next
		}
		var want []string
		for i := int64(4); i >= 0; i-- {
			want = append(want, enforce.EnforcementID(logID, i, 1), enforce.EnforcementID(logID, i, 0))
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}

		id := enforce.EnforcementID(logID, 2, 0)
		_, err := s.Revoke(ctx, tenant, id, " ", actor())
		wantCode(t, err, fault.Invalid)
		_, err = s.Revoke(ctx, other, id, "false alarm", actor())
		wantCode(t, err, fault.NotFound)
		first, err := s.Revoke(ctx, tenant, id, "false alarm", actor())
		if err != nil || first.RevokedAt != clk.Now() || first.RevokedBy != "pr_1" {
			t.Fatalf("revoke: %+v, %v", first, err)
		}
		clk.Advance(time.Minute)
		again, err := s.Revoke(ctx, tenant, id, "another reason", actor())
		if err != nil || cmp.Diff(first, again) != "" {
			t.Errorf("second revoke: %v, %s", err, cmp.Diff(first, again))
		}
		yes, no := true, false
		for name, c := range map[string]struct {
			f    enforce.Filter
			want int
		}{
			"active":              {enforce.Filter{Active: &yes}, 9},
			"ended":               {enforce.Filter{Active: &no}, 1},
			"before revocation":   {enforce.Filter{Active: &yes, At: micros(start)}, 10 - 1}, // revoked at that very time
			"target":              {enforce.Filter{TargetKind: "ip", Target: "198.51.100.1"}, 5},
			"action":              {enforce.Filter{Action: "isolate_host"}, 0},
			"active after expiry": {enforce.Filter{Active: &yes, At: micros(start.Add(time.Hour))}, 0},
			"last microsecond":    {enforce.Filter{Active: &yes, At: micros(start.Add(time.Hour)) - 1}, 9},
		} {
			items, _, err := s.Enforcements(ctx, tenant, c.f, enforce.Page{Limit: 500})
			if err != nil || len(items) != c.want {
				t.Errorf("%s: %d items, %v; want %d", name, len(items), err, c.want)
			}
		}
		clk.Advance(time.Hour)
		_, err = s.Revoke(ctx, tenant, enforce.EnforcementID(logID, 3, 0), "too late", actor())
		wantCode(t, err, fault.Conflict)
		for _, bad := range []string{"", "enf_x", "enf_" + logID + "-2-0 ", "enf_0000000000000000-2-0", "apr_" + logID + "-2"} {
			_, err := s.Enforcement(ctx, tenant, bad)
			wantCode(t, err, fault.NotFound)
		}
		_, _, err = s.Enforcements(ctx, tenant, enforce.Filter{}, enforce.Page{Cursor: "!"})
		wantCode(t, err, fault.Invalid)
		if diff := cmp.Diff([]string{"enforcement.revoke " + id + " pr_1 req_1 198.51.100.7"}, audits(t, d, tenant)); diff != "" {
			t.Errorf("audit (-want +got):\n%s", diff)
		}
	})
}

func TestApprovalsWaitUntilTheyExpire(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := enforce.New(d, enforce.Config{})
		b := s.NewBatch()
		ms := []domain.Mitigation{block("192.0.2.1", domain.GateRequireApproval), block("192.0.2.2", domain.GateAllow)}
		b.Add(tenant, logID, 3, outcome(domain.GateRequireApproval, ms...), clk.Now())
		b.Add(tenant, logID, 4, outcome(domain.GateReject, block("192.0.2.3", domain.GateReject)), clk.Now())
		b.Add(tenant, logID, 5, outcome(domain.GateRequireApproval), clk.Now())
		write(t, d, b, tenant)

		items, next, err := s.Approvals(ctx, tenant, enforce.Page{Limit: 1})
		if err != nil || len(items) != 1 || items[0].Index != 5 {
			t.Fatalf("first page: %+v, %v", items, err)
		}
		if n, err := s.CountApprovals(ctx, tenant); err != nil || n != 2 {
			t.Errorf("%d wait, %v", n, err)
		}
		items, next, err = s.Approvals(ctx, tenant, enforce.Page{Limit: 1, Cursor: next})
		want := []enforce.Approval{{
			ID: enforce.ApprovalID(logID, 3), Tenant: tenant, Index: 3, MitigationsHash: enforce.MitigationsHash(ms),
			Status: enforce.Waiting, CreatedAt: clk.Now(), ExpiresAt: clk.Now() + domain.Micros((24 * time.Hour).Microseconds()),
		}}
		if diff := cmp.Diff(want, items); diff != "" || next != "" || err != nil {
			t.Errorf("second page: next %q, %v\n%s", next, err, diff)
		}
		if es, _, err := s.Enforcements(ctx, tenant, enforce.Filter{}, enforce.Page{}); err != nil || len(es) != 1 || es[0].Ordinal != 1 {
			t.Errorf("enforcements: %+v, %v", es, err)
		}
		clk.Advance(24 * time.Hour)
		if items, _, err = s.Approvals(ctx, tenant, enforce.Page{}); err != nil || len(items) != 0 {
			t.Errorf("after 24 h: %d wait, %v", len(items), err)
		}
		if n, err := s.CountApprovals(ctx, tenant); err != nil || n != 0 {
			t.Errorf("after 24 h: %d are counted, %v", n, err)
		}
	})
}

func TestBatchWritesNothingWhenItsTransactionFails(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := enforce.New(d, enforce.Config{})
		b := s.NewBatch()
		b.Add(tenant, logID, 0, outcome(domain.GateAllow, block("192.0.2.1", domain.GateAllow)), clk.Now())
		boom := errors.New("boom")
		err := d.InTenantsTx(ctx, []domain.TenantID{tenant}, func(tx *db.Tx) error {
			if err := b.Write(ctx, tx); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		write(t, d, b, tenant) // the same rows again, as after a retry
		if es, _, err := s.Enforcements(ctx, tenant, enforce.Filter{}, enforce.Page{}); err != nil || len(es) != 1 {
			t.Errorf("%d enforcements, %v; want 1", len(es), err)
		}
	})
}
