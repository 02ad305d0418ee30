package governance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestActivationTakesEffectBetweenTwoEvents(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		def, err := f.DefaultHash()
		if err != nil {
			t.Fatal(err)
		}
		brute := func(i int) (domain.Hash, int) {
			r, err := f.defend(fmt.Sprintf(`{"event_type":"auth","payload":{"src_ip":"192.0.2.1","failures":5,"n":%d}}`, i))
			if err != nil {
				t.Fatal(err)
			}
			return r.Outcome.RulesetHash, r.Outcome.Score
		}
		if h, score := brute(0); h != def || score != 90 {
			t.Fatalf("default decides %s, %d", h, score)
		}
		r := f.publish(tenantA, points("2", 70))
		if h, _ := brute(1); h != def {
			t.Fatal("publishing alone changed the ruleset")
		}
		p, err := f.Activate(ctx, tenantA, r.Hash, 0, f.actor())
		if err != nil || p.Generation != 1 || p.Hash != r.Hash {
			t.Fatalf("activate: %+v, %v", p, err)
		}
		if h, score := brute(2); h != r.Hash || score != 70 {
			t.Fatalf("after the switch %s, %d", h, score)
		}
		if f.hash(tenantB) != def {
			t.Error("the other tenant switched too")
		}
		if n := f.count("SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'ruleset.activate' AND principal_id = 'anna'", tenantA); n != 1 {
			t.Errorf("%d audit rows", n)
		}
		if n := f.count("SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = 'ruleset_activation'", tenantA); n != 1 {
			t.Errorf("%d artifacts", n)
		}
		v, err := f.Log.VerifyChain(ctx, tenantA)
		if err != nil || !v.Valid || v.Size != 6 {
			t.Errorf("chain %+v, %v", v, err)
		}
		// The same again changes nothing; replay still finds the old one.
		if p, err = f.Activate(ctx, tenantA, r.Hash, AnyGeneration, f.actor()); err != nil || p.Generation != 1 {
			t.Errorf("again: %+v, %v", p, err)
		}
		if rs, err := f.ByHash(ctx, tenantA, def); err != nil || rs.Hash != def {
			t.Errorf("by hash: %v", err)
		}
		for _, i := range []uint64{1, 3, 5} { // 0 genesis, 2 ruleset, 4 activation
			if r, err := f.pipe.Replay(ctx, tenantA, i, ""); err != nil || r.State != "same" {
				t.Errorf("replay %d: %+v, %v", i, r, err)
			}
		}
		f.restart()
		if f.hash(tenantA) != r.Hash || f.hash(tenantB) != def {
			t.Error("a restart forgot the pointers")
		}
	})
}

// TestEachDecisionSeesOneRuleset switches to and fro while events are decided:
// what a decision says and the ruleset it names always fit, and replay agrees.
func TestEachDecisionSeesOneRuleset(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		score := map[domain.Hash]int{f.publish(tenantA, points("2", 70)).Hash: 70, f.publish(tenantA, points("3", 60)).Hash: 60, f.hash(tenantA): 90}
		hashes := slices.Sorted(maps.Keys(score))
		done := make(chan struct{})
		var wg sync.WaitGroup
		for w := range 3 {
			wg.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-done:
						return
					default:
					}
					r, err := f.defend(fmt.Sprintf(`{"event_type":"auth","payload":{"src_ip":"192.0.2.1","failures":5,"n":"%d-%d"}}`, w, i))
					if err != nil {
						t.Error(err)
						return
					}
					if want := score[r.Outcome.RulesetHash]; r.Outcome.Score != want {
						t.Errorf("ruleset %s gives %d, want %d", r.Outcome.RulesetHash, r.Outcome.Score, want)
					}
				}
			})
		}
		var last domain.Hash
		for i := range 12 {
			last = hashes[i%len(hashes)]
			if _, err := f.Activate(ctx, tenantA, last, AnyGeneration, f.actor()); err != nil {
				t.Error(err)
			}
			if r, err := f.defend(fmt.Sprintf(`{"event_type":"auth","payload":{"src_ip":"192.0.2.1","failures":5,"n":%d}}`, i)); err != nil || r.Outcome.RulesetHash != last {
				t.Errorf("an event after the switch is decided by another ruleset, %v", err)
			}
		}
		close(done)
		wg.Wait()
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
			t.Errorf("chain %+v, %v", v, err)
		}
	})
}

