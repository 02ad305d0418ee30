package governance

import (
	"sync"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// Bounds of the compiled rulesets kept beside the active ones: how many, and of how
// many different compiled detections, which are large.
const (
	maxCompiled = 64
	maxRuleSets = 3
)

// cache keeps compiled rulesets by owner and hash. Tenants never share one of
// their own, only the platform's.
type cache struct {
	mu    sync.Mutex
	byKey map[cacheKey]*cached // guarded by mu, as tick
	tick  int64
}

type cacheKey struct {
	owner domain.TenantID
	hash  domain.Hash
}

type cached struct {
	rules *decision.Ruleset
	used  int64
}

func (c *cache) get(owner domain.TenantID, hash domain.Hash) *decision.Ruleset {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range []domain.TenantID{owner, platform} {
		if e := c.byKey[cacheKey{o, hash}]; e != nil {
			c.tick++
			e.used = c.tick
			return e.rules
		}
	}
	return nil
}

// put keeps a ruleset and returns the one that is kept: whoever compiled first
// wins, so that equal hashes give one engine and one memo.
func (c *cache) put(owner domain.TenantID, rs *decision.Ruleset) *decision.Ruleset {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tick++
	key := cacheKey{owner, rs.Hash}
	if e := c.byKey[key]; e != nil {
		e.used = c.tick
		return e.rules
	}
	c.byKey[key] = &cached{rs, c.tick}
	for len(c.byKey) > maxCompiled || c.ruleSets() > maxRuleSets {
		delete(c.byKey, c.oldest())
	}
	return rs
}

// oldest needs mu.
func (c *cache) oldest() cacheKey {
	var oldest cacheKey
	least := c.tick + 1
	for k, e := range c.byKey {
		if e.used < least {
			oldest, least = k, e.used
		}
	}
	return oldest
}

// ruleSets counts different compiled detections. It needs mu.
func (c *cache) ruleSets() int {
	seen := make(map[*detect.Rules]bool, len(c.byKey))
	for _, e := range c.byKey {
		if r := e.rules.Detect.Rules(); r != nil {
			seen[r] = true
		}
	}
	return len(seen)
}
