package drift

import (
	"context"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory"
)

func (f *fixture) want(what string, got []string, want ...string) {
	f.t.Helper()
	if len(got) != len(want) {
		f.t.Fatalf("%s:\n %q, want\n %q", what, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			f.t.Fatalf("%s:\n %q, want\n %q", what, got, want)
		}
	}
}

// ranged is the sample with another range of a.
func ranged(cidr string) world { return sample().with("a", place{name: "Alpha", cidr: cidr}) }

func TestUnchangedIsSilent(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		for range 3 {
			f.see(sample())
			f.want("nothing changed", f.all())
		}
		list, _, err := f.Comparisons(context.Background(), tenantA, ComparisonFilter{}, "", 0)
		if err != nil || len(list) != 3 || !list[0].Done || list[0].Unchanged != 3 || list[0].Artifact < 0 || list[2].Before != "" || list[0].Before != list[1].Run {
			t.Errorf("comparisons %+v: %v", list, err)
		}
	})
}

func TestAcceptedValueIsAcceptedAlone(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24").with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true}))
		f.want("two changes", f.waiting(), "new changed a/ipRanges", "new changed b/isTrusted")
		a, b := f.list(Filter{ObjectID: "a"})[0], f.list(Filter{ObjectID: "b"})[0]
		f.do(Accept, a.ID)
		f.want("one decided on", f.waiting(), "new changed b/isTrusted")

		// Another value: alone and on top.
		other := ranged("10.8.0.0/24").with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true})
		f.see(other)
		f.want("another value", f.waiting(), "reopened changed a/ipRanges other_value", "new changed b/isTrusted")
		f.do(Acknowledge, b.ID)
		if again := f.only(); again.Reopens != a.ID {
			t.Errorf("it follows %q, want %q", again.Reopens, a.ID)
		}

		// The accepted value again: accepted still, whatever it comes from.
		f.see(ranged("10.9.0.0/24").with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true}))
		f.want("the accepted value again", f.waiting())
		f.want("and all in all", f.all(),
			"acknowledged changed b/isTrusted", "accepted changed a/ipRanges flap 1", "resolved changed a/ipRanges returned flap 1")
	})
}

func TestAcceptedValueThatGoesBackIsReopened(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.do(Accept, f.only().ID)
		f.see(sample())
		f.want("away from what was accepted", f.all(), "reopened changed a/ipRanges other_value", "resolved changed a/ipRanges returned flap 1")
		f.see(ranged("10.9.0.0/24"))
		f.want("and there again", f.all(), "accepted changed a/ipRanges flap 2", "resolved changed a/ipRanges returned flap 1")
	})
}

func TestChangeAndBackIsResolvedAndFlaps(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.see(sample())
		f.want("back", f.all(), "resolved changed a/ipRanges returned flap 1")
		f.see(ranged("10.9.0.0/24"))
		f.want("again", f.all(), "reopened changed a/ipRanges again flap 2")
		f.see(ranged("10.8.0.0/24"))
		f.want("on to another", f.all(), "new changed a/ipRanges", "resolved changed a/ipRanges superseded flap 2")
		f.see(sample())
		f.want("back at the beginning", f.all(), "resolved changed a/ipRanges returned flap 1", "resolved changed a/ipRanges superseded flap 2")
		for range 12 {
			f.see(sample())
		}
		f.see(ranged("10.9.0.0/24"))
		f.want("long after", f.waiting(), "reopened changed a/ipRanges again flap 2")
	})
}

func TestMutationOfAnotherFieldIsOneFinding(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.do(Accept, f.only().ID)
		f.see(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24", untrusted: true}))
		f.want("another field", f.all(), "new changed a/isTrusted", "accepted changed a/ipRanges")
		f.see(sample().with("a", place{name: "Alef", cidr: "10.9.0.0/24", untrusted: true}))
		f.want("its name", f.waiting(), "new changed a/isTrusted", "new metadata a/displayName")
	})
}

func TestRemovedObjectAndBack(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.do(Acknowledge, f.only().ID)
		drifted := ranged("10.9.0.0/24")
		f.see(drifted.without("a"))
		f.want("gone", f.all(), "new removed a", "resolved changed a/ipRanges object_gone")
		f.see(drifted)
		f.want("back as it was", f.all(), "acknowledged changed a/ipRanges", "resolved removed a returned flap 1")
		f.see(drifted.without("a"))
		f.see(sample())
		f.want("back with another value", f.waiting(), "new added a")
		f.see(sample().with("d", place{name: "Delta", cidr: "10.0.4.0/24"}))
		f.see(sample().with("d", place{name: "Delta", cidr: "10.0.4.0/24", untrusted: true}))
		f.want("an added one, changed", brief(f.list(Filter{ObjectID: "d", AnyState: true})), "new changed d/isTrusted", "new added d")
		f.see(sample())
		f.want("and gone", brief(f.list(Filter{ObjectID: "d", AnyState: true})), "resolved added d returned flap 1", "resolved changed d/isTrusted object_gone")
	})
}

