package drift

import (
	"context"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// renamed gives a world's objects other IDs, as another tenant has them.
func (w world) renamed() world {
	out := world{}
	for id, p := range w {
		out["other-"+id] = p
	}
	return out
}

func (f *fixture) golden(w world) {
	f.t.Helper()
	f.seeAs(tenantB, inventory.Begin{Source: directory}, w.renamed().lines())
}

func TestAGoldenTenantIsWhatCounts(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.neighbours()
		f.golden(sample())
		f.see(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"}).without("c").with("d", place{name: "Delta", cidr: "10.8.0.0/24"}))
		b := f.create(BaselineDraft{Kind: Golden, Name: "golden", Spec: BaselineSpec{Tenant: tenantB}})
		if b.Spec.TenantSource != "directory/default" {
			t.Errorf("%+v", b.Spec)
		}
		// It is compared with what is there, at once.
		if got := brief(f.list(Filter{Baseline: b.ID})); len(got) != 3 {
			t.Fatalf("%v", got)
		}
		kinds := map[diff.Kind]string{}
		for _, r := range f.list(Filter{Baseline: b.ID}) {
			kinds[r.Kind] = r.Change.ID
		}
		if d := cmp.Diff(map[diff.Kind]string{diff.Added: "d", diff.Changed: "a", diff.Removed: "name:Gamma"}, kinds); d != "" {
			t.Error(d)
		}
		for _, r := range f.list(Filter{Kinds: []diff.Kind{diff.Removed}}) {
			full, _, err := f.Finding(context.Background(), tenantA, r.ID)
			if err != nil || len(full.From) == 0 {
				t.Errorf("what is missing has no content: %+v, %v", full, err)
			}
		}
		// It comes as it should be.
		f.see(sample())
		if left := f.list(Filter{}); len(left) != 0 {
			t.Errorf("still there: %v", brief(left))
		}
		// The golden tenant moves on: what it has is expected here.
		f.golden(sample().with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true}))
		f.see(sample())
		if row := f.only(); row.Change.ID != "b" || row.Path != "/isTrusted" || string(row.From) != "false" || string(row.To) != "true" {
			t.Errorf("%+v", row)
		}
	})
}

func TestAmbiguousNamesAreLeftOut(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.neighbours()
		f.golden(sample())
		b := f.create(BaselineDraft{Kind: Golden, Name: "golden", Spec: BaselineSpec{Tenant: tenantB}})
		f.see(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"}))
		if got := len(f.list(Filter{Baseline: b.ID})); got != 1 {
			t.Fatalf("%d findings", got)
		}
		f.see(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"}).with("a2", place{name: "Alpha", cidr: "10.0.0.0/24"}))
		if row := f.only(); row.Change.ID != "a" || !row.Unverified {
			t.Errorf("nobody can say which Alpha is meant: %+v", row)
		}
		got, err := f.CompareTenants(context.Background(), SnapshotRef{Tenant: tenantB}, SnapshotRef{Tenant: tenantA}, CompareOptions{}, everywhere)
		if err != nil {
			t.Fatal(err)
		}
		sorted := cmpopts.SortSlices(func(x, y string) bool { return x < y })
		if d := cmp.Diff([]AmbiguousName{{Type: locations, Name: "Alpha", InA: 1, InB: 2, IDsInA: []string{"other-a"}, IDsInB: []string{"a", "a2"}}}, got.Ambiguous, sorted); d != "" || got.Unchanged != 2 || len(got.Changes) != 0 || got.Counts.Unknown != 1 {
			t.Errorf("%+v %s", got, d)
		}
	})
}

func TestTenantsAreComparedWithinTheOrganisationAlone(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.neighbours()
		ctx := context.Background()
		here := f.see(sample())
		f.golden(sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"}).with("d", place{name: "Delta", cidr: "10.8.0.0/24"}))
		f.seeAs(tenantX, inventory.Begin{Source: directory}, sample().lines())
		compare := func(a, b SnapshotRef, may Access) (*TenantComparison, error) {
			return f.CompareTenants(ctx, a, b, CompareOptions{}, may)
		}
		a, b, x := SnapshotRef{Tenant: tenantA}, SnapshotRef{Tenant: tenantB}, SnapshotRef{Tenant: tenantX}
		for what, c := range map[string]struct {
			a, b SnapshotRef
			may  Access
			want fault.Code
		}{
			"nobody allows it":             {a, b, nil, fault.Forbidden},
			"only one may be seen":         {a, b, onlyIn(tenantA), fault.Forbidden},
			"only the other may be seen":   {a, b, onlyIn(tenantB), fault.Forbidden},
			"another organisation":         {a, x, everywhere, fault.NotFound},
			"another organisation, first":  {x, a, everywhere, fault.NotFound},
			"a tenant that is none":        {a, SnapshotRef{Tenant: "tn_none"}, everywhere, fault.NotFound},
			"another tenant's snapshot":    {a, SnapshotRef{Tenant: tenantB, Root: here.Root}, everywhere, fault.NotFound},
			"a source that is none":        {a, SnapshotRef{Tenant: tenantB, Source: "directory/none"}, everywhere, fault.NotFound},
			"a snapshot that can't be any": {a, SnapshotRef{Tenant: tenantB, Root: "x"}, everywhere, fault.Invalid},
		} {
			_, err := compare(c.a, c.b, c.may)
			f.refused(what, err, c.want)
		}
		got, err := compare(a, b, onlyIn(tenantA, tenantB))
		if err != nil {
			t.Fatal(err)
		}
		if got.A.Root != here.Root || got.B.Source != "directory/default" || got.Added != 1 || got.Changed != 1 || got.Unchanged != 2 || got.Removed != 0 {
			t.Errorf("%+v", got)
		}
		ids := map[diff.Kind][2]string{}
		for _, c := range got.Changes {
			ids[c.Kind] = [2]string{c.IDInA, c.IDInB}
		}
		if d := cmp.Diff(map[diff.Kind][2]string{diff.Added: {"", "other-d"}, diff.Changed: {"a", "other-a"}}, ids); d != "" {
			t.Error(d)
		}
		none, err := f.CompareTenants(ctx, a, b, CompareOptions{Types: []string{"groups"}}, everywhere)
		if err != nil || len(none.Changes) != 0 || none.Unchanged != 0 {
			t.Errorf("%+v, %v", none, err)
		}
	})
}

// The row of a baseline is changed under the service's hands.
func TestAGoldenBaselineOfAnotherOrganisationGivesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.neighbours()
		f.golden(sample())
		f.seeAs(tenantX, inventory.Begin{Source: directory}, sample().with("s", place{name: "Secret", cidr: "10.7.0.0/24"}).lines())
		b := f.create(BaselineDraft{Kind: Golden, Name: "golden", Spec: BaselineSpec{Tenant: tenantB}})
		b.Spec.Tenant = tenantX
		run := f.see(sample())
		seen, err := f.Inventory.Snapshot(context.Background(), tenantA, run.Root)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Expected(context.Background(), tenantA, b, seen, diff.Options{}, refusing{t})
		f.refused("a golden tenant of another organisation", err, fault.NotFound)
	})
}

// refusing takes nothing.
type refusing struct{ t testing.TB }

func (r refusing) Change(c diff.Change) error { r.t.Errorf("change %+v", c); return nil }

func (r refusing) Unknown(u diff.Unknown) error { r.t.Errorf("unknown %+v", u); return nil }
