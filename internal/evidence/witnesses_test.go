package evidence

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/evidence/witness"
	"frostgate.io/frostgate/internal/witnesstest"
	"frostgate.io/frostgate/receipt"
)

// watch gives the fixture the policy and opens its log of logs.
func (f *fixture) watch(t *testing.T, policy *receipt.Policy) error {
	t.Helper()
	if err := f.Anchors.UseWitnesses(policy, http.DefaultClient); err != nil {
		t.Fatal(err)
	}
	if err := f.Anchors.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f.Anchors.Greet(t.Context())
}

// round has the witnesses asked once.
func (f *fixture) round(t *testing.T) {
	t.Helper()
	if err := f.Anchors.round(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// policyFor needs one of the real witnesses.
func (f *fixture) policyFor(t *testing.T, quorum string, ws ...*witnesstest.Witness) *receipt.Policy {
	t.Helper()
	text := "log " + f.custody.VerifierKey() + "\n"
	names := ""
	for i, w := range ws {
		text += fmt.Sprintf("witness w%d %s %s\n", i, w.VKey, w.URL)
		names += fmt.Sprintf(" w%d", i)
	}
	text += "group all-of-them " + quorum + names + "\nquorum all-of-them\n"
	p, err := receipt.ParsePolicy(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

func (f *fixture) witness(t *testing.T) *witnesstest.Witness {
	t.Helper()
	return witnesstest.Start(t, witnesstest.Log{Origin: f.custody.Origin(), VKey: f.custody.VerifierKey()})
}

// watched is a log of logs with one witness, which the policy asks for.
func watched(t *testing.T, d *db.DB) (*fixture, *witnesstest.Witness, *receipt.Policy) {
	t.Helper()
	f := newFixture(t, d)
	w := f.witness(t)
	policy := f.policyFor(t, "1", w)
	if err := f.watch(t, policy); err != nil {
		t.Fatal(err)
	}
	return f, w, policy
}

func TestReceiptsRiseToWitnessed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, w, policy := watched(t, d)
		f.add(t, "a", 2)
		f.closeEpoch(t)
		if rep := f.verified(t, policy.Trust().Accepting(receipt.Anchored), "a", 1); rep.Level != receipt.Anchored {
			t.Errorf("before the witness: %s", rep.Level)
		}
		f.round(t)
		if rep := f.verified(t, policy.Trust(), "a", 1); rep.Level != receipt.Witnessed || len(rep.Witnesses) != 1 {
			t.Errorf("after the witness: %s by %v", rep.Level, rep.Witnesses)
		}
		for range 300 { // the root log spans tiles
			f.add(t, "a", 1)
			f.closeEpoch(t)
		}
		f.round(t)
		for _, i := range []uint64{0, 1, 2, 150, 302} {
			if rep := f.verified(t, policy.Trust(), "a", i); rep.Level != receipt.Witnessed {
				t.Errorf("entry %d: %s", i, rep.Level)
			}
		}
		// The level survives a restart of either side.
		f.stop()
		w.Restart()
		f.start(t)
		if err := f.watch(t, f.policyFor(t, "1", w)); err != nil {
			t.Fatal(err)
		}
		if rep := f.verified(t, policy.Trust(), "a", 302); rep.Level != receipt.Witnessed {
			t.Errorf("after a restart: %s", rep.Level)
		}
	})
}

// A missed quorum lowers the level and nothing else; the root log does not grow
// before a quorum has said that it knows nothing beyond it.
func TestMissedQuorum(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		one, two := f.witness(t), f.witness(t)
		policy := f.policyFor(t, "all", one, two)
		two.Stop()
		if err := f.watch(t, policy); err != nil {
			t.Fatalf("a silent witness stops the start: %v", err)
		}
		f.add(t, "a", 1)
		f.closeEpoch(t)
		if size, _ := f.Anchors.Root(); size != 1 {
			t.Errorf("the root log grew to %d before the witnesses confirmed it", size)
		}
		if f.Anchors.Quorum(0) == nil {
			t.Error("the missed quorum is not reported")
		}
		if rep := f.verified(t, policy.Trust().Accepting(receipt.Committed), "a", 1); rep.Level != receipt.Committed {
			t.Errorf("unconfirmed: %s", rep.Level)
		}
		two.Restart()
		f.round(t)
		f.closeEpoch(t)
		if rep := f.verified(t, policy.Trust().Accepting(receipt.Anchored), "a", 1); rep.Level != receipt.Anchored {
			t.Errorf("confirmed: %s", rep.Level)
		}
		one.Stop()
		f.round(t)
		if rep := f.verified(t, policy.Trust().Accepting(receipt.Anchored), "a", 1); rep.Level != receipt.Anchored {
			t.Errorf("with one of two: %s", rep.Level)
		}
		one.Restart()
		f.round(t)
		if rep := f.verified(t, policy.Trust(), "a", 1); rep.Level != receipt.Witnessed {
			t.Errorf("with both: %s", rep.Level)
		}
	})
}

