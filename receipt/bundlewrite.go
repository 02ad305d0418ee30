package receipt

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"

	"golang.org/x/mod/sumdb/note"
)

// BundleWriter writes a bundle. Its methods are called in this order, those in
// brackets where they apply:
//
//	Manifest, Checkpoint, [Anchor, [Start], RootCheckpoint, RootNodes, RootEntry...],
//	Nodes, (Entry, [Opening... or State])..., Close
//
// After an error every method returns it. Close refuses content that does not
// give the checkpoint's root, so that a bundle that was written is one that
// verifies as far as the log goes.
type BundleWriter struct {
	out   *bufio.Writer
	sum   hash.Hash
	n     uint64
	line  []byte
	err   error
	stage writeStage

	manifest   *Manifest
	checkpoint Checkpoint
	entries    uint64
	tree       provenTree
	rootTree   provenTree
}

type writeStage int

const (
	wantManifest writeStage = iota
	wantCheckpoint
	wantAnchorOrNodes
	wantStartOrRoot
	wantRoot
	wantRootNodes
	wantRootEntries
	wantEntries
	closed
)

// provenTree is a tree on the way to its root: what was covered, and the hashes
// of the multiproof that are left.
type provenTree struct {
	partialTree
	proof []Hash
	want  Hash
}

// NewBundleWriter returns a writer; the caller closes w itself after Close.
func NewBundleWriter(w io.Writer) *BundleWriter {
	b := &BundleWriter{out: bufio.NewWriterSize(w, 64<<10), sum: sha256.New()}
	b.put([]byte(bundleMagic + "\n"))
	return b
}

// Manifest writes what the bundle claims.
func (b *BundleWriter) Manifest(m *Manifest) error {
	if !b.from(wantManifest) {
		return b.err
	}
	if b.err = m.Validate(); b.err != nil {
		return b.err
	}
	kept := *m
	b.manifest, b.stage = &kept, wantCheckpoint
	return b.record(m.AppendJCS(nil), tagManifest)
}

// Checkpoint writes the log's signed checkpoint that the entries are proven
// against.
func (b *BundleWriter) Checkpoint(signed []byte) error {
	if !b.from(wantCheckpoint) {
		return b.err
	}
	c, _, err := ParseSignedCheckpoint(signed)
	switch {
	case err != nil:
		b.err = err
	case c.Origin != b.manifest.Origin() || c.Size != b.manifest.Of:
		b.err = fmt.Errorf("bundle: checkpoint of %s, size %d; the manifest says %s, size %d", c.Origin, c.Size, b.manifest.Origin(), b.manifest.Of)
	}
	if b.err != nil {
		return b.err
	}
	b.checkpoint, b.stage = c, wantAnchorOrNodes
	b.tree = provenTree{partialTree: partialTree{size: c.Size}, want: c.Root}
	return b.record(signed, tagCheckpoint)
}

// Anchor writes the checkpoint's place in the log of logs. Without it the
// bundle is at level committed.
func (b *BundleWriter) Anchor(a BundleAnchor) error {
	if !b.from(wantAnchorOrNodes) {
		return b.err
	}
	b.stage = wantStartOrRoot
	return b.record(appendHashes(nil, a.Path), tagAnchor, decimal(a.Epoch), decimal(a.Slot))
}

// Start writes an earlier anchored checkpoint and the consistency proof from it
// to the bundle's checkpoint.
func (b *BundleWriter) Start(signed []byte, a BundleAnchor, consistency []Hash) error {
	if !b.from(wantStartOrRoot) {
		return b.err
	}
	b.stage = wantRoot
	_ = b.record(signed, tagStartCheckpoint)
	_ = b.record(appendHashes(nil, a.Path), tagStartAnchor, decimal(a.Epoch), decimal(a.Slot))
	return b.record(appendHashes(nil, consistency), tagConsistency)
}

// RootCheckpoint writes the root log's signed and cosigned checkpoint.
func (b *BundleWriter) RootCheckpoint(signed []byte) error {
	if b.stage == wantStartOrRoot {
		b.stage = wantRoot
	}
	if !b.from(wantRoot) {
		return b.err
	}
	c, _, err := ParseSignedCheckpoint(signed)
	if err != nil {
		b.err = err
		return err
	}
	b.rootTree = provenTree{partialTree: partialTree{size: c.Size}, want: c.Root}
	b.stage = wantRootNodes
	return b.record(signed, tagRootCheckpoint)
}

