package detect

import (
	"sync/atomic"

	"frostgate.io/frostgate/sigma"
)

// sampleEvery is how many events are matched for one that is measured.
const sampleEvery = 1024

// costs are what testing rules takes, sampled. They inform people; nothing is
// decided by them.
type costs struct {
	now  func() int64 // nil: nothing is measured
	turn atomic.Uint64
	// spent and tests are by index in the set.
	spent, tests []atomic.Int64
}

// MeasureWith has one of many events measured with a clock in nanoseconds. It is
// called before the rules are used.
func (r *Rules) MeasureWith(now func() int64) {
	n := r.set.Len()
	r.costs.now, r.costs.spent, r.costs.tests = now, make([]atomic.Int64, n), make([]atomic.Int64, n)
}

// match is the matcher's Match, measured now and then.
func (r *Rules) match(m *sigma.Matcher, payload []byte) ([]sigma.Match, error) {
	c := &r.costs
	if c.now == nil || c.turn.Add(1)%sampleEvery != 1 {
		return m.Match(payload)
	}
	return m.Profile(payload, c.now, func(rule int, took int64) {
		c.spent[rule].Add(took)
		c.tests[rule].Add(1)
	})
}

// CostNS is how long testing a rule against an event took on average, in
// nanoseconds; 0: it was not measured yet.
func (r *Rules) CostNS(rule *sigma.Rule) int64 {
	i, ok := r.byID[ruleID(rule)]
	if !ok || r.costs.now == nil {
		return 0
	}
	n := r.costs.tests[i].Load()
	if n == 0 {
		return 0
	}
	return max(1, r.costs.spent[i].Load()/n)
}
