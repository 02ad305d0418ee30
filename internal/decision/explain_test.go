package decision

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

func titledSet(t testing.TB) *detect.Set {
	t.Helper()
	doc := "version: \"1\"\nscenarios:\n"
	for _, n := range []string{"One", "Two", "Three", "Four"} {
		doc += "  - {id: \"rule:" + strings.ToLower(n) + "\", title: " + n + ", points: 1, when: true}\n"
	}
	set, err := detect.Compile(detect.Documents{Scenarios: []byte(doc + "default: {id: \"rule:none\", title: No rule fired}\n")})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestExplainTellsSuppressedFromFired(t *testing.T) {
	t.Parallel()
	set := titledSet(t)
	tuned := domain.RuleHit{Title: "Noise", Matched: true, Suppressed: "tuned:f-1"}
	one := domain.RuleHit{Title: "One", Matched: true, Values: []domain.NamedValue{{Name: "user", Value: "ann"}}}
	twin := domain.RuleHit{Title: "Twin", Matched: true, Suppressed: "same_technique"}
	none := domain.RuleHit{Title: "No rule fired", Matched: true}
	for want, trace := range map[string][]domain.RuleHit{
		"No rule fired; suppressed: Noise (filter f-1). Policy admits the action.":        {tuned, none},
		"One (user=ann); Twin; suppressed: Noise (filter f-1). Policy admits the action.": {one, tuned, twin},
		"No rule fired. Policy admits the action.":                                        {none, {Title: "quiet"}},
	} {
		out := domain.Outcome{Trace: trace, Policy: domain.PolicyResult{Allow: true}}
		explain(set, &out)
		if out.Summary != want {
			t.Errorf("got  %s\nwant %s", out.Summary, want)
		}
	}
}

func TestBriefHasTitles(t *testing.T) {
	t.Parallel()
	out := domain.Outcome{Level: "high", Score: 4, Gating: "allow", Rules: []string{"rule:one", "sigma:gone", "rule:two", "rule:three", "rule:four"}}
	explain(titledSet(t), &out)
	if want := "high, score 4: One, sigma:gone, Two, 2 more; gating allow"; out.Brief != want {
		t.Errorf("got %s, want %s", out.Brief, want)
	}
}

func TestFeedCallsWhatFired(t *testing.T) {
	t.Parallel()
	set := titledSet(t)
	for name, tc := range map[string]struct {
		rules          []string
		title, summary string
	}{
		"scenarios": {[]string{"rule:one", "rule:two"}, "One", "auth from sshd: One, Two; policy admits; log only"},
		"quiet":     {[]string{"rule:none"}, "auth from sshd", "No rule fired; policy admits; log only"},
		"gone":      {[]string{"sigma:gone"}, "auth from sshd", "sigma:gone; policy admits; log only"},
	} {
		r := Row{EventType: "auth", Source: "sshd", PolicyAllow: true, ActionTaken: "log_only", Rules: tc.rules}
		it := r.Item("log")
		it.Call(set)
		if got := []string{it.Title, it.Summary}; !cmp.Equal(got, []string{tc.title, tc.summary}) {
			t.Errorf("%s: %q", name, got)
		}
		if !cmp.Equal(it.Rules, tc.rules) {
			t.Errorf("%s: rules became %v", name, it.Rules)
		}
		before := *it
		if it.Call(nil); !cmp.Equal(before, *it) {
			t.Errorf("%s: without a ruleset %+v", name, it)
		}
	}
}