func TestConcurrentActivationsHaveOneWinner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		const n = 6
		hashes := make([]domain.Hash, n)
		for i := range hashes {
			hashes[i] = f.publish(tenantA, points(fmt.Sprint(i+2), 60+i)).Hash
		}
		for round := range int64(3) {
			var won atomic.Int64
			var wg sync.WaitGroup
			for _, h := range hashes[round:] {
				wg.Go(func() {
					p, err := f.Activate(ctx, tenantA, h, round, f.actor())
					switch {
					case err == nil && p.Generation == round+1:
						won.Add(1)
					case err == nil: // it was active already
					case fault.CodeOf(err) != fault.Conflict:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			p, err := f.ActivePointer(ctx, tenantA)
			if err != nil || won.Load() != 1 || p.Generation != round+1 || f.hash(tenantA) != p.Hash {
				t.Fatalf("round %d: %d winners, pointer %+v, memory %s, %v", round, won.Load(), p, f.hash(tenantA), err)
			}
		}
		if n := f.count("SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = 'ruleset_activation'", tenantA); n != 3 {
			t.Errorf("%d artifacts of 3 switches", n)
		}
		if n := f.count("SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'ruleset.activate'", tenantA); n != 3 {
			t.Errorf("%d audit rows of 3 switches", n)
		}
	})
}

func TestPublishRefusesWhatMayNotDecide(t *testing.T) {
	t.Parallel()
	f := newFixture(t, dbtest.OpenSQLite(t, clock.System{}), clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), sharedRules)
	for name, tc := range map[string]struct {
		n    NewRuleset
		want string
	}{
		"unknown action":  {variant("2", KindScenarios, "action: block_ip", "action: nuke_ip"), `"nuke_ip", which is not an action`},
		"wrong target":    {variant("2", KindScenarios, "target_kind: ip", "target_kind: host"), "aims block_ip at a host"},
		"bad CEL":         {variant("2", KindScenarios, `when: "!has_fail_count"`, `when: "!has_fail"`), "undeclared reference"},
		"bad Rego":        {variant("2", KindPolicy, "default allow := false", "default allow := "), "policy, default.rego"},
		"no answer":       {variant("2", KindPolicy, "default allow := false", "default allow := 1"), `"error" instead of an answer`},
		"bad doctrine":    {variant("2", KindDoctrine, `"allow_below": 400`, `"allow_below": 900`), "/gates"},
		"no version":      {variant("", KindDoctrine, `"allow_below": 400`, `"allow_below": 300`), "version must be"},
		"no scenarios":    {NewRuleset{Version: "2"}, "needs one scenarios document"},
		"version rewrite": {NewRuleset{Version: "1", Refs: nil}, "needs one"},
	} {
		_, err := f.Publish(context.Background(), tenantA, tc.n, f.actor())
		if err == nil || fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
	}
	f.measure = func(fn func()) time.Duration { fn(); return 6 * time.Millisecond }
	_, err := f.Publish(context.Background(), tenantA, points("2", 70), f.actor())
	if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "the limit is 5ms") {
		t.Errorf("slow policy: %v", err)
	}
	if n := f.count("SELECT count(*) FROM document WHERE tenant_id = $1", tenantA); n != 0 {
		t.Errorf("%d documents were stored", n)
	}
	if n := f.count("SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = 'ruleset'", tenantA); n != 0 {
		t.Errorf("%d artifacts were recorded", n)
	}
}

func TestCorruptDocumentDecidesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		r := f.publish(tenantA, points("2", 70))
		if _, err := f.Activate(ctx, tenantA, r.Hash, AnyGeneration, f.actor()); err != nil {
			t.Fatal(err)
		}
		var good []byte
		if err := f.DB.InSystemReadTx(ctx, "test", func(tx *db.Tx) error {
			_, err := tx.Get(ctx, "SELECT content FROM document WHERE tenant_id = $1 AND kind = 'scenarios'", []any{tenantA}, &good)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f.system("UPDATE document SET content = $2 WHERE tenant_id = $1 AND kind = 'scenarios'", tenantA, []byte(strings.Replace(string(good), "70", "10", 1)))
		if f.hash(tenantA) != r.Hash {
			t.Error("what is loaded must go on")
		}
		f.restart()
		_, err := f.Active(ctx, tenantA)
		wantCode(t, err, fault.Unavailable)
		if !strings.Contains(err.Error(), "does not have its hash") {
			t.Errorf("reason: %v", err)
		}
		_, err = f.defend(`{"event_type":"auth","payload":{"src_ip":"192.0.2.1","failures":5}}`)
		wantCode(t, err, fault.Unavailable)
		if _, err := f.Active(ctx, tenantB); err != nil {
			t.Errorf("the other tenant: %v", err)
		}
		f.system("UPDATE document SET content = $2 WHERE tenant_id = $1 AND kind = 'scenarios'", tenantA, good)
		_, err = f.Active(ctx, tenantA) // not tried again at once
		wantCode(t, err, fault.Unavailable)
		f.clk.Advance(6 * time.Second)
		if f.hash(tenantA) != r.Hash {
			t.Error("a restored document is not taken")
		}
		// The platform's own document: everybody who follows stands still.
		f.system("UPDATE document SET content = $1 WHERE tenant_id = '' AND kind = 'policy'", []byte("package frostgate.defend\nallow := true"))
		f.restart()
		_, err = f.Active(ctx, tenantB)
		wantCode(t, err, fault.Unavailable)
		wantCode(t, f.Ready(ctx), fault.Unavailable)
	})
}

