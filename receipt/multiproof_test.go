package receipt

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

// rangesOf gives subtrees of the leaves and nothing else.
func rangesOf(leaves []Hash) func(lo, hi uint64) (Hash, error) {
	return func(lo, hi uint64) (Hash, error) {
		if width := hi - lo; lo != 0 && (width&(width-1) != 0 || lo%width != 0) && hi != uint64(len(leaves)) {
			return Hash{}, fmt.Errorf("%d to %d is no subtree", lo, hi)
		}
		return RootOf(leaves[lo:hi]), nil
	}
}

func pick(leaves []Hash, indexes []uint64) func(i int) (Hash, error) {
	return func(i int) (Hash, error) { return leaves[indexes[i]], nil }
}

// TestMultiproofOfEverySubset takes every set of leaves of every tree up to 12
// leaves: the multiproof gives the reference's root, has no more hashes than
// the audit paths together, and no changed one passes.
func TestMultiproofOfEverySubset(t *testing.T) {
	t.Parallel()
	ref, leaves := tree(12)
	for size := uint64(0); size <= 12; size++ {
		root := Hash(ref.HashAt(size))
		for set := uint64(0); set < 1<<size; set++ {
			var indexes []uint64
			for i := range size {
				if set>>i&1 == 1 {
					indexes = append(indexes, i)
				}
			}
			good, err := ProveMany(size, indexes, rangesOf(leaves[:size]))
			if err != nil {
				t.Fatal(err)
			}
			got, err := RootOfMany(size, indexes, pick(leaves, indexes), good)
			if err != nil || got != root {
				t.Fatalf("size %d, leaves %v: %v, %v", size, indexes, got, err)
			}
			if len(indexes) == 1 {
				path, err := ref.InclusionProof(indexes[0], size)
				if err != nil || len(path) != len(good) {
					t.Fatalf("size %d, leaf %v: %d hashes, the audit path has %d", size, indexes, len(good), len(path))
				}
			}
			if size <= 9 {
				refuseMutations(t, size, indexes, leaves, good, root)
			}
		}
	}
}

func refuseMutations(t *testing.T, size uint64, indexes []uint64, leaves, good []Hash, root Hash) {
	t.Helper()
	for name, wrong := range mutations(good) {
		if got, err := RootOfMany(size, indexes, pick(leaves, indexes), wrong); err == nil && got == root {
			t.Errorf("size %d, leaves %v: %s: accepted", size, indexes, name)
		}
	}
	for i := range indexes {
		moved := append([]uint64{}, indexes...)
		for _, to := range []uint64{indexes[i] + 1, indexes[i] - 1, size} {
			moved[i] = to
			if got, err := RootOfMany(size, moved, pick(leaves, indexes), good); err == nil && got == root {
				t.Errorf("size %d, leaves %v as %v: accepted", size, indexes, moved)
			}
		}
		changed := func(j int) (Hash, error) {
			h := leaves[indexes[j]]
			if j == i {
				h[0] ^= 1
			}
			return h, nil
		}
		if got, err := RootOfMany(size, indexes, changed, good); err == nil && got == root {
			t.Errorf("size %d, leaves %v: leaf %d changed: accepted", size, indexes, i)
		}
	}
}

