package graph

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/samples"
	"frostgate.io/frostgate/internal/testdata"

	"github.com/google/go-cmp/cmp"
)

// breakGlass is the group that the real baseline spares in nearly every policy.
const breakGlass = "2802b872-ccfb-4b29-a9a9-459808dfb11b"

func realTenant(t testing.TB, version string) string {
	return filepath.Join(testdata.Dir(t), "drift", "ca-baseline-j0eyv", version)
}

func TestARealTenantsReferences(t *testing.T) {
	t.Parallel()
	each2(t, func(f *fixture) {
		ctx := context.Background()
		dir := realTenant(f.t, "2026.7-67c82f5")
		f.observe(upload(f.t, dir, nil))

		// CA001 by hand: its own exclusion group, break glass, the group of CA301;
		// it is spared in the allowed countries.
		ca001, err := f.Neighbours(ctx, tenantA, source, policies, "19bbdbd4-d871-4964-a6ef-9b3054b9337c", 0)
		if err != nil {
			f.t.Fatal(err)
		}
		if d := cmp.Diff([]string{
			"CA-BreakGlassAccounts - Exclude",
			"CA001-Global-AttackSurfaceReduction-AnyApp-AnyPlatform-BLOCK-CountryWhitelist - Exclude",
			"CA301-ServiceAccounts-AttackSurfaceReduction-AllApps-AnyPlatform-BlockUntrustedLocations - Exclude",
		}, linked(ca001.To, "spares")); d != "" {
			f.t.Errorf("CA001 spares (-want +got):\n%s", d)
		}
		if d := cmp.Diff([]string{"ALLOWED COUNTRIES"}, linked(ca001.To, "spares at")); d != "" || len(ca001.To) != 4 || ca001.Name == "" {
			f.t.Errorf("CA001: %+v", ca001)
		}

		// 29 of the 36 policies name the break-glass group, counted by hand.
		radius, err := f.BlastRadius(ctx, tenantA, source, "groups", breakGlass, 0, 10)
		if err != nil {
			f.t.Fatal(err)
		}
		if radius.Total != 29 || radius.ByType[policies] != 29 || len(radius.Affected) != 10 || !slices.Equal(radius.ByDepth, []int{29}) {
			f.t.Errorf("break glass: %d, %v, %d listed, %v", radius.Total, radius.ByType, len(radius.Affected), radius.ByDepth)
		}
		step := radius.Affected[0].Path
		if len(step) != 1 || step[0].Relation != "spares" || !step[0].Backwards || step[0].Name == "" {
			f.t.Errorf("path %+v", step)
		}

		gaps, err := f.Broken(ctx, tenantA, source, "", 0)
		if err != nil {
			f.t.Fatal(err)
		}
		if gaps.Total != 0 {
			f.t.Errorf("broken references in a complete export: %+v", gaps.Broken)
		}
		// Roles were not exported: nobody can tell.
		if want := []Unproven{{Type: "roleManagement/directory/roleDefinitions", Reason: BecauseUnobserved}}; len(gaps.Unknown) != 1 || gaps.Unknown[0].Type != want[0].Type || gaps.Unknown[0].Reason != want[0].Reason {
			f.t.Errorf("unknown %+v", gaps.Unknown)
		}
		loose, err := f.Unassigned(ctx, tenantA, source, "", 0)
		if err != nil {
			f.t.Fatal(err)
		}
		if len(loose.Objects) != 0 { // policies for agents name no users
			f.t.Errorf("unassigned: %v", names(loose.Objects))
		}
		f.breakIt(dir)
	})
}

