package receipt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// from checks that a method is called at its turn.
func (b *BundleWriter) from(stage writeStage) bool {
	if b.err == nil && b.stage != stage {
		b.err = errors.New("bundle: records are written in a fixed order; this one is out of place")
	}
	return b.err == nil
}

// leaf writes the hashes of the leaves before index and takes that leaf.
func (b *BundleWriter) leaf(t *provenTree, index uint64, h Hash, tag string) {
	if b.err == nil && index >= t.size {
		b.err = fmt.Errorf("bundle: entry %d is not in a log of size %d", index, t.size)
	}
	b.skip(t, index, tag)
	if b.err == nil {
		t.leaf(h)
	}
}

// skip writes the hashes of the leaves before next.
func (b *BundleWriter) skip(t *provenTree, next uint64, tag string) {
	before := t.proof
	if b.err != nil {
		return
	}
	if t.proof, b.err = t.skip(next, before); b.err != nil || len(t.proof) == len(before) {
		return
	}
	_ = b.record(appendHashes(nil, before[:len(before)-len(t.proof)]), tag)
}

// finish covers the rest of a tree and compares its root.
func (b *BundleWriter) finish(t *provenTree, tag string) {
	b.skip(t, t.size, tag)
	switch {
	case b.err != nil:
	case len(t.proof) != 0:
		b.err = errors.New("bundle: the multiproof has more hashes than its entries need")
	case t.root() != t.want:
		b.err = errors.New("bundle: entries and multiproof do not give the checkpoint's root")
	}
}

// record writes one record and keeps the first error.
func (b *BundleWriter) record(data []byte, words ...string) error {
	if b.err != nil {
		return b.err
	}
	b.line = append(b.line[:0], strings.Join(words, " ")...)
	b.line = append(b.line, ' ')
	b.line = strconv.AppendInt(b.line, int64(len(data)), 10)
	b.put(append(b.line, '\n'))
	b.put(data)
	b.put([]byte("\n"))
	return b.err
}

func (b *BundleWriter) put(data []byte) {
	if b.err != nil {
		return
	}
	b.sum.Write(data)
	b.n += uint64(len(data))
	_, b.err = b.out.Write(data)
}

// appendHashes writes hashes one a line, in padded base64.
func appendHashes(dst []byte, all []Hash) []byte {
	for i := range all {
		dst = base64.StdEncoding.AppendEncode(dst, all[i][:])
		dst = append(dst, '\n')
	}
	return dst
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }
