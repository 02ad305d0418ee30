package governance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

// Rules for events that name their log source.
const (
	ruleEvil = "11111111-0000-4000-8000-000000000001"
	ruleLoud = "11111111-0000-4000-8000-000000000002"
)

func ruleText(id, title, level, search string) string {
	return "title: " + title + "\nid: " + id + "\nstatus: test\nauthor: Anna\ntags: [attack.execution, attack.t1059.004]\n" +
		"logsource: {product: acme, service: shell}\ndetection:\n  sel:\n    " + search + "\n  condition: sel\nlevel: " + level + "\n"
}

// ruleTar holds two good rules, a broken one and a deprecated one.
func ruleTar(t testing.TB) []byte {
	return tarOf(t, true,
		"rules/evil.yml", ruleText(ruleEvil, "Evil command", "high", "cmd|contains: evil"),
		"rules/loud.yml", strings.Replace(ruleText(ruleLoud, "Any shell", "medium", "cmd|exists: true"), "t1059.004", "t1005", 1),
		"rules/broken.yml", ruleText("11111111-0000-4000-8000-000000000003", "Broken", "low", "cmd|nosuchmodifier: x"),
		"deprecated/old.yml", ruleText("11111111-0000-4000-8000-000000000004", "Old", "low", "cmd: x"))
}

func (f *fixture) imports(tenant domain.TenantID, name string, body []byte) *RulesImported {
	f.t.Helper()
	files, err := ReadRuleFiles(context.Background(), bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	got, err := f.ImportRules(context.Background(), tenant, name, files, true, f.actor())
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

// shell decides on a command and returns the decision's detections.
func (f *fixture) shell(cmd string) (*decision.Result, map[string]domain.RuleHit) {
	f.t.Helper()
	r, err := f.defend(fmt.Sprintf(`{"event_type":"shell","event":{"logsource":{"product":"acme","service":"shell"},"cmd":%q}}`, cmd))
	if err != nil {
		f.t.Fatal(err)
	}
	hits := map[string]domain.RuleHit{}
	for _, h := range r.Outcome.Trace {
		if id, ok := strings.CutPrefix(h.Rule, detectionPrefix); ok && h.Matched {
			hits[id] = h
		}
	}
	return r, hits
}

func TestImportedRulesDecideFromTheNextEventOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		if _, hits := f.shell("evil 0"); len(hits) != 0 {
			t.Fatalf("hits before the import: %v", hits)
		}
		got := f.imports(tenantA, "acme", ruleTar(t))
		if got.Loaded != 2 || got.Skipped["deprecated"] != 1 || len(got.Refused) != 1 || !got.Active || got.Pointer.Generation != 1 {
			t.Fatalf("import: %+v", got)
		}
		if r := got.Refused[0]; r.File != "rules/broken.yml" || r.Line == 0 || !strings.Contains(r.Reason, "nosuchmodifier") {
			t.Errorf("refused %+v", r)
		}
		r, hits := f.shell("do evil 1")
		h := hits[ruleEvil]
		if h.Title != "Evil command" || h.Level != "high" || h.Author != "Anna" || !slices.Equal(h.Techniques, []string{"T1059.004"}) || h.Points != 80 {
			t.Errorf("hit %+v", h)
		}
		if !slices.Contains(h.Values, domain.NamedValue{Name: "cmd", Value: "do evil 1"}) {
			t.Errorf("values %v", h.Values)
		}
		if r.Outcome.RulesetHash != got.Ruleset.Hash {
			t.Errorf("decided by %s, imported %s", r.Outcome.RulesetHash, got.Ruleset.Hash)
		}
		// The same again changes nothing.
		if again := f.imports(tenantA, "acme", ruleTar(t)); again.Ruleset != got.Ruleset || again.Pointer.Generation != 1 || again.Loaded != 2 {
			t.Errorf("again: %+v", again)
		}
		for action, want := range map[string]int64{"rules.import": 1, "ruleset.activate": 0, "ruleset.publish": 1} {
			if n := f.count("SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = $2 AND principal_id = 'anna'", tenantA, action); n != want {
				t.Errorf("%d audit rows of %s, want %d", n, action, want)
			}
		}
		for kind, want := range map[string]int64{"ruleset": 1, "ruleset_activation": 1} {
			if n := f.count("SELECT count(*) FROM artifact WHERE tenant_id = $1 AND kind = $2", tenantA, kind); n != want {
				t.Errorf("%d artifacts of %s, want %d", n, kind, want)
			}
		}
		if v, err := f.Log.VerifyChain(ctx, tenantA); err != nil || !v.Valid {
			t.Errorf("chain %+v, %v", v, err)
		}
		f.restart()
		if _, hits := f.shell("evil 2"); len(hits) != 2 {
			t.Errorf("after a restart: %v", hits)
		}
	})
}

