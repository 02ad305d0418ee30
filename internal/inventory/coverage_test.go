package inventory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"

	"github.com/google/go-cmp/cmp"
)

func TestDuplicatesAreNobody(t *testing.T) {
	t.Parallel()
	s := observe(t, directory(), func(o *Observer) error {
		a, b, c := location("same", "a"), location("same", "b"), location("other", "c")
		return errors.Join(o.Record(a), o.Record(b), o.Record(c), o.Record(location("equal", "d")), o.Record(location("equal", "d")))
	})
	if s.Root.Objects != 1 || len(s.Root.Duplicates) != 2 || s.Root.Coverage[0].Duplicates != 2 {
		t.Fatalf("root: %+v", s.Root)
	}
	d := s.Root.Duplicates[1]
	if d.ID != "same" || len(d.Hashes) != 2 || !cmp.Equal(d.Places, []string{"NamedLocations/a.json", "NamedLocations/b.json"}) {
		t.Errorf("duplicate: %+v", d)
	}
}

func TestQuarantineFindsTheType(t *testing.T) {
	t.Parallel()
	bad := func(place string) *normal.Record { return &normal.Record{Place: place, JSON: []byte(`{"a":`)} }
	s := observe(t, directory(), func(o *Observer) error {
		in := location("1", "a")
		in.Place = "export/whatever/a.json"
		return errors.Join(o.Record(in), o.Record(bad("export/whatever/b.json")), o.Record(bad("elsewhere/c.json")),
			o.Record(&normal.Record{JSON: []byte("no")}), o.Failed(manifest.Quarantined{Place: "export/whatever/b.json", Reason: "again"}),
			o.Failed(manifest.Quarantined{Type: "groups", Reason: "denied"}))
	})
	var got []string
	for _, q := range s.Root.Quarantined {
		got = append(got, q.Place+" "+q.Type)
	}
	want := []string{"elsewhere/c.json ", "export/whatever/b.json " + locations, "record 4 ", "record 6 groups"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quarantined (-want +got):\n%s", diff)
	}
	for _, kind := range []string{locations, "groups"} {
		if c, ok := s.Root.Cover(kind); !ok || c.Status != manifest.Partial || c.Quarantined != 1 {
			t.Errorf("coverage of %s: %+v", kind, c)
		}
	}
}

func TestSelectedTypes(t *testing.T) {
	t.Parallel()
	b := directory()
	b.Types = []string{"groups", "groups"}
	s := observe(t, b, func(o *Observer) error {
		return errors.Join(o.Record(location("1", "a")), o.Cover(locations, manifest.Failed, "denied"), o.Folder("x/"))
	})
	if s.Root.Objects != 0 || len(s.Root.Coverage) != 1 || s.Root.Coverage[0].Type != "groups" || s.Root.Coverage[0].Status != manifest.Complete {
		t.Errorf("root: %+v", s.Root)
	}
	if !cmp.Equal(s.Root.Folders, []string{"x"}) || !cmp.Equal(s.Root.Selected, []string{"groups"}) {
		t.Errorf("root: %+v", s.Root)
	}
}

func TestListWithoutItsLastPageIsPartial(t *testing.T) {
	t.Parallel()
	page := func(id, next string) *normal.Record {
		return &normal.Record{JSON: fmt.Appendf(nil, `{"@odata.context":"https://graph.microsoft.com/beta/$metadata#identity/conditionalAccess/namedLocations",%s"value":[%s]}`,
			next, location(id, id).JSON)}
	}
	for want, last := range map[manifest.Status]string{manifest.Complete: "", manifest.Partial: `"@odata.nextLink":"https://x/3",`} {
		s := observe(t, directory(), func(o *Observer) error {
			return errors.Join(o.Record(page("1", `"@odata.nextLink":"https://x/2",`)), o.Record(page("2", last)))
		})
		if s.Root.Objects != 2 || len(s.Root.Coverage) != 1 || s.Root.Coverage[0].Status != want {
			t.Errorf("want %s: %+v", want, s.Root)
		}
	}
}

func TestObserveEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	stopped := errors.New("stop")
	_, err := Observe(ctx, normal.Builtin(), testSecrets(), directory(), func(o *Observer) error { return stopped })
	if !errors.Is(err, stopped) {
		t.Error(err)
	}
	cancel()
	_, err = Observe(ctx, normal.Builtin(), testSecrets(), directory(), func(o *Observer) error {
		for i := 0; ; i++ {
			if err := o.Record(location(fmt.Sprint(i), "a")); err != nil {
				return err
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	for name, fn := range map[string]func(o *Observer) error{
		"quarantined": func(o *Observer) error {
			for i := range MaxListed + 1 {
				if err := o.Failed(manifest.Quarantined{Place: fmt.Sprint(i), Reason: "x"}); err != nil {
					return err
				}
			}
			return nil
		},
		"duplicates": func(o *Observer) error {
			for i := range 2 * (MaxListed + 1) {
				if err := o.Record(location(fmt.Sprint(i/2), "a")); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		_, err := Observe(context.Background(), normal.Builtin(), testSecrets(), directory(), fn)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != fault.TooLarge || f.Limit != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string]Begin{
		"kind": {Source: Source{Kind: "Directory", Name: "x"}}, "name": {Source: Source{Kind: "directory"}}, "slash": {Source: Source{Kind: "a", Name: "b/c"}},
		"type":   {Source: directory().Source, Types: []string{""}},
		"filter": {Source: directory().Source, Filters: map[string]string{"a": strings.Repeat("x", 600)}},
	} {
		if _, err := Observe(context.Background(), normal.Builtin(), testSecrets(), b, func(*Observer) error { return nil }); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhatIsNotReadIsNotGone walks through what must not turn an item missing,
// and what must.
func TestWhatIsNotReadIsNotGone(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		things := many(4)
		f.receive(upload(things...))
		states := func(want ...ItemState) {
			f.t.Helper()
			for i, o := range things {
				if got := f.item(o.id).State; got != want[i] {
					f.t.Errorf("%s is %s, want %s", o.id, got, want[i])
				}
			}
		}
		r := f.receive(things[0].line() + "\n" + `{"failed":{"place":"NamedLocations/x.json","reason":"cut"}}` + "\n" + `{"folder":"NamedLocations"}`)
		if r.Unknown != 3 || r.Missing != 0 {
			f.t.Errorf("quarantine: %+v", r)
		}
		states(Present, Unseen, Unseen, Unseen)
		r = f.receive(things[0].line() + "\n" + things[1].line()) // the folder was not read to its end
		if r.Unknown+r.Missing+r.Changed+r.New != 0 {
			f.t.Errorf("folder: %+v", r)
		}
		states(Present, Present, Unseen, Unseen)
		r = f.receive(`{"coverage":{"type":"` + locations + `","status":"failed","error":"429"}}`)
		if r.Unknown != 2 || r.Missing != 0 {
			f.t.Errorf("failed: %+v", r)
		}
		states(Unseen, Unseen, Unseen, Unseen)
		groups := directory()
		groups.Types = []string{"groups"}
		f.receiveAs(tenantA, groups, "")
		states(Unseen, Unseen, Unseen, Unseen)
		r = f.receive(upload(things[:2]...))
		if r.Missing != 2 || r.Unknown+r.Changed+r.New != 0 {
			f.t.Errorf("complete: %+v", r)
		}
		states(Present, Present, Missing, Missing)
		r = f.receive(`{"folder":"NamedLocations"}`) // and nobody says that this is all
		if r.Missing != 0 || r.Quarantined != 1 {
			f.t.Errorf("no end: %+v", r)
		}
		states(Unseen, Unseen, Missing, Missing)
		r = f.receive(`{"folder":"NamedLocations"}` + "\n" + `{"end":{"objects":0}}`)
		if r.Missing != 2 {
			f.t.Errorf("empty folder: %+v", r)
		}
		states(Missing, Missing, Missing, Missing)
		r = f.receive(upload(things...))
		if r.Changed != 4 || r.New != 0 {
			f.t.Errorf("all back: %+v", r)
		}
		f.receive("") // no folder was read
		states(Unseen, Unseen, Unseen, Unseen)
		f.receive(upload(things...))
		states(Present, Present, Present, Present)
		cover, err := f.Coverage(context.Background(), tenantA, "directory/default")
		if err != nil || len(cover) != 2 || cover[0].Type != "groups" || cover[1].Objects != 4 || cover[1].CompleteRun != cover[1].Run || cover[1].Source != "directory/default" {
			f.t.Errorf("coverage: %+v %v", cover, err)
		}
	})
}

func TestDuplicateItemsAreUnknown(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		things := many(3)
		f.receive(upload(things...))
		r := f.receive(upload(append(things, thing{id: things[1].id, name: "copy", value: "10.9.9.0/24"})...))
		if r.Duplicates != 1 || r.Unknown != 1 || r.Missing != 0 || r.Objects != 2 || f.item(things[1].id).State != Unseen {
			f.t.Errorf("run: %+v", r)
		}
		if r = f.receive(upload(things...)); r.Unknown+r.Missing+r.Changed+r.New != 0 || f.item(things[1].id).State != Present {
			f.t.Errorf("run: %+v", r)
		}
	})
}
