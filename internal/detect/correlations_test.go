package detect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

// correlated are two rules for events that name their logsource, a correlation
// over one of them and one over that.
const correlated = `
title: Failed
id: 00000000-0000-4000-8000-000000000001
name: failed
level: low
tags: [attack.t1110]
logsource: {product: toy}
detection: {s: {kind: failed}, condition: s}
---
title: Entered
id: 00000000-0000-4000-8000-000000000002
name: entered
level: low
logsource: {product: toy}
detection: {s: {kind: entered}, condition: s}
---
title: Many failures
id: 00000000-0000-4000-8000-000000000003
name: many
level: medium
author: Somebody
tags: [attack.t1110]
correlation: {type: event_count, rules: [failed], group-by: [user, from], timespan: 1m, condition: {gte: 3}, generate: GENERATE}
---
title: Many failures, then in
id: 00000000-0000-4000-8000-000000000004
level: high
tags: [attack.t1078]
correlation: {type: temporal_ordered, rules: [many, entered], group-by: [user], timespan: 10m, generate: true}
`

func correlatedSet(t testing.TB, generate, tuning string) *Set {
	t.Helper()
	text := strings.ReplaceAll(correlated[1:], "GENERATE", generate)
	rules, err := CompileRules(t.Context(), []Archive{{Name: "toy", Content: sigma.AppendArchive(nil, "a.yml", []byte(text))}})
	if err != nil {
		t.Fatal(err)
	}
	if len(rules.RefusedIn("toy")) > 0 {
		t.Fatal(rules.RefusedIn("toy"))
	}
	s, err := Compile(Documents{Scenarios: []byte(plainScenarios), Rules: rules, Tuning: []byte(tuning)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// story feeds events "kind user", a second apart, and tells the points and what
// fired after each.
func story(t testing.TB, s *Set, events ...string) []string {
	t.Helper()
	r := NewRehearsal(s)
	var out []string
	for i, e := range events {
		kind, user, _ := strings.Cut(e, " ")
		body := fmt.Sprintf(`{"logsource":{"product":"toy"},"kind":%q,"user":%q,"from":"f"}`, kind, user)
		at := received + domain.Micros(i)*1_000_000
		ev := domain.Event{Type: "t", Time: at, ReceivedAt: at}
		got, _ := r.Decide(&ev, payload(t, body), s.Match(&ev, []byte(body)))
		fired := strings.ReplaceAll(strings.Join(got.Fired, ","), "sigma:00000000-0000-4000-8000-00000000000", "")
		out = append(out, fmt.Sprint(got.Points, " ", fired))
	}
	return out
}

func TestCorrelationsFire(t *testing.T) {
	t.Parallel()
	events := []string{"failed eve", "failed eve", "failed bob", "failed eve", "failed eve", "entered bob", "entered eve", "entered eve"}
	for generate, want := range map[string][]string{
		// The rules only serve; so does "many failures", which the fourth still
		// shows because the last correlation says generate.
		"false": {"0 none", "0 none", "0 none", "50 3", "50 3", "20 2", "90 4,2", "20 2"},
		// Both are of one technique: the rule gives no points beside the correlation.
		"true": {"20 1", "20 1", "20 1", "50 3,1", "50 3,1", "20 2", "90 4,2", "20 2"},
	} {
		if d := cmp.Diff(want, story(t, correlatedSet(t, generate, ""), events...)); d != "" {
			t.Errorf("generate %s: %s", generate, d)
		}
	}
}

func TestCorrelationsExplainAndAreTuned(t *testing.T) {
	t.Parallel()
	const many = "00000000-0000-4000-8000-000000000003"
	s := correlatedSet(t, "false", "")
	r := NewRehearsal(s)
	var got Result
	body := `{"logsource":{"product":"toy"},"kind":"failed","user":"eve","from":"f"}`
	ev := domain.Event{Type: "t", Time: received, ReceivedAt: received}
	for range 3 {
		got, _ = r.Decide(&ev, payload(t, body), s.Match(&ev, []byte(body)))
	}
	want := domain.RuleHit{
		Rule: "sigma:" + many, Title: "Many failures", Matched: true, Points: 50, Level: "medium", Author: "Somebody", Techniques: []string{"T1110"},
		Values: []domain.NamedValue{{Name: "user", Value: "eve"}, {Name: "from", Value: "f"}, {Name: "event_count", Value: "3"}},
	}
	if d := cmp.Diff(want, got.Hits[0]); d != "" {
		t.Error(d)
	}
	if h := got.Hits[1]; h.Suppressed != suppressedCorrelated || h.Points != 0 {
		t.Errorf("the rule that only serves: %+v", h)
	}
	events := []string{"failed eve", "failed eve", "failed eve"}
	for tuning, last := range map[string]string{
		"version: \"1\"\nrules: {" + many + ": {enabled: false}}\n": "0 none",
		"version: \"1\"\nrules: {" + many + ": {level: high}}\n":    "80 3",
		"version: \"1\"\nfilters: [{id: f, title: T, rules: [00000000-0000-4000-8000-000000000001], expires: 2030-01-01T00:00:00Z, reason: R, not: {user: eve}}]\n": "0 none",
	} {
		if got := story(t, correlatedSet(t, "false", tuning), events...); got[2] != last {
			t.Errorf("%s: %v", tuning, got)
		}
	}
}

func TestLayersOfChains(t *testing.T) {
	t.Parallel()
	if n := correlatedSet(t, "false", "").Layers(); n != 3 {
		t.Errorf("%d layers, want 3: the correlation, that it has fired, the one over it", n)
	}
	if n := compile(t, plainScenarios).Layers(); n != 1 {
		t.Errorf("%d layers without correlations", n)
	}
}