func TestPlatformDefaultsAndUpgrade(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		def := f.hash(tenantA)
		if n := f.count("SELECT count(*) FROM document WHERE tenant_id = ''"); n != 5 {
			t.Fatalf("%d platform documents", n)
		}
		// A later binary's default ruleset, stored by its EnsureDefaults.
		n := points("99", 80)
		doc := &rulesetDoc{Version: n.Version, Documents: append(n.Refs, n.Documents[0].ref())}
		text, err := doc.encode()
		if err != nil {
			t.Fatal(err)
		}
		newer := Ref{Hash(text), KindRuleset, defaultName, n.Version}
		if err := f.DB.InSystemTx(ctx, "test", func(tx *db.Tx) error {
			if _, err := putDocument(ctx, tx, platform, n.Documents[0].ref(), n.Documents[0].Content, "", "system"); err != nil {
				return err
			}
			_, err := putDocument(ctx, tx, platform, newer, text, "", "system")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f.restart()
		if f.hash(tenantA) != def || f.hash(tenantB) != def {
			t.Fatal("an upgrade changed the active ruleset")
		}
		// A has its own pointer, B follows.
		if _, err := f.Activate(ctx, tenantA, def, 0, f.actor()); err != nil {
			t.Fatal(err)
		}
		if _, err := f.ActivatePlatform(ctx, newer.Hash, 7, f.actor()); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("wrong generation: %v", err)
		}
		if p, err := f.ActivatePlatform(ctx, newer.Hash, 1, f.actor()); err != nil || p.Generation != 2 {
			t.Fatalf("switch of the platform: %+v, %v", p, err)
		}
		if f.hash(tenantA) != def || f.hash(tenantB) != newer.Hash {
			t.Errorf("A %s, B %s", f.hash(tenantA), f.hash(tenantB))
		}
		f.restart()
		if f.hash(tenantA) != def || f.hash(tenantB) != newer.Hash {
			t.Error("a restart changed the pointers")
		}
		if n := f.count("SELECT count(*) FROM document WHERE tenant_id = ''"); n != 7 {
			t.Errorf("%d platform documents after restarts", n)
		}
	})
}

func TestPublishedDefaultsNeverChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.system("UPDATE document SET hash = $1 WHERE tenant_id = '' AND kind = 'doctrine'", strings.Repeat("0", 64))
		wantCode(t, f.EnsureDefaults(context.Background()), fault.Conflict)
	})
}

func TestCompiledRulesetsAreBounded(t *testing.T) {
	t.Parallel()
	c := cache{byKey: map[cacheKey]*cached{}}
	rs, err := DefaultRuleset()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * maxCompiled {
		v := *rs
		v.Hash = domain.Hash(fmt.Sprint(i))
		c.put(tenantA, &v)
		c.put(platform, rs)
	}
	if len(c.byKey) != maxCompiled || c.get(tenantB, rs.Hash) != rs || c.get(tenantB, "191") != nil || c.get(tenantA, "191") == nil {
		t.Errorf("%d kept", len(c.byKey))
	}
}

func BenchmarkActive(b *testing.B) {
	f := newFixture(b, dbtest.OpenSQLite(b, clock.System{}), clock.NewFake(time.Now()), sharedRules)
	ctx := context.Background()
	r := f.publish(tenantA, points("2", 70))
	if _, err := f.Activate(ctx, tenantA, r.Hash, AnyGeneration, f.actor()); err != nil {
		b.Fatal(err)
	}
	for name, tenant := range map[string]domain.TenantID{"own": tenantA, "follows": tenantB} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Active(ctx, tenant); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// After an upgrade the pointer stays where it was, and the new default is named.
func TestOtherDefaultIsNamed(t *testing.T) {
	t.Parallel()
	f := sqliteFixture(t)
	ctx := t.Context()
	if other, err := f.OtherDefault(ctx); err != nil || other != "" {
		t.Fatalf("the default in force: %q, %v", other, err)
	}
	own, err := f.DefaultHash()
	if err != nil {
		t.Fatal(err)
	}
	f.system(`UPDATE document_pointer SET hash = 'older' WHERE tenant_id = ''`)
	if other, err := f.OtherDefault(ctx); err != nil || other != own {
		t.Fatalf("another one in force: %q, %v", other, err)
	}
}
