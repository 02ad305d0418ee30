package detect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

const titledDoc = `version: "1"
scenarios:
  - id: rule:guess
    title: Guessing
    points: 10
    techniques: [T1110.003, T1078, T1110.003]
    when: fail_count > 3
    relevant: fail_count > 0
default: {id: rule:none, title: No rule fired}
`

func TestScenariosHaveTitlesAndTechniques(t *testing.T) {
	t.Parallel()
	s := compile(t, titledDoc)
	for id, want := range map[string]string{
		"rule:guess": "Guessing", "rule:none": "No rule fired", failedRule: failedTitle, partialRule: partialHit().Title, "sigma:x": "",
	} {
		if got := s.Title(id); got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
	if !s.Quiet("rule:none") || s.Quiet("rule:guess") {
		t.Error("only the default is quiet")
	}
	fired := s.Evaluate(&domain.Event{FailCount: 4}, jsondoc.Value{}, nil, nil).Hits[0]
	if want := []string{"T1078", "T1110.003"}; !cmp.Equal(fired.Techniques, want) {
		t.Errorf("techniques %v, want %v", fired.Techniques, want)
	}
	if h := s.Evaluate(&domain.Event{FailCount: 1}, jsondoc.Value{}, nil, nil).Hits[0]; h.Matched || h.Techniques != nil {
		t.Errorf("a scenario that did not fire shows techniques: %+v", h)
	}
	doc := strings.Replace(titledDoc, "T1078", "T107", 1)
	if _, err := Compile(Documents{Scenarios: []byte(doc)}); err == nil || !strings.Contains(err.Error(), `"T107" is not like`) {
		t.Errorf("a wrong technique is taken: %v", err)
	}
}

func TestSuppressedInWords(t *testing.T) {
	t.Parallel()
	s := &Set{tuning: &tuned{titles: map[string]string{"f-1": "Backup program"}}}
	for why, want := range map[string]string{
		"": "", suppressedTechnique: "", "tuned:f-1": "filter Backup program", "tuned:f-2": "filter f-2",
		suppressedCap: "more hits than its cap", suppressedCorrelated: "counts only for a correlation",
	} {
		if got := s.SuppressedBy(why); got != want {
			t.Errorf("%q: %q, want %q", why, got, want)
		}
	}
}