// rewind cuts a store back to what it was: yesterday's backup.
func rewind(t *testing.T, d *db.DB, fn func()) {
	t.Helper()
	saved := map[string][][]any{}
	tables := map[string]string{
		"log_state": "tenant_id, size, root, edge, checkpoint, updated_at, mac",
		"artifact":  "tenant_id, idx, kind, leaf_hash, entry, at",
		"anchor":    "tenant_id, size, epoch, slot, at, checkpoint, path",
		"cosigned":  "tenant_id, size, at, checkpoint",
		"payload":   "tenant_id, idx, ring, key_ver, wrapped, sealed",
		"subject":   "tenant_id, epoch, mac, idx",
		"tile":      "tenant_id, level, idx, hashes, root",
	}
	each := func(do func(tx *db.Tx, table, cols string) error) {
		if err := d.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
			for table, cols := range tables {
				if err := do(tx, table, cols); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	each(func(tx *db.Tx, table, cols string) error {
		rows, err := tx.Query(t.Context(), "SELECT "+cols+" FROM "+table)
		if err != nil {
			return err
		}
		defer rows.Close()
		names, _ := rows.Columns()
		for rows.Next() {
			vals := make([]any, len(names))
			ptrs := make([]any, len(names))
			for i := range vals {
				ptrs[i] = &vals[i]
			}
			if err := rows.Scan(ptrs...); err != nil {
				return err
			}
			saved[table] = append(saved[table], vals)
		}
		return rows.Err()
	})
	fn()
	each(func(tx *db.Tx, table, cols string) error {
		if _, err := tx.Exec(t.Context(), "DELETE FROM "+table); err != nil {
			return err
		}
		for _, vals := range saved[table] {
			marks := ""
			for i := range vals {
				marks += fmt.Sprintf(", $%d", i+1)
			}
			if _, err := tx.Exec(t.Context(), "INSERT INTO "+table+" ("+cols+") VALUES ("+marks[2:]+")", vals...); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestRestoredDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, w, policy := watched(t, d)
		f.add(t, "a", 2)
		f.closeEpoch(t)
		f.round(t)
		rewind(t, d, func() {
			f.add(t, "a", 2)
			f.closeEpoch(t)
			f.round(t)
			f.stop()
		})
		f.start(t)
		var ahead *AheadError
		if err := f.watch(t, policy); !errors.As(err, &ahead) || ahead.Seen != 3 || ahead.Own != 2 {
			t.Fatalf("a restored database starts: %v", err)
		}
		// Were the witness away at the start, the log would wait for it.
		f.stop()
		w.Stop()
		f.start(t)
		if err := f.watch(t, policy); err != nil {
			t.Fatal(err)
		}
		f.add(t, "a", 5)
		f.closeEpoch(t)
		if size, _ := f.Anchors.Root(); size != 2 {
			t.Errorf("the restored root log grew to %d", size)
		}
		w.Restart()
		if err := f.Anchors.round(t.Context()); !errors.As(err, &ahead) {
			t.Errorf("the witness came back: %v", err)
		}
	})
}

// A root log with another history than the witnessed one is refused by the
// witness; the server raises the alarm and anchors nothing more.
func TestForkedRootRaisesTheAlarm(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, _, policy := watched(t, d)
		rewind(t, d, func() {
			f.add(t, "a", 2)
			f.closeEpoch(t)
			f.round(t)
			f.stop()
		})
		// Somebody lets the restored store grow while the witness is not asked.
		f.start(t)
		if err := f.Anchors.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.add(t, "b", 1)
		f.closeEpoch(t)
		f.stop()
		f.start(t)
		if err := f.watch(t, policy); !errors.Is(err, witness.ErrConflict) {
			t.Fatalf("a forked root log is continued: %v", err)
		}
		// The same while the server runs.
		if err := f.Anchors.RunWitnesses(t.Context()); err != nil {
			t.Fatal(err)
		}
		if f.Anchors.Healthy() == nil {
			t.Error("no alarm")
		}
		if err := f.Anchors.CloseEpoch(t.Context()); err == nil {
			t.Error("the forked log grows on")
		}
		f.add(t, "a", 1) // decisions go on
	})
}

// One witness that contradicts does not stop the log when the quorum can do
// without it; two of two do.
func TestOneContradictingWitness(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		good := f.witness(t)
		liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte("99999999\n"))
		}))
		defer liar.Close()
		bad := &witnesstest.Witness{URL: liar.URL, VKey: f.witness(t).VKey}
		policy := f.policyFor(t, "any", good, bad)
		if err := f.watch(t, policy); err != nil {
			t.Fatalf("one of two witnesses stops the start: %v", err)
		}
		f.add(t, "a", 1)
		f.closeEpoch(t)
		f.round(t)
		if rep := f.verified(t, policy.Trust(), "a", 1); rep.Level != receipt.Witnessed {
			t.Errorf("level %s", rep.Level)
		}
		f.stop()
		f.start(t)
		var ahead *AheadError
		if err := f.watch(t, f.policyFor(t, "all", good, bad)); !errors.As(err, &ahead) {
			t.Errorf("a required witness that has seen more: %v", err)
		}
	})
}

// A witness that was away when the server started, over a log that it had
// cosigned to its end, is asked again until it is back.
func TestSilentWitnessIsAskedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, w, policy := watched(t, d)
		f.add(t, "a", 1)
		f.closeEpoch(t)
		f.round(t)
		f.stop()
		w.Stop()
		f.start(t)
		f.Anchors.every = time.Millisecond
		if err := f.watch(t, policy); err != nil {
			t.Fatal(err)
		}
		if f.Anchors.Quorum(QuorumLag) == nil {
			t.Error("the missed quorum is not reported")
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		missed, back := make(chan struct{}), make(chan struct{})
		f.Anchors.OnQuorum = func(err error) {
			if err != nil {
				close(missed)
			} else {
				close(back)
			}
		}
		wg.Go(func() { _ = f.Anchors.RunWitnesses(ctx) })
		<-missed
		w.Restart()
		<-back
		cancel()
		wg.Wait()
		f.add(t, "a", 1)
		f.closeEpoch(t)
		if rep := f.verified(t, policy.Trust().Accepting(receipt.Anchored), "a", 2); rep.Level != receipt.Anchored {
			t.Errorf("level %s", rep.Level)
		}
	})
}