func TestWhatCoverageDoesNotProveIsSilent(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		gone := ranged("10.9.0.0/24").without("b")
		for what, lines := range map[string]string{
			"a failed page":         `{"coverage":{"type":"` + locations + `","status":"partial","error":"page 2: 500"}}`,
			"a failed type":         `{"coverage":{"type":"` + locations + `","status":"failed","error":"403"}}`,
			"something unreadable":  `{"failed":{"place":"x.json","reason":"not JSON"}}`,
			"an unreadable of them": `{"failed":{"place":"NamedLocations/b.json","type":"` + locations + `","reason":"not JSON"}}`,
		} {
			f.see(gone, lines)
			f.want(what, f.all(), "new changed a/ipRanges")
			list, _, err := f.Comparisons(context.Background(), tenantA, ComparisonFilter{}, "", 1)
			if err != nil || list[0].Unknown != 1 || len(list[0].Unknowns) != 1 || list[0].Unknowns[0].IDs[0] != "b" {
				t.Errorf("%s: unknown %+v %v", what, list[0].Unknowns, err)
			}
		}
		// What happened meanwhile is found against the last complete run.
		f.see(gone)
		f.want("read completely", f.all(), "new removed b", "new changed a/ipRanges")
	})
}

func TestChangesSeenByPartialRuns(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		const partial = `{"coverage":{"type":"` + locations + `","status":"partial","error":"page 2: 500"}}`
		f.see(sample())
		first := f.see(sample())
		f.see(ranged("10.9.0.0/24"), partial)
		f.want("changed in a partial run", f.all(), "new changed a/ipRanges")
		f.see(ranged("10.9.0.0/24"), partial)
		f.want("still", f.all(), "new changed a/ipRanges")
		f.see(sample(), partial)
		f.want("back in a partial run", f.all(), "resolved changed a/ipRanges returned flap 1")
		f.see(ranged("10.9.0.0/24"), partial)
		f.see(ranged("10.8.0.0/24"))
		f.want("complete again", f.all(), "new changed a/ipRanges", "resolved changed a/ipRanges superseded flap 2")
		if r := f.only(); r.Before != first.ID {
			t.Errorf("the expected value was seen last in %s, want %s", r.Before, first.ID)
		}
		f.see(sample())
		f.want("back", f.waiting())
	})
}

// TestPartialRunsOverAnOpenFinding: the last complete run had an open finding, and
// what partial runs after it see is told against that run, again and again.
func TestPartialRunsOverAnOpenFinding(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		const partial = `{"coverage":{"type":"` + locations + `","status":"partial","error":"page 2: 500"}}`
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.do(Acknowledge, f.only().ID)
		for range 2 {
			f.see(sample(), partial)
			f.want("back", f.all(), "resolved changed a/ipRanges returned flap 1")
		}
		for range 2 {
			f.see(ranged("10.9.0.0/24"), partial)
			f.want("there again", f.all(), "acknowledged changed a/ipRanges flap 1")
		}
		for range 2 {
			f.see(ranged("10.8.0.0/24"), partial)
			f.want("another", f.all(), "reopened changed a/ipRanges other_value", "resolved changed a/ipRanges superseded flap 1")
		}
		f.see(ranged("10.9.0.0/24"), partial)
		f.want("and back to what was acknowledged", f.all(), "acknowledged changed a/ipRanges flap 1", "resolved changed a/ipRanges returned flap 1")
		f.see(ranged("10.9.0.0/24"))
		f.want("read completely", f.all(), "acknowledged changed a/ipRanges flap 1", "resolved changed a/ipRanges returned flap 1")
	})
}

func TestNarrowerRunsAndOtherScopes(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		filtered := inventory.Begin{Source: directory, Filters: map[string]string{"prefix": "x"}}
		f.seeAs(tenantA, filtered, ranged("10.9.0.0/24").without("b").lines())
		f.want("other filters", f.all())
		list, _, err := f.Comparisons(context.Background(), tenantA, ComparisonFilter{}, "", 1)
		if err != nil || list[0].Unknown == 0 || list[0].Unknowns[0].Reason != "scope" {
			t.Errorf("unknown %+v %v", list[0].Unknowns, err)
		}
		f.seeAs(tenantA, filtered, ranged("10.8.0.0/24").without("b").lines())
		f.want("the same filters again", f.all(), "new changed a/ipRanges")
		f.see(sample())
		f.want("without filters", f.all(), "new changed a/ipRanges")
		f.seeAs(tenantA, inventory.Begin{Source: directory, Types: []string{"identity/conditionalAccess/policies"}}, `{"folder":"ConditionalAccess"}`+"\n")
		f.want("of another type", f.all(), "new changed a/ipRanges")
		f.see(sample().without("c"))
		f.want("and as before", f.waiting(), "new removed c", "new changed a/ipRanges")
	})
}

