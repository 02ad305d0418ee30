package evidence

import (
	"context"
	"errors"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// A log of logs that is damaged stops no bundle that can do without it.
func TestBundlesGoOnWithoutTheLogOfLogs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		from := f.clock.Now()
		to := f.now(t, 3)
		f.closeEpoch(t)
		queries := []BundleQuery{
			{Kind: receipt.BundleDecision, Index: 2},
			{Kind: receipt.BundleTenant},
			{Kind: receipt.BundleSubject, Subject: ipSubject("192.0.2.1")},
			{Kind: receipt.BundleRange, From: from, To: to},
		}
		for _, q := range queries {
			if rep, _ := f.bundled(t, trust, "a", q); rep.Level != receipt.Anchored {
				t.Errorf("%s before: %s", q.Kind, rep)
			}
		}
		f.Anchors.raise(errors.New("forked"))
		for _, q := range queries {
			if rep, _ := f.bundled(t, trust.Accepting(receipt.Committed), "a", q); rep.Level != receipt.Committed || rep.Payloads.Opened == 0 {
				t.Errorf("%s: %s", q.Kind, rep)
			}
		}
		_, err := f.Bundle(t.Context(), "a", BundleQuery{Kind: receipt.BundleAbsence, Artifact: "erasure", From: from})
		if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "an operator") {
			t.Errorf("absence: %v", err)
		}
	})
}

// The alarm may come up while a bundle is planned.
func TestAlarmWhileABundleIsPlanned(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		from := f.clock.Now()
		f.now(t, 3)
		f.closeEpoch(t)
		// The next epoch finds that the root log was changed.
		if err := d.InTx(t.Context(), RootLog, func(tx *db.Tx) error {
			_, err := tx.Exec(context.Background(), `UPDATE log_state SET checkpoint = 'x' WHERE tenant_id = $1`, RootLog)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f.Anchors.root = nil
		to := f.now(t, 1)
		q := BundleQuery{Kind: receipt.BundleRange, From: from, To: to}
		rep, _ := f.bundled(t, trust.Accepting(receipt.Committed), "a", q)
		if f.Anchors.usable() == nil || rep.Level != receipt.Committed {
			t.Errorf("alarm %v: %s", f.Anchors.usable(), rep)
		}
	})
}
