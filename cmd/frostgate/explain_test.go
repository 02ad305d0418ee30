package main

import (
	"strings"
	"testing"

	frostgate "frostgate.io/frostgate/sdk/go"
)

func TestBecauseShowsWhatADetectionSaw(t *testing.T) {
	t.Parallel()
	h := frostgate.RuleHit{
		Rule: "sigma:5f1abf38", Title: "Rundll32 without arguments", Matched: true, Points: 80, Values: map[string]string{"Image": `C:\x\rundll32.exe`},
		Level: "high", Techniques: []string{"T1218.011"}, Author: "Somebody",
	}
	got := because(&h)
	for _, want := range []string{"Rundll32 without arguments (high, 80 points).", `Image = C:\x\rundll32.exe`, "rule sigma:5f1abf38", "ATT&CK T1218.011", "by Somebody."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q has no %q", got, want)
		}
	}
	for why, want := range map[string]string{
		"tuned:f-12ab": "filter f-12ab holds", "rate_cap": "more often than its rate cap", "same_technique": "another rule of the same technique", "new_word": "new word.",
	} {
		h.Suppressed = why
		if got := because(&h); !strings.Contains(got, "No points: ") || !strings.Contains(got, want) {
			t.Errorf("%s: %q", why, got)
		}
	}
	if got := because(&frostgate.RuleHit{Rule: "rule:x", Title: "X", Points: 5}); got != "rule:x (5 points): X. It saw no values." {
		t.Errorf("a scenario: %q", got)
	}
	scenario := frostgate.RuleHit{Rule: "rule:x", Title: "X", Points: 5, Techniques: []string{"T1046"}}
	if got := because(&scenario); got != "rule:x (5 points): X. It saw no values. ATT&CK T1046." {
		t.Errorf("a scenario: %q", got)
	}
}
