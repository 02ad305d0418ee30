package diff_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/internal/testdata"
)

// pairOf is a real changed object, before and after.
type pairOf struct {
	typ      string
	from, to []byte
}

// changedPairs are the objects that two real releases changed.
func changedPairs(b *testing.B, types *normal.Types, from, to string) (list []pairOf, size int) {
	dir := filepath.Join(testdata.Dir(b), "drift")
	x, y := folder(b, types, filepath.Join(dir, from), nil), folder(b, types, filepath.Join(dir, to), nil)
	_, err := manifest.Join(b.Context(), x, y, func(p manifest.Pair) error {
		if p.InFrom && p.InTo {
			list = append(list, pairOf{p.Type, x.Store.(parts)[p.From], y.Store.(parts)[p.To]})
			size += len(x.Store.(parts)[p.From]) + len(y.Store.(parts)[p.To])
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return list, size
}

// BenchmarkObjects compares the changed objects of real releases; Maps is what it
// costs to decode both sides into maps and find out that they differ.
func BenchmarkObjects(b *testing.B) {
	types := normal.Builtin()
	for _, r := range [][2]string{
		{"openintunebaseline/windows-v3.5", "openintunebaseline/windows-v3.6"},
		{"ca-baseline-j0eyv/2026.2.1", "ca-baseline-j0eyv/2026.6.1"},
		{"kube-prometheus/v0.17.0", "kube-prometheus/v0.18.0"},
	} {
		pairs, size := changedPairs(b, types, r[0], r[1])
		name, _, _ := strings.Cut(r[0], "/")
		rules := make([]*normal.Rules, len(pairs))
		for i := range pairs {
			rules[i] = types.Rules(pairs[i].typ)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			var d diff.Differ
			for b.Loop() {
				for i := range pairs {
					if _, err := d.Objects(rules[i], pairs[i].from, pairs[i].to); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run(name+"/Maps", func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for i := range pairs {
					var x, y any
					if jsonv2.Unmarshal(pairs[i].from, &x) != nil || jsonv2.Unmarshal(pairs[i].to, &y) != nil || reflect.DeepEqual(x, y) {
						b.Fatal("equal")
					}
				}
			}
		})
	}
}

// BenchmarkSnapshots is 100,000 objects of 2 KB with 1 % changed, from stored
// snapshots to changes with severities.
func BenchmarkSnapshots(b *testing.B) {
	types := normal.Builtin()
	const n = 100_000
	filler := strings.Repeat(`"setting":"enabled with a value",`, 1)
	side := func(second bool) *manifest.Snapshot {
		o := observe(b, types)
		var content []byte
		for i := range n {
			v := 0
			if second && i%100 == 0 {
				v = 1
			}
			content = append(content[:0], fmt.Sprintf(`{"name":"Policy %d",%s"settings":[`, i, filler)...)
			for k := range 16 {
				if k > 0 {
					content = append(content, ',')
				}
				content = append(content, fmt.Sprintf(`{"settingInstance":{"settingDefinitionId":"device_vendor_msft_policy_%02d","value":%d}}`, k, v)...)
			}
			content = append(content, "]}"...)
			o.add(policies, fmt.Sprintf("%08x", i*7919), "", bytes.Clone(content))
		}
		return o.snapshot()
	}
	from, to := side(false), side(true)
	severity := diff.BuiltinSeverity()
	b.ReportAllocs()
	for b.Loop() {
		var f count
		c, err := diff.Snapshots(b.Context(), types, from, to, diff.Options{Severity: severity}, &f)
		if err != nil || c.Changed != n/100 || f != n/100*16 {
			b.Fatal(c, f, err)
		}
	}
}

type count int

func (c *count) Change(diff.Change) error   { *c++; return nil }
func (c *count) Unknown(diff.Unknown) error { return nil }
