package receipt

import (
	"fmt"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/merkle/testonly"
	"golang.org/x/mod/sumdb/tlog"
)

func mustHash(t testing.TB, s string) Hash {
	t.Helper()
	h, err := ParseHash(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestHashVectors pins the hash rules: values computed from their definition,
// SHA-256 with the prefixes of RFC 6962 section 2.1.
func TestHashVectors(t *testing.T) {
	t.Parallel()
	abc, def := LeafHash([]byte("abc")), LeafHash([]byte("def"))
	for _, c := range []struct {
		name string
		got  Hash
		want string
	}{
		{"empty root", EmptyRoot(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"empty leaf", LeafHash(nil), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{"leaf abc", abc, "609f6e36d2405585188d5cfd761f407c7cc46a7d3f314c88270469dde315fcd1"},
		{"node abc def", NodeHash(abc, def), "75c0b5328c14ebdab04b24f779011d375a1b54e89a3fd0f842d7ef449735c92f"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s = %s, want %s", c.name, got, c.want)
		}
	}
}

// TestTreeVectors recomputes the roots and node hashes of the public RFC 6962
// test tree that transparency-dev/merkle publishes.
func TestTreeVectors(t *testing.T) {
	t.Parallel()
	var leaves []Hash
	for i, entry := range testonly.LeafInputs() {
		leaf := LeafHash(entry)
		if want := Hash(testonly.NodeHashes()[0][i]); leaf != want {
			t.Errorf("leaf %d = %s, want %s", i, leaf, want)
		}
		leaves = append(leaves, leaf)
	}
	for size, want := range testonly.RootHashes() {
		if got := RootOf(leaves[:size]); got != Hash(want) {
			t.Errorf("root of %d leaves = %s, want %x", size, got, want)
		}
	}
}

// tree builds n leaves in the reference implementation.
func tree(n int) (*testonly.Tree, []Hash) {
	ref := testonly.New(rfc6962.DefaultHasher)
	leaves := make([]Hash, n)
	for i := range leaves {
		entry := fmt.Appendf(nil, "entry %d", i)
		ref.AppendData(entry)
		leaves[i] = LeafHash(entry)
	}
	return ref, leaves
}

func hashes(raw [][]byte) []Hash {
	out := make([]Hash, len(raw))
	for i := range raw {
		out[i] = Hash(raw[i])
	}
	return out
}

// rawHashes is the form that transparency-dev/merkle takes.
func rawHashes(in []Hash) [][]byte {
	out := make([][]byte, len(in))
	for i := range in {
		out[i] = in[i][:]
	}
	return out
}

func tlogHashes(in []Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(in))
	for i := range in {
		out[i] = tlog.Hash(in[i])
	}
	return out
}

// mutations are wrong variants of a proof: each must be refused.
func mutations(proof []Hash) map[string][]Hash {
	out := map[string][]Hash{
		"hash appended":  append(append([]Hash{}, proof...), Hash{1}),
		"hash prepended": append([]Hash{{1}}, proof...),
	}
	if len(proof) > 0 {
		out["last dropped"] = proof[:len(proof)-1]
		out["first dropped"] = proof[1:]
		out["root-like hash"] = append(append([]Hash{}, proof[:len(proof)-1]...), EmptyRoot())
	}
	for i := range proof {
		wrong := append([]Hash{}, proof...)
		wrong[i][i%HashSize] ^= 1
		out[fmt.Sprintf("bit of hash %d", i)] = wrong
	}
	for i := range len(proof) - 1 {
		wrong := append([]Hash{}, proof...)
		wrong[i], wrong[i+1] = wrong[i+1], wrong[i]
		out[fmt.Sprintf("hashes %d and %d swapped", i, i+1)] = wrong
	}
	return out
}

// TestInclusionAgainstReferences checks every (index, size) up to 70 leaves:
// proofs of transparency-dev/merkle verify here, and mutated proofs and claims
// get the same answer from merkle, from x/mod tlog and from us.
func TestInclusionAgainstReferences(t *testing.T) {
	t.Parallel()
	const n = 70
	ref, leaves := tree(n)
	for size := uint64(1); size <= n; size++ {
		root := RootOf(leaves[:size])
		if root != Hash(ref.HashAt(size)) {
			t.Fatalf("root at size %d differs from the reference", size)
		}
		for index := range size {
			raw, err := ref.InclusionProof(index, size)
			if err != nil {
				t.Fatal(err)
			}
			good := hashes(raw)
			if err := VerifyInclusion(index, size, leaves[index], good, root); err != nil {
				t.Fatalf("index %d size %d: %v", index, size, err)
			}
			for name, wrong := range mutations(good) {
				compareInclusion(t, name, index, size, leaves[index], wrong, root)
			}
			for _, d := range []uint64{1, 2, 3, 4, 8, 64, 1 << 40} {
				compareInclusion(t, "index moved", index+d, size, leaves[index], good, root)
				compareInclusion(t, "size grown", index, size+d, leaves[index], good, root)
				compareInclusion(t, "size shrunk", index, size-min(d, size), leaves[index], good, root)
			}
			compareInclusion(t, "leaf changed", index, size, Hash{}, good, root)
			compareInclusion(t, "root changed", index, size, leaves[index], good, Hash{})
		}
	}
}

func compareInclusion(t *testing.T, name string, index, size uint64, leaf Hash, path []Hash, root Hash) {
	t.Helper()
	got := VerifyInclusion(index, size, leaf, path, root)
	want := proof.VerifyInclusion(rfc6962.DefaultHasher, index, size, leaf[:], rawHashes(path), root[:])
	if (got == nil) != (want == nil) {
		t.Errorf("%s: index %d size %d: got %v, merkle says %v", name, index, size, got, want)
	}
	if index >= size {
		return
	}
	want = tlog.CheckRecord(tlogHashes(path), int64(size), tlog.Hash(root), int64(index), tlog.Hash(leaf))
	if (got == nil) != (want == nil) {
		t.Errorf("%s: index %d size %d: got %v, tlog says %v", name, index, size, got, want)
	}
}

// TestConsistencyAgainstReferences does the same for every pair of sizes up to
// 40.
func TestConsistencyAgainstReferences(t *testing.T) {
	t.Parallel()
	const n = 40
	ref, leaves := tree(n)
	for size2 := uint64(1); size2 <= n; size2++ {
		root2 := RootOf(leaves[:size2])
		for size1 := uint64(1); size1 <= size2; size1++ {
			root1 := RootOf(leaves[:size1])
			raw, err := ref.ConsistencyProof(size1, size2)
			if err != nil {
				t.Fatal(err)
			}
			good := hashes(raw)
			if err := VerifyConsistency(size1, size2, good, root1, root2); err != nil {
				t.Fatalf("%d to %d: %v", size1, size2, err)
			}
			for name, wrong := range mutations(good) {
				compareConsistency(t, name, size1, size2, wrong, root1, root2)
			}
			for _, d := range []uint64{1, 2, 4, 32, 1 << 40} {
				compareConsistency(t, "first grown", size1+d, size2, good, root1, root2)
				compareConsistency(t, "first shrunk", size1-min(d, size1-1), size2, good, root1, root2)
				compareConsistency(t, "second grown", size1, size2+d, good, root1, root2)
			}
			compareConsistency(t, "first root", size1, size2, good, Hash{}, root2)
			compareConsistency(t, "second root", size1, size2, good, root1, Hash{})
		}
	}
}

func compareConsistency(t *testing.T, name string, size1, size2 uint64, path []Hash, root1, root2 Hash) {
	t.Helper()
	got := VerifyConsistency(size1, size2, path, root1, root2)
	want := proof.VerifyConsistency(rfc6962.DefaultHasher, size1, size2, rawHashes(path), root1[:], root2[:])
	if (got == nil) != (want == nil) {
		t.Errorf("%s: %d to %d: got %v, merkle says %v", name, size1, size2, got, want)
	}
}

// TestConsistencyOfEmptyTree pins the ends of the range, where implementations
// differ: only the true empty root is the prefix of everything.
func TestConsistencyOfEmptyTree(t *testing.T) {
	t.Parallel()
	_, leaves := tree(3)
	root := RootOf(leaves)
	for _, c := range []struct {
		name         string
		size1, size2 uint64
		path         []Hash
		root1, root2 Hash
		ok           bool
	}{
		{"empty to empty", 0, 0, nil, EmptyRoot(), EmptyRoot(), true},
		{"empty to three", 0, 3, nil, EmptyRoot(), root, true},
		{"wrong empty root", 0, 3, nil, Hash{}, root, false},
		{"both wrong empty roots", 0, 0, nil, Hash{}, Hash{}, false},
		{"proof for nothing", 0, 3, []Hash{{}}, EmptyRoot(), root, false},
		{"shrinking", 3, 0, nil, root, EmptyRoot(), false},
		{"same", 3, 3, nil, root, root, true},
		{"same with proof", 3, 3, []Hash{{}}, root, root, false},
		{"fork", 3, 3, nil, root, Hash{}, false},
	} {
		err := VerifyConsistency(c.size1, c.size2, c.path, c.root1, c.root2)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
