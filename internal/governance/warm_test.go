package governance

import "testing"

// After a start the tenants' own rulesets are there before anybody asks.
func TestWarmLoadsRulesetsInUse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		r := f.publish(tenantA, points("2", 70))
		if _, err := f.Activate(t.Context(), tenantA, r.Hash, 0, f.actor()); err != nil {
			t.Fatal(err)
		}
		f.restart()
		if err := f.Warm(t.Context()); err != nil {
			t.Fatal(err)
		}
		v, ok := f.slots.Load(tenantA)
		if !ok || v.(*slot).now.Load() == nil || v.(*slot).now.Load().rules == nil {
			t.Fatal("the tenant's ruleset is not loaded")
		}
		if _, ok := f.slots.Load(tenantB); ok {
			t.Error("a tenant that follows the platform has a slot of its own")
		}
	})
}
