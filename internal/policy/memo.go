package policy

import (
	"sync"

	"frostgate.io/frostgate/internal/domain"
)

const (
	// maxPartitions and maxAnswers bound the memory of one engine.
	maxPartitions = 512
	maxAnswers    = 1024 // per generation and partition
)

// memo remembers answers. Every tenant and ring has its own part, so that no
// answer, not even its timing, crosses a ring or a tenant.
type memo struct {
	mu    sync.RWMutex
	parts map[partition]*answers // guarded by mu
}

type partition struct {
	tenant domain.TenantID
	ring   domain.Ring
}

// answers keeps two generations: a full young one becomes the old one, whose
// predecessor is forgotten. What is still asked for moves along.
type answers struct {
	mu         sync.Mutex
	young, old map[string]domain.PolicyResult // guarded by mu
}

func newMemo() *memo { return &memo{parts: map[partition]*answers{}} }

func (m *memo) partition(tenant domain.TenantID, ring domain.Ring) *answers {
	p := partition{tenant, ring}
	m.mu.RLock()
	a := m.parts[p]
	m.mu.RUnlock()
	if a != nil {
		return a
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.parts[p]; a != nil {
		return a
	}
	if len(m.parts) >= maxPartitions {
		clear(m.parts)
	}
	a = &answers{young: map[string]domain.PolicyResult{}}
	m.parts[p] = a
	return a
}

func (a *answers) get(key []byte) (domain.PolicyResult, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r, ok := a.young[string(key)]; ok {
		return r, true
	}
	r, ok := a.old[string(key)]
	if ok {
		a.add(key, r)
	}
	return r, ok
}

func (a *answers) put(key []byte, r domain.PolicyResult) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(key, r)
}

func (a *answers) add(key []byte, r domain.PolicyResult) {
	if len(a.young) >= maxAnswers {
		a.old, a.young = a.young, make(map[string]domain.PolicyResult, maxAnswers/4)
	}
	a.young[string(key)] = r
}
