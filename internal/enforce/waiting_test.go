package enforce_test

import (
	"context"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"

	"github.com/google/go-cmp/cmp"
)

const insertGrave = `INSERT INTO decision (tenant_id, idx, dedup, leaf_hash, entry, received_at, event_at, source, event_type, level, score, anomaly, gating,
	action_taken, policy_allow, changed, rules, persona, ring, mission_id, prev_idx, key_id, windows)
	VALUES ($1, $2, $3, $4, '', 0, 0, 's', 't', $5, $6, 0, 'require_approval', 'pending_approval', 1, 0, '[]', '', '', '', -1, '', $4)`

// The gravest wait first; among equals what waits longest, page by page.
func TestGravestApprovals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, clk *clock.Fake) {
		ctx := context.Background()
		s := enforce.New(d, enforce.Config{})
		b := s.NewBatch()
		for i, of := range []struct {
			level string
			score int
		}{{"high", 80}, {"critical", 95}, {"low", 99}, {"critical", 120}, {"high", 80}} {
			b.Add(tenant, logID, int64(i), outcome(domain.GateRequireApproval, block("192.0.2.1", domain.GateRequireApproval)), clk.Now())
			if err := d.InTx(ctx, tenant, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, insertGrave, string(tenant), int64(i), []byte{byte(i)}, []byte{}, of.level, int64(of.score))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		write(t, d, b, tenant)
		var got []int64
		for cursor := ""; ; {
			items, next, err := s.GravestApprovals(ctx, tenant, enforce.Page{Cursor: cursor, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range items {
				got = append(got, a.Index)
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if diff := cmp.Diff([]int64{3, 1, 0, 4, 2}, got); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}
