package evidence

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"frostgate.io/frostgate/receipt"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

func leafN(i int) receipt.Hash {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(i))
	return receipt.LeafHash(b[:])
}

// Every leaf of every batch, over many batch shapes, must be provable with an
// implementation that is not ours.
func TestBatchProofsVerifyWithThirdParty(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		e := &edge{}
		plain := &edge{}
		var all []receipt.Hash
		for e.size < 700 {
			n := 1 + rng.IntN(1+int(seed)*3)
			batch := make([]receipt.Hash, n)
			for i := range batch {
				batch[i] = leafN(len(all) + i)
				plain.append(batch[i])
			}
			all = append(all, batch...)
			next, tree := extend(e, batch)
			if want := receipt.RootOf(all); tree.root != want || next.root() != want || plain.root() != want {
				t.Fatalf("seed %d size %d: root differs", seed, len(all))
			}
			for i := e.size; i < next.size; i++ {
				p := tree.prove(i)
				raw := make([][]byte, len(p))
				for k := range p {
					raw[k] = p[k][:]
				}
				if err := proof.VerifyInclusion(rfc6962.DefaultHasher, i, next.size, all[i][:], raw, tree.root[:]); err != nil {
					t.Fatalf("seed %d: leaf %d of %d: %v", seed, i, next.size, err)
				}
			}
			back, err := unmarshalEdge(next.size, next.marshal())
			if err != nil || !bytes.Equal(back.marshal(), plain.marshal()) || back.root() != plain.root() {
				t.Fatalf("seed %d size %d: edge does not survive storage: %v", seed, next.size, err)
			}
			e = next
		}
	}
}

func TestEdgeOfWrongLengthIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := unmarshalEdge(3, make([]byte, 32)); err == nil {
		t.Error("an edge of size 3 with one hash was accepted")
	}
}