func TestImportReplacesWhatHadItsName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.imports(tenantA, "acme", ruleTar(t))
		f.imports(tenantA, "acme", tarOf(t, false, "rules/evil.yml", ruleText(ruleEvil, "Evil command", "low", "cmd|contains: wicked")))
		if _, hits := f.shell("evil and wicked"); len(hits) != 1 || hits[ruleEvil].Level != "low" {
			t.Errorf("hits %v", hits)
		}
		f.imports(tenantA, "more", tarOf(t, false, "l.yml", ruleText(ruleLoud, "Loud", "low", "cmd|exists: true")))
		if _, hits := f.shell("wicked 2"); len(hits) != 2 {
			t.Errorf("hits %v", hits)
		}
		if _, err := f.RemoveRules(ctx, tenantA, "acme", f.actor()); err != nil {
			t.Fatal(err)
		}
		if _, hits := f.shell("wicked 3"); len(hits) != 1 || hits[ruleLoud].Rule == "" {
			t.Errorf("hits %v", hits)
		}
		if _, err := f.RemoveRules(ctx, tenantA, "acme", f.actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("removed twice: %v", err)
		}
		files, err := ReadRuleFiles(context.Background(), bytes.NewReader(ruleTar(t)))
		if err != nil {
			t.Fatal(err)
		}
		for name, code := range map[string]fault.Code{"builtin": fault.Invalid, "a/b": fault.Invalid, "": fault.Invalid} {
			if _, err := f.ImportRules(ctx, tenantA, name, files, true, f.actor()); fault.CodeOf(err) != code {
				t.Errorf("name %q: %v", name, err)
			}
		}
		got, err := f.ImportRules(ctx, tenantA, "later", files, false, f.actor())
		if err != nil || got.Active || got.Pointer.Hash == got.Ruleset.Hash {
			t.Errorf("without activating: %+v, %v", got, err)
		}
		if bad, err := ReadRuleFiles(context.Background(), bytes.NewReader(tarOf(t, false, "x.yml", "title: no rule"))); err != nil {
			t.Fatal(err)
		} else if _, err := f.ImportRules(ctx, tenantA, "x", bad, true, f.actor()); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "x.yml") {
			t.Errorf("nothing usable: %v", err)
		}
	})
}

// TestTenantsDoNotShareDetections tries what a tenant could to reach another's
// rules.
func TestTenantsDoNotShareDetections(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		got := f.imports(tenantB, "secret", ruleTar(t))
		if _, hits := f.shell("evil"); len(hits) != 0 { // tenant A decides
			t.Errorf("another tenant's rules decide: %v", hits)
		}
		if _, err := f.Document(ctx, tenantA, got.Document.Hash); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("document: %v", err)
		}
		if _, err := f.Activate(ctx, tenantA, got.Ruleset.Hash, AnyGeneration, f.actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("ruleset: %v", err)
		}
		n := points("9", 60)
		n.Refs = append(n.Refs, got.Document)
		if _, err := f.Publish(ctx, tenantA, n, f.actor()); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "does not exist") {
			t.Errorf("reference: %v", err)
		}
		book, err := f.RuleBook(ctx, tenantA)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := book.Rule(ruleEvil); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("rule: %v", err)
		}
		if err := f.TuneRule(ctx, tenantA, ruleEvil, RuleTuning{Disabled: true}, f.actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("tuning: %v", err)
		}
		filter := f.filter(tenantB, NewFilter{Title: "t", Rules: []string{ruleEvil}, Not: object(t, `{"cmd":"x"}`), Reason: "r"})
		if err := f.RemoveFilter(ctx, tenantA, filter.ID, "", f.actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("filter: %v", err)
		}
		if list, err := f.Filters(ctx, tenantA); err != nil || len(list) != 0 {
			t.Errorf("filters: %v, %v", list, err)
		}
		// The same documents are compiled once, and still each tenant's own.
		f.imports(tenantA, "secret", ruleTar(t))
		a, errA := f.Active(ctx, tenantA)
		b, errB := f.Active(ctx, tenantB)
		if errA != nil || errB != nil || a.Detect.Rules() != b.Detect.Rules() || a == b {
			t.Errorf("compiled rules are not shared: %v %v", errA, errB)
		}
		if _, err := f.RemoveRules(ctx, tenantA, "secret", f.actor()); err != nil {
			t.Fatal(err)
		}
		if book, err = f.RuleBook(ctx, tenantB); err != nil {
			t.Fatal(err)
		}
		if _, err := book.Rule(ruleEvil); err != nil {
			t.Errorf("removing one's own took another's: %v", err)
		}
	})
}

