package auth

import (
	"sync"
	"sync/atomic"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// Limiter limits requests per tenant and quota class with the generic cell
// rate algorithm: one number per bucket, the theoretical arrival time (TAT) at
// which the bucket is full again. It is safe for concurrent use.
type Limiter struct {
	clk     clock.Clock
	tenants *tenant.Service
	shards  [limitShards]limitShard
}

const limitShards = 16

// limitShard holds the buckets of some tenants. Buckets exist for known
// tenants only, so there are never more than tenants.
type limitShard struct {
	mu      sync.RWMutex
	buckets map[domain.TenantID]*buckets
}

// buckets holds the TAT of each class in nanoseconds.
type buckets struct {
	defend, read, write atomic.Int64
}

// Quota is the answer of Take, with what the RateLimit headers say
// (draft-ietf-httpapi-ratelimit-headers).
type Quota struct {
	Allowed bool
	// Limit is the quota of one Window (seconds), Remaining what is left of it.
	Limit, Remaining, Window int64
	// ResetSeconds is when the whole quota is there again.
	ResetSeconds int64
	// RetryAfterSeconds is when the same request would be allowed; 0 if it is.
	RetryAfterSeconds int64
}

// NewLimiter returns a limiter by the tenants' settings.
func NewLimiter(tenants *tenant.Service, clk clock.Clock) *Limiter {
	l := &Limiter{clk: clk, tenants: tenants}
	for i := range l.shards {
		l.shards[i].buckets = map[domain.TenantID]*buckets{}
	}
	return l
}

// Take takes n from a tenant's quota, all or nothing. More than a burst is let
// in when the bucket is full and paid for afterwards, up to a second burst. An
// unknown tenant gets nothing.
func (l *Limiter) Take(id domain.TenantID, class tenant.Class, n int64) Quota {
	t, err := l.tenants.Lookup(id)
	if err != nil {
		return Quota{RetryAfterSeconds: 1}
	}
	rate := t.Settings.Rates.Of(class)
	tat := l.bucket(id).of(class)
	now := int64(l.clk.Now()) * 1000
	step := 1_000_000_000 / rate.PerSecond
	full := rate.Burst * step
	n = min(max(n, 0), 2*rate.Burst)
	need := min(n, rate.Burst) * step
	for {
		old := tat.Load()
		from := max(old, now)
		if from > now+2*full {
			// Only a clock set back, or a limit that was lowered, gets here: start
			// afresh rather than lock the tenant out.
			from = now
		}
		if from+need > now+full {
			return quota(rate, step, from-now, from+need-now-full)
		}
		next := from + n*step
		if tat.CompareAndSwap(old, next) {
			return quota(rate, step, next-now, 0)
		}
	}
}

// quota describes a bucket that is full again after busy and lets the request
// in after wait, both in nanoseconds.
func quota(rate tenant.Rate, step, busy, wait int64) Quota {
	return Quota{
		Allowed:           wait == 0,
		Limit:             rate.Burst,
		Remaining:         max(0, (rate.Burst*step-busy)/step),
		Window:            max(1, (rate.Burst+rate.PerSecond-1)/rate.PerSecond),
		ResetSeconds:      seconds(busy),
		RetryAfterSeconds: seconds(wait),
	}
}

func seconds(ns int64) int64 { return (ns + 999_999_999) / 1_000_000_000 }

func (b *buckets) of(class tenant.Class) *atomic.Int64 {
	switch class {
	case tenant.ClassDefend:
		return &b.defend
	case tenant.ClassRead:
		return &b.read
	}
	return &b.write
}

func (l *Limiter) bucket(id domain.TenantID) *buckets {
	s := &l.shards[shardOf(id)]
	s.mu.RLock()
	b := s.buckets[id]
	s.mu.RUnlock()
	if b != nil {
		return b
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b = s.buckets[id]; b == nil {
		b = new(buckets)
		s.buckets[id] = b
	}
	return b
}

// shardOf spreads tenants by the last characters of their IDs, which are
// random.
func shardOf(id domain.TenantID) int {
	if len(id) < 2 {
		return 0
	}
	return int(id[len(id)-1]*31+id[len(id)-2]) % limitShards
}
