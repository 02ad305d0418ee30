package decision

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// TestEventIDIsAnIndexProbe fills several epochs and holds both planners to the
// index.
func TestEventIDIsAnIndexProbe(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		first := f.defend(t, bruteForce)
		f.script(t, `INSERT INTO decision SELECT tenant_id, idx + 10 * n, `+dedupOf(f.db.Engine)+`, leaf_hash, entry, received_at, event_at, source, event_type,
			level, score, anomaly, gating, action_taken, policy_allow, changed, rules, persona, ring, mission_id, prev_idx, key_id, windows
			FROM decision, (WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 3000) SELECT n FROM g) AS many`)
		f.script(t, "ANALYZE decision")
		got, err := f.IndexOfEvent(ctx, tenantA, first.Event.ID)
		if err != nil || got != first.Index {
			t.Errorf("found %d, %v", got, err)
		}
		if _, err := f.IndexOfEvent(ctx, tenantA, "no such"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("unknown event: %v", err)
		}
		k, err := f.keyring.Keys(ctx, tenantA)
		if err != nil {
			t.Fatal(err)
		}
		mac := k.Dedup(string(first.Event.ID))
		plan := f.explain(t, selectByEvent, tenantA, mac[:eventPrefix], mac[:dedupMACSize], int64(58))
		if !strings.Contains(plan, "decision_event_id") || strings.Contains(plan, "SCAN d") || strings.Contains(plan, "Seq Scan on decision") {
			t.Errorf("the plan:\n%s", plan)
		}
	})
}

// dedupOf makes other dedup keys out of n.
func dedupOf(e db.Engine) string {
	if e == db.Postgres {
		return "substring(dedup from 1 for 4) || substring(sha256(n::text::bytea) from 1 for 12)"
	}
	return "CAST(substr(dedup, 1, 4) || randomblob(12) AS BLOB)"
}

func (f *fixture) explain(t testing.TB, query string, tenant domain.TenantID, args ...any) string {
	t.Helper()
	ctx := context.Background()
	how := "EXPLAIN "
	if f.db.Engine != db.Postgres {
		how = "EXPLAIN QUERY PLAN "
	}
	var b strings.Builder
	if err := f.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, how+query, append([]any{tenant}, args...), func(sc db.Scanner) error {
			var line, id, parent, unused any
			if f.db.Engine == db.Postgres {
				if err := sc.Scan(&line); err != nil {
					return err
				}
			} else if err := sc.Scan(&id, &parent, &unused, &line); err != nil {
				return err
			}
			fmt.Fprintln(&b, line)
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
