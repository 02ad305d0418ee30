package evidence

import (
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// refit makes leaf hashes, edge and root of a log fit its rows, as somebody with
// the source code and the database can.
func (f *fixture) refit(t *testing.T, tenant domain.TenantID) {
	t.Helper()
	ctx := t.Context()
	err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		var entries []string
		err := tx.ForEach(ctx, `SELECT entry FROM artifact WHERE tenant_id = $1 ORDER BY idx`, []any{tenant}, func(s db.Scanner) error {
			var e string
			err := s.Scan(&e)
			entries = append(entries, e)
			return err
		})
		e := newEdge(0)
		for i, entry := range entries {
			leaf := receipt.LeafHash([]byte(entry))
			e.append(leaf)
			if _, err := tx.Exec(ctx, `UPDATE artifact SET leaf_hash = $3 WHERE tenant_id = $1 AND idx = $2`, tenant, i, leaf[:]); err != nil {
				return err
			}
		}
		root := e.root()
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE log_state SET size = $2, root = $3, edge = $4 WHERE tenant_id = $1`, tenant, int64(e.size), root[:], e.marshal())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Hashes can be made to fit again; checkpoints can't.
func TestRefittedLogIsFoundByItsCheckpoints(t *testing.T) {
	t.Parallel()
	const (
		cut    = `DELETE FROM artifact WHERE tenant_id = 'a' AND idx = 4`
		edit   = `UPDATE artifact SET entry = replace(entry, '"time":7', '"time":8') WHERE tenant_id = 'a' AND idx = 2`
		unsign = `UPDATE log_state SET checkpoint = '' WHERE tenant_id = 'a'`
		unroot = `DELETE FROM anchor WHERE tenant_id = 'a'`
		older  = `UPDATE log_state SET checkpoint = (SELECT checkpoint FROM anchor WHERE tenant_id = 'a' ORDER BY size LIMIT 1) WHERE tenant_id = 'a'`
		slots  = `UPDATE anchor SET size = 4 WHERE tenant_id = 'a' AND size = 5`
	)
	for name, tc := range map[string]struct {
		hurt []string
		want string
	}{
		"nothing":                            {nil, ""},
		"the end":                            {[]string{cut}, "the checkpoint in epoch 2 holds 5 entries, the log has only 4: the newest are gone"},
		"the end, under an older checkpoint": {[]string{cut, older}, "the newest are gone"},
		"the end, without signature":         {[]string{cut, unsign}, "the newest are gone"},
		"an entry":                           {[]string{edit}, "the stored checkpoint was signed over other entries: one of the first 4 was changed"},
		"an entry, without signature":        {[]string{edit, unsign}, "the checkpoint in epoch 2 was signed over other entries: one of the first 5"},
		"an entry, without anchors":          {[]string{edit, unroot}, "one of the first 4 was changed"},
		"an anchor's size":                   {[]string{slots}, "the checkpoint in epoch 2 is not one of size 4"},
		"no state":                           {[]string{`DELETE FROM log_state WHERE tenant_id = 'a'`}, "its state is gone"},
		"half an edge":                       {[]string{`UPDATE log_state SET size = 7 WHERE tenant_id = 'a'`}, "tree edge"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				f, _ := anchored(t, d)
				f.add(t, "a", 2)
				f.closeEpoch(t)
				f.add(t, "a", 2)
				f.closeEpoch(t)
				f.stop()
				for i, q := range tc.hurt {
					f.sysExec(t, q)
					if i == 0 && (q == cut || q == edit) {
						f.refit(t, "a")
					}
				}
				f.start(t)
				if err := f.CheckLogs(t.Context(), tenantIDs); err != nil {
					t.Fatal(err)
				}
				found := f.Damage()
				if err := found["a"]; (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
					t.Errorf("found %v, want %q", err, tc.want)
				}
				if found["b"] != nil {
					t.Errorf("the other tenant: %v", found["b"])
				}
			})
		})
	}
}

// A restart does not lose the last signature: the first batch after it would
// else leave the log without one.
func TestCheckpointOutlivesARestart(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, fixedClock()))
	f.add(t, "a", 2)
	f.stop()
	f.start(t)
	f.add(t, "a", 1)
	if st, err := readState(t.Context(), f.db, "a"); err != nil || st.checkpoint == "" {
		t.Errorf("no signature is stored: %v", err)
	}
}
