package normal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/internal/testdata"
)

var testKey = &Secrets{ID: "0a0b0c0d", Key: []byte("a key of tests")}

// seen is an Object that may be kept.
type seen struct {
	Object
	place string
}

func keep(o *Object, place string) seen {
	s := seen{*o, place}
	s.Canonical = slices.Clone(o.Canonical)
	return s
}

// one normalises a record that holds one object.
func one(t testing.TB, n *Normaliser, rec Record) seen {
	t.Helper()
	all := objects(t, n, rec)
	if len(all) != 1 {
		t.Fatalf("%d objects in %s", len(all), rec.JSON)
	}
	return all[0]
}

func objects(t testing.TB, n *Normaliser, rec Record) []seen {
	t.Helper()
	var out []seen
	if err := n.Objects(&rec, func(o *Object) error {
		out = append(out, keep(o, rec.Place))
		return nil
	}); err != nil {
		t.Fatalf("%v in %.300s", err, rec.JSON)
	}
	return out
}

// export reads a folder of real data. bad are the places of what could not be
// read, ignored of what is no object.
func export(t testing.TB, n *Normaliser, parts ...string) (good []seen, raw map[string][]byte, bad, ignored []string) {
	t.Helper()
	root := filepath.Join(append([]string{testdata.Dir(t), "drift"}, parts...)...)
	raw = map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		raw[rel] = b
		err = n.Objects(&Record{Place: rel, JSON: b}, func(o *Object) error {
			good = append(good, keep(o, rel))
			return nil
		})
		var u *Unreadable
		var i *Ignored
		switch {
		case errors.As(err, &u):
			bad = append(bad, rel)
		case errors.As(err, &i):
			ignored = append(ignored, rel)
		default:
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return good, raw, bad, ignored
}

// decode gives a document as any, with json.Number.
func decodeAny(t testing.TB, b []byte) any {
	t.Helper()
	d, err := jsondoc.Parse(bytes.TrimPrefix(b, byteOrderMark), jsondoc.Limits{MaxBytes: MaxRecord})
	if err != nil {
		t.Fatal(err)
	}
	return d.Root().Any()
}

// printer writes JSON in some of the ways in which one document can be written.
type printer struct {
	rng *rand.Rand
	// rules and sets: elements of arrays that are no lists in order are shuffled.
	rules *Rules
	// numbers: integers are written in other ways.
	numbers bool
	path    []string
}

func (p *printer) print(dst []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		p.rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		dst = append(dst, '{', ' ')
		for i, k := range keys {
			if i > 0 {
				dst = append(dst, ',', '\n')
			}
			dst = append(jsondoc.AppendString(dst, k), ':', ' ')
			p.path = append(p.path, k)
			dst = p.print(dst, v[k])
			p.path = p.path[:len(p.path)-1]
		}
		return append(dst, '}')
	case []any:
		v = slices.Clone(v)
		if ordered, _ := p.rules.Array(p.path); !ordered {
			p.rng.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
		dst = append(dst, '[')
		p.path = append(p.path, "*")
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = p.print(dst, e)
		}
		p.path = p.path[:len(p.path)-1]
		return append(dst, ']')
	case string:
		return jsondoc.AppendString(dst, v)
	case json.Number:
		return append(dst, p.number(string(v))...)
	case bool:
		return strconv.AppendBool(dst, v)
	default:
		return append(dst, "null"...)
	}
}

func (p *printer) number(s string) string {
	if !p.numbers || strings.ContainsAny(s, ".eE") || len(s) > 15 || s == "0" {
		return s
	}
	return [...]string{s, s + ".0", s + "e0", s + "0E-1", s + ".000e+00"}[p.rng.IntN(5)]
}

// edit gives a copy of a document in which f may change every object.
func edit(v any, f func(path []string, m map[string]any), path ...string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, m := range v {
			out[k] = edit(m, f, append(slices.Clone(path), k)...)
		}
		f(path, out)
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = edit(e, f, append(slices.Clone(path), "*")...)
		}
		return out
	default:
		return v
	}
}
