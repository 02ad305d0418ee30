package evidence

import (
	"frostgate.io/frostgate/receipt"
)

// epochTree is the tree of one epoch, in memory: leaf i is the checkpoint of the
// tenant in slot i. Changing a leaf costs one path of hashes, so an epoch in
// which few of many tenants grew is cheap.
type epochTree struct {
	// levels[l] holds the roots of the perfect subtrees of 2^l leaves, from the
	// left. levels[0] are the leaves.
	levels [][]receipt.Hash
}

// size is the number of slots.
func (t *epochTree) size() uint64 {
	if len(t.levels) == 0 {
		return 0
	}
	return uint64(len(t.levels[0]))
}

// set changes the leaf of a slot; slots that were never set hold the hash of an
// empty entry.
func (t *epochTree) set(slot uint64, leaf receipt.Hash) {
	empty := receipt.LeafHash(nil)
	for t.size() <= slot {
		t.push(0, empty)
	}
	t.levels[0][slot] = leaf
	for l := 0; slot>>(l+1) < uint64(len(t.level(l+1))); l++ {
		i := slot >> (l + 1)
		t.levels[l+1][i] = receipt.NodeHash(t.levels[l][2*i], t.levels[l][2*i+1])
	}
}

func (t *epochTree) level(l int) []receipt.Hash {
	if l < len(t.levels) {
		return t.levels[l]
	}
	return nil
}

// push appends a node and the parents that it completes.
func (t *epochTree) push(l int, h receipt.Hash) {
	if l == len(t.levels) {
		t.levels = append(t.levels, nil)
	}
	t.levels[l] = append(t.levels[l], h)
	if n := len(t.levels[l]); n%2 == 0 {
		t.push(l+1, receipt.NodeHash(t.levels[l][n-2], t.levels[l][n-1]))
	}
}

// fold gives the root, and what proofs need of the right edge.
func (t *epochTree) fold() (right []receipt.Hash, root receipt.Hash) {
	e := newEdge(t.size())
	for l := range t.levels {
		if e.size>>l&1 == 1 {
			e.node[l] = t.levels[l][len(t.levels[l])-1]
		}
	}
	return e.folded()
}

// path proves the leaf of a slot; right is from fold.
func (t *epochTree) path(slot uint64, right []receipt.Hash) []receipt.Hash {
	hashes, _ := prove(t.size(), slot, right, func(level int, i uint64) (receipt.Hash, error) {
		return t.levels[level][i], nil
	})
	return hashes
}
