package evidence

import (
	"math/rand/v2"
	"testing"

	"frostgate.io/frostgate/receipt"
)

// proveSpans gives what receipt.ProveMany gives for each index of the spans, and
// asks for no more nodes of the tree.
func TestProofsOfSpansAreProofsOfTheirLeaves(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		size := 1 + rng.Uint64N(700)
		node := func(lo, hi uint64) (receipt.Hash, error) {
			return receipt.LeafHash([]byte{byte(lo), byte(lo >> 8), byte(hi), byte(hi >> 8)}), nil
		}
		var spans []span
		var indexes []uint64
		for at := rng.Uint64N(5); at < size; at += 2 + rng.Uint64N(40) {
			s := span{at, min(size-1, at+rng.Uint64N(30))}
			spans = append(spans, s)
			for at = s[0]; at <= s[1]; at++ {
				indexes = append(indexes, at)
			}
		}
		want, err := receipt.ProveMany(size, indexes, node)
		if err != nil {
			t.Fatal(err)
		}
		got, err := proveSpans(size, spans, node)
		if err != nil || len(got) != len(want) || string(flatten(got)) != string(flatten(want)) {
			t.Fatalf("size %d, %v: %d hashes, want %d, %v", size, spans, len(got), len(want), err)
		}
	}
}

func TestSpansAreJoined(t *testing.T) {
	t.Parallel()
	got := joinSpans([]span{{9, 9}, {0, 0}, {3, 5}, {5, 7}, {1, 1}, {8, 8}, {20, 22}, {21, 21}})
	want := []span{{0, 1}, {3, 9}, {20, 22}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
