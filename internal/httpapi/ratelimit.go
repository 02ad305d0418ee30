package httpapi

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// Quota is how many requests a tenant may make in a window; all of them may
// come at once.
type Quota struct {
	Requests int64
	Window   time.Duration
}

// defaultQuotas are generous: they keep one tenant from starving the others,
// plans set the real ones.
func defaultQuotas() map[QuotaClass]Quota {
	return map[QuotaClass]Quota{
		ClassDefend: {6_000_000, time.Minute},
		ClassBatch:  {6_000, time.Minute},
		ClassRead:   {60_000, time.Minute},
		ClassWrite:  {6_000, time.Minute},
	}
}

// limiter is GCRA: one number per tenant and class, the theoretical arrival
// time, moved by compare-and-set, so that requests of one tenant never wait
// for another's.
type limiter struct {
	classes map[QuotaClass]*classLimit
}

type classLimit struct {
	class    QuotaClass
	quota    Quota
	interval int64    // ns between two requests at the steady rate
	policy   []string // RateLimit-Policy header
	prefix   string   // of the RateLimit header
	tenants  sync.Map // domain.TenantID -> *atomic.Int64 (ns)
}

func newLimiter(quotas map[QuotaClass]Quota) *limiter {
	l := &limiter{classes: map[QuotaClass]*classLimit{}}
	for class, q := range quotas {
		if q.Requests <= 0 || q.Window <= 0 {
			continue
		}
		l.classes[class] = &classLimit{
			class: class, quota: q, interval: max(1, int64(q.Window)/q.Requests),
			policy: []string{`"` + string(class) + `";q=` + strconv.FormatInt(q.Requests, 10) + ";w=" + strconv.FormatInt(ceilSeconds(q.Window), 10)},
			prefix: `"` + string(class) + `";r=`,
		}
	}
	return l
}

// take counts one request and writes the RateLimit headers
// (draft-ietf-httpapi-ratelimit-headers-10); over the limit it refuses with the
// time to wait.
func (l *limiter) take(h http.Header, tenant domain.TenantID, class QuotaClass, now domain.Micros) error {
	c, ok := l.classes[class]
	if !ok {
		return nil
	}
	remaining, reset, wait := c.step(tenant, int64(now)*1000)
	h["Ratelimit-Policy"] = c.policy
	var buf [64]byte
	b := append(buf[:0], c.prefix...)
	b = strconv.AppendInt(b, remaining, 10)
	b = append(b, ";t="...)
	b = strconv.AppendInt(b, reset, 10)
	h["Ratelimit"] = []string{string(b)}
	if wait > 0 {
		e := fault.New(fault.RateLimited, "More than %d requests of class %s in %s.", c.quota.Requests, class, c.quota.Window)
		e.Limit = string(class)
		return &waitError{cause: e, after: wait}
	}
	return nil
}

// step moves the tenant's arrival time. reset is when the full quota is there
// again, in seconds.
func (c *classLimit) step(tenant domain.TenantID, now int64) (remaining, reset int64, wait time.Duration) {
	v, ok := c.tenants.Load(tenant)
	if !ok {
		v, _ = c.tenants.LoadOrStore(tenant, new(atomic.Int64))
	}
	at := v.(*atomic.Int64)
	window := int64(c.quota.Window)
	for {
		old := at.Load()
		// A clock that jumped back must not lock the tenant out for longer
		// than one window.
		if old > now+window {
			at.CompareAndSwap(old, now+window)
			continue
		}
		tat := max(old, now)
		next := tat + c.interval
		if over := next - now - window; over > 0 {
			return 0, ceilSeconds(time.Duration(tat - now)), time.Duration(over)
		}
		if at.CompareAndSwap(old, next) {
			return (window - (next - now)) / c.interval, ceilSeconds(time.Duration(next - now)), 0
		}
	}
}
