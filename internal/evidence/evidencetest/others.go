// Package evidencetest reads and proves a log with the programs of others:
// tessera's client and fsck, the proofs of transparency-dev/merkle, the signed
// notes of x/mod. Nothing in it is ours but the log that is read; only tests
// import it.
package evidencetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// bundleLeaves is what tessera's own fsck command uses.
func bundleLeaves(raw []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(raw); err != nil {
		return nil, err
	}
	var out [][]byte
	for _, e := range b.Entries {
		out = append(out, rfc6962.DefaultHasher.HashLeaf(e))
	}
	return out, nil
}

var errTimeout = errors.New("no answer in time")

// TesseraFsck runs tessera's fsck. Only its success counts: on a damaged log it
// may never return.
func TesseraFsck(t testing.TB, origin string, v note.Verifier, f fsck.Fetcher) error {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- fsck.New(origin, v, f, bundleLeaves, fsck.Opts{N: 8}).Check(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return errTimeout
	}
}

// ReadAsOthers reads and proves a whole log with tessera, merkle and note.
func ReadAsOthers(t testing.TB, vkey, origin string, size uint64, f fsck.Fetcher) {
	t.Helper()
	ctx := t.Context()
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	cp, raw, _, err := client.FetchCheckpoint(ctx, f.ReadCheckpoint, v, origin)
	if err != nil || cp.Size != size {
		t.Fatalf("checkpoint: %+v %v", cp, err)
	}
	if n, err := note.Open(raw, note.VerifierList(v)); err != nil || len(n.Sigs) != 1 {
		t.Fatalf("note: %v", err)
	}
	if err := TesseraFsck(t, origin, v, f); err != nil {
		t.Fatalf("tessera fsck at size %d: %v", size, err)
	}
	// Entries, and with them the roots of all earlier sizes.
	roots, leaves := entriesOf(t, size, f)
	if string(roots[size]) != string(cp.Hash) {
		t.Fatal("the entries don't give the root")
	}
	pb, err := client.NewProofBuilder(ctx, size, f.ReadTile)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []uint64{0, 1, 254, 255, 256, 257, 511, 512, size / 2, size - 2, size - 1} {
		if i >= size {
			continue
		}
		p, err := pb.InclusionProof(ctx, i)
		if err != nil {
			t.Fatalf("inclusion of %d in %d: %v", i, size, err)
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, i, size, leaves[i], p, cp.Hash); err != nil {
			t.Errorf("inclusion of %d in %d: %v", i, size, err)
		}
		if i == 0 {
			continue
		}
		if p, err = pb.ConsistencyProof(ctx, i, size); err != nil {
			t.Fatalf("consistency of %d and %d: %v", i, size, err)
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, i, size, p, roots[i], cp.Hash); err != nil {
			t.Errorf("consistency of %d and %d: %v", i, size, err)
		}
	}
}

func entriesOf(t testing.TB, size uint64, f fsck.Fetcher) (roots map[uint64][]byte, leaves [][]byte) {
	t.Helper()
	roots = map[uint64][]byte{}
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for n := uint64(0); n*256 < size; n++ {
		b, err := client.GetEntryBundle(t.Context(), f.ReadEntryBundle, n, size)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range b.Entries {
			leaf := rfc6962.DefaultHasher.HashLeaf(e)
			leaves = append(leaves, leaf)
			if err := r.Append(leaf, nil); err != nil {
				t.Fatal(err)
			}
			if roots[r.End()], err = r.GetRootHash(nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	return roots, leaves
}
