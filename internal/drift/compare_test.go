package drift

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"

	"github.com/google/go-cmp/cmp"
)

// stages are three observations with every kind of step between them.
func stages(n int) []world {
	first, second := many(n, 1), many(n, 2)
	third := world{}
	for i := range n {
		id := fmt.Sprintf("id-%04d", i)
		switch i % 4 {
		case 0:
			third[id] = first[id] // back
		case 1:
			third[id] = place{name: "Other", cidr: "10.77.0.0/24"} // on, twice
		case 2: // gone
		default:
			third[id] = second[id]
		}
	}
	return []world{first, second, third}
}

// outline says what findings and their histories are, but for the runs' names.
func (f *fixture) outline() []string {
	f.t.Helper()
	return f.texts(tenantA,
		"SELECT finding_id || ' ' || state || ' ' || reason || ' ' || version || ' ' || flap || ' ' || run_seq FROM drift_finding WHERE tenant_id = $1 ORDER BY finding_id",
		"SELECT finding_id || ' ' || version || ' ' || action || ' ' || state FROM drift_event WHERE tenant_id = $1 ORDER BY finding_id, version",
		"SELECT run_seq || ' ' || state || ' ' || counts || ' ' || found_new || ' ' || found_reopened || ' ' || found_resolved || ' ' || findings_root FROM drift_comparison WHERE tenant_id = $1 ORDER BY run_seq",
		"SELECT type || ' ' || run_seq || ' ' || complete FROM drift_base WHERE tenant_id = $1 ORDER BY type",
	)
}

// tripClock calls a function when it has been read so many times: what reads it
// is the beginning of each transaction.
type tripClock struct {
	*clock.Fake
	left atomic.Int64
	trip atomic.Pointer[context.CancelFunc]
}

func (c *tripClock) Now() domain.Micros {
	if c.left.Add(-1) == 0 {
		if stop := c.trip.Load(); stop != nil {
			(*stop)()
		}
	}
	return c.Fake.Now()
}

// TestBrokenOffComparisonsGoOn breaks comparisons off at one transaction after
// the other, and ends with the rows of a store where nothing happened.
func TestBrokenOffComparisonsGoOn(t *testing.T) {
	t.Parallel()
	const n = 120
	calm := liteFixture(t)
	for _, w := range stages(n) {
		calm.see(w)
	}
	for _, engine := range dbtest.Engines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			fake := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			fake.Rand = rand.Reader
			trip := &tripClock{Fake: fake}
			f := newFixture(t, engine.Open(t, trip), fake)
			f.Inventory.AfterClose = nil
			crashes := 0
			for _, w := range stages(n) {
				run := f.see(w)
				for step := int64(1); ; step++ {
					ctx, stop := context.WithCancel(context.Background())
					trip.trip.Store(&stop)
					trip.left.Store(step)
					err := f.CompareRun(ctx, tenantA, run)
					stop()
					if err == nil {
						break
					}
					if crashes++; !errors.Is(err, context.Canceled) || crashes > 500 {
						t.Fatal(err)
					}
				}
			}
			if crashes < 20 {
				t.Errorf("only %d crashes", crashes)
			}
			if d := cmp.Diff(calm.outline(), f.outline()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTheSameComparisonTwiceIsOne(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		var runs []*inventory.Run
		for _, w := range stages(20) {
			runs = append(runs, f.see(w))
		}
		before := f.rows(tenantA)
		for _, r := range runs { // in any order, also behind the last
			if err := f.CompareRun(context.Background(), tenantA, r); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(before, f.rows(tenantA)); d != "" {
			t.Error(d)
		}
		open := *runs[0]
		open.State = inventory.Open
		f.refused("an open run", f.CompareRun(context.Background(), tenantA, &open), fault.Conflict)
	})
}

// TestTriageWhileComparing: neither loses what the other does.
func TestTriageWhileComparing(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		const n = 300
		ctx := context.Background()
		all := stages(n)
		f.see(all[0])
		f.see(all[1])
		var wg sync.WaitGroup
		stop := make(chan struct{})
		for i := range 3 {
			wg.Go(func() {
				for k := 0; ; k++ {
					select {
					case <-stop:
						return
					default:
					}
					rows, _, err := f.Findings(ctx, []domain.TenantID{tenantA}, Filter{AnyState: true}, "", 40)
					if err != nil {
						t.Error(err)
						return
					}
					r := TriageRequest{Action: Comment, Note: "c"}
					for _, row := range rows {
						r.IDs = append(r.IDs, row.ID)
					}
					if _, err := f.Triage(ctx, tenantA, r, by(fmt.Sprint("pr_", i))); err != nil && fault.CodeOf(err) != fault.Conflict {
						t.Error(err)
						return
					}
				}
			})
		}
		f.see(all[2])
		close(stop)
		wg.Wait()
		states := map[State]int{}
		for _, r := range f.list(Filter{AnyState: true}) {
			states[r.State]++
			_, events, err := f.Finding(ctx, tenantA, r.ID)
			if err != nil || events[len(events)-1].Version != r.Version {
				t.Fatalf("%s has version %d, its history %+v: %v", r.ID, r.Version, events, err)
			}
		}
		if states[New] != n/4*4 || states[Resolved] != n/4*3 {
			t.Errorf("%v", states)
		}
	})
}

