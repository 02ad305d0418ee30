package evidence

import (
	"crypto/cipher"
	"sync"
	"sync/atomic"

	"frostgate.io/frostgate/internal/domain"
)

// maxKeys bounds the tenants whose keys stay unwrapped in memory, about 2 KiB
// each; the others' are read again from their few rows.
const maxKeys = 4096

// keyCache keeps the keys of tenants that were busy lately. It is safe for
// concurrent use.
type keyCache struct {
	max int

	mu sync.RWMutex
	m  map[domain.TenantID]*cachedKeys // guarded by mu
}

type cachedKeys struct {
	keys *TenantKeys
	used atomic.Bool // since the last sweep
}

func newKeyCache(most int) *keyCache {
	return &keyCache{max: most, m: make(map[domain.TenantID]*cachedKeys)}
}

func (c *keyCache) get(tenant domain.TenantID) *TenantKeys {
	c.mu.RLock()
	e := c.m[tenant]
	c.mu.RUnlock()
	if e == nil {
		return nil
	}
	if !e.used.Load() { // a write that is not needed would bounce the line between cores
		e.used.Store(true)
	}
	return e.keys
}

// add keeps k unless somebody was first, and returns what is kept.
func (c *keyCache) add(k *TenantKeys) *TenantKeys {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.m[k.Tenant]; e != nil {
		return e.keys
	}
	c.putLocked(k)
	return k
}

// replace keeps k in place of what was there.
func (c *keyCache) replace(k *TenantKeys) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.putLocked(k)
}

func (c *keyCache) putLocked(k *TenantKeys) {
	if _, there := c.m[k.Tenant]; !there && len(c.m) >= c.max {
		c.sweepLocked()
	}
	c.m[k.Tenant] = &cachedKeys{keys: k} // its second chance comes with the next use
}

// sweepLocked makes room for an eighth: whoever was used since the last sweep
// has a second chance.
func (c *keyCache) sweepLocked() {
	room := max(c.max/8, 1)
	for range 2 {
		for t, e := range c.m {
			if room == 0 {
				return
			}
			if !e.used.Swap(false) {
				delete(c.m, t)
				room--
			}
		}
	}
}

func (c *keyCache) len() int { c.mu.RLock(); defer c.mu.RUnlock(); return len(c.m) }

// lazyAEAD is a key whose cipher is made on first use: most tenants use one
// ring or two of five.
type lazyAEAD struct {
	key  [32]byte
	aead atomic.Pointer[cipher.AEAD]
}

func (l *lazyAEAD) get() (cipher.AEAD, error) {
	if a := l.aead.Load(); a != nil {
		return *a, nil
	}
	a, err := newGCM(l.key[:])
	if err == nil {
		l.aead.Store(&a)
	}
	return a, err
}
