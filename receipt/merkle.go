package receipt

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
)

// MaxProofHashes is the longest proof: a path in a tree of fewer than 2^63
// leaves has at most 63 hashes.
const MaxProofHashes = 63

// leafRoom is enough for an ordinary entry, so that hashing one does not
// allocate.
const leafRoom = 1024

// LeafHash is SHA-256(0x00 || entry), RFC 6962 section 2.1.
func LeafHash(entry []byte) Hash {
	buf := make([]byte, 1, leafRoom)
	return sha256.Sum256(append(buf, entry...))
}

// NodeHash is SHA-256(0x01 || left || right), RFC 6962 section 2.1.
func NodeHash(left, right Hash) Hash {
	var buf [1 + 2*HashSize]byte
	buf[0] = 1
	copy(buf[1:], left[:])
	copy(buf[1+HashSize:], right[:])
	return sha256.Sum256(buf[:])
}

// EmptyRoot is the root of a tree without leaves: SHA-256 of nothing.
func EmptyRoot() Hash { return sha256.Sum256(nil) }

// RootOf is the Merkle tree hash (RFC 6962 section 2.1) over leaf hashes, for
// recomputing the root of a range that is held completely.
func RootOf(leafHashes []Hash) Hash {
	switch n := len(leafHashes); n {
	case 0:
		return EmptyRoot()
	case 1:
		return leafHashes[0]
	default:
		// The left part is the largest power of two smaller than n.
		k := 1 << (bits.Len(uint(n-1)) - 1)
		return NodeHash(RootOf(leafHashes[:k]), RootOf(leafHashes[k:]))
	}
}

// VerifyInclusion checks that leaf is leaf number index of the tree of the
// given size and root. The proof is the audit path of RFC 6962 section 2.1.1,
// from the leaf's sibling to the root's child; the steps are those of RFC 9162
// section 2.1.3.2.
func VerifyInclusion(index, size uint64, leaf Hash, proof []Hash, root Hash) error {
	if index >= size {
		return fmt.Errorf("inclusion: index %d is not in a tree of size %d", index, size)
	}
	// node is the position of hash in its level, last the level's last position.
	node, last, hash := index, size-1, leaf
	for _, sibling := range proof {
		if last == 0 {
			return errors.New("inclusion: proof is too long")
		}
		if node&1 == 1 || node == last {
			hash = NodeHash(sibling, hash)
			// A last node without a right sibling moves up unchanged.
			up := bits.TrailingZeros64(node)
			node, last = node>>up, last>>up
		} else {
			hash = NodeHash(hash, sibling)
		}
		node, last = node>>1, last>>1
	}
	if last != 0 {
		return errors.New("inclusion: proof is too short")
	}
	if hash != root {
		return errors.New("inclusion: computed root differs from the checkpoint's root")
	}
	return nil
}

// VerifyConsistency checks that the tree (size1, root1) is a prefix of the
// tree (size2, root2): nothing was changed or removed between them. The proof
// is that of RFC 6962 section 2.1.2; the steps are those of RFC 9162 section
// 2.1.4.2. Trees of equal size and an empty first tree need an empty proof.
func VerifyConsistency(size1, size2 uint64, proof []Hash, root1, root2 Hash) error {
	switch {
	case size1 > size2:
		return fmt.Errorf("consistency: first size %d is larger than second size %d", size1, size2)
	case size1 == 0 && root1 != EmptyRoot(), size2 == 0 && root2 != EmptyRoot():
		return errors.New("consistency: size is 0 but the root is not the empty root")
	case size1 == size2 && root1 != root2:
		return errors.New("consistency: same size, different roots")
	case size1 == size2 || size1 == 0:
		if len(proof) != 0 {
			return errors.New("consistency: proof must be empty")
		}
		return nil
	}
	// When size1 is a power of two its root is itself the first node.
	start, path := root1, proof
	if size1&(size1-1) != 0 {
		if len(proof) == 0 {
			return errors.New("consistency: proof is too short")
		}
		start, path = proof[0], proof[1:]
	}
	return walkConsistency(size1, size2, path, start, root1, root2)
}

// walkConsistency climbs from the last complete subtree of the first tree and
// rebuilds both roots from the same hashes.
func walkConsistency(size1, size2 uint64, path []Hash, start, root1, root2 Hash) error {
	node, last := size1-1, size2-1
	skip := bits.TrailingZeros64(^node)
	node, last = node>>skip, last>>skip
	hash1, hash2 := start, start
	for _, h := range path {
		if last == 0 {
			return errors.New("consistency: proof is too long")
		}
		if node&1 == 1 || node == last {
			hash1, hash2 = NodeHash(h, hash1), NodeHash(h, hash2)
			up := bits.TrailingZeros64(node)
			node, last = node>>up, last>>up
		} else {
			hash2 = NodeHash(hash2, h)
		}
		node, last = node>>1, last>>1
	}
	switch {
	case last != 0:
		return errors.New("consistency: proof is too short")
	case hash1 != root1:
		return errors.New("consistency: computed first root differs")
	case hash2 != root2:
		return errors.New("consistency: computed second root differs")
	}
	return nil
}
