package decision

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/jsondoc"
)

// FieldDiff is one place at which two canonical documents differ. Recorded and
// Replayed are the exact bytes there, nil where the document has no such place.
type FieldDiff struct {
	Path     string // as in mitigations[0].gating
	Recorded []byte
	Replayed []byte
}

// diffDocuments lists every place at which two canonical documents differ, in
// the order of their keys and elements. What only one of them has is one
// difference, whole. Equal bytes give none, so a list that is empty for
// different bytes can't be: canonical documents have one spelling.
func diffDocuments(recorded, replayed []byte) ([]FieldDiff, error) {
	if bytes.Equal(recorded, replayed) {
		return nil, nil
	}
	a, err := jsondoc.Parse(recorded, jsondoc.Limits{MaxBytes: len(recorded)})
	if err != nil {
		return nil, fmt.Errorf("recorded outcome: %w", err)
	}
	b, err := jsondoc.Parse(replayed, jsondoc.Limits{MaxBytes: len(replayed)})
	if err != nil {
		return nil, fmt.Errorf("replayed outcome: %w", err)
	}
	var d documentDiff
	d.values("", a.Root(), b.Root())
	if len(d.found) == 0 { // other white space or key order: not what we write
		d.found = []FieldDiff{{Recorded: recorded, Replayed: replayed}}
	}
	return d.found, nil
}

type documentDiff struct{ found []FieldDiff }

func (d *documentDiff) values(at string, a, b jsondoc.Value) {
	switch {
	case !a.Exists() || !b.Exists() || a.Kind() != b.Kind():
		d.add(at, a, b)
	case a.Kind() == jsondoc.Object:
		d.objects(at, a, b)
	case a.Kind() == jsondoc.Array:
		x, y := slices.Collect(a.Elements()), slices.Collect(b.Elements())
		for i := range max(len(x), len(y)) {
			d.values(at+"["+strconv.Itoa(i)+"]", element(x, i), element(y, i))
		}
	case !bytes.Equal(a.Raw(), b.Raw()):
		d.add(at, a, b)
	}
}

func (d *documentDiff) objects(at string, a, b jsondoc.Value) {
	var keys []string
	for k := range a.MemberViews() {
		keys = append(keys, string(k))
	}
	for k := range b.MemberViews() {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		d.values(memberPath(at, k), a.Get(k), b.Get(k))
	}
}

func (d *documentDiff) add(at string, a, b jsondoc.Value) {
	raw := func(v jsondoc.Value) []byte {
		if !v.Exists() {
			return nil
		}
		return v.Raw()
	}
	d.found = append(d.found, FieldDiff{at, raw(a), raw(b)})
}

func element(vs []jsondoc.Value, i int) jsondoc.Value {
	if i >= len(vs) {
		return jsondoc.Value{}
	}
	return vs[i]
}

// memberPath names a member so that no two places share a path: a key that is
// no plain word stands in quotes.
func memberPath(at, key string) string {
	plain := key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
	switch {
	case !plain:
		return at + "[" + strconv.Quote(key) + "]"
	case at == "":
		return key
	}
	return at + "." + key
}
