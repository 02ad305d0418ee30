package governance

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/jsondoc"
)

func TestTuningCountsFromTheNextEventOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.imports(tenantA, "acme", ruleTar(t))
		first, hits := f.shell("evil 1")
		if hits[ruleEvil].Points != 80 || hits[ruleLoud].Points != 10 {
			t.Fatalf("hits %v", hits)
		}
		tune := func(id string, tn RuleTuning) {
			t.Helper()
			if err := f.TuneRule(ctx, tenantA, id, tn, f.actor()); err != nil {
				t.Fatal(err)
			}
		}
		tune(ruleLoud, RuleTuning{Disabled: true, Reason: "noise"})
		tune("sigma:"+ruleEvil, RuleTuning{Level: "low"})
		if _, hits = f.shell("evil 2"); len(hits) != 1 || hits[ruleEvil].Points != 20 || hits[ruleEvil].Level != "low" {
			t.Errorf("tuned: %v", hits)
		}
		tune(ruleEvil, RuleTuning{Cap: "3/1h"})
		for i, want := range []string{"", "rate_cap", "rate_cap"} {
			if _, hits = f.shell("evil cap " + string(rune('a'+i))); hits[ruleEvil].Suppressed != want {
				t.Errorf("hit %d: %+v", i, hits[ruleEvil])
			}
		}
		tune(ruleEvil, RuleTuning{})
		tune(ruleLoud, RuleTuning{})
		if last, hits := f.shell("evil 3"); hits[ruleEvil].Points != 80 || hits[ruleLoud].Points != 10 || last.Outcome.RulesetHash == first.Outcome.RulesetHash {
			t.Errorf("put back: %v", hits)
		}
		for name, tn := range map[string]RuleTuning{"cap": {Cap: "many"}, "level": {Level: "worst"}} {
			if err := f.TuneRule(ctx, tenantA, ruleEvil, tn, f.actor()); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := f.TuneRule(ctx, tenantA, "no-such-rule", RuleTuning{Disabled: true}, f.actor()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("unknown rule: %v", err)
		}
		_, counts := f.RuleCounts(tenantA)
		if n := counts["sigma:"+ruleEvil]; n.Hits != 6 || n.Suppressed != 2 || n.Last == 0 {
			t.Errorf("counted %+v", n)
		}
		if _, other := f.RuleCounts(tenantB); len(other) != 0 {
			t.Errorf("the other tenant counts %v", other)
		}
		f.replayAll(t)
		if n := f.count("SELECT count(*) FROM audit WHERE tenant_id = $1 AND action = 'rules.tune' AND principal_id = 'anna'", tenantA); n != 5 {
			t.Errorf("%d audit rows", n)
		}
	})
}

// replayAll replays each decision of tenant A: identical bytes, whatever was tuned
// since.
func (f *fixture) replayAll(t *testing.T) {
	t.Helper()
	n := f.count("SELECT count(*) FROM decision WHERE tenant_id = $1", tenantA)
	for i := range uint64(f.count("SELECT max(idx) + 1 FROM decision WHERE tenant_id = $1", tenantA)) {
		if f.count("SELECT count(*) FROM decision WHERE tenant_id = $1 AND idx = $2", tenantA, int64(i)) == 0 {
			continue
		}
		n--
		if r, err := f.pipe.Replay(context.Background(), tenantA, i, ""); err != nil || r.State != "same" {
			t.Errorf("replay %d: %+v, %v", i, r, err)
		}
	}
	if n != 0 {
		t.Errorf("%d decisions were not replayed", n)
	}
}

// TestFilterHoldsUntilItExpires tunes one noisy rule for an hour and replays
// "yesterday".
func TestFilterHoldsUntilItExpires(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.imports(tenantA, "acme", ruleTar(t))
		f.shell("backup.sh before")
		n := NewFilter{
			Title: "Backups", Rules: []string{"sigma:" + ruleLoud}, Not: object(t, `{"cmd|startswith":"backup.sh","logsource.product":["acme","4625"]}`), Reason: "nightly job",
		}
		got := f.filter(tenantA, n)
		if again := f.filter(tenantA, n); again.ID != got.ID {
			t.Errorf("the same filter again is %s, was %s", again.ID, got.ID)
		}
		want := "tuned:" + got.ID
		if _, hits := f.shell("backup.sh now"); hits[ruleLoud].Suppressed != want || hits[ruleLoud].Points != 0 {
			t.Errorf("filtered: %+v", hits)
		}
		if _, hits := f.shell("other.sh"); hits[ruleLoud].Suppressed != "" || hits[ruleLoud].Points != 50 {
			t.Errorf("not noise: %+v", hits)
		}
		if _, hits := f.shell("backup.sh evil"); hits[ruleEvil].Suppressed != "" {
			t.Errorf("another rule is filtered: %+v", hits)
		}
		list, err := f.Filters(ctx, tenantA)
		if err != nil || len(list) != 1 || list[0].Expired || list[0].Author != "anna" || !strings.Contains(list[0].Not, "cmd|startswith: backup.sh") || !strings.Contains(list[0].Not, `"4625"`) {
			t.Errorf("filters %+v, %v", list, err)
		}
		if _, counts := f.RuleCounts(tenantA); counts[want].Suppressed != 2 {
			t.Errorf("counted %+v", counts[want])
		}
		f.clk.Advance(3600e9) // to the very instant
		if _, hits := f.shell("backup.sh later"); hits[ruleLoud].Suppressed != "" {
			t.Errorf("an expired filter holds: %+v", hits)
		}
		if list, err = f.Filters(ctx, tenantA); err != nil || len(list) != 1 || !list[0].Expired {
			t.Errorf("expired filters %+v, %v", list, err)
		}
		f.replayAll(t)
		if err := f.RemoveFilter(ctx, tenantA, got.ID, "over", f.actor()); err != nil {
			t.Fatal(err)
		}
		if list, err = f.Filters(ctx, tenantA); err != nil || len(list) != 0 {
			t.Errorf("after removing %+v, %v", list, err)
		}
		f.replayAll(t)
	})
}

func TestFiltersThatAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		f.imports(tenantA, "acme", ruleTar(t))
		before := f.hash(tenantA)
		good := func() NewFilter {
			return NewFilter{Title: "t", Rules: []string{ruleLoud}, Not: object(t, `{"cmd":"x"}`), Reason: "r", Expires: f.clk.Now() + 3600e6}
		}
		for name, change := range map[string]func(*NewFilter){
			"expired":      func(n *NewFilter) { n.Expires = f.clk.Now() },
			"endless":      func(n *NewFilter) { n.Expires = f.clk.Now() + 400*24*3600e6 },
			"no reason":    func(n *NewFilter) { n.Reason = " " },
			"no search":    func(n *NewFilter) { n.Not = object(t, `"x"`) },
			"unknown rule": func(n *NewFilter) { n.Rules = []string{"x"} },
			"modifier":     func(n *NewFilter) { n.Not = object(t, `{"cmd|nosuchmodifier":"x"}`) },
			"no rule":      func(n *NewFilter) { n.Rules = nil },
			"rule and all": func(n *NewFilter) { n.All = true },
			"empty search": func(n *NewFilter) { n.Not = object(t, `{}`) },
		} {
			n := good()
			change(&n)
			if _, err := f.AddFilter(context.Background(), tenantA, n, f.actor()); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if f.hash(tenantA) != before {
			t.Error("a refused filter switched the ruleset")
		}
		var past domain.Micros = 1
		if _, err := f.AddFilter(context.Background(), tenantA, NewFilter{Not: object(t, `{"a":"b"}`), Expires: past}, f.actor()); err == nil {
			t.Error("a filter of the past was taken")
		}
	})
}

// What a filter holds is what was asked, to the character, whatever YAML thinks of
// it, also after the document was written again.
func TestFilterValuesAreKeptExactly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.imports(tenantA, "acme", ruleTar(t))
		values := []string{"a\u0085b", "a\u2028b", "\ufeffz", "x\u007f", " x ", "\ta", "x\r\ny", "l\n", "- a", "#x", "on", "2026-01-01", "!!int 3", `"q"`, "~", "\u00a0"}
		if testing.Short() {
			values = values[:4]
		}
		for i, v := range values {
			quoted, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			fl := f.filter(tenantA, NewFilter{Title: "t", Rules: []string{ruleLoud}, Not: object(t, `{"cmd":`+string(quoted)+`}`), Reason: "r"})
			if err := f.TuneRule(ctx, tenantA, ruleEvil, RuleTuning{Cap: fmt.Sprintf("%d/1h", i+1)}, f.actor()); err != nil {
				t.Fatal(err)
			}
			list, err := f.Filters(ctx, tenantA)
			if err != nil || len(list) != 1 {
				t.Fatalf("%v, %v", list, err)
			}
			var got struct{ Cmd string }
			if err := yaml.Unmarshal([]byte(list[0].Not), &got); err != nil || got.Cmd != v {
				t.Errorf("%q came back as %q, %v", v, got.Cmd, err)
			}
			if err := f.RemoveFilter(ctx, tenantA, fl.ID, "", f.actor()); err != nil {
				t.Fatal(err)
			}
		}
		fl := f.filter(tenantA, NewFilter{Title: "t", Rules: []string{ruleLoud}, Not: object(t, `{"cmd":"a\u0085b"}`), Reason: "r"})
		if _, hits := f.shell("a\u0085b"); hits[ruleLoud].Suppressed != "tuned:"+fl.ID {
			t.Errorf("hits %v", hits)
		}
	})
}

// FuzzFilterSearch holds that a search that is taken comes back from the tuning
// document as it went in.
func FuzzFilterSearch(f *testing.F) {
	for _, seed := range []string{
		`{"cmd":"x"}`, `{"cmd|contains":["a","4625",4625,null,true,"null","0x10","~","- a","# b","2026-01-01"]}`, `[{"a":"b"},{"c":1.50}]`,
		`{"a":"\u0000\u2028\ud83d\ude00\t"}`, `{"Image|endswith":"\\backup.exe","":""}`, `{"<<":{"a":1},"y":"no"}`, `{"a":"line\nline\n"}`, `{"a":"a\u0085b\ufeff\u007f\u2029 ","b":" \u00a0"}`,
	} {
		f.Add(seed)
	}
	s := &Service{Deps: Deps{Clock: clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := jsondoc.Parse([]byte(text), jsondoc.Limits{MaxBytes: 1 << 16})
		if err != nil {
			return // no JSON: the request's parser refuses it before
		}
		made, err := s.newFilter(NewFilter{Title: "t", Reason: "r", All: true, Not: doc.Root(), Expires: s.Clock.Now() + 1e6}, evidence.Actor{})
		if err != nil {
			if code := fault.CodeOf(err); code != fault.Invalid && code != fault.TooLarge {
				t.Fatal(err)
			}
			return
		}
		out, err := yaml.Marshal(&detect.Tuning{Version: "1", Filters: []detect.TuningFilter{*made}})
		if err != nil {
			return // refused as Invalid
		}
		back, err := detect.ParseTuning(out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var before, after any
		if err := made.Not.Decode(&before); err != nil {
			return // refused when it is compiled
		}
		if err := back.Filters[0].Not.Decode(&after); err != nil || !reflect.DeepEqual(before, after) {
			t.Fatalf("%v became %v, %v\n%s", before, after, err, out)
		}
	})
}
