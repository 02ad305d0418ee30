package detect

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/sigma"
)

func TestCorrelationsAreListed(t *testing.T) {
	t.Parallel()
	rules := correlatedSet(t, "false", "").Rules()
	all := rules.Correlations()
	if len(all) != 2 {
		t.Fatalf("%d correlations", len(all))
	}
	many, entered := all[0], all[1]
	if many.Title != "Many failures" || many.Source != "toy" || many.Quiet || entered.Quiet {
		t.Errorf("%+v", many)
	}
	want := []string{"sigma:00000000-0000-4000-8000-000000000003", "sigma:00000000-0000-4000-8000-000000000002"}
	if diff := cmp.Diff(want, entered.Members); diff != "" {
		t.Error(diff)
	}
	for _, id := range []string{many.Name, many.ID} {
		if c, ok := rules.Correlation(id); !ok || c.Name != many.Name {
			t.Errorf("%s: %+v", id, c)
		}
	}
	if got := rules.Title(many.Name); got != "Many failures" {
		t.Errorf("title %q", got)
	}
	if _, ok := rules.Correlation("sigma:00000000-0000-4000-8000-000000000001"); ok {
		t.Error("a rule is taken for a correlation")
	}
	if (*Rules)(nil).Correlations() != nil || (*Rules)(nil).Title("x") != "" {
		t.Error("no rules have correlations")
	}
}

// Two archives say something under one ID: the first counts, and both are told.
func TestOneIDInTwoArchives(t *testing.T) {
	t.Parallel()
	rule := func(title string) []byte {
		return sigma.AppendArchive(nil, "a.yml", []byte("title: "+title+"\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {product: toy}\ndetection: {s: {a: b}, condition: s}\n"+
			"---\ntitle: "+title+" often\nid: 00000000-0000-4000-8000-000000000002\ncorrelation: {type: event_count, rules: [00000000-0000-4000-8000-000000000001], timespan: 1m, condition: {gte: 3}}\n"))
	}
	rules, err := CompileRules(t.Context(), []Archive{{Name: "one", Content: rule("First")}, {Name: "two", Content: rule("Second")}})
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := rules.Rule("00000000-0000-4000-8000-000000000001"); r == nil || r.Title != "First" || rules.Source(r) != "one" {
		t.Errorf("rule %+v", r)
	}
	if c := rules.Correlations(); len(c) != 1 || c[0].Title != "First often" || c[0].Source != "one" {
		t.Errorf("correlations %+v", c)
	}
	for archive, want := range map[string]string{"one": "of two is not used any more", "two": "that of a.yml line 1 in one"} {
		if got := rules.RefusedIn(archive); len(got) != 2 || !strings.Contains(got[0].Reason, want) {
			t.Errorf("%s: %v", archive, got)
		}
	}
}

func TestCompilingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CompileRules(ctx, []Archive{{Name: "x", Content: sigma.AppendArchive(nil, "a.yml", []byte("title: A"))}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A filter of every rule leaves critical detections alone, unless they are tuned
// to be less.
func TestFilterOfEveryRuleSparesCriticalOnes(t *testing.T) {
	t.Parallel()
	all := "version: \"1\"\nfilters: [{id: f, title: T, rules: [], expires: 2030-01-01T00:00:00Z, reason: R, not: {text|exists: true}}]\n"
	for tuning, critical := range map[string]string{all: "", all + "rules: {00000000-0000-4000-8000-000000000004: {level: high}}\n": "tuned:f"} {
		got := evaluateToy(t, tuning, "alpha gamma")
		want := map[string]string{"Critical": critical, "Low": "tuned:f"}
		for _, h := range got.Hits {
			if w, ok := want[h.Title]; ok && h.Suppressed != w {
				t.Errorf("%s is suppressed by %q, want %q", h.Title, h.Suppressed, w)
			}
		}
	}
}
