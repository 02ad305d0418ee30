package drift

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"

	"github.com/google/go-cmp/cmp"
)

const tenantX = domain.TenantID("tn_x") // of another organisation

// neighbours makes tenants of the fixture's organisation, and one of another.
func (f *fixture) neighbours(more ...domain.TenantID) {
	f.t.Helper()
	ctx := context.Background()
	err := f.db.InSystemTx(ctx, "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO organisation (org_id, name, created_at) VALUES ('x', 'x', 1)"); err != nil {
			return err
		}
		for i, id := range append([]domain.TenantID{tenantX}, more...) {
			org := "o"
			if id == tenantX {
				org = "x"
			}
			if _, err := tx.Exec(ctx, `INSERT INTO tenant (tenant_id, org_id, name, log_id, slot, status, settings, created_at)
				VALUES ($1, $2, $1, $3, $4, 'active', '{}', 1)`, id, org, "log-"+string(id[3:]), i+10); err != nil {
				return err
			}
			if err := f.Keys.CreateLog(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.OrgFunc = func(id domain.TenantID) (domain.OrgID, error) {
		switch {
		case id == tenantX:
			return "x", nil
		case id == tenantA || id == tenantB || slices.Contains(more, id):
			return "o", nil
		}
		return "", fault.New(fault.NotFound, "no such tenant")
	}
}

// everywhere is an organisation's administrator.
func everywhere(context.Context, domain.TenantID) error { return nil }

// onlyIn is somebody with rights in some tenants.
func onlyIn(tenants ...domain.TenantID) Access {
	return func(_ context.Context, t domain.TenantID) error {
		if slices.Contains(tenants, t) {
			return nil
		}
		return fault.New(fault.Forbidden, "needs scope inventory:read in tenant %s", t)
	}
}

func (f *fixture) create(d BaselineDraft) *Baseline {
	f.t.Helper()
	if d.Source == "" {
		d.Source = directory.String()
	}
	b, err := f.CreateBaseline(context.Background(), tenantA, d, everywhere, by("pr_ann"))
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

// active says which baselines are on.
func (f *fixture) active() []string {
	f.t.Helper()
	list, err := f.Active(context.Background(), tenantA, directory.String())
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, b := range list {
		out = append(out, fmt.Sprintf("%s %s v%d", b.Kind, b.Name, b.Version))
	}
	slices.Sort(out)
	return out
}

func TestASourceHasItsAutomaticBaseline(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		for range 2 {
			if d := cmp.Diff([]string{"last_run last-run v1"}, f.active()); d != "" {
				t.Error(d)
			}
		}
		root := f.see(sample()).Root
		f.create(BaselineDraft{Kind: Pinned, Name: "release 1", Spec: BaselineSpec{Root: root}})
		if d := cmp.Diff([]string{"snapshot release 1 v1"}, f.active()); d != "" {
			t.Error("another baseline takes its place:", d)
		}
		second := f.create(BaselineDraft{Kind: Pinned, Name: "release 2", Spec: BaselineSpec{Root: root}, KeepLastRun: true})
		if d := cmp.Diff([]string{"snapshot release 1 v1", "snapshot release 2 v1"}, f.active()); d != "" {
			t.Error("keeping leaves it as it is, off:", d)
		}
		ctx := context.Background()
		for _, b := range f.baselines() {
			if b.Kind == Pinned {
				if _, err := f.SwitchBaseline(ctx, tenantA, b.ID, BaselineSwitch{}, by("pr_ann")); err != nil {
					t.Fatal(err)
				}
			}
		}
		if d := cmp.Diff([]string{"last_run last-run v1"}, f.active()); d != "" {
			t.Error("a source is never left without any:", d)
		}
		if _, err := f.SwitchBaseline(ctx, tenantA, second.ID, BaselineSwitch{Active: true, KeepLastRun: true}, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"last_run last-run v1", "snapshot release 2 v1"}, f.active()); d != "" {
			t.Error(d)
		}
	})
}

func (f *fixture) baselines() []Baseline {
	f.t.Helper()
	list, _, err := f.Baselines(context.Background(), tenantA, BaselineFilter{Inactive: true}, "", 0)
	if err != nil {
		f.t.Fatal(err)
	}
	return list
}

