package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/inventory/source"
)

// pair is one object before and after, canonical.
type pair struct {
	typ, id  string
	rules    *normal.Rules
	from, to []byte
}

type identity struct{ typ, id string }

// reader is a sink that normalises what it gets.
type reader struct {
	n       *normal.Normaliser
	objects map[identity][]byte
}

func (r *reader) Record(rec *normal.Record) error {
	err := r.n.Objects(rec, func(o *normal.Object) error {
		r.objects[identity{o.Type, o.ID}] = bytes.Clone(o.Canonical)
		return nil
	})
	_ = err // what can't be read is in neither side's pairs
	return nil
}

func (r *reader) Failed(manifest.Quarantined) error { return nil }
func (r *reader) Folder(string) error               { return nil }
func (r *reader) Cover(manifest.Coverage) error     { return nil }

// pairsOf reads two releases and gives the objects that differ.
func pairsOf(types *normal.Types, dir, from, to string) ([]pair, error) {
	var sides [2]map[identity][]byte
	for i, release := range [2]string{from, to} {
		r := &reader{normal.New(types, &normal.Secrets{ID: "00000000", Key: []byte("of a benchmark")}), make(map[identity][]byte)}
		if _, err := source.Read(context.Background(), dir+"/"+release, source.Options{TypeOf: types.TypeOfFolder}, r); err != nil {
			return nil, err
		}
		sides[i] = r.objects
	}
	var out []pair
	for id, a := range sides[0] {
		if b, ok := sides[1][id]; ok && !bytes.Equal(a, b) {
			out = append(out, pair{id.typ, id.id, types.Rules(id.typ), a, b})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: nothing differs between %s and %s", dir, from, to)
	}
	slices.SortFunc(out, func(x, y pair) int { return cmp.Or(cmp.Compare(x.typ, y.typ), cmp.Compare(x.id, y.id)) })
	return out, nil
}