// wantSet is want in the order of the alphabet.
func (f *fixture) wantSet(what string, got []string, want ...string) {
	f.t.Helper()
	slices.Sort(got)
	f.want(what, got, want...)
}

func TestFixedBaselines(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		first := f.see(sample())
		b, err := f.CreateBaseline(ctx, tenantA, BaselineDraft{Source: directory.String(), Kind: Pinned, Name: "as it was", Spec: BaselineSpec{Root: first.Root}}, allow, by("pr_ann"))
		if err != nil {
			t.Fatal(err)
		}
		drifted := ranged("10.9.0.0/24").without("b").with("d", place{name: "Delta", cidr: "10.0.4.0/24"})
		f.see(drifted)
		f.wantSet("drift", f.waiting(), "new added d", "new changed a/ipRanges", "new removed b")
		f.see(drifted)
		f.wantSet("still", f.waiting(), "new added d", "new changed a/ipRanges", "new removed b")
		f.see(drifted, `{"coverage":{"type":"`+locations+`","status":"partial","error":"page 2"}}`)
		f.wantSet("in part", f.waiting(), "new added d", "new changed a/ipRanges", "new removed b unverified")
		f.see(drifted.without("d"), `{"coverage":{"type":"`+locations+`","status":"failed","error":"403"}}`)
		f.wantSet("not at all", f.waiting(), "new added d unverified", "new changed a/ipRanges", "new removed b unverified")
		twice := `{"place":"NamedLocations/x.json","object":{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"a","displayName":"Alpha","isTrusted":true,"ipRanges":[]}}`
		f.see(drifted, twice)
		f.wantSet("two that claim to be a", f.waiting(), "new added d", "new changed a/ipRanges unverified", "new removed b")
		f.see(sample())
		f.want("as expected", f.waiting())
		f.see(drifted)
		f.wantSet("again", f.waiting(), "reopened added d again flap 2", "reopened changed a/ipRanges again flap 2", "reopened removed b again flap 2")

		// Another version of the baseline expects what is there.
		now := f.see(drifted)
		if _, err := f.EditBaseline(ctx, tenantA, b.ID, BaselineDraft{Spec: BaselineSpec{Root: now.Root}, If: b.Version}, allow, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		if err := f.CompareRun(ctx, tenantA, now); err != nil {
			t.Fatal(err)
		}
		for _, text := range f.all() {
			if !strings.Contains(text, "resolved") || !strings.Contains(text, "baseline") {
				t.Errorf("%s: want resolved by the baseline", text)
			}
		}
	})
}

func TestFindingsOfABaselineThatIsOff(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		first := f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		last := f.only()
		f.do(Acknowledge, last.ID)
		draft := BaselineDraft{Source: directory.String(), Kind: Pinned, Name: "as it was", Spec: BaselineSpec{Root: first.Root}}
		if _, err := f.CreateBaseline(context.Background(), tenantA, draft, allow, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		f.see(ranged("10.9.0.0/24"))
		f.want("the new one's, and no other", f.all(), "new changed a/ipRanges", "resolved changed a/ipRanges baseline")
		_, events, err := f.Finding(context.Background(), tenantA, last.ID)
		if err != nil || len(events) != 3 || events[2].By != "system" || events[2].Artifact < 0 {
			t.Errorf("%+v %v", events, err)
		}
	})
}

func allow(context.Context, domain.TenantID) error { return nil }

// TestAComparisonThatCannotBeMadeIsTold: it is no comparison that found nothing.
func TestAComparisonThatCannotBeMadeIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.seeAs(tenantB, directoryOf(), sample().lines())
		f.see(sample())
		draft := BaselineDraft{Source: directory.String(), Kind: Golden, Name: "golden", Spec: BaselineSpec{Tenant: tenantB, TenantSource: directory.String()}}
		b, err := f.CreateBaseline(ctx, tenantA, draft, allow, by("pr_ann"))
		if err != nil {
			t.Fatal(err)
		}
		var told []error
		f.OnError = func(_ domain.TenantID, err error) { told = append(told, err) }
		f.OrgFunc = func(id domain.TenantID) (domain.OrgID, error) { return domain.OrgID(id), nil }
		run := f.see(ranged("10.9.0.0/24"))
		if err := f.CompareRun(ctx, tenantA, run); err != nil {
			t.Fatal(err)
		}
		list, _, err := f.Comparisons(ctx, tenantA, ComparisonFilter{Baseline: b.ID}, "", 1)
		if err != nil || list[0].Done || list[0].Error == "" {
			t.Errorf("%+v: %v", list, err)
		}
		audit, _, err := evidence.NewAuditStore(f.db).List(ctx, tenantA, evidence.AuditFilter{Target: string(run.ID)}, "", 50)
		failed := 0
		for _, e := range audit {
			if e.Action == "drift.compare" && e.Detail["failed"] != "" {
				failed++
			}
		}
		if err != nil || failed != 1 || len(told) != 2 || !strings.Contains(told[0].Error(), string(run.ID)) {
			t.Errorf("told %v, audit %+v: %v", told, audit, err)
		}
	})
}
