package auth

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Bounds of the notes on when keys were used.
const (
	usedEvery = domain.Micros(60_000_000) // one note per key and minute
	maxUsed   = 16_384                    // notes between two flushes; more are lost
	usedFlush = 30 * time.Second
	usedFinal = 5 * time.Second // for the last flush, at close
)

// usedKeys notes when keys were used, to be written now and then: a write per
// request would cost more than the request.
type usedKeys struct {
	mu    sync.Mutex
	notes map[domain.TenantID]map[domain.KeyID]domain.Micros
	n     int
}

func newUsedKeys() *usedKeys {
	return &usedKeys{notes: map[domain.TenantID]map[domain.KeyID]domain.Micros{}}
}

// note keeps a use unless one was noted less than a minute ago.
func (u *usedKeys) note(c *cachedKey, now domain.Micros) {
	last := c.usedAt.Load()
	if now < domain.Micros(last)+usedEvery || !c.usedAt.CompareAndSwap(last, int64(now)) {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.add(c.key.Tenant, c.key.ID, now)
}

// add needs the lock.
func (u *usedKeys) add(tenant domain.TenantID, key domain.KeyID, at domain.Micros) {
	keys := u.notes[tenant]
	if keys == nil {
		keys = map[domain.KeyID]domain.Micros{}
		u.notes[tenant] = keys
	}
	have, ok := keys[key]
	if !ok {
		if u.n >= maxUsed {
			return
		}
		u.n++
	}
	keys[key] = max(have, at)
}

func (u *usedKeys) take() map[domain.TenantID]map[domain.KeyID]domain.Micros {
	u.mu.Lock()
	defer u.mu.Unlock()
	notes := u.notes
	u.notes, u.n = map[domain.TenantID]map[domain.KeyID]domain.Micros{}, 0
	return notes
}

func (u *usedKeys) putBack(tenant domain.TenantID, keys map[domain.KeyID]domain.Micros) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for key, at := range keys {
		u.add(tenant, key, at)
	}
}

// Run writes deferred updates now and then until ctx ends, and once more then.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(usedFlush)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			// What could not be written is kept and tried again.
			_ = s.Flush(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), usedFinal)
			err := s.Flush(last)
			cancel()
			return err
		}
	}
}

// Flush writes when keys were last used. What can't be written stays noted.
func (s *Service) Flush(ctx context.Context) error {
	notes := s.used.take()
	var errs []error
	for _, tenant := range slices.Sorted(maps.Keys(notes)) {
		keys := notes[tenant]
		err := s.db.InTx(ctx, tenant, func(tx *db.Tx) error {
			for _, id := range slices.Sorted(maps.Keys(keys)) {
				if _, err := tx.Exec(ctx, updateUsedAt, tenant, id, keys[id]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			s.used.putBack(tenant, keys)
			errs = append(errs, fmt.Errorf("note the use of keys: %w", err))
		}
	}
	return errors.Join(errs...)
}