func TestAPinnedSnapshotIsWhatCounts(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		root := f.see(sample()).Root
		b := f.create(BaselineDraft{Kind: Pinned, Name: "release 1", Spec: BaselineSpec{Root: root}})
		changed := sample().with("a", place{name: "Alpha", cidr: "10.9.0.0/24"})
		f.see(changed)
		f.see(changed)
		if got := f.only(); got.Baseline != b.ID || got.Change.ID != "a" {
			t.Errorf("%+v", got)
		}
		next := f.see(changed.without("b")).Root
		if d := cmp.Diff(2, len(f.list(Filter{}))); d != "" {
			t.Error(d)
		}
		edited, err := f.EditBaseline(context.Background(), tenantA, b.ID, BaselineDraft{Spec: BaselineSpec{Root: next}, Note: "agreed", If: 1}, everywhere, by("pr_bob"))
		if err != nil || edited.Version != 2 || edited.ID != b.ID || edited.By != "pr_bob" {
			t.Fatalf("%+v, %v", edited, err)
		}
		if rows := f.list(Filter{}); len(rows) != 0 {
			t.Errorf("after the edit there wait %v", brief(rows))
		}
		if rows := f.list(Filter{AnyState: true}); len(rows) != 2 {
			t.Errorf("history is gone: %v", brief(rows))
		}
		versions, err := f.BaselineVersions(context.Background(), tenantA, b.ID)
		if err != nil || len(versions) != 2 || versions[0].Spec.Root != next || versions[1].Spec.Root != root || versions[1].Active || !versions[0].Active {
			t.Errorf("%+v, %v", versions, err)
		}
	})
}

func TestBaselinesAreRefusedWithAReason(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		f.neighbours()
		ctx := context.Background()
		root := f.see(sample()).Root
		foreign := f.seeAs(tenantB, inventory.Begin{Source: directory}, sample().with("d", place{name: "Delta", cidr: "10.8.0.0/24"}).lines()).Root
		other := f.seeAs(tenantA, inventory.Begin{Source: inventory.Source{Kind: "upload", Name: "default"}}, sample().lines()).Root
		make := func(d BaselineDraft) error {
			if d.Source == "" {
				d.Source = directory.String()
			}
			if d.Name == "" {
				d.Name = "n"
			}
			_, err := f.CreateBaseline(ctx, tenantA, d, everywhere, by("pr_ann"))
			return err
		}
		for what, c := range map[string]struct {
			draft BaselineDraft
			want  fault.Code
		}{
			"no kind":                 {BaselineDraft{}, fault.Invalid},
			"another kind":            {BaselineDraft{Kind: "magic"}, fault.Invalid},
			"the automatic kind":      {BaselineDraft{Kind: LastRun}, fault.Invalid},
			"the automatic name":      {BaselineDraft{Kind: Pinned, Name: "last-run", Spec: BaselineSpec{Root: root}}, fault.Invalid},
			"a name with a line":      {BaselineDraft{Kind: Pinned, Name: "a\nb", Spec: BaselineSpec{Root: root}}, fault.Invalid},
			"no source's name":        {BaselineDraft{Kind: Pinned, Source: "directory", Spec: BaselineSpec{Root: root}}, fault.Invalid},
			"no root":                 {BaselineDraft{Kind: Pinned}, fault.Invalid},
			"root and tenant":         {BaselineDraft{Kind: Pinned, Spec: BaselineSpec{Root: root, Tenant: tenantB}}, fault.Invalid},
			"no hash":                 {BaselineDraft{Kind: Pinned, Spec: BaselineSpec{Root: "abc"}}, fault.Invalid},
			"a snapshot that is none": {BaselineDraft{Kind: Pinned, Spec: BaselineSpec{Root: strings.Repeat("0", 64)}}, fault.NotFound},
			"another tenant's":        {BaselineDraft{Kind: Pinned, Spec: BaselineSpec{Root: foreign}}, fault.NotFound},
			"another kind of source":  {BaselineDraft{Kind: Pinned, Spec: BaselineSpec{Root: other}}, fault.Invalid},
			"an empty template":       {BaselineDraft{Kind: Template, Spec: BaselineSpec{Document: "# nothing\n"}}, fault.Invalid},
			"itself as golden":        {BaselineDraft{Kind: Golden, Spec: BaselineSpec{Tenant: tenantA}}, fault.Invalid},
			"another organisation's":  {BaselineDraft{Kind: Golden, Spec: BaselineSpec{Tenant: tenantX}}, fault.NotFound},
			"a tenant that is none":   {BaselineDraft{Kind: Golden, Spec: BaselineSpec{Tenant: "tn_none"}}, fault.NotFound},
			"a tenant without runs":   {BaselineDraft{Kind: Golden, Spec: BaselineSpec{Tenant: tenantB, TenantSource: "directory/none"}}, fault.NotFound},
		} {
			f.refused(what, make(c.draft), c.want)
		}
		golden := BaselineDraft{Source: directory.String(), Kind: Golden, Name: "golden", Spec: BaselineSpec{Tenant: tenantB}}
		_, err := f.CreateBaseline(ctx, tenantA, golden, nil, by("pr_ann"))
		f.refused("golden without anybody who allows it", err, fault.Forbidden)
		for _, half := range []domain.TenantID{tenantA, tenantB} {
			_, err = f.CreateBaseline(ctx, tenantA, golden, onlyIn(half), by("pr_ann"))
			f.refused("golden of somebody who sees one tenant", err, fault.Forbidden)
		}
		if list := f.baselines(); len(list) != 2 {
			t.Errorf("refused drafts left %+v", list)
		}
	})
}