// RootNodes takes the multiproof (see ProveMany) of the root entries that
// follow, in the tree of the root checkpoint.
func (b *BundleWriter) RootNodes(proof []Hash) error {
	if b.from(wantRootNodes) {
		b.rootTree.proof, b.stage = proof, wantRootEntries
	}
	return b.err
}

// RootEntry writes an entry of the root log: the epochs of the anchors, and
// every key entry, in the log's order.
func (b *BundleWriter) RootEntry(entry []byte) error {
	if !b.from(wantRootEntries) {
		return b.err
	}
	e, err := ParseRootEntry(entry)
	if err != nil {
		b.err = err
		return err
	}
	b.leaf(&b.rootTree, e.Index, LeafHash(entry), tagRootNodes)
	return b.record(entry, tagRootEntry, decimal(e.Index))
}

// Nodes takes the multiproof (see ProveMany) of the entries that follow, in the
// tree of the checkpoint.
func (b *BundleWriter) Nodes(proof []Hash) error {
	if b.err == nil && b.stage == wantRootEntries {
		b.finish(&b.rootTree, tagRootNodes)
		b.stage = wantAnchorOrNodes
	}
	if b.from(wantAnchorOrNodes) {
		b.tree.proof, b.stage = proof, wantEntries
	}
	return b.err
}

// Entry writes a log entry. The first is the log's genesis, with its opening;
// the others follow in the log's order.
func (b *BundleWriter) Entry(index uint64, entry []byte) error {
	if !b.from(wantEntries) {
		return b.err
	}
	if len(entry) > MaxEntrySize {
		b.err = fmt.Errorf("bundle: entry %d has %d bytes, at most %d", index, len(entry), MaxEntrySize)
		return b.err
	}
	leaf := LeafHash(entry)
	b.leaf(&b.tree, index, leaf, tagNodes)
	b.entries++
	return b.record(entry, tagEntry, decimal(index), leaf.String())
}

// Opening reveals a group of the last entry. Groups stand in the order of the
// entry's commitments.
func (b *BundleWriter) Opening(name string, salt [SaltSize]byte, value []byte) error {
	if !b.from(wantEntries) {
		return b.err
	}
	switch {
	case b.entries == 0:
		b.err = errNoEntry
	case len(value) > MaxOpeningSize:
		b.err = fmt.Errorf("bundle: opening %s has %d bytes, at most %d", name, len(value), MaxOpeningSize)
	}
	return b.record(value, tagOpening, name, base64.StdEncoding.EncodeToString(salt[:]))
}

// State says that the last entry's payload is gone and which artifact, itself
// an opened entry of the bundle, did it; or, with 0, that it is withheld.
func (b *BundleWriter) State(state PayloadState, by uint64) error {
	if !b.from(wantEntries) {
		return b.err
	}
	if b.entries == 0 {
		b.err = errNoEntry
	}
	return b.record(nil, tagState, string(state), decimal(by))
}

var errNoEntry = errors.New("bundle: an opening or a state belongs to the entry before it, and there is none")

// Close writes the trailer. sign gets the text that is signed and returns it as
// a signed note (c2sp.org/signed-note); of its signatures the one by the
// manifest's key is kept.
func (b *BundleWriter) Close(sign func(text string) ([]byte, error)) error {
	if !b.from(wantEntries) {
		return b.err
	}
	b.finish(&b.tree, tagNodes)
	if b.err == nil && b.entries != b.manifest.Entries {
		b.err = fmt.Errorf("bundle: %d entries written, the manifest says %d", b.entries, b.manifest.Entries)
	}
	if b.err != nil {
		return b.err
	}
	b.stage = closed
	trailer, err := b.trailer(sign)
	if err != nil {
		b.err = err
		return err
	}
	if _, b.err = b.out.Write(trailer); b.err == nil {
		b.err = b.out.Flush()
	}
	return b.err
}

func (b *BundleWriter) trailer(sign func(text string) ([]byte, error)) ([]byte, error) {
	text := fmt.Sprintf("%s%x bytes %d\n", trailerWord, b.sum.Sum(nil), b.n)
	signed, err := sign(text)
	if err != nil {
		return nil, fmt.Errorf("bundle: sign: %w", err)
	}
	v, err := b.manifest.verifier()
	if err != nil {
		return nil, err
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil || n.Text != text {
		return nil, fmt.Errorf("bundle: not signed by the manifest's key %s: %w", b.manifest.fingerprint(), err)
	}
	n.UnverifiedSigs = nil
	return note.Sign(n)
}
