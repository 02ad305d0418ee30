package governance

import (
	"cmp"
	"context"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

func TestRulesByWhatWasMadeOfThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		ctx := context.Background()
		f.imports(tenantA, "acme", ruleTar(t))
		end := f.Clock.Now() + domain.Micros(time.Hour.Microseconds())
		if _, err := f.AddFilter(ctx, tenantA, NewFilter{Title: "Backups", Rules: []string{ruleEvil}, Not: object(t, `{"cmd":"backup"}`), Expires: end, Reason: "known"}, f.actor()); err != nil {
			t.Fatal(err)
		}
		book, err := f.RuleBook(ctx, tenantA)
		if err != nil {
			t.Fatal(err)
		}
		yes, no := true, false
		names := func(q RuleQuery) string {
			q.Source = "acme"
			var out []string
			for from := 0; from >= 0; {
				var found []RuleInfo
				found, from = book.List(q, from, 1)
				for _, r := range found {
					out = append(out, r.Rule.Title)
				}
			}
			return strings.Join(out, ", ")
		}
		byTitle := func(a, b *RuleInfo) int { return cmp.Compare(a.Rule.Title, b.Rule.Title) }
		for _, c := range []struct {
			q    RuleQuery
			want string
		}{
			{RuleQuery{Tuned: &yes}, "Evil command"},
			{RuleQuery{Tuned: &no}, "Any shell"},
			{RuleQuery{Filtered: &yes}, "Evil command"},
			{RuleQuery{Tactic: "Execution", Order: byTitle}, "Any shell, Evil command"},
			{RuleQuery{Tactic: "impact"}, ""},
			{RuleQuery{Status: "test", Order: func(a, b *RuleInfo) int { return byTitle(b, a) }}, "Evil command, Any shell"},
			{RuleQuery{Status: "stable"}, ""},
			{RuleQuery{Also: func(r *RuleInfo) bool { return r.Level() == "medium" }}, "Any shell"},
		} {
			if got := names(c.q); got != c.want {
				t.Errorf("%+v: %q, want %q", c.q, got, c.want)
			}
		}
		n := 0
		book.Each(func(*RuleInfo) { n++ })
		if n != book.Len() || n < 2 {
			t.Errorf("each gave %d of %d", n, book.Len())
		}
	})
}

func TestTacticsOfTags(t *testing.T) {
	t.Parallel()
	info := &RuleInfo{Rule: &sigma.Rule{Tags: []string{"attack.t1059", "attack.credential_access", "attack.g0032", "attack.s0002", "attack.credential-access", "cve.2021-1"}}}
	if got := strings.Join(info.Tactics(), " "); got != "credential-access" {
		t.Errorf("tactics %q", got)
	}
}

func TestScenariosOfTheRuleset(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f *fixture) {
		book, ref, err := f.Scenarios(context.Background(), tenantA)
		if err != nil || len(book.Scenarios) == 0 || ref.Kind != KindScenarios {
			t.Errorf("%+v %+v %v", book, ref, err)
		}
	})
}
