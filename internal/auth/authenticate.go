package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Denial says which known key was refused; it travels as the cause of a fault,
// for the audit of denied requests.
type Denial struct {
	Tenant    domain.TenantID
	Principal domain.PrincipalID
	Key       domain.KeyID
}

// Error names the key, for the operator.
func (d *Denial) Error() string { return fmt.Sprintf("key %s of tenant %s", d.Key, d.Tenant) }

// DenialOf gives which known key an authentication error is about, if any.
func DenialOf(err error) (Denial, bool) {
	var d *Denial
	if errors.As(err, &d) {
		return *d, true
	}
	return Denial{}, false
}

// cachedKey is what the store says of a key at one moment; immutable but for
// usedAt.
type cachedKey struct {
	key       *Key
	principal *domain.Principal
	disabled  bool
	usedAt    atomic.Int64 // last use that was noted
}

// Authenticate tells who presents a key: Unauthenticated when it isn't one of
// ours, KeyRevoked or KeyExpired when its time is over. Only who knows the
// secret learns the difference. The result is shared and must not be changed.
func (s *Service) Authenticate(ctx context.Context, presented string) (*domain.Principal, error) {
	text, err := parseKey(presented)
	if err != nil {
		return nil, err
	}
	c, err := s.find(ctx, text.id)
	if err != nil {
		return nil, err
	}
	if !s.proves(c, text) {
		return nil, c.refuse(fault.Unauthenticated, "the API key is not valid")
	}
	return s.admit(c, s.clk.Now())
}

// admit says whether a proven key may be used now.
func (s *Service) admit(c *cachedKey, now domain.Micros) (*domain.Principal, error) {
	switch {
	case c.key.RevokedAt != 0:
		return nil, c.refuse(fault.KeyRevoked, "the API key was revoked")
	case !c.key.live(now):
		return nil, c.refuse(fault.KeyExpired, "the API key has expired")
	case c.disabled:
		return nil, c.refuse(fault.KeyRevoked, "the principal of this API key is disabled")
	}
	s.used.note(c, now)
	return c.principal, nil
}

// proves compares the presented secret and environment in constant time.
func (s *Service) proves(c *cachedKey, text keyText) bool {
	mac := s.mac.APIKeyMAC(string(text.id), text.secret)
	return subtle.ConstantTimeCompare(mac, c.key.mac) == 1 && text.env == c.key.Env
}

func (c *cachedKey) refuse(code fault.Code, msg string) error {
	return fault.Wrap(code, &Denial{Tenant: c.key.Tenant, Principal: c.key.Principal, Key: c.key.ID}, "%s", msg)
}

// find gives a key from memory or the store.
func (s *Service) find(ctx context.Context, id domain.KeyID) (*cachedKey, error) {
	c, gen := s.keys.get(id)
	if c != nil {
		return c, nil
	}
	// Made-up IDs end here, so a flood of them never reaches the store.
	if !issued(s.mac, id) || s.keys.isUnknown(id, s.clk.Now()) {
		return nil, errKeyText
	}
	c, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	if c == nil {
		s.keys.putUnknown(id, s.clk.Now())
		return nil, errKeyText
	}
	s.keys.put(c, gen)
	return c, nil
}

// load reads a key, its principal and what the roles allow now; nil when there
// is no such key.
func (s *Service) load(ctx context.Context, id domain.KeyID) (*cachedKey, error) {
	home, err := s.db.KeyTenant(ctx, id)
	if err != nil || home == "" {
		return nil, err
	}
	t, err := s.tenants.Lookup(home)
	if err != nil {
		return nil, fmt.Errorf("tenant of key %s: %w", id, errors.Join(errKeyText, err))
	}
	k, err := s.Key(ctx, home, id)
	if err != nil {
		return nil, err
	}
	var a *Account
	err = s.db.InSystemReadTx(ctx, "find the principal behind a key", func(tx *db.Tx) error {
		a, err = getAccount(ctx, tx, k.Principal)
		return err
	})
	if err != nil {
		return nil, err
	}
	c := &cachedKey{key: k, disabled: true}
	c.usedAt.Store(int64(k.LastUsedAt))
	if a == nil || a.Org != t.Org || a.Status != AccountActive {
		return c, nil
	}
	c.disabled = false
	c.principal = &domain.Principal{
		ID: a.ID, Kind: a.Kind, Name: a.Name, Org: a.Org, Tenant: k.Tenant, Key: k.ID,
		Scopes:   intersect(k.Scopes, scopesIn(a.Bindings, k.Tenant)),
		Personas: k.Limits.Personas, Rings: k.Limits.Rings, Missions: k.Limits.Missions,
	}
	return c, nil
}

// Bounds of the cache.
const (
	maxCached  = 65_536
	maxUnknown = 4_096
	unknownFor = 5_000_000 // microseconds
)

// keyCache keeps keys in memory. Every change of keys or people drops what it
// touches; gen keeps a reader that started before the change from putting back
// what it read.
type keyCache struct {
	mu      sync.RWMutex
	gen     uint64
	byID    map[domain.KeyID]*cachedKey
	unknown map[domain.KeyID]domain.Micros // when it was looked for in vain
}

func newKeyCache() *keyCache {
	return &keyCache{byID: map[domain.KeyID]*cachedKey{}, unknown: map[domain.KeyID]domain.Micros{}}
}

func (c *keyCache) get(id domain.KeyID) (*cachedKey, uint64) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.byID[id], c.gen
}

func (c *keyCache) put(k *cachedKey, gen uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen {
		return
	}
	if len(c.byID) >= maxCached {
		for id := range c.byID { // any one: map order is random enough
			delete(c.byID, id)
			break
		}
	}
	c.byID[k.key.ID] = k
}

func (c *keyCache) isUnknown(id domain.KeyID, now domain.Micros) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	at, ok := c.unknown[id]
	return ok && now >= at && now < at+unknownFor
}

func (c *keyCache) putUnknown(id domain.KeyID, now domain.Micros) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.unknown) >= maxUnknown {
		clear(c.unknown)
	}
	// The map must not hold on to the whole presented text.
	c.unknown[domain.KeyID([]byte(id))] = now
}

func (c *keyCache) drop(id domain.KeyID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	delete(c.byID, id)
}

func (c *keyCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	clear(c.byID)
}
