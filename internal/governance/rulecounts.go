package governance

import (
	"maps"
	"strings"
	"sync"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
)

// RuleCount is what became of a rule's matches in recorded decisions.
type RuleCount struct {
	Hits       int64 // matches, suppressed ones too
	Suppressed int64 // of them without points because of a rate cap or a filter, or since they only serve a correlation
	Shared     int64 // of them without points of their own: another rule counts for their technique
	Last       domain.Micros
}

// Names of detections and of what suppressed them in decisions.
const (
	detectionPrefix = "sigma:"
	filterPrefix    = "tuned:"
	sameTechnique   = "same_technique"
)

// maxCounted bounds the rules and filters that are counted for one tenant.
const maxCounted = 50_000

// ruleCounts counts matches per tenant and rule, in memory, from the start of the
// process on: what a restart must not forget is in the decisions. A filter is
// counted under its name in decisions ("tuned:ID").
type ruleCounts struct {
	since domain.Micros

	// pending holds what the batch in hand will have counted; the sequencer's
	// goroutine owns it.
	pending map[countKey]RuleCount

	mu      sync.Mutex
	tenants map[domain.TenantID]map[string]RuleCount // guarded by mu
}

type countKey struct {
	tenant domain.TenantID
	rule   string
}

func newRuleCounts(now domain.Micros) *ruleCounts {
	return &ruleCounts{since: now, pending: make(map[countKey]RuleCount), tenants: make(map[domain.TenantID]map[string]RuleCount)}
}

// add takes a decision that will be durable with its batch.
func (c *ruleCounts) add(r *decision.Recorded) {
	for i := range r.Outcome.Trace {
		h := &r.Outcome.Trace[i]
		if !h.Matched || !strings.HasPrefix(h.Rule, detectionPrefix) {
			continue
		}
		c.bump(countKey{r.Tenant, h.Rule}, h.Suppressed, r.Time)
		if strings.HasPrefix(h.Suppressed, filterPrefix) {
			c.bump(countKey{r.Tenant, h.Suppressed}, h.Suppressed, r.Time)
		}
	}
}

func (c *ruleCounts) bump(k countKey, suppressed string, at domain.Micros) {
	n := c.pending[k]
	n.Hits++
	switch suppressed {
	case "":
	case sameTechnique:
		n.Shared++
	default:
		n.Suppressed++
	}
	n.Last = max(n.Last, at)
	c.pending[k] = n
}

// reset ends the batch.
func (c *ruleCounts) reset(committed bool) {
	if len(c.pending) == 0 {
		return
	}
	if committed {
		c.mu.Lock()
		for k, n := range c.pending {
			of := c.tenants[k.tenant]
			if of == nil {
				of = make(map[string]RuleCount)
				c.tenants[k.tenant] = of
			}
			was, known := of[k.rule]
			if !known && len(of) >= maxCounted {
				continue
			}
			of[k.rule] = RuleCount{was.Hits + n.Hits, was.Suppressed + n.Suppressed, was.Shared + n.Shared, max(was.Last, n.Last)}
		}
		c.mu.Unlock()
	}
	clear(c.pending)
}

// RuleCounts are the matches of a tenant's recorded decisions since this process
// started, by the rule's name in decisions; filters stand under "tuned:" and their
// ID.
func (s *Service) RuleCounts(tenant domain.TenantID) (since domain.Micros, counts map[string]RuleCount) {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	return s.counts.since, maps.Clone(s.counts.tenants[tenant])
}
