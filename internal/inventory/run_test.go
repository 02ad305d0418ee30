package inventory

import (
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

func TestRunsMakeItems(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		things := many(600)
		first := f.receive(upload(things...))
		if first.Objects != 600 || first.New != 600 || first.Changed+first.Missing+first.Unknown != 0 || first.Seq != 1 {
			f.t.Fatalf("first run: %+v", first)
		}
		things[5].value = "192.0.2.0/24"
		gone := things[7].id
		second := f.receive(upload(append(things[:7:7], things[8:]...)...))
		if second.New != 0 || second.Changed != 1 || second.Missing != 1 || second.Unknown != 0 {
			f.t.Fatalf("second run: %+v", second)
		}
		if len(second.Coverage) != 1 || second.Coverage[0].Status != manifest.Complete || second.Coverage[0].Objects != 599 {
			f.t.Errorf("coverage: %+v", second.Coverage)
		}
		changed := f.item(things[5].id)
		if changed.ChangedIn != second.ID || changed.FirstSeen != first.ID || changed.LastSeen != second.ID || len(changed.Past) != 1 ||
			changed.Past[0].Run != second.ID || changed.Past[0].State != Present || !strings.Contains(string(changed.Content), "192.0.2.0/24") {
			f.t.Errorf("changed item: %+v", changed)
		}
		if got := f.item(gone); got.State != Missing || got.LastSeen != first.ID || got.ChangedIn != second.ID {
			f.t.Errorf("missing item: %+v", got)
		}
		if got := f.item(things[0].id); got.State != Present || got.LastSeen != second.ID || got.ChangedIn != first.ID || got.SeenAt != second.ClosedAt || got.Name != "Place 0" {
			f.t.Errorf("unchanged item: %+v", got)
		}
		back := f.receive(upload(many(600)...))
		if back.New != 0 || back.Changed != 2 || back.Missing != 0 {
			f.t.Errorf("third run: %+v", back)
		}
		if got := f.item(gone); got.State != Present || got.FirstSeen != first.ID || len(got.Past) != 2 || got.Past[0].State != Missing || got.Past[1].State != Present {
			f.t.Errorf("returned item: %+v", got)
		}
	})
}

func TestUnchangedObservationWritesNoItems(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		text := upload(many(300)...)
		first := f.receive(text)
		parts, items, past := f.rows("inventory_part"), f.rows("inventory_item"), f.rows("inventory_history")
		var changes int
		f.Projectors = []Projector{projectorFunc(func(c []ItemChange) { changes += len(c) })}
		f.exec("UPDATE inventory_item SET name = 'not written again'")
		second := f.receive(text)
		if second.Root != first.Root {
			f.t.Error("the same observation has another root")
		}
		if f.rows("inventory_part") != parts || f.rows("inventory_item") != items || f.rows("inventory_history") != past || changes != 0 {
			f.t.Error("an unchanged observation wrote rows")
		}
		for _, i := range f.items(tenantA, ItemFilter{}) {
			if i.Name != "not written again" || i.LastSeen != second.ID {
				f.t.Fatalf("item was written, or is not seen: %+v", i)
			}
		}
		if f.rows("inventory_snapshot") != 1 || second.Artifact <= first.Artifact {
			f.t.Error("each run has its own entry, and equal ones one snapshot")
		}
	})
}

func TestOneOpenRunOfASource(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		u, err := f.Begin(ctx, tenantA, directory(), by())
		if err != nil {
			f.t.Fatal(err)
		}
		wantCode(f.t, "second run", f.refused(directory(), strings.NewReader("")), fault.Conflict)
		other := directory()
		other.Source.Name = "other"
		f.receiveAs(tenantA, other, upload(many(3)...))
		f.receiveAs(tenantB, directory(), upload(many(2)...))
		if err := u.Line(ctx, []byte(many(1)[0].line())); err != nil {
			f.t.Fatal(err)
		}
		if got := f.items(tenantA, ItemFilter{Source: "directory/default"}); len(got) != 0 {
			f.t.Errorf("an open run shows: %+v", got)
		}
		r, err := u.Close(ctx)
		if err != nil || r.Objects != 1 {
			f.t.Fatal(r, err)
		}
		if _, err := u.Close(ctx); fault.CodeOf(err) != fault.Conflict {
			f.t.Errorf("closed twice: %v", err)
		}
		sources, err := f.Sources(ctx, tenantA)
		if err != nil || len(sources) != 2 || sources[0].Last.ID != r.ID || sources[0].Open || sources[1].Source.Name != "other" {
			f.t.Errorf("sources: %+v %v", sources, err)
		}
	})
}

func TestTenantsSeeTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		text := upload(many(20)...)
		a, b := f.receiveAs(tenantA, directory(), text), f.receiveAs(tenantB, directory(), text)
		if _, err := f.Run(ctx, tenantB, a.ID); fault.CodeOf(err) != fault.NotFound {
			f.t.Errorf("another tenant's run: %v", err)
		}
		if f.rows("inventory_part WHERE tenant_id = 'tn_a'") == 0 || f.rows("inventory_part WHERE tenant_id = 'tn_a'") != f.rows("inventory_part WHERE tenant_id = 'tn_b'") {
			f.t.Error("contents must be stored for each tenant by itself")
		}
		if a.Root == b.Root {
			f.t.Error("the roots name different keys for secrets")
		}
		if _, err := f.Snapshot(ctx, tenantB, a.Root); fault.CodeOf(err) != fault.NotFound {
			f.t.Errorf("another tenant's snapshot: %v", err)
		}
		f.exec("UPDATE inventory_part SET body = $1 WHERE tenant_id = 'tn_b'", []byte{0, '{', '}'})
		if d := f.item("id-00001"); len(d.Content) == 0 {
			f.t.Error("tenant a has nothing")
		}
	})
}

type projectorFunc func([]ItemChange)

func (p projectorFunc) Project(_ context.Context, _ domain.TenantID, _ *Run, changes []ItemChange) error {
	p(changes)
	return nil
}
