package inventory

import (
	"context"
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

func testSecrets() *normal.Secrets {
	return &normal.Secrets{ID: "0a0b0c0d", Key: []byte("0123456789abcdef0123456789abcdef")}
}

// observe makes a snapshot of records, in memory.
func observe(t *testing.T, b Begin, fn func(o *Observer) error) *manifest.Snapshot {
	t.Helper()
	s, err := Observe(context.Background(), normal.Builtin(), testSecrets(), b, fn)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func directory() Begin { return Begin{Source: Source{Kind: "directory", Name: "default"}} }

// location is a named location of Conditional Access as Graph gives it.
func location(id, name string) *normal.Record {
	return &normal.Record{
		Place: "NamedLocations/" + name + ".json",
		JSON:  fmt.Appendf(nil, `{"@odata.type":"#microsoft.graph.ipNamedLocation","id":%q,"displayName":%q,"isTrusted":true,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"10.0.0.0/8"}]}`, id, name),
	}
}

func TestObserveDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	var hashes []manifest.Hash
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 1, 0, 2}} {
		s := observe(t, directory(), func(o *Observer) error {
			for _, i := range order {
				if err := o.Record(location(fmt.Sprintf("id-%d", i), fmt.Sprintf("place %d", i))); err != nil {
					return err
				}
			}
			return o.Folder("NamedLocations")
		})
		hashes = append(hashes, s.Hash)
		if s.Root.Objects != 4 {
			t.Errorf("%d objects: %+v", s.Root.Objects, s.Root)
		}
	}
	if hashes[0] != hashes[1] {
		t.Error("another order gives another root")
	}
}
