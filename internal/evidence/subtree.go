package evidence

import (
	"math/bits"

	"frostgate.io/frostgate/receipt"
)

// split is the greatest power of two below n, for n > 1: where RFC 6962 section
// 2.1 divides a tree.
func split(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }

// subtree gives MTH(D[lo:hi]) for a range that the splits of RFC 6962 yield, in
// particular every [lo, hi) of receipt.ProveMany.
func (r *tileReader) subtree(lo, hi uint64) (receipt.Hash, error) {
	n := hi - lo
	if n&(n-1) == 0 {
		return r.node(bits.TrailingZeros64(n), lo/n)
	}
	left, err := r.subtree(lo, lo+split(n))
	if err != nil {
		return receipt.Hash{}, err
	}
	right, err := r.subtree(lo+split(n), hi)
	return receipt.NodeHash(left, right), err
}

// edge is the right edge of the tree of the reader's size.
func (r *tileReader) edge() (*edge, error) {
	e := newEdge(r.size)
	for l := range bits.Len64(r.size) {
		if r.size>>l&1 == 0 {
			continue
		}
		var err error
		if e.node[l], err = r.node(l, r.size>>l-1); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// inclusion proves leaf index in the tree of the reader's size.
func (r *tileReader) inclusion(index uint64) ([]receipt.Hash, error) {
	e, err := r.edge()
	if err != nil {
		return nil, err
	}
	right, _ := e.folded()
	return prove(r.size, index, right, r.node)
}

// consistency proves that the tree of size first is a prefix of the tree of the
// reader's size (RFC 6962 section 2.1.2). It is empty for equal sizes and for an
// empty first tree.
func (r *tileReader) consistency(first uint64) ([]receipt.Hash, error) {
	if first == 0 || first == r.size {
		return nil, nil
	}
	var proof []receipt.Hash
	add := func(lo, hi uint64) error {
		h, err := r.subtree(lo, hi)
		proof = append(proof, h)
		return err
	}
	var walk func(m, lo, hi uint64, whole bool) error
	walk = func(m, lo, hi uint64, whole bool) error {
		if m == hi-lo {
			if whole { // the verifier has this root already
				return nil
			}
			return add(lo, hi)
		}
		mid := lo + split(hi-lo)
		if m <= mid-lo {
			if err := walk(m, lo, mid, whole); err != nil {
				return err
			}
			return add(mid, hi)
		}
		if err := walk(m-(mid-lo), mid, hi, false); err != nil {
			return err
		}
		return add(lo, mid)
	}
	if err := walk(first, 0, r.size, true); err != nil {
		return nil, err
	}
	return proof, nil
}
