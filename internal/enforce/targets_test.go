package enforce_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

// repeated sets one address blocked n times, another once, a minute apart.
func repeated(t *testing.T, d *db.DB, clk *clock.Fake, n int) *enforce.Service {
	t.Helper()
	s := enforce.New(d, enforce.Config{})
	b := s.NewBatch()
	for i := range n {
		b.Add(tenant, logID, int64(i), outcome(domain.GateAllow, block("192.0.2.1", domain.GateAllow)), clk.Now())
		write(t, d, b, tenant)
		clk.Advance(time.Minute)
	}
	b.Add(tenant, logID, int64(n), outcome(domain.GateAllow, block("198.51.100.9", domain.GateAllow), domain.Mitigation{
		Action: "require_mfa", Target: "ann", TargetKind: "user", TTLSeconds: 7200, Reason: "r", Gating: domain.GateAllow,
	}), clk.Now())
	write(t, d, b, tenant)
	return s
}

func names(held []enforce.Held) (out []string) {
	for _, h := range held {
		out = append(out, fmt.Sprint(h.Action, " ", h.Target, " ", h.Count, " ", h.Last.ID))
	}
	return out
}

func TestTargetsGroupWhatIsInForce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := repeated(t, d, clk, 3)
		want := []string{
			"block_ip 198.51.100.9 1 enf_" + logID + "-3-0", "require_mfa ann 1 enf_" + logID + "-3-1", "block_ip 192.0.2.1 3 enf_" + logID + "-2-0",
		}
		var got []string
		for cursor := ""; ; {
			page, next, err := s.Targets(ctx, tenant, enforce.Filter{}, enforce.Page{Cursor: cursor, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, names(page)...)
			if cursor = next; next == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("page by page (-want +got):\n%s", diff)
		}
		page, _, err := s.Targets(ctx, tenant, enforce.Filter{Text: "192.0"}, enforce.Page{})
		if err != nil || len(page) != 1 || page[0].Since != micros(start) || page[0].Until != micros(start.Add(62*time.Minute)) {
			t.Errorf("by text: %+v, %v", page, err)
		}
		if none, _, err := s.Targets(ctx, tenant, enforce.Filter{Text: "192%"}, enforce.Page{}); err != nil || len(none) != 0 {
			t.Errorf("a pattern's sign is a sign: %v, %v", none, err)
		}
		if none, _, err := s.Targets(ctx, other, enforce.Filter{}, enforce.Page{}); err != nil || len(none) != 0 {
			t.Errorf("another tenant sees %v, %v", none, err)
		}
		totals, err := s.Totals(ctx, tenant)
		wantTotals := []enforce.Total{
			{Action: "block_ip", Enforcements: 4, Targets: 2, Ends: micros(start.Add(time.Hour))},
			{Action: "require_mfa", Enforcements: 1, Targets: 1, Ends: micros(start.Add(2*time.Hour + 3*time.Minute))},
		}
		if diff := cmp.Diff(wantTotals, totals); diff != "" || err != nil {
			t.Errorf("totals: %v %s", err, diff)
		}
	})
}

// A host and a user of the same name are two; letters of all scripts are found.
func TestTargetsOfTheSameName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		s := enforce.New(d, enforce.Config{})
		b := s.NewBatch()
		var both []domain.Mitigation
		for _, kind := range []string{"user", "host"} {
			both = append(both, domain.Mitigation{Action: "isolate", Target: "Åsa", TargetKind: kind, TTLSeconds: 7200, Reason: "r", Gating: domain.GateAllow})
		}
		b.Add(tenant, logID, 1, outcome(domain.GateAllow, both...), clk.Now())
		write(t, d, b, tenant)
		totals, err := s.Totals(t.Context(), tenant)
		if err != nil || len(totals) != 1 || totals[0].Targets != 2 || totals[0].Enforcements != 2 {
			t.Errorf("totals %+v, %v", totals, err)
		}
		for _, text := range []string{"åsa", "ÅS"} {
			if got, _, err := s.Targets(t.Context(), tenant, enforce.Filter{Text: text}, enforce.Page{}); err != nil || len(got) != 2 {
				t.Errorf("%s: %+v, %v", text, got, err)
			}
		}
	})
}

func TestRevokeTargetEndsAllOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := repeated(t, d, clk, 3)
		if _, _, err := s.RevokeTarget(ctx, tenant, "block_ip", "ip", "192.0.2.1", " ", actor()); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if ended, _, err := s.RevokeTarget(ctx, other, "block_ip", "ip", "192.0.2.1", "x", actor()); err != nil || len(ended) != 0 {
			t.Errorf("another tenant ends %v, %v", ended, err)
		}
		ended, more, err := s.RevokeTarget(ctx, tenant, "block_ip", "ip", "192.0.2.1", "our scanner", actor())
		if err != nil || len(ended) != 3 || more {
			t.Fatalf("ended %v, %t, %v", ended, more, err)
		}
		if ended[0].RevokedBy != "pr_1" || ended[0].RevokeReason != "our scanner" {
			t.Errorf("ended = %+v", ended[0])
		}
		if again, _, err := s.RevokeTarget(ctx, tenant, "block_ip", "ip", "192.0.2.1", "our scanner", actor()); err != nil || len(again) != 0 {
			t.Errorf("again: %v, %v", again, err)
		}
		if got := audits(t, d, tenant); len(got) != 3 {
			t.Errorf("audit: %q", got)
		}
		for state, want := range map[enforce.State]int{enforce.InForce: 2, enforce.Revoked: 3, enforce.Expired: 0} {
			if got, _, err := s.Enforcements(ctx, tenant, enforce.Filter{State: state}, enforce.Page{}); err != nil || len(got) != want {
				t.Errorf("%s: %d, %v, want %d", state, len(got), err, want)
			}
		}
		clk.Advance(90 * time.Minute)
		for state, want := range map[enforce.State]int{enforce.InForce: 1, enforce.Revoked: 3, enforce.Expired: 1} {
			if got, _, err := s.Enforcements(ctx, tenant, enforce.Filter{State: state}, enforce.Page{}); err != nil || len(got) != want {
				t.Errorf("later, %s: %d, %v, want %d", state, len(got), err, want)
			}
		}
	})
}

func TestCoverTellsWhatAnEntryWouldSpare(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := repeated(t, d, clk, 3)
		clk.Advance(57 * time.Minute) // the first of three is over
		c, err := s.Cover(ctx, tenant, enforce.Range, "192.0.2.0/24")
		if err != nil || c.Count != 3 || c.InForce != 2 || c.Looked != 5 || !c.All || c.CoveredBy != "" || len(c.Targets) != 1 || c.Targets[0].Target != "192.0.2.1" {
			t.Errorf("range: %+v, %v", c, err)
		}
		c, err = s.Cover(ctx, tenant, enforce.IP, "::ffff:198.51.100.9")
		if err != nil || c.Value != "198.51.100.9" || c.Count != 1 {
			t.Errorf("address: %+v, %v", c, err)
		}
		if c, err = s.Cover(ctx, tenant, enforce.User, "bob"); err != nil || c.Count != 0 || len(c.Targets) != 0 {
			t.Errorf("nobody: %+v, %v", c, err)
		}
		if _, err := s.Cover(ctx, tenant, enforce.Range, "192.0.2.1/24"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("host bits: %v", err)
		}
		a, err := s.AddAllow(ctx, tenant, enforce.NewAllow{Kind: enforce.Range, Value: "192.0.2.0/24", Reason: "ours"}, actor())
		if err != nil {
			t.Fatal(err)
		}
		if c, err = s.Cover(ctx, tenant, enforce.IP, "192.0.2.77"); err != nil || c.CoveredBy != a.ID {
			t.Errorf("covered already: %+v, %v", c, err)
		}
		found, _, err := s.AllowList(ctx, tenant, enforce.AllowFilter{Text: "OUR"}, enforce.Page{})
		if err != nil || len(found) != 1 {
			t.Errorf("by text: %v, %v", found, err)
		}
	})
}
