package drift

import (
	"context"
	"sync/atomic"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

// TestWhatIsRefusedNeverReachesTheLogWriter: others' entries of the same batch
// would have to be written again.
func TestWhatIsRefusedNeverReachesTheLogWriter(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		var failed atomic.Int64
		f.Log.OnBatch = func(_ int, err error) {
			if err != nil {
				failed.Add(1)
			}
		}
		first := f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		pin := BaselineDraft{Source: directory.String(), Kind: Pinned, Name: "pin", Spec: BaselineSpec{Root: first.Root}, KeepLastRun: true}
		b, err := f.CreateBaseline(ctx, tenantA, pin, allow, by("pr_ann"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.CreateBaseline(ctx, tenantA, pin, allow, by("pr_ann"))
		f.refused("a name that is taken", err, fault.Conflict)
		_, err = f.SetRules(ctx, tenantA, "version: 1\nrules: []\ndefault: low\n", 3, by("pr_ann"))
		f.refused("rules of another version", err, fault.Conflict)
		row := f.list(Filter{})[0]
		_, err = f.Triage(ctx, tenantA, TriageRequest{Action: Acknowledge, IDs: []FindingID{row.ID}, Versions: map[FindingID]int64{row.ID: 9}}, by("pr_ann"))
		f.refused("a finding of another version", err, fault.Conflict)
		if n := failed.Load(); n != 0 {
			t.Errorf("%d batches of the log writer failed", n)
		}
		if _, err := f.EditBaseline(ctx, tenantA, b.ID, BaselineDraft{Note: "again", Spec: pin.Spec}, allow, by("pr_ann")); err != nil {
			t.Errorf("its own name: %v", err)
		}
	})
}
