package inventory

import (
	"fmt"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// One document can hold so many objects that what is made of them takes many
// times its own size: beyond a bound it is quarantined and the rest goes on.
func TestDocumentsOfTooManyObjects(t *testing.T) {
	t.Parallel()
	types := normal.Builtin()
	observe := func(objects int, padding string) *manifest.Root {
		t.Helper()
		var b strings.Builder
		b.WriteString(`{"value":[`)
		for i := range objects {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":"%d","a":"%s"}`, i, padding)
		}
		b.WriteString(`]}`)
		snap, err := Observe(t.Context(), types, &normal.Secrets{ID: "00000000"}, Begin{Source: Source{Kind: "upload", Name: "default"}}, func(o *Observer) error {
			for range 3 { // big ones wait for each other, in their order
				if err := o.Record(&normal.Record{JSON: []byte(`{"id":"x` + fmt.Sprint(objects) + `","a":1}`)}); err != nil {
					return err
				}
			}
			return o.Record(&normal.Record{JSON: []byte(b.String())})
		})
		if err != nil {
			t.Fatal(err)
		}
		return snap.Root
	}
	if root := observe(maxRecordItems+1, ""); len(root.Quarantined) != 1 || !strings.Contains(root.Quarantined[0].Reason, "send them as lines") {
		t.Errorf("a small document of many objects: %+v", root.Quarantined)
	}
	if root := observe(maxRecordItems+1, strings.Repeat("p", 40)); len(root.Quarantined) != 0 || root.Objects != maxRecordItems+1 {
		t.Errorf("a big document: %d objects, %+v", root.Objects, root.Quarantined)
	}
}