// breakIt takes the break-glass group out, and then lets the list be unreadable.
func (f *fixture) breakIt(dir string) {
	ctx := context.Background()
	noGroup := func(path string) bool { return strings.Contains(path, "BreakGlass") }
	f.observe(upload(f.t, dir, noGroup))
	gaps, err := f.Broken(ctx, tenantA, source, "", 20)
	if err != nil {
		f.t.Fatal(err)
	}
	if gaps.Total != 29 || len(gaps.Broken) != 20 || gaps.Next == "" {
		f.t.Fatalf("broken after the group is gone: %d, %d listed", gaps.Total, len(gaps.Broken))
	}
	rest, err := f.Broken(ctx, tenantA, source, gaps.Next, 20)
	if err != nil {
		f.t.Fatal(err)
	}
	if len(rest.Broken) != 9 || rest.Next != "" {
		f.t.Errorf("second page: %d, next %q", len(rest.Broken), rest.Next)
	}
	for _, b := range append(gaps.Broken, rest.Broken...) {
		if b.To.ID != breakGlass || b.From.Name == "" {
			f.t.Errorf("broken: %+v", b)
		}
	}
	// The same with a file that can't be read: it may be the group.
	f.observe(upload(f.t, dir, noGroup) + `{"failed":{"place":"Groups/x.json","type":"groups","reason":"mangled"}}` + "\n")
	gaps, err = f.Broken(ctx, tenantA, source, "", 20)
	if err != nil {
		f.t.Fatal(err)
	}
	if gaps.Total != 0 || !slices.ContainsFunc(gaps.Unknown, func(u Unproven) bool { return u.Type == "groups" && u.References == 29 }) {
		f.t.Errorf("with a mangled file: %d broken, unknown %+v", gaps.Total, gaps.Unknown)
	}
}

func TestEdgesFollowTheRuns(t *testing.T) {
	t.Parallel()
	each2(t, func(f *fixture) {
		ctx := context.Background()
		dir := f.t.TempDir()
		if err := samples.WriteBefore(dir); err != nil {
			f.t.Fatal(err)
		}
		f.observe(upload(f.t, dir, nil))
		first := f.rows()
		f.observe(upload(f.t, dir, nil))
		if d := cmp.Diff(first, f.rows()); d != "" {
			f.t.Errorf("an unchanged observation changes edges (-before +after):\n%s", d)
		}
		if err := samples.WriteAfter(dir); err != nil {
			f.t.Fatal(err)
		}
		f.observe(upload(f.t, dir, nil))
		after := f.rows()
		if d := cmp.Diff(first, after); d == "" {
			f.t.Error("no edge changed although policies did")
		}
		// Made anew from inventory they are the same.
		if err := f.DB.InTx(ctx, tenantA, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, upsertState, tenantA, source, "rules of long ago")
			return err
		}); err != nil {
			f.t.Fatal(err)
		}
		if _, err := f.graph(ctx, sourceKey{tenantA, source}); err != nil {
			f.t.Fatal(err)
		}
		if d := cmp.Diff(after, f.rows()); d != "" {
			f.t.Errorf("made anew (-was +is):\n%s", d)
		}
		// And what a crash makes come again changes nothing.
		if err := f.inv.EachPresent(ctx, tenantA, source, []string{policies}, func(c inventory.ItemChange) error {
			return f.Project(ctx, tenantA, &inventory.Run{Source: inventory.Source{Kind: "directory", Name: "default"}}, []inventory.ItemChange{c})
		}); err != nil {
			f.t.Fatal(err)
		}
		if d := cmp.Diff(after, f.rows()); d != "" {
			f.t.Errorf("projected again (-was +is):\n%s", d)
		}
	})
}

// rows gives what the store has of the source.
func (f *fixture) rows() []string {
	f.t.Helper()
	ctx := context.Background()
	var out []string
	err := f.DB.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
		return tx.ForEach(ctx, selectObjects, []any{tenantA, source}, func(row db.Scanner) error {
			var typ, id string
			var st int64
			var refs []byte
			err := row.Scan(&typ, &id, &st, &refs)
			out = append(out, fmt.Sprintf("%s %s %d %x", typ, id, st, refs))
			return err
		})
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(out) == 0 {
		f.t.Fatal("no rows")
	}
	return out
}

