package httpapi

import (
	"sync"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// How many streams may be open at the same time: each holds a connection and
// reads the log when it grows.
const (
	maxTenantStreams = 100
	maxKeyStreams    = 20
)

// Names of these limits, as problems show them.
const (
	limitTenantStreams = "tenant_streams"
	limitKeyStreams    = "key_streams"
)

// openStreams counts the streams that are open. It holds entries for open
// streams only.
type openStreams struct {
	mu      sync.Mutex
	tenants map[domain.TenantID]int
	keys    map[domain.KeyID]int
}

// open counts a stream, or refuses it. Each open that worked needs its close.
func (o *openStreams) open(p *domain.Principal) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.keys[p.Key] >= maxKeyStreams:
		return tooManyStreams("key", maxKeyStreams, limitKeyStreams)
	case o.tenants[p.Tenant] >= maxTenantStreams:
		return tooManyStreams("tenant", maxTenantStreams, limitTenantStreams)
	case o.tenants == nil:
		o.tenants, o.keys = map[domain.TenantID]int{}, map[domain.KeyID]int{}
	}
	o.tenants[p.Tenant]++
	o.keys[p.Key]++
	return nil
}

func (o *openStreams) close(p *domain.Principal) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tenants[p.Tenant]--; o.tenants[p.Tenant] == 0 {
		delete(o.tenants, p.Tenant)
	}
	if o.keys[p.Key]--; o.keys[p.Key] == 0 {
		delete(o.keys, p.Key)
	}
}

func tooManyStreams(whose string, most int, limit string) error {
	e := fault.New(fault.RateLimited, "The %s has %d streams open, which is the most; close one first.", whose, most)
	e.Limit = limit
	return &waitError{cause: e, after: 10 * time.Second}
}
