package detect

import (
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/sigma"
)

func TestOneOfManyEventsIsMeasured(t *testing.T) {
	t.Parallel()
	rule := []byte("title: A\nid: 11111111-0000-4000-8000-000000000001\nlogsource: {product: acme}\ndetection: {sel: {cmd|contains: evil}, condition: sel}\nlevel: high\n")
	rules, err := CompileRules(t.Context(), []Archive{{Name: "own", Content: sigma.AppendArchive(nil, "a.yml", rule)}})
	if err != nil {
		t.Fatal(err)
	}
	r, ok := rules.Rule("11111111-0000-4000-8000-000000000001")
	if !ok || rules.CostNS(r) != 0 {
		t.Fatal("a rule that was never measured has a cost")
	}
	calls, tick := 0, int64(0)
	rules.MeasureWith(func() int64 { calls++; tick += 7; return tick })
	s := &Set{rules: rules}
	for range sampleEvery + 1 {
		if !s.Match(&domain.Event{}, []byte(`{"logsource":{"product":"acme"},"cmd":"evil"}`)).Has("11111111-0000-4000-8000-000000000001") {
			t.Fatal("no match")
		}
	}
	if calls != 4 || rules.CostNS(r) != 7 {
		t.Errorf("%d looks at the clock, cost %d", calls, rules.CostNS(r))
	}
}
