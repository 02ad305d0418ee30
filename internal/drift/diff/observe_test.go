package diff_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

// observation gathers objects in memory. It is a small copy of the server's
// observer, which is of a higher rank and tested where it is.
type observation struct {
	t           testing.TB
	types       *normal.Types
	n           *normal.Normaliser
	root        manifest.Root
	claims      map[claim][]object
	places      map[string]map[string]bool // by type
	parts       map[manifest.Hash][]byte
	twist       func([]byte) []byte // changes raw objects on their way in
	quarantined map[string]int
}

type claim struct{ typ, id string }

type object struct {
	place string
	hash  manifest.Hash
}

func observe(t testing.TB, types *normal.Types) *observation {
	return &observation{
		t: t, types: types, n: normal.New(types, &normal.Secrets{ID: "0badc0de", Key: []byte("key of a test")}),
		root:   manifest.Root{V: 1, Source: "directory/default", Secrets: "0badc0de", Coverage: []manifest.Coverage{}},
		claims: make(map[claim][]object), places: make(map[string]map[string]bool),
		parts: make(map[manifest.Hash][]byte), quarantined: make(map[string]int),
	}
}

// folder observes a folder of real exports: a file of JSON is an object, a line of
// NDJSON one with its type and ID.
func folder(t testing.TB, types *normal.Types, dir string, twist func([]byte) []byte) *manifest.Snapshot {
	t.Helper()
	o := observe(t, types)
	o.twist = twist
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		place, err := filepath.Rel(dir, file)
		place = filepath.ToSlash(place)
		if err != nil || d.IsDir() {
			o.root.Folders = append(o.root.Folders, place)
			return err
		}
		body, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		switch filepath.Ext(file) {
		case ".json":
			return o.document(place, bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
		case ".ndjson":
			return o.lines(place, body)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return o.snapshot()
}

func (o *observation) document(place string, body []byte) error {
	if !jsontext.Value(body).IsValid() {
		typ, _ := o.types.TypeOfFolder(path.Dir(place))
		o.failed(manifest.Quarantined{Place: place, Type: typ, Reason: "not JSON"})
		return nil
	}
	return o.record(&normal.Record{Place: place, JSON: body})
}

func (o *observation) lines(place string, body []byte) error {
	for line := range bytes.Lines(body) {
		var rec struct {
			Type   string         `json:"type"`
			ID     string         `json:"id"`
			Object jsontext.Value `json:"object"`
		}
		if err := jsonv2.Unmarshal(line, &rec); err != nil {
			return err
		}
		if err := o.record(&normal.Record{Place: place, Type: rec.Type, ID: rec.ID, JSON: rec.Object}); err != nil {
			return err
		}
	}
	return nil
}

func (o *observation) record(rec *normal.Record) error {
	r := *rec
	if o.twist != nil {
		r.JSON = o.twist(r.JSON)
	}
	err := o.n.Objects(&r, func(obj *normal.Object) error {
		o.add(obj.Type, obj.ID, rec.Place, obj.Canonical)
		return nil
	})
	var bad *normal.Unreadable
	var ignored *normal.Ignored
	switch {
	case errors.As(err, &bad):
		o.failed(manifest.Quarantined{Place: rec.Place, Type: bad.Type, Reason: bad.Reason})
		return nil
	case errors.As(err, &ignored):
		return nil
	}
	return err
}

func (o *observation) add(typ, id, place string, canonical []byte) {
	h := manifest.HashOf(canonical)
	o.parts[h] = bytes.Clone(canonical)
	c := claim{typ, id}
	o.claims[c] = append(o.claims[c], object{place, h})
	if o.places[typ] == nil {
		o.places[typ] = make(map[string]bool)
	}
	if place != "" {
		o.places[typ][path.Dir(place)] = true
	}
}

func (o *observation) failed(q manifest.Quarantined) {
	o.root.Quarantined = append(o.root.Quarantined, q)
	o.quarantined[q.Type]++
}

// snapshot closes the observation.
func (o *observation) snapshot() *manifest.Snapshot {
	o.t.Helper()
	r := &o.root
	b := manifest.NewBuilder(func(h manifest.Hash, body []byte) error {
		o.parts[h] = bytes.Clone(body)
		return nil
	})
	count := make(map[string]int)
	order := slices.SortedFunc(maps.Keys(o.claims), func(x, y claim) int { return cmp.Or(cmp.Compare(x.typ, y.typ), cmp.Compare(x.id, y.id)) })
	for _, c := range order {
		list := o.claims[c]
		if len(list) > 1 {
			d := manifest.Duplicate{Type: c.typ, ID: c.id}
			for _, obj := range list {
				d.Places, d.Hashes = append(d.Places, obj.place), append(d.Hashes, hex.EncodeToString(obj.hash[:]))
			}
			slices.Sort(d.Hashes)
			r.Duplicates = append(r.Duplicates, d)
			count[c.typ] += 0
			continue
		}
		count[c.typ]++
		if err := b.Add(manifest.Entry{Type: c.typ, ID: c.id, Hash: list[0].hash}); err != nil {
			o.t.Fatal(err)
		}
	}
	var err error
	if r.Chunks, err = b.Close(); err != nil {
		o.t.Fatal(err)
	}
	for _, typ := range slices.Sorted(maps.Keys(count)) {
		r.Coverage = append(r.Coverage, manifest.Coverage{
			Type: typ, Status: manifest.Complete, Objects: count[typ], Normaliser: o.types.Rules(typ).Type().Normaliser,
			Places: slices.Sorted(maps.Keys(o.places[typ])), Quarantined: o.quarantined[typ],
		})
		r.Objects += count[typ]
	}
	slices.Sort(r.Folders)
	doc, h := r.Encode()
	root, err := manifest.DecodeRoot(doc, h)
	if err != nil {
		o.t.Fatal(err)
	}
	return &manifest.Snapshot{Root: root, Hash: h, Store: parts(o.parts)}
}

// parts is a store in memory.
type parts map[manifest.Hash][]byte

func (p parts) Chunks(_ context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return p.give(hashes, each)
}

func (p parts) Contents(_ context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return p.give(hashes, each)
}

func (p parts) give(hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	for _, h := range slices.Backward(hashes) {
		if body, ok := p[h]; ok {
			if err := each(h, body); err != nil {
				return err
			}
		}
	}
	return nil
}

// found is what a comparison gave.
type found struct {
	changes []diff.Change
	unknown []diff.Unknown
	counts  diff.Counts
}

func (f *found) Change(c diff.Change) error   { f.changes = append(f.changes, c); return nil }
func (f *found) Unknown(u diff.Unknown) error { f.unknown = append(f.unknown, u); return nil }

func compare(t testing.TB, types *normal.Types, a, b *manifest.Snapshot, opt diff.Options) *found {
	t.Helper()
	f := new(found)
	var err error
	if f.counts, err = diff.Snapshots(t.Context(), types, a, b, opt, f); err != nil {
		t.Fatal(err)
	}
	return f
}
