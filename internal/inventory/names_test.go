package inventory

import (
	"context"
	"fmt"
	"testing"
)

func TestNamesAreOfWhatIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(f *fixture) {
		ctx := context.Background()
		things := many(100)
		f.receive(upload(things...))
		f.receive(upload(things[1:]...)) // the first is gone
		ids := []string{"nobody"}
		for i := range things {
			ids = append(ids, things[i].id)
		}
		got, err := f.Names(ctx, tenantA, "directory/default", locations, ids)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 99 || got["id-00007"] != (Known{Name: "Place 7", State: Present}) {
			t.Errorf("%d names, %s", len(got), fmt.Sprint(got["id-00007"]))
		}
		for _, other := range []string{"directory/other", ""} {
			if got, err := f.Names(ctx, tenantA, other, locations, ids); err != nil || len(got) != 0 {
				t.Errorf("source %q: %d names, %v", other, len(got), err)
			}
		}
		if got, err := f.Names(ctx, tenantB, "directory/default", locations, ids); err != nil || len(got) != 0 {
			t.Errorf("another tenant: %d names, %v", len(got), err)
		}
	})
}
