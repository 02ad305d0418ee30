package receipt

import (
	"errors"
	"fmt"
	"math/bits"
)

// A multiproof shows that several leaves are in one tree. The tree is split as
// in RFC 6962 section 2.1; every largest subtree without a chosen leaf gives
// one hash, from left to right. For one leaf it holds the hashes of the audit
// path in another order.

// ProveMany makes the multiproof of the leaves at indexes (ascending, without
// repetition) in a tree of the given size. node returns the Merkle tree hash
// over leaves lo to hi-1: either a complete subtree, whose width is a power of
// two that divides lo, or the rest of the tree from such an lo.
func ProveMany(size uint64, indexes []uint64, node func(lo, hi uint64) (Hash, error)) ([]Hash, error) {
	var proof []Hash
	at := uint64(0)
	cover := func(end uint64) error {
		for at < end {
			hi := subtreeEnd(at, end, size)
			h, err := node(at, hi)
			if err != nil {
				return err
			}
			proof, at = append(proof, h), hi
		}
		return nil
	}
	for _, i := range indexes {
		if i < at || i >= size {
			return nil, fmt.Errorf("multiproof: index %d is out of order or not in a tree of size %d", i, size)
		}
		if err := cover(i); err != nil {
			return nil, err
		}
		at = i + 1
	}
	if err := cover(size); err != nil {
		return nil, err
	}
	return proof, nil
}

// RootOfMany computes the root of the tree from the leaf hashes at indexes
// (ascending, without repetition) and their multiproof, which must be used up.
// leaf returns the hash of the leaf at indexes[i]; it is called in order.
func RootOfMany(size uint64, indexes []uint64, leaf func(i int) (Hash, error), proof []Hash) (Hash, error) {
	t := partialTree{size: size}
	for i, index := range indexes {
		var err error
		if proof, err = t.seek(index, proof); err != nil {
			return Hash{}, err
		}
		h, err := leaf(i)
		if err != nil {
			return Hash{}, err
		}
		t.leaf(h)
	}
	proof, err := t.skip(size, proof)
	if err != nil {
		return Hash{}, err
	}
	if len(proof) != 0 {
		return Hash{}, errors.New("multiproof: too long")
	}
	return t.root(), nil
}

// subtreeEnd is where the largest subtree that begins at lo and does not reach
// beyond end stops. A complete subtree has a power of two of leaves and begins
// at a multiple of it; the tree's last one may be cut off by its size.
func subtreeEnd(lo, end, size uint64) uint64 {
	if end == size {
		// The rest of the tree is one subtree when a complete one that begins here
		// would hold it.
		if width := uint(bits.Len64(size - lo - 1)); lo == 0 || uint(bits.TrailingZeros64(lo)) >= width {
			return size
		}
	}
	level := bits.Len64(end-lo) - 1
	if lo != 0 {
		level = min(level, bits.TrailingZeros64(lo))
	}
	return lo + 1<<level
}

// partialTree computes a root from left to right, holding one hash for each
// level.
type partialTree struct {
	size uint64
	at   uint64 // leaves covered so far
	done []Hash // of complete subtrees, one for each bit of at, largest first
}

// gap is how many hashes cover the leaves from here to next.
func (t *partialTree) gap(next uint64) int {
	n := 0
	for at := t.at; at < next; n++ {
		at = subtreeEnd(at, next, t.size)
	}
	return n
}

// skip covers the leaves from here to next, which are not chosen, with the
// first hashes of proof and returns the others.
func (t *partialTree) skip(next uint64, proof []Hash) ([]Hash, error) {
	if next < t.at || next > t.size {
		return nil, fmt.Errorf("multiproof: index %d is out of order or not in a tree of size %d", next, t.size)
	}
	for t.at < next {
		if len(proof) == 0 {
			return nil, errors.New("multiproof: too short")
		}
		end := subtreeEnd(t.at, next, t.size)
		t.add(end-t.at, proof[0])
		proof = proof[1:]
	}
	return proof, nil
}

// seek is skip to a leaf that is chosen.
func (t *partialTree) seek(index uint64, proof []Hash) ([]Hash, error) {
	if index >= t.size {
		return nil, fmt.Errorf("multiproof: index %d is not in a tree of size %d", index, t.size)
	}
	return t.skip(index, proof)
}

// leaf covers the next leaf; the caller has come to it by seek.
func (t *partialTree) leaf(h Hash) { t.add(1, h) }

// add appends a subtree of width leaves and joins complete ones of equal size.
func (t *partialTree) add(width uint64, h Hash) {
	if width&(width-1) != 0 {
		t.done, t.at = append(t.done, h), t.at+width // the last one, cut off by the size
		return
	}
	for bit := width; t.at&bit != 0; bit <<= 1 {
		h = NodeHash(t.done[len(t.done)-1], h)
		t.done = t.done[:len(t.done)-1]
	}
	t.done, t.at = append(t.done, h), t.at+width
}

// root joins what is left, from right to left.
func (t *partialTree) root() Hash {
	if len(t.done) == 0 {
		return EmptyRoot()
	}
	last := len(t.done) - 1
	h := t.done[last]
	for i := last - 1; i >= 0; i-- {
		h = NodeHash(t.done[i], h)
	}
	return h
}
