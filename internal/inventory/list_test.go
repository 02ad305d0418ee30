package inventory

import (
	"context"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestItemsArePagedAndFiltered(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		f.receive(upload(many(25)...))
		other := directory()
		other.Source.Name = "other"
		f.receiveAs(tenantA, other, `{"object":{"a":1},"type":"thing","id":"`+strings.Repeat("x", 1024)+`"}`+"\n"+`{"object":{"a":2},"type":"thing","id":"y_1"}`)
		var got []Item
		for cursor := ""; ; {
			page, next, err := f.Items(ctx, tenantA, ItemFilter{}, cursor, 1)
			if err != nil {
				f.t.Fatal(err)
			}
			got = append(got, page...)
			if cursor = next; next == "" {
				break
			}
		}
		if len(got) != 27 || got[0].ID != "id-00000" || got[26].ID != "y_1" {
			f.t.Errorf("%d items", len(got))
		}
		for name, c := range map[string]struct {
			f    ItemFilter
			want int
		}{
			"source": {ItemFilter{Source: "directory/other"}, 2}, "type": {ItemFilter{Type: locations}, 25},
			"label": {ItemFilter{Type: "named locations"}, 25}, "state": {ItemFilter{State: Missing}, 0},
			"text": {ItemFilter{Text: "PLACE 1"}, 11}, "id": {ItemFilter{Text: "y_"}, 1}, "unlisted type": {ItemFilter{Type: "thing"}, 2},
		} {
			if got := f.items(tenantA, c.f); len(got) != c.want {
				f.t.Errorf("%s: %d items, want %d", name, len(got), c.want)
			}
		}
		_, _, err := f.Items(ctx, tenantA, ItemFilter{}, "nonsense", 0)
		wantCode(f.t, "cursor", err, fault.Invalid)
		_, err = f.Item(ctx, tenantB, "directory/default", locations, "id-00000")
		wantCode(f.t, "another tenant's item", err, fault.NotFound)
	})
}

func TestPresent(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		things := many(300)
		f.receive(upload(things...))
		f.receive(upload(things[:290]...))
		var ids []string
		for _, o := range things {
			ids = append(ids, o.id)
		}
		got, err := f.Present(ctx, tenantA, "directory/default", locations, append(ids, "none"))
		if err != nil || len(got) != 290 || got["id-00003"].Name != "Place 3" {
			f.t.Errorf("%d of 290, %v", len(got), err)
		}
		n := 0
		err = f.EachPresent(ctx, tenantA, "directory/default", []string{"groups", locations}, func(c ItemChange) error {
			if c.ID != things[n].id || !strings.Contains(string(c.Content), c.Name) || c.State != Present {
				f.t.Fatalf("item %d: %+v", n, c)
			}
			n++
			return nil
		})
		if err != nil || n != 290 {
			f.t.Errorf("%d of 290, %v", n, err)
		}
	})
}

func TestRunsArePaged(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		var want []RunID
		for range 3 {
			want = append(want, f.receive(upload(many(1)...)).ID)
		}
		var got []RunID
		for cursor := ""; ; {
			page, next, err := f.Runs(context.Background(), tenantA, RunFilter{Source: "directory/default", State: Closed}, cursor, 1)
			if err != nil {
				f.t.Fatal(err)
			}
			got = append(got, page[0].ID)
			if cursor = next; next == "" {
				break
			}
		}
		if len(got) != 3 || got[0] != want[2] || got[2] != want[0] || want[0] >= want[1] || want[1] >= want[2] {
			f.t.Errorf("%v, want %v from the end", got, want)
		}
		if got, _, err := f.Runs(context.Background(), domain.TenantID("tn_b"), RunFilter{}, "", 0); err != nil || len(got) != 0 {
			f.t.Errorf("another tenant's runs: %v %v", got, err)
		}
	})
}
