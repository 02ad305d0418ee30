package httpapi

import (
	"context"
	"sync"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// bundleSlots bounds how much of one long work is done at a time, by all tenants
// and by each. Whoever comes beyond is sent away at once: waiting would hold a
// connection and hide that the server is busy.
type bundleSlots struct {
	max, perTenant int
	what           string // "as many WHAT as may be"

	mu      sync.Mutex
	all     int
	tenants map[domain.TenantID]int
}

// setLimits sizes the pools of the server. They are apart, so that none of the
// works keeps another from being done.
func (s *Server) setLimits() {
	s.bundles.limit(maxBundles, maxTenantBundles, "bundles are being made")
	s.uploads.limit(maxUploads, maxTenantUploads, "files are being verified")
	s.chains.limit(maxChains, maxTenantChains, "logs are being recomputed")
	s.packs.limit(maxRulePacks, maxTenantRulePacks, "rules are being read")
	s.documents.limit(maxRuleDocuments, maxRuleDocuments, "documents of rules are being sent")
	s.questions.limit(maxRuleQuestions, maxTenantRuleQuestions, "events are being explained")
	s.observes.limit(maxObserved, maxTenantObserved, "runs are coming in")
	s.exports.limit(maxExports, maxTenantExports, "files of the audit are being made")
	s.compares.limit(maxCompares, maxTenantCompares, "tenants are being compared")
}

func (b *bundleSlots) limit(most, perTenant int, what string) {
	b.max, b.perTenant, b.what, b.tenants = most, perTenant, what, map[domain.TenantID]int{}
}

// within is take for work that is short as a rule: two screens of one person may
// ask for it at once. It tries again until the patience ends.
func (b *bundleSlots) within(ctx context.Context, patience time.Duration, id domain.TenantID) (done func(), err error) {
	end := time.NewTimer(patience)
	defer end.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if done, err = b.take(id); err == nil {
			return done, nil
		}
		select {
		case <-again.C:
		case <-end.C:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take gives a slot until done is called.
func (b *bundleSlots) take(id domain.TenantID) (done func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all >= b.max || b.tenants[id] >= b.perTenant {
		return nil, &waitError{cause: fault.New(fault.Busy, "As many %s as may be: ask again in a moment.", b.what), after: 2 * time.Second}
	}
	b.all++
	b.tenants[id]++
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.all--
		if b.tenants[id]--; b.tenants[id] == 0 {
			delete(b.tenants, id)
		}
	}, nil
}
