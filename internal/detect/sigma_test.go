package detect

import (
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/sigma"
)

const plainScenarios = "version: \"1\"\nresponses:\n  - {level: critical, action: isolate_host, target: host, target_kind: host, confidence: 800}\ndefault: {id: none, title: None}\n"

// toyRules are one rule per level for events that name their logsource, two of
// them for one technique.
func toyRules(t testing.TB) *Rules {
	t.Helper()
	rule := func(id, title, level, technique, word string) string {
		return "title: " + title + "\nid: 00000000-0000-4000-8000-00000000000" + id + "\nstatus: test\nauthor: Somebody\nlevel: " + level +
			"\ntags: [attack." + technique + "]\nlogsource: {product: toy}\ndetection:\n  words: {text|contains: " + word + "}\n  condition: words\n"
	}
	var content []byte
	for file, text := range map[string]string{
		"low.yml": rule("1", "Low", "low", "t1001", "alpha"), "medium.yml": rule("2", "Medium", "medium", "t1002", "beta"),
		"medium2.yml": rule("3", "Medium too", "medium", "t1002", "beta"), "critical.yml": rule("4", "Critical", "critical", "t1003.001", "gamma"),
	} {
		content = sigma.AppendArchive(content, file, []byte(text))
	}
	r, err := CompileRules(t.Context(), []Archive{{Name: "toy", Content: content}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.RefusedIn("toy")) > 0 || r.Set().Len() != 4 {
		t.Fatalf("%d rules, refused %v", r.Set().Len(), r.RefusedIn("toy"))
	}
	return r
}

const received = domain.Micros(1_767_225_600_000_000) // 2026-01-01T00:00:00Z

func evaluateToy(t testing.TB, tuning, text string, windows ...domain.WindowFact) Result {
	t.Helper()
	s, err := Compile(Documents{Scenarios: []byte(plainScenarios), Rules: toyRules(t), Tuning: []byte(tuning)})
	if err != nil {
		t.Fatal(err)
	}
	body := `{"logsource":{"product":"toy"},"text":"` + text + `"}`
	ev := domain.Event{Type: "x", Host: "h1.example", ReceivedAt: received, Time: received}
	doc, err := jsondoc.Parse([]byte(body), jsondoc.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Evaluate(&ev, doc.Root(), s.Match(&ev, []byte(body)), windows)
}

func TestDetectionsScore(t *testing.T) {
	t.Parallel()
	got := evaluateToy(t, "", "alpha beta")
	if got.Points != 60 || len(got.Fired) != 3 || len(got.Mitigations) != 0 {
		t.Fatalf("low and twice one technique: %+v", got)
	}
	first, second := got.Hits[0], got.Hits[1]
	if first.Points != 50 || second.Points != 0 || second.Suppressed != "same_technique" || first.Author != "Somebody" || first.Level != "medium" ||
		first.Techniques[0] != "T1002" || first.Values[0] != (domain.NamedValue{Name: "text", Value: "alpha beta"}) {
		t.Fatalf("hits: %+v", got.Hits)
	}
	got = evaluateToy(t, "", "gamma")
	if got.Points != 95 || len(got.Mitigations) != 1 || got.Mitigations[0].Action != "isolate_host" || got.Mitigations[0].Target != "h1.example" ||
		got.Mitigations[0].Reason != "sigma:00000000-0000-4000-8000-000000000004" {
		t.Fatalf("critical: %+v", got)
	}
	if got := evaluateToy(t, "", "nothing"); got.Points != 0 || got.Fired[0] != "none" {
		t.Fatalf("quiet: %+v", got)
	}
}

func TestTuningChangesDetections(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-4000-8000-000000000004"
	filter := func(expires string) string {
		return "version: \"1\"\nfilters:\n  - {id: f1, title: Known, rules: [" + id + "], expires: " + expires + ", reason: backup job, not: {text|endswith: beta}}\n"
	}
	for name, tc := range map[string]struct {
		tuning, text string
		windows      []domain.WindowFact
		points       int
		suppressed   string
	}{
		"disabled":       {"version: \"1\"\nrules:\n  " + id + ": {enabled: false}\n", "gamma", nil, 0, ""},
		"level":          {"version: \"1\"\nrules:\n  " + id + ": {level: low}\n", "gamma", nil, 20, ""},
		"under the cap":  {"version: \"1\"\nrules:\n  " + id + ": {cap: 3/1m}\n", "gamma", []domain.WindowFact{{Window: "rate:sigma:" + id, Count: 3}}, 95, ""},
		"over the cap":   {"version: \"1\"\nrules:\n  " + id + ": {cap: 3/1m}\n", "gamma", []domain.WindowFact{{Window: "rate:sigma:" + id, Count: 4}}, 0, "rate_cap"},
		"critical":       {"", "gamma", []domain.WindowFact{{Window: "rate:sigma:" + id, Count: 1001}}, 95, ""},
		"default cap":    {"version: \"1\"\nrules:\n  " + id + ": {level: high}\n", "gamma", []domain.WindowFact{{Window: "rate:sigma:" + id, Count: 1001}}, 0, "rate_cap"},
		"filtered":       {filter("2026-01-01T00:00:01Z"), "gamma beta", nil, 50, "tuned:f1"},
		"filter expired": {filter("2026-01-01T00:00:00Z"), "gamma beta", nil, 95, ""},
		"filter misses":  {filter("2026-01-01T00:00:01Z"), "gamma", nil, 95, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := evaluateToy(t, tc.tuning, tc.text, tc.windows...)
			if got.Points != tc.points {
				t.Errorf("%d points, want %d: %+v", got.Points, tc.points, got.Hits)
			}
			for _, h := range got.Hits {
				if strings.HasSuffix(h.Rule, id) && h.Suppressed != tc.suppressed {
					t.Errorf("suppressed %q, want %q", h.Suppressed, tc.suppressed)
				}
			}
		})
	}
}

// The rate window counts hits, and not those that a filter takes out.
func TestRateWindows(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-4000-8000-000000000004"
	tuning := "version: \"1\"\nrules: {" + id + ": {cap: 5/2m}}\nfilters: [{id: f, title: T, rules: [" + id + "], expires: 2030-01-01T00:00:00Z, reason: R, not: {text: gamma}}]\n"
	s, err := Compile(Documents{Scenarios: []byte(plainScenarios), Rules: toyRules(t), Tuning: []byte(tuning)})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{`{"logsource":{"product":"toy"},"text":"gamma!"}`: 1, `{"logsource":{"product":"toy"},"text":"gamma"}`: 0} {
		ev := domain.Event{ReceivedAt: received, Host: "h1", User: "u1"}
		hits := s.WindowHits(&ev, jsondoc.Value{}, s.Match(&ev, []byte(body)))
		if len(hits) != want || want == 1 && (hits[0].Window != "rate:sigma:"+id || hits[0].Key != "h1|u1|" || hits[0].Span != 2*time.Minute) {
			t.Errorf("%s: %+v", body, hits)
		}
	}
}

func TestTuningIsRefused(t *testing.T) {
	t.Parallel()
	for want, doc := range map[string]string{
		"version":         "rules: {}\n",
		"not found":       "version: \"1\"\nnope: 1\n",
		"cap \"5\"":       "version: \"1\"\nrules: {a: {cap: \"5\"}}\n",
		"level \"worst\"": "version: \"1\"\nrules: {a: {level: worst}}\n",
		"must say when":   "version: \"1\"\nfilters: [{id: f, reason: r, not: {a: b}}]\n",
		"must say why":    "version: \"1\"\nfilters: [{id: f, expires: 2030-01-01T00:00:00Z, not: {a: b}}]\n",
		"not: is missing": "version: \"1\"\nfilters: [{id: f, expires: 2030-01-01T00:00:00Z, reason: r}]\n",
		"unknown":         "version: \"1\"\nfilters: [{id: f, expires: 2030-01-01T00:00:00Z, reason: r, not: {a|nope: b}}]\n",
	} {
		_, err := Compile(Documents{Scenarios: []byte(plainScenarios), Rules: toyRules(t), Tuning: []byte(doc)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", doc, err)
		}
	}
}

// An event that the detections can't read must not look clean.
func TestUnreadableEventScores(t *testing.T) {
	t.Parallel()
	s, err := Compile(Documents{Scenarios: []byte(plainScenarios), Rules: toyRules(t)})
	if err != nil {
		t.Fatal(err)
	}
	ev := domain.Event{ReceivedAt: received}
	if got := s.Evaluate(&ev, jsondoc.Value{}, s.Match(&ev, []byte(`{"a":`)), nil); got.Fired[0] != "rule:detections_failed" || got.Points != 50 {
		t.Fatalf("%+v", got)
	}
}
