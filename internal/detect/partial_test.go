package detect

import (
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/jsondoc"
)

// An event that takes too much work must not look clean, whether or not anything
// was found in it.
func TestPartlyMatchedEventScores(t *testing.T) {
	t.Parallel()
	const detections = `title: Same on both sides
id: 7a6c1a52-3b0a-4b3e-9d6e-0a6b0a2f9c11
logsource: {product: toy}
detection: {s: {"left|fieldref": right}, condition: s}
level: high
`
	rules, err := CompileRules(t.Context(), []Archive{{Name: "toy", Content: []byte("-- a.yml --\n" + detections)}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Compile(Documents{Scenarios: []byte(plainScenarios), Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	list := func(unit string) string { return `["` + strings.Repeat(unit+`","`, 20_000) + unit + `"]` }
	ev := domain.Event{ReceivedAt: received}
	payload := []byte(`{"logsource":{"product":"toy"},"left":` + list("x") + `,"right":` + list("y") + `}`)
	got := s.Evaluate(&ev, jsondoc.Value{}, s.Match(&ev, payload), nil)
	if !slices.Equal(got.Fired, []string{"rule:detections_partial"}) || got.Points != 50 {
		t.Fatalf("%+v", got)
	}
}
