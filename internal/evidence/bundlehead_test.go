package evidence

import (
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

// now puts n decisions at the present time and gives the time after them.
func (f *fixture) now(t testing.TB, n int) domain.Micros {
	t.Helper()
	for range n {
		f.put(t, timed("a", kindDecision, f.clock.Now(), "192.0.2.1"))
	}
	return f.clock.Now() + 1
}

func TestBundleOfATime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		f.now(t, 5)
		f.closeEpoch(t)
		t1 := f.clock.Now()
		t2 := f.now(t, 7)
		f.now(t, 3)
		f.closeEpoch(t)
		f.now(t, 2)
		f.closeEpoch(t)
		q := BundleQuery{Kind: receipt.BundleRange, From: t1, To: t2}
		rep, _ := f.bundled(t, trust, "a", q)
		if rep.First != 6 || rep.Last != 15 || rep.Payloads.Opened != 8 || rep.Payloads.HeaderOnly != 3 || !strings.Contains(rep.Complete, "all that the log took in between epoch") {
			t.Errorf("range: %s", rep)
		}
		// A leaf that stands late although its time is early belongs to the range too.
		f.put(t, timed("a", kindDecision, t1+1, "192.0.2.1"))
		rep, _ = f.bundled(t, trust, "a", q)
		if rep.Level != receipt.Anchored || rep.Last != 18 || rep.Payloads.Opened != 9 || rep.StartEpoch == nil {
			t.Errorf("range with a late leaf: %s", rep)
		}
		for name, q := range map[string]BundleQuery{
			"empty":     {Kind: receipt.BundleRange, From: 5, To: 6},
			"backwards": {Kind: receipt.BundleRange, From: t2, To: t1},
			"no kind":   {Kind: "all"},
			"future":    {Kind: receipt.BundleAbsence, Artifact: "erasure", From: t1, To: f.clock.Now() + 1e9},
			"no name":   {Kind: receipt.BundleAbsence, From: t1, To: t2},
			"a word":    {Kind: receipt.BundleAbsence, Artifact: "decisions", From: t1, To: t2},
			"bad name":  {Kind: receipt.BundleAbsence, Artifact: "A b", From: t1, To: t2},
			"present":   {Kind: receipt.BundleAbsence, Artifact: kindDecision, From: t1, To: t2},
		} {
			want := fault.Invalid
			switch name {
			case "empty":
				want = fault.NotFound
			case "present":
				want = fault.Conflict
			}
			if _, err := f.Bundle(t.Context(), "a", q); fault.CodeOf(err) != want {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAbsenceIsShownBetweenEpochs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f, trust := anchored(t, d)
		f.now(t, 3)
		f.closeEpoch(t)
		from := f.clock.Now()
		f.now(t, 4)
		q := BundleQuery{Kind: receipt.BundleAbsence, Artifact: "erasure", From: from}
		rep, _ := f.bundled(t, trust, "a", q) // until now: it closes the epoch itself
		if rep.First != 4 || rep.Last != 7 || rep.Payloads.HeaderOnly != 4 || !strings.Contains(rep.Complete, `no "erasure" is among entries 4 to 7`) {
			t.Errorf("absence: %s", rep)
		}
		// Before the first epoch there is the log's own beginning.
		rep, _ = f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleAbsence, Artifact: "erasure", From: 5})
		if rep.First != 0 || rep.Last != 7 || rep.StartEpoch != nil || !strings.Contains(rep.Complete, "from its first entry up to epoch") {
			t.Errorf("absence from the beginning: %s", rep)
		}
		// The log rests while other logs, and then nobody's, grow.
		rest := f.clock.Now()
		f.add(t, "b", 1)
		f.closeEpoch(t)
		for range 3 {
			rep, _ = f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleAbsence, Artifact: "erasure", From: rest})
			if rep.Entries != 1 || rep.First != 8 || rep.Last != 7 {
				t.Errorf("absence at rest: %s", rep)
			}
			rest = f.clock.Now()
		}
		if _, err := f.disposal().Erase(t.Context(), "a", ipSubject("192.0.2.1"), "case 1", Actor{}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Bundle(t.Context(), "a", q); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("an erasure is not absent: %v", err)
		}
		// The root log that such epochs grew is found whole by the next start.
		f.stop()
		f.start(t)
		if err := f.Anchors.Open(t.Context()); err != nil || f.Anchors.Healthy() != nil {
			t.Fatalf("restart: %v, %v", err, f.Anchors.Healthy())
		}
		f.closeEpoch(t)
		if rep, _ := f.bundled(t, trust, "a", BundleQuery{Kind: receipt.BundleTenant}); rep.Level != receipt.Anchored {
			t.Errorf("after the restart: %s", rep)
		}
	})
}

func TestBundlesAreWitnessed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFixture(t, d)
		policy := f.policyFor(t, "1", f.witness(t))
		if err := f.watch(t, policy); err != nil {
			t.Fatal(err)
		}
		f.now(t, 3)
		f.closeEpoch(t)
		f.round(t)
		from := f.clock.Now()
		to := f.now(t, 5)
		f.closeEpoch(t)
		f.round(t)
		for _, q := range []BundleQuery{
			{Kind: receipt.BundleDecision, Index: 5},
			{Kind: receipt.BundleSubject, Subject: ipSubject("192.0.2.1")},
			{Kind: receipt.BundleRange, From: from, To: to},
			{Kind: receipt.BundleTenant},
			{Kind: receipt.BundleAbsence, Artifact: "break_glass", From: from, To: to},
		} {
			if q.Kind == receipt.BundleAbsence {
				if _, err := f.Bundle(t.Context(), "a", q); err != nil { // closes an epoch
					t.Fatal(err)
				}
				f.round(t)
			}
			rep, _ := f.bundled(t, policy.Trust(), "a", q)
			if rep.Level != receipt.Witnessed || len(rep.Witnesses) != 1 || !rep.Pinned {
				t.Errorf("%s: %s", q.Kind, rep)
			}
		}
	})
}
