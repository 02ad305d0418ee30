package enforce_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/evidence"
)

func TestErasureTakesWhatHasEndedAndKeepsWhatIsInForce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := enforce.New(d, enforce.Config{})
		b := s.NewBatch()
		add := func(idx int64, g domain.Gating, ms ...domain.Mitigation) {
			b.Add(tenant, logID, idx, outcome(g, ms...), clk.Now())
			write(t, d, b, tenant)
		}
		session := domain.Mitigation{Action: "revoke_session", Target: "s1", TargetKind: "session", Gating: domain.GateAllow, Reason: "r"}
		add(1, domain.GateRequireApproval, block("192.0.2.1", domain.GateAllow), session)
		clk.Advance(25 * time.Hour) // the first block and approval are over
		add(2, domain.GateRequireApproval, block("192.0.2.1", domain.GateAllow))
		add(3, domain.GateAllow, block("192.0.2.2", domain.GateAllow))
		if _, err := s.AddAllow(ctx, tenant, enforce.NewAllow{Kind: enforce.IP, Value: "192.0.2.1", Reason: "scanner"}, actor()); err != nil {
			t.Fatal(err)
		}
		subject := domain.Subject{Kind: domain.SubjectIP, Value: "192.0.2.1"}
		run := func(dry bool) (out []evidence.Copy) {
			t.Helper()
			if err := d.InTx(ctx, tenant, func(tx *db.Tx) (err error) {
				if out, err = s.EraseSubject(ctx, tx, tenant, subject, dry); err == nil && !dry {
					err = s.EraseLeaves(ctx, tx, tenant, []uint64{1, 2})
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		want := []string{"targets of ended enforcements", "targets of enforcements in force", "allow-list entries in force"}
		var got []string
		for _, c := range run(true) {
			if got = append(got, c.What); c.Rows != 1 || (c.Kept == "") != (c.What == want[0]) {
				t.Errorf("%+v", c)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("plan names %q, want %q", got, want)
		}
		run(false)
		all, _, err := s.Enforcements(ctx, tenant, enforce.Filter{}, enforce.Page{})
		if err != nil {
			t.Fatal(err)
		}
		targets := map[string]string{}
		for _, e := range all {
			targets[e.ID] = e.Target
		}
		for id, want := range map[string]string{"-1-0": "(erased)", "-1-1": "(erased)", "-2-0": "192.0.2.1", "-3-0": "192.0.2.2"} {
			if got := targets["enf_"+logID+id]; got != want {
				t.Errorf("target of %s is %q, want %q", id, got, want)
			}
		}
		if err := d.InReadTx(ctx, tenant, func(tx *db.Tx) error {
			for idx, gone := range map[int64]bool{1: true, 2: false} {
				var hash string
				if _, err := tx.Get(ctx, "SELECT mitigations_hash FROM approval WHERE tenant_id = $1 AND idx = $2", []any{string(tenant), idx}, &hash); err != nil || (hash == "") != gone {
					t.Errorf("approval %d: hash %q, %v", idx, hash, err)
				}
			}
			held, err := s.InForce(ctx, tx, tenant, 0, 2)
			if slices.Sort(held); !slices.Equal(slices.Compact(held), []uint64{2}) {
				t.Errorf("held: %v", held)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
