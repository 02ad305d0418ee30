package inventory

import (
	"bytes"
	"context"
	"sync"

	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// memory is a store of contents and chunks for the offline tools.
type memory struct {
	mu    sync.RWMutex
	parts map[manifest.Hash][]byte
}

func newMemory() *memory { return &memory{parts: map[manifest.Hash][]byte{}} }

func (m *memory) keep(h manifest.Hash, b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.parts[h]; !ok {
		m.parts[h] = bytes.Clone(b)
	}
	return nil
}

func (m *memory) chunk(h manifest.Hash, b []byte) error { return m.keep(h, b) }

// Chunks gives chunks by their hashes.
func (m *memory) Chunks(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return m.get(ctx, hashes, each)
}

// Contents gives objects by their hashes.
func (m *memory) Contents(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	return m.get(ctx, hashes, each)
}

func (m *memory) get(ctx context.Context, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	for _, h := range hashes {
		m.mu.RLock()
		b, ok := m.parts[h]
		m.mu.RUnlock()
		if !ok {
			return fault.New(fault.Damaged, "the snapshot lacks its part %x", h)
		}
		if err := each(h, b); err != nil {
			return err
		}
	}
	return ctx.Err()
}