func TestARadiusGoesAlongDependence(t *testing.T) {
	t.Parallel()
	each2(t, func(f *fixture) {
		ctx := context.Background()
		object := func(s string) string { return `{"object":` + s + "}\n" }
		f.observeAs(inventory.Begin{}, object(`{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r","namespace":"n"}}`)+
			object(`{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b","namespace":"n"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"sa","namespace":"n"}]}`)+
			object(`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"sa","namespace":"n"}}`)+
			object(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"n"},"spec":{"template":{"spec":{"serviceAccountName":"sa","volumes":[{"name":"v","secret":{"secretName":"gone"}}]}}}}`))
		// Role <- binding -> account <- deployment: the role reaches them all, the
		// account reaches the deployment but not what binds it.
		for _, c := range []struct {
			typ, id string
			want    []string
		}{
			{"rbac.authorization.k8s.io/v1/Role", "n/r", []string{"b", "d", "sa"}},
			{"v1/ServiceAccount", "n/sa", []string{"d"}},
			{"apps/v1/Deployment", "n/d", nil},
		} {
			r, err := f.BlastRadius(ctx, tenantA, source, c.typ, c.id, 0, 0)
			if err != nil {
				f.t.Fatal(err)
			}
			var got []Object
			for _, a := range r.Affected {
				got = append(got, a.Object)
				if a.Path[len(a.Path)-1].ID != a.ID {
					f.t.Errorf("path to %s ends at %s", a.ID, a.Path[len(a.Path)-1].ID)
				}
			}
			if d := cmp.Diff(c.want, names(got)); d != "" {
				f.t.Errorf("%s %s (-want +got):\n%s", c.typ, c.id, d)
			}
		}
		one, err := f.BlastRadius(ctx, tenantA, source, "rbac.authorization.k8s.io/v1/Role", "n/r", 1, 0)
		if err != nil || one.Total != 1 {
			f.t.Errorf("depth 1: %+v, %v", one, err)
		}
		// Only the object that was asked for and other tenants' graphs are closed.
		for _, k := range []struct {
			tenant domain.TenantID
			source string
		}{{tenantB, source}, {tenantA, "directory/other"}} {
			_, err := f.Neighbours(ctx, k.tenant, k.source, "v1/ServiceAccount", "n/sa", 0)
			if fault.CodeOf(err) != fault.NotFound {
				f.t.Errorf("%s %s: %v", k.tenant, k.source, err)
			}
		}
		// Secrets were never read: that "gone" is missing is not proven.
		gaps, err := f.Broken(ctx, tenantA, source, "", 0)
		if err != nil || gaps.Total != 0 {
			f.t.Errorf("broken: %+v, %v", gaps, err)
		}
	})
}

func TestAListWithoutItsProofProvesNothing(t *testing.T) {
	t.Parallel()
	each2(t, func(f *fixture) {
		ctx := context.Background()
		const roles = "roleManagement/directory/roleDefinitions"
		policy := `{"type":"` + policies + `","object":{"id":"p","conditions":{"users":{"includeRoles":["gone"]}}}}` + "\n"
		role := func(id string) string {
			return `{"type":"` + roles + `","object":{"id":"` + id + `","displayName":"` + id + `"}}` + "\n"
		}
		for _, c := range []struct {
			ndjson string
			broken int
		}{
			{policy + role("mine"), 0}, // an export of one's own roles
			{policy + role("mine") + role("62e90394-69f5-4237-9190-012177145e10"), 1},
		} {
			f.observe(c.ndjson)
			gaps, err := f.Broken(ctx, tenantA, source, "", 0)
			if err != nil {
				f.t.Fatal(err)
			}
			if gaps.Total != c.broken || len(gaps.Unknown) != 1-c.broken {
				f.t.Errorf("%s\n%d broken, unknown %+v", c.ndjson, gaps.Total, gaps.Unknown)
			}
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache(1000)
	k := func(i int) sourceKey { return sourceKey{tenantA, fmt.Sprint(i)} }
	for i := range 5 {
		c.put(k(i), 1, &compact{bytes: 400})
		c.get(k(0), 1)
	}
	if c.bytes != 800 || c.get(k(0), 1) == nil || c.get(k(4), 1) == nil || c.get(k(3), 1) != nil {
		t.Errorf("%d bytes held in %d graphs", c.bytes, len(c.held))
	}
	c.put(k(9), 1, &compact{bytes: 2000})
	if c.get(k(9), 1) != nil || c.bytes != 800 {
		t.Error("a graph larger than the bound is held")
	}
	if c.get(k(0), 2) != nil {
		t.Error("a graph of another generation is given")
	}
}
