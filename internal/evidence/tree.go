package evidence

import (
	"errors"
	"fmt"
	"math/bits"
	"sync"

	"frostgate.io/frostgate/receipt"
)

// edge is the right edge of an RFC 6962 tree: the roots of its perfect
// subtrees, by level. node[l] is set exactly when bit l of size is.
type edge struct {
	size uint64
	node []receipt.Hash // as many as size has bits
}

// newEdge returns the edge of a tree of this size, its nodes to be set.
func newEdge(size uint64) *edge {
	return &edge{size: size, node: make([]receipt.Hash, bits.Len64(size))}
}

// root folds the perfect subtrees from the right (RFC 6962 section 2.1).
func (e *edge) root() receipt.Hash {
	_, root := e.folded()
	return root
}

// append adds one leaf hash.
func (e *edge) append(leaf receipt.Hash) {
	h, l := leaf, 0
	for ; e.size>>l&1 == 1; l++ {
		h = receipt.NodeHash(e.node[l], h)
	}
	if l == len(e.node) {
		e.node = append(e.node, h)
	}
	e.node[l] = h
	e.size++
}

// marshal gives the set nodes from level 0 upward.
func (e *edge) marshal() []byte {
	out := make([]byte, 0, bits.OnesCount64(e.size)*receipt.HashSize)
	for l := range bits.Len64(e.size) {
		if e.size>>l&1 == 1 {
			out = append(out, e.node[l][:]...)
		}
	}
	return out
}

func unmarshalEdge(size uint64, b []byte) (*edge, error) {
	if want := bits.OnesCount64(size) * receipt.HashSize; len(b) != want {
		return nil, fmt.Errorf("tree edge of size %d has %d bytes, want %d", size, len(b), want)
	}
	e := newEdge(size)
	for l := range bits.Len64(size) {
		if size>>l&1 == 1 {
			copy(e.node[l][:], b)
			b = b[receipt.HashSize:]
		}
	}
	return e, nil
}

// treeHead is a log's state after one batch. It is immutable, apart from the
// signature, which is made once by whoever needs it first.
type treeHead struct {
	logID string
	size  uint64
	root  receipt.Hash

	signOnce sync.Once
	sign     func(size uint64, root receipt.Hash) []byte
	signed   []byte
}

// treeBatch is one tenant's tree after one batch: enough of it to prove every
// leaf of the batch without reading anything. It is immutable once built. Who
// answers holds it for a moment; what stays in memory is the head alone.
type treeBatch struct {
	*treeHead
	// levels[l] holds consecutive complete nodes of level l; the first has
	// index first[l]. It starts with the old edge's node where there is one.
	levels [][]receipt.Hash
	first  []uint64
	// right[l] is the folded hash of all perfect subtrees below level l of the
	// final size, which stands to the right of the subtree at level l.
	right []receipt.Hash
}

// extend returns the edge after appending leaves and the batch's tree.
func extend(old *edge, leaves []receipt.Hash) (*edge, *treeBatch) {
	t := &treeBatch{treeHead: &treeHead{size: old.size + uint64(len(leaves))}}
	next := newEdge(t.size)
	n := old.size
	level := leaves
	start := n // index of level[0] among the nodes of its level
	for l := 0; ; l++ {
		if n>>l&1 == 1 { // the old edge's node is the left sibling of level[0]
			level = append([]receipt.Hash{old.node[l]}, level...)
			start--
		}
		t.levels = append(t.levels, level)
		t.first = append(t.first, start)
		if t.size>>l&1 == 1 {
			next.node[l] = level[t.size>>l-1-start]
		}
		if t.size>>l <= 1 {
			break
		}
		// start is even here: an odd one means the edge had a node, added above.
		up := make([]receipt.Hash, 0, len(level)/2+1)
		for i := 0; i+1 < len(level); i += 2 {
			up = append(up, receipt.NodeHash(level[i], level[i+1]))
		}
		level, start = up, start/2
	}
	t.right, t.root = next.folded()
	return next, t
}

// prove returns the inclusion proof of a leaf of this batch.
func (t *treeBatch) prove(index uint64) []receipt.Hash {
	proof, _ := prove(t.size, index, t.right, func(level int, i uint64) (receipt.Hash, error) { return t.node(level, i), nil })
	return proof
}

// prove returns the inclusion proof of leaf index in a tree of the given size,
// from the leaf's sibling upward (RFC 6962 section 2.1.1). node gives roots of
// perfect subtrees, right what folded gives.
func prove(size, index uint64, right []receipt.Hash, node func(level int, i uint64) (receipt.Hash, error)) ([]receipt.Hash, error) {
	proof := make([]receipt.Hash, 0, bits.Len64(size)+1)
	add := func(level int, i uint64) error {
		h, err := node(level, i)
		proof = append(proof, h)
		return err
	}
	// The perfect subtree that holds the leaf is at the level of the highest bit
	// in which size and index differ.
	top := bits.Len64(size^index) - 1
	for l := range top {
		if err := add(l, index>>l^1); err != nil {
			return nil, err
		}
	}
	if size&(1<<top-1) != 0 {
		proof = append(proof, right[top])
	}
	for l := top + 1; l < bits.Len64(size); l++ {
		if size>>l&1 == 1 {
			if err := add(l, size>>l-1); err != nil {
				return nil, err
			}
		}
	}
	return proof, nil
}

// folded returns, for each level, the folded hash of all perfect subtrees below
// that level, and the root.
func (e *edge) folded() (right []receipt.Hash, root receipt.Hash) {
	right = make([]receipt.Hash, bits.Len64(e.size))
	acc, have := receipt.EmptyRoot(), false
	for l := range bits.Len64(e.size) {
		right[l] = acc
		if e.size>>l&1 == 0 {
			continue
		}
		if !have {
			acc, have = e.node[l], true
		} else {
			acc = receipt.NodeHash(e.node[l], acc)
		}
	}
	return right, acc
}

func (t *treeBatch) node(level int, index uint64) receipt.Hash {
	return t.levels[level][index-t.first[level]]
}

// checkpoint returns the signed checkpoint of this state.
func (t *treeHead) checkpoint() []byte {
	t.signOnce.Do(func() { t.signed = t.sign(t.size, t.root) })
	return t.signed
}

var errForked = errors.New("the stored log is not what was committed and signed")
