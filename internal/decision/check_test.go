package decision

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/evidence"
)

// hostile runs a statement as somebody who owns the database would.
func (f *fixture) hostile(t testing.TB, query string, args ...any) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d rows", n)
		}
		return err
	}); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// TestEachEditedColumnIsNamed edits every clear column of one row in turn.
func TestEachEditedColumnIsNamed(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.defend(t, strings.Replace(bruteForce, `"failed_auths":7`, `"failed_auths":1`, 1))
		r := f.defend(t, bruteForce)
		f.defend(t, `{}`)
		v, err := f.CheckRows(ctx, tenantA, 0, 100)
		if err != nil || v.Checked != 3 || v.Bad != -1 || v.Next != -1 {
			t.Fatalf("untouched: %+v, %v", v, err)
		}
		for column, value := range map[string]string{
			"leaf_hash": "entry_hash", "entry": "entry || ' '", "prev_idx": "prev_idx + 1", "received_at": "received_at - 1", "level": "'none'",
			"score": "0", "anomaly": "anomaly + 1", "gating": "'reject'", "action_taken": "'log_only'", "policy_allow": "policy_allow + 2",
			"rules": "'no list'", "source": "'other'", "event_type": "'other'", "event_at": "event_at + 1", "persona": "'guardian'",
			"ring": "'SECRET'", "mission_id": "'m'", "key_id": "'k2'", "dedup": "leaf_hash", "changed": "1 - changed",
		} {
			if column == "leaf_hash" {
				value = "dedup"
			}
			saved := f.value(t, column, int64(r.Index))
			f.hostile(t, fmt.Sprintf("UPDATE decision SET %s = %s WHERE tenant_id = $1 AND idx = $2", column, value), tenantA, int64(r.Index))
			v, err := f.CheckRows(ctx, tenantA, 0, 100)
			if err != nil {
				t.Fatalf("%s: %v", column, err)
			}
			named := false
			for _, m := range v.Mismatches {
				named = named || m.Column == column
			}
			if v.Bad != int64(r.Index) || !named {
				t.Errorf("%s: found %+v", column, v)
			}
			f.hostile(t, fmt.Sprintf("UPDATE decision SET %s = $3 WHERE tenant_id = $1 AND idx = $2", column), tenantA, int64(r.Index), saved)
		}
		if v, err = f.CheckRows(ctx, tenantA, 0, 100); err != nil || v.Bad != -1 {
			t.Errorf("put back: %+v, %v", v, err)
		}
	})
}

// value reads one column of one row.
func (f *fixture) value(t testing.TB, column string, idx int64) (v any) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, "SELECT "+column+" FROM decision WHERE tenant_id = $1 AND idx = $2", []any{tenantA, idx}, &v)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

func (f *fixture) script(t testing.TB, query string) {
	t.Helper()
	ctx := context.Background()
	if err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, query)
		return err
	}); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// TestPayloadsAreMissedAndTheHeaderStaysProven: a payload that was taken away
// without an entry that says so is named; the header's columns are compared all
// the same.
func TestPayloadsAreMissedAndTheHeaderStaysProven(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		a, b := f.defend(t, bruteForce), f.defend(t, `{}`)
		f.hostile(t, "UPDATE payload SET sealed = (SELECT sealed FROM payload WHERE tenant_id = $1 AND idx = $3) WHERE tenant_id = $1 AND idx = $2", tenantA, int64(a.Index), int64(b.Index))
		v, err := f.CheckRows(ctx, tenantA, 0, 100)
		if err != nil || v.Bad != int64(a.Index) || len(v.Mismatches) != 1 || v.Mismatches[0].Column != "payload" {
			t.Errorf("edited payload: %+v, %v", v, err)
		}
		f.hostile(t, "DELETE FROM payload WHERE tenant_id = $1 AND idx = $2", tenantA, int64(a.Index))
		f.hostile(t, "UPDATE decision SET received_at = 1 WHERE tenant_id = $1 AND idx = $2", tenantA, int64(a.Index))
		if v, err = f.CheckRows(ctx, tenantA, 0, 1); err != nil || len(v.Mismatches) != 2 || v.Mismatches[0].Column != "received_at" || v.Mismatches[1].Column != "payload" {
			t.Errorf("deleted payload: %+v, %v", v, err)
		}
		if v, err = f.CheckRows(ctx, tenantA, int64(b.Index), 1); err != nil || v.Bad != -1 || v.Checked != 1 {
			t.Errorf("the other row: %+v, %v", v, err)
		}
	})
}

func TestRowCheckNamesTheColumn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, fakeClock()), fakeClock())
	ctx := context.Background()
	r := f.defend(t, bruteForce)
	f.hostile(t, "UPDATE decision SET score = 1 WHERE tenant_id = $1 AND idx = $2", tenantA, int64(r.Index))
	leaf := func(idx uint64) (err error) {
		rerr := f.db.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			rc, lerr := f.Log.LeafIn(ctx, tx, tenantA, idx)
			if lerr != nil {
				return lerr
			}
			err = f.RowCheck(ctx, tx, tenantA, idx, []byte(rc.Entry))
			return nil
		})
		if rerr != nil {
			t.Fatal(rerr)
		}
		return err
	}
	if err := leaf(r.Index); err == nil || !strings.Contains(err.Error(), "column score") {
		t.Errorf("edited score: %v", err)
	}
	if err := leaf(0); err != nil {
		t.Errorf("the %s: %v", evidence.KindGenesis, err)
	}
}

func BenchmarkCheckRows(b *testing.B) {
	f := newFixture(b, dbtest.OpenSQLite(b, fakeClock()), fakeClock())
	for i := range 500 {
		f.defend(b, fmt.Sprintf(`{"source":"sshd","timestamp":"2026-03-01T11:00:00Z","event_type":"auth","event":{"src_ip":"203.0.113.9","failed_auths":7,"n":%d}}`, i))
	}
	for b.Loop() {
		if v, err := f.CheckRows(context.Background(), tenantA, 0, 1000); err != nil || v.Checked != 500 || v.Bad != -1 {
			b.Fatal(v, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(500*b.N), "us/row")
}