// TestMultiproofLarge compares random sets in trees up to 2^20 leaves with
// transparency-dev/merkle: its compact range gives the roots, its proof check
// accepts what our nodes give for single leaves.
func TestMultiproofLarge(t *testing.T) {
	t.Parallel()
	const top = 1 << 20
	random := rand.New(rand.NewPCG(1, 2))
	levels := [][]Hash{make([]Hash, top)}
	for i := range levels[0] {
		levels[0][i] = Hash{byte(i), byte(i >> 8), byte(i >> 16), 1}
	}
	for l := 0; len(levels[l]) > 1; l++ {
		next := make([]Hash, len(levels[l])/2)
		for i := range next {
			next[i] = NodeHash(levels[l][2*i], levels[l][2*i+1])
		}
		levels = append(levels, next)
	}
	factory := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	var node func(lo, hi uint64) (Hash, error)
	node = func(lo, hi uint64) (Hash, error) {
		width, level := uint64(1), 0
		for 2*width <= hi-lo {
			width, level = 2*width, level+1
		}
		left := levels[level][lo>>level]
		if width == hi-lo {
			return left, nil
		}
		right, err := node(lo+width, hi)
		return NodeHash(left, right), err
	}
	for _, size := range []uint64{1, 2, 3, 1023, 1024, 1025, 65_535, 99_999, 777_777, top - 1, top} {
		want := factory.NewEmptyRange(0)
		for lo := uint64(0); lo < size; {
			level := 0
			for lo+2<<level <= size && lo%(2<<level) == 0 {
				level++
			}
			part, err := factory.NewRange(lo, lo+1<<level, [][]byte{levels[level][lo>>level][:]})
			if err != nil {
				t.Fatal(err)
			}
			if err := want.AppendRange(part, nil); err != nil {
				t.Fatal(err)
			}
			lo += 1 << level
		}
		raw, err := want.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		root := Hash(raw)
		for _, odds := range []uint64{1, 2, 100, 10_000, size} {
			var indexes []uint64
			for i := range size {
				if random.Uint64N(odds) == 0 {
					indexes = append(indexes, i)
				}
			}
			good, err := ProveMany(size, indexes, node)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := RootOfMany(size, indexes, pick(levels[0], indexes), good); err != nil || got != root {
				t.Errorf("size %d, %d leaves: %v", size, len(indexes), err)
			}
			if n := len(good); n > 0 {
				good[random.IntN(n)][5] ^= 1
				if got, err := RootOfMany(size, indexes, pick(levels[0], indexes), good); err == nil && got == root {
					t.Errorf("size %d: a changed hash is accepted", size)
				}
			}
		}
		i := random.Uint64N(size)
		leaf := levels[0][i]
		nodes, err := proof.Inclusion(i, size)
		if err != nil {
			t.Fatal(err)
		}
		path := make([][]byte, len(nodes.IDs))
		for j, id := range nodes.IDs {
			h, err := node(id.Index<<id.Level, min((id.Index+1)<<id.Level, size))
			if err != nil {
				t.Fatal(err)
			}
			path[j] = h[:]
		}
		if path, err = nodes.Rehash(path, rfc6962.DefaultHasher.HashChildren); err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, i, size, leaf[:], path, root[:]); err != nil {
			t.Errorf("size %d: the reference refuses our nodes: %v", size, err)
		}
	}
}

func TestMultiproofErrors(t *testing.T) {
	t.Parallel()
	_, leaves := tree(8)
	broken := errors.New("broken")
	for _, indexes := range [][]uint64{{8}, {3, 3}, {4, 3}, {1 << 63}} {
		if _, err := ProveMany(8, indexes, rangesOf(leaves)); err == nil {
			t.Errorf("%v: proven", indexes)
		}
		proof := make([]Hash, 9)
		if _, err := RootOfMany(8, indexes, func(int) (Hash, error) { return Hash{}, nil }, proof); err == nil {
			t.Errorf("%v: computed", indexes)
		}
	}
	if _, err := ProveMany(8, []uint64{3}, func(_, _ uint64) (Hash, error) { return Hash{}, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := RootOfMany(1, []uint64{0}, func(int) (Hash, error) { return Hash{}, broken }, nil); !errors.Is(err, broken) {
		t.Error(err)
	}
	for _, size := range []uint64{1, 1 << 40, 1<<63 - 1, 1 << 63, 1<<64 - 1} {
		proof, err := ProveMany(size, []uint64{size - 1}, func(_, _ uint64) (Hash, error) { return Hash{}, nil })
		if err != nil || len(proof) > 64 {
			t.Errorf("size %d: %d hashes, %v", size, len(proof), err)
		}
	}
}
