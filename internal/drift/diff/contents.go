package diff

import (
	"context"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// How many objects are read at a time: few while they are large.
const (
	firstBatch = 16
	maxBatch   = 256
	batchBytes = 4 << 20
)

// nextBatch goes by what the batch before took.
func nextBatch(batch, took int) int {
	switch {
	case took > batchBytes:
		return max(1, batch/4)
	case took < batchBytes/4:
		return min(maxBatch, batch*2)
	}
	return batch
}

// bodies are the contents of a batch, of one side.
type bodies struct {
	buf    []byte
	at     map[manifest.Hash][2]int
	hashes []manifest.Hash
}

// fetch reads the contents that the batch needs and checks that they are what
// their hashes say.
func (b *bodies) fetch(ctx context.Context, store manifest.Store, pairs []pair, hash func(*pair) (manifest.Hash, bool)) error {
	if b.at == nil {
		b.at = make(map[manifest.Hash][2]int)
	}
	clear(b.at)
	b.buf, b.hashes = b.buf[:0], b.hashes[:0]
	for i := range pairs {
		h, ok := hash(&pairs[i])
		if _, dup := b.at[h]; !ok || dup || pairs[i].unknown != "" {
			continue
		}
		b.at[h] = [2]int{-1, -1}
		b.hashes = append(b.hashes, h)
	}
	if len(b.hashes) == 0 {
		return nil
	}
	found := 0
	err := store.Contents(ctx, b.hashes, func(h manifest.Hash, body []byte) error {
		if at, wanted := b.at[h]; !wanted || at[0] >= 0 {
			return fault.New(fault.Internal, "the store gave a content that was not asked for, or twice")
		}
		if manifest.HashOf(body) != h {
			return fault.New(fault.Damaged, "the store's content is not that of %x", h)
		}
		b.at[h] = [2]int{len(b.buf), len(b.buf) + len(body)}
		b.buf = append(b.buf, body...)
		found++
		return nil
	})
	if err == nil && found < len(b.hashes) {
		err = fault.New(fault.Damaged, "%d contents are missing in the store", len(b.hashes)-found)
	}
	return err
}

// of gives a content of the batch.
func (b *bodies) of(h manifest.Hash) []byte {
	at, ok := b.at[h]
	if !ok || at[0] < 0 {
		return nil
	}
	return b.buf[at[0]:at[1]:at[1]]
}
