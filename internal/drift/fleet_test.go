package drift

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"

	"github.com/google/go-cmp/cmp"
)

// fleet are tenants in which the same change is made: the range of Alpha. Some
// have another one, which is a group of its own.
func (f *fixture) fleet() []domain.TenantID {
	f.t.Helper()
	tenants := []domain.TenantID{tenantA, tenantB, "tn_c", "tn_d"}
	f.neighbours(tenants[2:]...)
	for _, t := range tenants {
		f.seeAs(t, inventory.Begin{Source: directory}, sample().lines())
		after := sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"})
		if t == tenantB {
			after = after.with("b", place{name: "Beta", cidr: "10.0.1.0/24", untrusted: true})
		}
		f.seeAs(t, inventory.Begin{Source: directory}, after.lines())
	}
	return tenants
}

func (f *fixture) groups(tenants []domain.TenantID, filter GroupFilter) []Group {
	f.t.Helper()
	var out []Group
	cursor := ""
	for {
		items, next, err := f.Groups(context.Background(), tenants, filter, cursor, 1)
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, items...)
		if cursor = next; cursor == "" {
			return out
		}
	}
}

func TestTheSameChangeInManyTenantsIsOneGroup(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		tenants := f.fleet()
		got := f.groups(tenants, GroupFilter{})
		if len(got) != 2 {
			t.Fatalf("%+v", got)
		}
		slices.SortFunc(got, func(x, y Group) int { return y.Tenants - x.Tenants })
		many, one := got[0], got[1]
		if many.Tenants != 4 || many.Findings != 4 || one.Tenants != 1 || one.Sample.Tenant != tenantB || many.Key == one.Key {
			t.Errorf("%+v\n%+v", many, one)
		}
		if d := cmp.Diff(map[State]int{New: 4}, many.States); d != "" {
			t.Error(d)
		}
		if many.Sample.Change.ID != "a" || many.Sample.Group != many.Key || many.Severity != many.Sample.Severity {
			t.Errorf("%+v", many.Sample)
		}
		if span := many.LastSeen - many.FirstSeen; span < domain.Micros(time.Hour/time.Microsecond) {
			t.Errorf("seen from %d to %d", many.FirstSeen, many.LastSeen)
		}
		// Who sees fewer tenants sees their part.
		if part := f.groups(tenants[:2], GroupFilter{Keys: []string{many.Key}}); len(part) != 1 || part[0].Tenants != 2 {
			t.Errorf("%+v", part)
		}
		if none := f.groups([]domain.TenantID{tenantX}, GroupFilter{}); len(none) != 0 {
			t.Errorf("another organisation sees %+v", none)
		}
		for what, c := range map[string]struct {
			filter GroupFilter
			want   int
		}{
			"denied ones":           {GroupFilter{States: []State{Denied}}, 0},
			"of that type":          {GroupFilter{Types: []string{locations}}, 2},
			"of another type":       {GroupFilter{Types: []string{"groups"}}, 0},
			"of that severity":      {GroupFilter{Severities: []diff.Severity{many.Severity}, Keys: []string{many.Key}}, 1},
			"of no finding's grade": {GroupFilter{Severities: []diff.Severity{diff.Informational}}, 0},
		} {
			if n := len(f.groups(tenants, c.filter)); n != c.want {
				t.Errorf("%s: %d groups, want %d", what, n, c.want)
			}
		}
		_, _, err := f.Groups(context.Background(), tenants, GroupFilter{States: []State{"odd"}}, "", 0)
		f.refused("an odd state", err, fault.Invalid)
		_, _, err = f.Groups(context.Background(), tenants, GroupFilter{}, "odd", 0)
		f.refused("an odd cursor", err, fault.Invalid)
		_, err = f.GroupTenants(context.Background(), tenants, "none")
		f.refused("a group that is none", err, fault.NotFound)
	})
}

// where says what states a group has in tenants.
func (f *fixture) where(tenants []domain.TenantID, key string) []string {
	f.t.Helper()
	parts, err := f.GroupTenants(context.Background(), tenants, key)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, p := range parts {
		for st, n := range p.States {
			out = append(out, fmt.Sprint(p.Tenant, " ", st, " ", n))
		}
	}
	slices.Sort(out)
	return out
}

func TestOneTriageForAGroupWithExceptions(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		tenants := f.fleet()
		groups := f.groups(tenants, GroupFilter{})
		key := groups[slices.IndexFunc(groups, func(g Group) bool { return g.Tenants == 4 })].Key
		inB := f.listOf(tenantB, Filter{Group: key})[0]
		accept := TriageRequest{Action: Accept, Until: f.clk.Now() + domain.Micros(30*24*time.Hour/time.Microsecond), Note: "planned"}
		got, err := f.GroupTriage(ctx, append(tenants, tenants[0]), key, accept,
			GroupExceptions{Tenants: []domain.TenantID{"tn_d"}, Findings: []FindingID{inB.ID}}, onlyIn(tenantA, tenantB, "tn_d"), by("pr_ann"))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Done) != 1 || got.Done[0].Tenant != tenantA || got.Done[0].Findings != 1 || len(got.Done[0].Artifacts) != 1 {
			t.Errorf("done: %+v", got.Done)
		}
		if len(got.Kept) != 2 || got.Kept[0].Finding != inB.ID || got.Kept[1].Tenant != "tn_d" || got.Kept[1].State != New {
			t.Errorf("kept: %+v", got.Kept)
		}
		if len(got.Failed) != 1 || got.Failed[0].Tenant != "tn_c" || fault.CodeOf(got.Failed[0].Err) != fault.Forbidden {
			t.Errorf("failed: %+v", got.Failed)
		}
		if d := cmp.Diff([]string{"tn_a accepted 1", "tn_b new 1", "tn_c new 1", "tn_d new 1"}, f.where(tenants, key)); d != "" {
			t.Error(d)
		}
		if o := got.Done[0].Objects; len(o) != 1 || o[0].ID == "" || o[0].Was != New || o[0].Now != Accepted {
			t.Errorf("objects: %+v", o)
		}
		// Again, by somebody who may: what is accepted stays so, the rest follows.
		got, err = f.GroupTriage(ctx, tenants, key, TriageRequest{Action: Acknowledge}, GroupExceptions{}, everywhere, by("pr_bob"))
		if err != nil || len(got.Done) != 3 || got.Skipped != 1 || len(got.Failed)+len(got.Kept) != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		if d := cmp.Diff([]string{"tn_a accepted 1", "tn_b acknowledged 1", "tn_c acknowledged 1", "tn_d acknowledged 1"}, f.where(tenants, key)); d != "" {
			t.Error(d)
		}
		// Each tenant has its own evidence.
		for _, tenant := range tenants {
			full, history, err := f.Finding(ctx, tenant, f.listOf(tenant, Filter{Group: key, AnyState: true})[0].ID)
			if err != nil || history[len(history)-1].Artifact < 0 || full.Group != key {
				t.Errorf("%s: %+v, %v", tenant, history, err)
			}
		}
	})
}

func TestGroupTriageIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		tenants := f.fleet()
		key := f.groups(tenants, GroupFilter{})[0].Key
		ack := TriageRequest{Action: Acknowledge}
		_, err := f.GroupTriage(ctx, tenants, key, ack, GroupExceptions{}, nil, by("pr_ann"))
		f.refused("nobody allows it", err, fault.Forbidden)
		_, err = f.GroupTriage(ctx, tenants, "", ack, GroupExceptions{}, everywhere, by("pr_ann"))
		f.refused("no group", err, fault.Invalid)
		_, err = f.GroupTriage(ctx, nil, key, ack, GroupExceptions{}, everywhere, by("pr_ann"))
		f.refused("no tenants", err, fault.Invalid)
		_, err = f.GroupTriage(ctx, tenants, key, TriageRequest{Action: Acknowledge, IDs: []FindingID{"fnd_1"}}, GroupExceptions{}, everywhere, by("pr_ann"))
		f.refused("findings by name", err, fault.Invalid)
		_, err = f.GroupTriage(ctx, tenants, "0000", ack, GroupExceptions{}, everywhere, by("pr_ann"))
		f.refused("a group that is none", err, fault.NotFound)
		_, err = f.GroupTriage(ctx, []domain.TenantID{tenantX}, key, ack, GroupExceptions{}, everywhere, by("pr_ann"))
		f.refused("a group of another organisation", err, fault.NotFound)
		// What is wrong with the act itself is every tenant's failure.
		got, err := f.GroupTriage(ctx, tenants, key, TriageRequest{Action: Accept}, GroupExceptions{}, everywhere, by("pr_ann"))
		if err == nil && (len(got.Done) != 0 || len(got.Failed) == 0) {
			t.Errorf("an acceptance without an end: %+v", got)
		}
		if d := cmp.Diff(0, len(f.groups(tenants, GroupFilter{States: []State{Acknowledged, Accepted}}))); d != "" {
			t.Error("refused acts left something")
		}
	})
}

// An exception that fits nothing would decide on just what was to be left alone.
func TestAnExceptionThatFitsNothingRefusesTheWhole(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		tenants := f.fleet()
		groups := f.groups(tenants, GroupFilter{})
		key := groups[slices.IndexFunc(groups, func(g Group) bool { return g.Tenants == 4 })].Key
		id := f.listOf(tenantB, Filter{Group: key})[0].ID
		other := groups[slices.IndexFunc(groups, func(g Group) bool { return g.Key != key })].Sample.ID
		for name, except := range map[string]GroupExceptions{
			"a short ID":              {Findings: []FindingID{id[:12]}},
			"a name for a tenant":     {Tenants: []domain.TenantID{"default"}},
			"an unknown tenant":       {Tenants: []domain.TenantID{"tn_none"}},
			"one right, one wrong":    {Findings: []FindingID{id, "fnd_0"}},
			"a name for a finding":    {Findings: []FindingID{"default"}},
			"another group's finding": {Findings: []FindingID{other}},
		} {
			_, err := f.GroupTriage(ctx, tenants, key, TriageRequest{Action: Acknowledge}, except, everywhere, by("pr_ann"))
			f.refused(name, err, fault.Invalid)
		}
		_, err := f.GroupTriage(ctx, []domain.TenantID{tenantA}, key, TriageRequest{Action: Acknowledge}, GroupExceptions{Tenants: []domain.TenantID{tenantB}}, everywhere, by("pr_ann"))
		f.refused("a tenant that is not asked about", err, fault.Invalid)
		_, err = f.Triage(ctx, tenantA, TriageRequest{Action: Acknowledge, Filter: &Filter{}, Except: []FindingID{"fnd_0"}}, by("pr_ann"))
		f.refused("an exception of a filter", err, fault.Invalid)
		if n := len(f.groups(tenants, GroupFilter{States: []State{Acknowledged}})); n != 0 {
			t.Errorf("%d groups were changed", n)
		}
	})
}