func TestNormaliserChangeIsUnknown(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		old := f.see(sample())
		// The next run is of another normaliser than the base that is on record.
		ctx := context.Background()
		snap, err := f.Inventory.Snapshot(ctx, tenantA, old.Root)
		if err != nil {
			t.Fatal(err)
		}
		root := *snap.Root
		root.Coverage = append(root.Coverage[:0:0], root.Coverage...)
		for i := range root.Coverage {
			root.Coverage[i].Normaliser = "another"
		}
		seen := *snap
		seen.Root = &root
		next := *old
		next.ID, next.Seq = "run_another", old.Seq+1
		b, err := f.Active(ctx, tenantA, directory.String())
		if err != nil || len(b) != 1 {
			t.Fatal(b, err)
		}
		if err := f.compare(ctx, tenantA, &next, &seen, &b[0]); err != nil {
			t.Fatal(err)
		}
		f.want("nothing is claimed", f.all())
	})
}

func TestExpiredAcceptanceComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		id := f.only().ID
		f.do(Accept, id)
		if err := f.expire(ctx, tenantA); err != nil {
			t.Fatal(err)
		}
		f.want("before its end", f.waiting())
		f.clk.Advance(30 * 24 * time.Hour)
		for range 2 { // once is enough
			if err := f.expire(ctx, tenantA); err != nil {
				t.Fatal(err)
			}
		}
		f.want("after its end", f.all(), "reopened changed a/ipRanges acceptance_expired")
		_, events, err := f.Finding(ctx, tenantA, id)
		if err != nil || len(events) != 3 || events[2].Action != "expired" || events[2].By != "system" || events[2].Artifact < 0 {
			t.Errorf("events %+v: %v", events, err)
		}
		// An acceptance that is over counts for nothing.
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.want("the value again", f.waiting(), "reopened changed a/ipRanges again flap 2")
	})
}

func TestRevokedAcceptanceIsRevokedForTheValue(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		first := f.only().ID
		f.do(Accept, first)
		f.see(ranged("10.8.0.0/24"))
		f.do(Accept, f.only().ID)
		f.see(ranged("10.9.0.0/24")) // a finding of its own, from another value
		accepted := f.list(Filter{States: []State{Accepted}})
		f.want("accepted at once", brief(accepted), "accepted changed a/ipRanges")
		if accepted[0].ID == first {
			t.Fatal("the change from another value is another finding")
		}
		f.do(Reopen, accepted[0].ID)
		f.want("revoked", f.waiting(), "reopened changed a/ipRanges acceptance_revoked")
		f.see(sample())
		f.see(ranged("10.9.0.0/24"))
		f.want("no acceptance is left", f.waiting(), "reopened changed a/ipRanges again flap 1")
	})
}

func TestIDsAreEqualInTwoStores(t *testing.T) {
	t.Parallel()
	one := func(t *testing.T, f *fixture) (out []string) {
		f.see(sample())
		f.see(ranged("10.9.0.0/24").without("b").with("d", place{name: "Delta", cidr: "10.0.4.0/24"}))
		for _, r := range f.list(Filter{}) {
			out = append(out, string(r.ID)+" "+r.Group)
		}
		return out
	}
	var seen [][]string
	for _, name := range []string{"one", "other"} {
		t.Run(name, func(t *testing.T) {
			f := liteFixture(t)
			seen = append(seen, one(t, f))
		})
	}
	if len(seen) != 2 || len(seen[0]) != 3 {
		t.Fatal(seen)
	}
	for i := range seen[0] {
		if seen[0][i] != seen[1][i] {
			t.Errorf("%s, in another store %s", seen[0][i], seen[1][i])
		}
	}
}

// rows reads all that drift holds of a tenant, as text.
func (f *fixture) rows(tenant domain.TenantID) []string {
	f.t.Helper()
	return f.texts(tenant,
		"SELECT finding_id || ' ' || state || ' ' || reason || ' ' || version || ' ' || flap || ' ' || run_id FROM drift_finding WHERE tenant_id = $1 ORDER BY finding_id",
		"SELECT finding_id || ' ' || version || ' ' || action || ' ' || state FROM drift_event WHERE tenant_id = $1 ORDER BY finding_id, version",
		"SELECT comparison_id || ' ' || state || ' ' || done || ' ' || found_new || ' ' || found_reopened || ' ' || found_resolved || ' ' || artifact FROM drift_comparison WHERE tenant_id = $1 ORDER BY comparison_id",
		"SELECT type || ' ' || run_id || ' ' || complete FROM drift_base WHERE tenant_id = $1 ORDER BY type",
	)
}
