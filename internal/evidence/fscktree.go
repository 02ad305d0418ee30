package evidence

import (
	"bytes"
	"fmt"

	"frostgate.io/frostgate/receipt"
)

// treeSum builds the tree above the bundles: of each tile level the hashes of
// its unfinished tile.
type treeSum struct {
	levels [][]receipt.Hash // levels[l] are nodes of tree level 8l; levels[0] is not used
	done   []uint64         // finished tiles of each level
	rest   []receipt.Hash   // leaves of the unfinished bundle
}

// push adds a node and hands over each tile that becomes full.
func (t *treeSum) push(level int, h receipt.Hash, full func(level int, n uint64, nodes []receipt.Hash) error) error {
	for len(t.levels) <= level {
		t.levels, t.done = append(t.levels, nil), append(t.done, 0)
	}
	t.levels[level] = append(t.levels[level], h)
	nodes := t.levels[level]
	if len(nodes) < tileWidth {
		return nil
	}
	if err := full(level, t.done[level], nodes); err != nil {
		return err
	}
	root := receipt.RootOf(nodes)
	t.levels[level] = nodes[:0]
	t.done[level]++
	return t.push(level+1, root, full)
}

// edge is the right edge of the tree of all whole bundles, which hold size
// entries.
func (t *treeSum) edge(size uint64) *edge {
	e := newEdge(size)
	for l := 1; l < len(t.levels); l++ {
		nodes := t.levels[l]
		for k := tileHeight - 1; k >= 0; k-- {
			if size>>(tileHeight*l+k)&1 == 1 {
				e.node[tileHeight*l+k] = receipt.RootOf(nodes[:1<<k])
				nodes = nodes[1<<k:]
			}
		}
	}
	return e
}

// tenantEntry checks an entry of a tenant's log.
func tenantEntry(log string) func(uint64, []byte) error {
	want := []byte(log)
	return func(index uint64, entry []byte) error {
		h, ok := scanHeader(entry)
		if !ok {
			_, err := receipt.ParseHeader(entry)
			return fmt.Errorf("it can't be read: %w", err)
		}
		if !bytes.Equal(h.log, want) {
			return fmt.Errorf("it belongs to log %s", h.log)
		}
		if h.index != index {
			return fmt.Errorf("it belongs at index %d", h.index)
		}
		return nil
	}
}