func object(t testing.TB, text string) jsondoc.Value {
	t.Helper()
	doc, err := jsondoc.Parse([]byte(text), jsondoc.Limits{MaxBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Root()
}

// filter adds one; without an end it holds for an hour.
func (f *fixture) filter(tenant domain.TenantID, n NewFilter) *Filter {
	f.t.Helper()
	if n.Expires == 0 {
		n.Expires = f.clk.Now() + 3600e6
	}
	got, err := f.AddFilter(context.Background(), tenant, n, f.actor())
	if err != nil {
		f.t.Fatal(err)
	}
	return got
}

// An import never takes the place of a built-in rule, whatever it is called.
func TestNoImportShadowsABuiltinRule(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		book, err := f.RuleBook(ctx, tenantA)
		if err != nil {
			t.Fatal(err)
		}
		list, _ := book.List(RuleQuery{Source: "builtin"}, 0, 1)
		own := list[0]
		for _, name := range []string{"aaa", "zzz"} {
			got := f.imports(tenantA, name, tarOf(t, false, "a.yml", ruleText(shortID(own.Name), "Shadow", "informational", "cmd: x"), "b.yml", ruleText(ruleEvil, "Evil", "high", "cmd: x")))
			if got.Loaded != 1 || len(got.Refused) != 1 || got.Refused[0].File != "a.yml" || !strings.Contains(got.Refused[0].Reason, "in builtin, which counts") {
				t.Errorf("%s: %+v", name, got)
			}
			if book, err = f.RuleBook(ctx, tenantA); err != nil {
				t.Fatal(err)
			}
			if r, err := book.Rule(own.Name); err != nil || r.Source != "builtin" || r.Rule.Title != own.Rule.Title {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
			if _, err := f.RemoveRules(ctx, tenantA, name, f.actor()); err != nil {
				t.Fatal(err)
			}
		}
		f.imports(tenantA, "bbb", tarOf(t, false, "a.yml", ruleText(ruleEvil, "Of bbb", "high", "cmd: x"), "b.yml", ruleText(ruleLoud, "L", "high", "cmd: x")))
		if got := f.imports(tenantA, "aab", tarOf(t, false, "c.yml", ruleText(ruleEvil, "Of aab", "low", "cmd: x"))); len(got.Refused) != 1 || !strings.Contains(got.Refused[0].Reason, "of bbb is not used any more") {
			t.Errorf("an import that takes another's place: %+v", got.Refused)
		}
	})
}

// An old ruleset without detections, or without the built-in ones, gets those of
// this binary and keeps the rest.
func TestBuiltinDetectionsAreRestored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		if got, err := f.RestoreBuiltin(ctx, tenantA, f.actor()); err != nil || !got.Pointer.Platform || !got.Active {
			t.Fatalf("where they are in force already: %+v, %v", got, err)
		}
		f.imports(tenantA, "acme", ruleTar(t))
		if err := f.TuneRule(ctx, tenantA, ruleLoud, RuleTuning{Disabled: true}, f.actor()); err != nil {
			t.Fatal(err)
		}
		with := f.hash(tenantA)
		if _, err := f.RemoveRules(ctx, tenantA, "builtin", f.actor()); err != nil {
			t.Fatal(err)
		}
		got, err := f.RestoreBuiltin(ctx, tenantA, f.actor())
		if err != nil || got.Loaded < 50 || len(got.Refused) != 0 || got.Document.Name != "builtin" || !got.Active || got.Ruleset.Hash != with || f.hash(tenantA) != with {
			t.Fatalf("restored %+v, %v", got, err)
		}
		if _, hits := f.shell("evil"); len(hits) != 1 || hits[ruleEvil].Rule == "" {
			t.Errorf("hits %v", hits)
		}
		if n := f.count("SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'rules.import' AND principal_id = 'anna'", tenantA); n != 2 {
			t.Errorf("%d audit rows", n)
		}
	})
}

// Tunings of different rules at the same time all count, and none is refused.
func TestConcurrentTuningsAllCount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		book, err := f.RuleBook(ctx, tenantA)
		if err != nil {
			t.Fatal(err)
		}
		rules, _ := book.List(RuleQuery{}, 0, 8)
		var wg sync.WaitGroup
		for _, r := range rules {
			wg.Go(func() {
				if err := f.TuneRule(ctx, tenantA, r.Name, RuleTuning{Cap: "7/1h"}, f.actor()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if book, err = f.RuleBook(ctx, tenantA); err != nil {
			t.Fatal(err)
		}
		for _, r := range rules {
			if got, err := book.Rule(r.Name); err != nil || got.Tuning.Cap != "7/1h" {
				t.Errorf("%s: %+v, %v", r.Name, got, err)
			}
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		f.slotOf(tenantA).revising <- struct{}{}
		if err := f.TuneRule(gone, tenantA, rules[0].Name, RuleTuning{}, f.actor()); !errors.Is(err, context.Canceled) {
			t.Errorf("waiting goes on without anybody who asks: %v", err)
		}
	})
}

func TestImportsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	f := sqliteFixture(t)
	files, err := ReadRuleFiles(t.Context(), bytes.NewReader(ruleTar(t)))
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadRuleFiles(gone, bytes.NewReader(ruleTar(t))); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	if _, err := f.CheckRules(gone, files); !errors.Is(err, context.Canceled) {
		t.Errorf("check: %v", err)
	}
	if _, err := f.ImportRules(gone, tenantA, "x", files, true, f.actor()); !errors.Is(err, context.Canceled) {
		t.Errorf("import: %v", err)
	}
}
