package governance

import (
	"context"
	"crypto/sha256"
	"sync"
	"weak"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/detect"
)

// RuleCache lets rulesets share compiled detections: thousands of rules are held
// once for all tenants whose rulesets have the same documents. Compiled rules are a
// function of the documents' bytes alone, so tenants learn nothing of each other by
// sharing them.
//
// Several services of one process may share it. It is safe for concurrent use.
//
// It holds them weakly: the rulesets in force and in use keep them, and the last
// ruleset that goes takes them along.
type RuleCache struct {
	mu    sync.Mutex
	byKey map[rulesKey]*ruleEntry // guarded by mu
}

// NewRuleCache returns an empty one.
func NewRuleCache() *RuleCache { return &RuleCache{byKey: make(map[rulesKey]*ruleEntry)} }

type rulesKey [sha256.Size]byte

// ruleEntry is one set of documents.
type ruleEntry struct {
	compiling sync.Mutex                 // one compiles, the others wait
	rules     weak.Pointer[detect.Rules] // set under both locks
	users     int                        // who holds or waits for compiling; guarded by RuleCache.mu
}

// keyOf covers names and contents, in order: the names stand in messages.
func keyOf(refs []Ref) rulesKey {
	h := sha256.New()
	for _, r := range refs {
		h.Write([]byte(r.Name + "\x00" + string(r.Hash) + "\x00"))
	}
	return rulesKey(h.Sum(nil))
}

// compiled returns the rules of the documents, compiling them unless they are
// somewhere in use.
func (c *RuleCache) compiled(ctx context.Context, refs []Ref, archives []detect.Archive) (*detect.Rules, error) {
	if len(archives) == 0 {
		return nil, nil
	}
	e := c.enter(keyOf(refs))
	defer c.leave(e)
	e.compiling.Lock()
	defer e.compiling.Unlock()
	if r := e.rules.Value(); r != nil {
		return r, nil
	}
	r, err := detect.CompileRules(ctx, archives)
	if err != nil {
		return nil, err
	}
	start := clock.Monotonic()
	r.MeasureWith(func() int64 { return int64(clock.Monotonic().Sub(start)) })
	c.mu.Lock()
	defer c.mu.Unlock()
	e.rules = weak.Make(r)
	return r, nil
}

func (c *RuleCache) enter(key rulesKey) *ruleEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		e = &ruleEntry{}
		c.byKey[key] = e
	}
	e.users++
	return e
}

// leave also drops the entries whose rules are gone.
func (c *RuleCache) leave(e *ruleEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e.users--
	for k, e := range c.byKey {
		if e.users == 0 && e.rules.Value() == nil {
			delete(c.byKey, k)
		}
	}
}

// held counts the compiled rules that are in use.
func (c *RuleCache) held() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, e := range c.byKey {
		if e.rules.Value() != nil {
			n++
		}
	}
	return n
}