func TestBaselinesDoNotMixOrRace(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		root := f.see(sample()).Root
		b := f.create(BaselineDraft{Kind: Pinned, Name: "one", Spec: BaselineSpec{Root: root}})
		_, err := f.CreateBaseline(ctx, tenantA, BaselineDraft{Source: directory.String(), Kind: Pinned, Name: "one", Spec: BaselineSpec{Root: root}}, everywhere, by("pr_ann"))
		f.refused("the same name", err, fault.Conflict)
		_, err = f.Baseline(ctx, tenantB, b.ID)
		f.refused("another tenant reads it", err, fault.NotFound)
		_, err = f.EditBaseline(ctx, tenantB, b.ID, BaselineDraft{Spec: BaselineSpec{Root: root}}, everywhere, by("pr_eve"))
		f.refused("another tenant edits it", err, fault.NotFound)
		_, err = f.SwitchBaseline(ctx, tenantB, b.ID, BaselineSwitch{}, by("pr_eve"))
		f.refused("another tenant turns it off", err, fault.NotFound)
		_, err = f.EditBaseline(ctx, tenantA, b.ID, BaselineDraft{Kind: Golden, Spec: BaselineSpec{Tenant: tenantB}}, everywhere, by("pr_ann"))
		f.refused("another kind", err, fault.Conflict)
		_, err = f.EditBaseline(ctx, tenantA, lastRunID(tenantA, directory.String()), BaselineDraft{}, everywhere, by("pr_ann"))
		f.refused("the automatic one", err, fault.Conflict)
		_, err = f.EditBaseline(ctx, tenantA, b.ID, BaselineDraft{Spec: BaselineSpec{Root: root}, If: 7}, everywhere, by("pr_ann"))
		f.refused("a version that is not there", err, fault.Conflict)
		done := make(chan error)
		for i := range 4 {
			go func() {
				_, err := f.EditBaseline(ctx, tenantA, b.ID, BaselineDraft{Name: fmt.Sprint("edit ", i), Spec: BaselineSpec{Root: root}, If: 1}, everywhere, by("pr_ann"))
				done <- err
			}()
		}
		won := 0
		for range 4 {
			if err := <-done; err == nil {
				won++
			} else {
				f.refused("an edit that came too late", err, fault.Conflict)
			}
		}
		if got, err := f.Baseline(ctx, tenantA, b.ID); won != 1 || err != nil || got.Version != 2 {
			t.Errorf("%d edits of the same version went through: %+v, %v", won, got, err)
		}
	})
}

func TestEachStepOfABaselineIsRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		root := f.see(sample()).Root
		b := f.create(BaselineDraft{Kind: Pinned, Name: "one", Spec: BaselineSpec{Root: root}, Note: "why"})
		if _, err := f.EditBaseline(ctx, tenantA, b.ID, BaselineDraft{Name: "two", Spec: BaselineSpec{Root: root}}, everywhere, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		if _, err := f.SwitchBaseline(ctx, tenantA, b.ID, BaselineSwitch{Note: "over"}, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		audit, _, err := evidence.NewAuditStore(f.db).List(ctx, tenantA, evidence.AuditFilter{Action: "drift.baseline."}, "", 0)
		if err != nil {
			t.Fatal(err)
		}
		var steps []string
		for _, e := range audit {
			steps = append(steps, fmt.Sprint(e.Action, " ", e.Detail["name"], " by ", e.Principal))
		}
		slices.Reverse(steps)
		slices.Sort(steps)
		want := []string{
			"drift.baseline.activate last-run by pr_ann", "drift.baseline.create last-run by system", "drift.baseline.create one by pr_ann",
			"drift.baseline.deactivate last-run by pr_ann", "drift.baseline.deactivate two by pr_ann", "drift.baseline.edit two by pr_ann",
		}
		if d := cmp.Diff(want, steps); d != "" {
			t.Error(d)
		}
		var entries int
		if err := f.db.InReadTx(ctx, tenantA, func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = $2", []any{tenantA, KindBaseline}, &entries)
			return err
		}); err != nil || entries != 4 || !evidence.KnownKind(KindBaseline) {
			t.Errorf("%d entries of the log tell of baselines, want 4: %v", entries, err)
		}
	})
}

func TestASourceHasNotTooManyBaselines(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		root := f.see(sample()).Root
		draft := func(i int, inactive bool) BaselineDraft {
			return BaselineDraft{Source: directory.String(), Kind: Pinned, Name: fmt.Sprint("b", i), Spec: BaselineSpec{Root: root}, Inactive: inactive}
		}
		for i := range maxActive {
			f.create(draft(i, false))
		}
		_, err := f.CreateBaseline(ctx, tenantA, draft(maxActive, false), everywhere, by("pr_ann"))
		f.refused("one too many", err, fault.Conflict)
		off := f.create(draft(maxActive, true))
		_, err = f.SwitchBaseline(ctx, tenantA, off.ID, BaselineSwitch{Active: true}, by("pr_ann"))
		f.refused("one too many turned on", err, fault.Conflict)
		if got := f.active(); len(got) != maxActive {
			t.Errorf("%d are on", len(got))
		}
	})
}

// TestWhatASwitchedOffBaselineFoundComesBack: nobody has decided on it.
func TestWhatASwitchedOffBaselineFoundComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.see(sample())
		r := f.see(ranged("10.9.0.0/24").without("b"))
		f.do(Acknowledge, f.list(Filter{ObjectID: "b"})[0].ID)
		f.clk.Advance(time.Second)
		draft := BaselineDraft{Source: directory.String(), Kind: Pinned, Name: "pin", Spec: BaselineSpec{Root: r.Root}}
		b, err := f.CreateBaseline(ctx, tenantA, draft, nil, by("pr_ann"))
		if err != nil {
			t.Fatal(err)
		}
		f.want("of last-run, which is off", f.all(), "resolved changed a/ipRanges baseline", "resolved removed b baseline")
		f.see(ranged("10.8.0.0/24").without("b"))
		f.want("of the other", f.waiting(), "new changed a/ipRanges")
		f.clk.Advance(time.Second)

		if _, err := f.SwitchBaseline(ctx, tenantA, b.ID, BaselineSwitch{}, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		f.want("last-run again", brief(f.list(Filter{States: []State{New, Acknowledged}})),
			"new changed a/ipRanges", "acknowledged removed b")
		f.see(ranged("10.8.0.0/24").without("b"))
		f.want("and still", brief(f.list(Filter{States: []State{New, Acknowledged}})),
			"new changed a/ipRanges", "acknowledged removed b")

		if _, err := f.SwitchBaseline(ctx, tenantA, b.ID, BaselineSwitch{Active: true, KeepLastRun: true}, by("pr_ann")); err != nil {
			t.Fatal(err)
		}
		f.want("both", f.waiting(), "new changed a/ipRanges", "new changed a/ipRanges")
	})
}
