package governance

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
)

// TestRulesetsSwappedUnderLoad imports, tunes and removes while events are
// decided: each decision fits the ruleset that it names, and replay agrees.
func TestRulesetsSwappedUnderLoad(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		const workers = 3
		done := make(chan struct{})
		results := make([][]*decision.Result, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-done:
						return
					default:
					}
					body := fmt.Sprintf(`{"event":{"logsource":{"product":"acme","service":"shell"},"cmd":"evil %d-%d"}}`, w, i)
					r, err := f.defend(body)
					if err != nil {
						t.Error(err)
						return
					}
					results[w] = append(results[w], r)
				}
			})
		}
		want := map[domain.Hash]int{f.hash(tenantA): 0}
		note := func(hits int) { want[f.hash(tenantA)] = hits }
		for range 4 {
			f.imports(tenantA, "acme", ruleTar(t))
			note(2)
			if err := f.TuneRule(ctx, tenantA, ruleLoud, RuleTuning{Disabled: true}, f.actor()); err != nil {
				t.Error(err)
			}
			note(1)
			if err := f.TuneRule(ctx, tenantA, ruleLoud, RuleTuning{}, f.actor()); err != nil {
				t.Error(err)
			}
			note(2)
			if _, err := f.RemoveRules(ctx, tenantA, "acme", f.actor()); err != nil {
				t.Error(err)
			}
			note(0)
		}
		close(done)
		wg.Wait()
		n := 0
		for _, r := range slices.Concat(results...) {
			hits := 0
			for _, h := range r.Outcome.Trace {
				if h.Matched && strings.HasPrefix(h.Rule, detectionPrefix) {
					hits++
				}
			}
			if expect, known := want[r.Outcome.RulesetHash]; !known || hits != expect {
				t.Errorf("ruleset %s gives %d hits, want %d", r.Outcome.RulesetHash, hits, expect)
			}
			if n++; n%50 == 0 {
				if again, err := f.pipe.Replay(ctx, tenantA, r.Index, ""); err != nil || again.State != "same" {
					t.Errorf("replay %d: %+v, %v", r.Index, again, err)
				}
			}
		}
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
			t.Errorf("chain %+v, %v", v, err)
		}
	})
}

// TestCompiledRulesGoWithTheirLastRuleset holds that old detections leave the
// memory.
func TestCompiledRulesGoWithTheirLastRuleset(t *testing.T) {
	t.Parallel()
	eachWith(t, NewRuleCache, func(t *testing.T, f *fixture) {
		for i := range 2 * maxRuleSets {
			f.imports(tenantA, "acme", tarOf(t, false, "e.yml", ruleText(ruleEvil, fmt.Sprintf("Evil %d", i), "high", "cmd: evil")))
		}
		f.compiled.mu.Lock()
		kept := f.compiled.ruleSets()
		f.compiled.mu.Unlock()
		if kept > maxRuleSets {
			t.Errorf("%d compiled detections are kept beside the active ones", kept)
		}
		for try := 0; f.Rules.held() > maxRuleSets+2 && try < 50; try++ {
			runtime.GC() // weak references end with a collection, and not always the first
		}
		if n := f.Rules.held(); n > maxRuleSets+2 {
			t.Errorf("%d compiled detections are in memory", n)
		}
	})
}
