package inventory

import (
	"context"
	"errors"
	"testing"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// TestItemsAndDriftAgree holds that an item is called missing exactly where
// drift calls its object removed.
func TestItemsAndDriftAgree(t *testing.T) {
	t.Parallel()
	folder := func(o *Observer) error { return o.Folder("NamedLocations") }
	some := func(o *Observer) error { return errors.Join(o.Record(location("1", "a")), folder(o)) }
	selected := func(kinds ...string) Begin { b := directory(); b.Types = kinds; return b }
	filtered := directory()
	filtered.Filters = map[string]string{"tag": "x"}
	bare := func(o *Observer) error {
		r := location("1", "a")
		r.Place = ""
		return o.Record(r)
	}
	for name, c := range map[string]struct {
		begin Begin
		to    func(o *Observer) error
		gone  bool
	}{
		"read to its end": {directory(), some, true},
		"empty folder":    {directory(), folder, true},
		"nothing":         {directory(), func(*Observer) error { return nil }, false},
		"another folder":  {directory(), func(o *Observer) error { return o.Folder("x") }, false},
		"folder not read": {directory(), func(o *Observer) error { return o.Record(location("1", "a")) }, false},
		"without folders": {directory(), bare, false},
		"vouched":         {selected(locations), func(*Observer) error { return nil }, true},
		"not selected":    {selected("groups"), some, false},
		"filtered":        {filtered, some, false},
		"quarantined": {directory(), func(o *Observer) error {
			return errors.Join(some(o), o.Failed(manifest.Quarantined{Place: "x/y.json"}))
		}, false},
		"quarantined beside": {directory(), func(o *Observer) error {
			return errors.Join(some(o), o.Failed(manifest.Quarantined{Place: "g", Type: "groups"}))
		}, true},
		"quarantined where another type lay": {directory(), func(o *Observer) error {
			return errors.Join(folder(o), o.Failed(manifest.Quarantined{Place: "NamedLocations/y.json", Type: "groups"}))
		}, false},
		"partial":          {directory(), func(o *Observer) error { return errors.Join(some(o), o.Cover(locations, manifest.Partial, "429")) }, false},
		"failed":           {directory(), func(o *Observer) error { return errors.Join(folder(o), o.Cover(locations, manifest.Failed, "403")) }, false},
		"skipped":          {directory(), func(o *Observer) error { return errors.Join(folder(o), o.Cover(locations, manifest.Skipped, "")) }, false},
		"vouched, partial": {selected(locations), func(o *Observer) error { return o.Cover(locations, manifest.Partial, "429") }, false},
	} {
		from := observe(t, directory(), func(o *Observer) error { return errors.Join(some(o), o.Record(location("2", "b"))) })
		to := observe(t, c.begin, c.to)
		removed := 0
		_, err := diff.Snapshots(context.Background(), normal.Builtin(), from, to, diff.Options{}, sinkFunc(func(ch diff.Change) {
			if ch.Kind == diff.Removed {
				removed++
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		if got := looked(to.Root, locations) && proves(from.Root, to.Root, locations); got != c.gone || got != (removed > 0) {
			t.Errorf("%s: items say gone = %v, drift says %v, want %v", name, got, removed > 0, c.gone)
		}
	}
}

type sinkFunc func(diff.Change)

func (s sinkFunc) Change(c diff.Change) error { s(c); return nil }
func (sinkFunc) Unknown(diff.Unknown) error   { return nil }
