package evtx_test

import (
	"os"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/testdata"
	"frostgate.io/frostgate/sigma"
)

// TestRulesFindTheirEvents runs all rules over the real files: each is the proof
// that one rule fires, and must be from EVTX as from JSON.
func TestRulesFindTheirEvents(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join(testdata.Dir(t), "events", "sigmahq-rules", "sigma-rules.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rules, err := sigma.LoadTar(f, sigma.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := sigma.Compile(rules, sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher()
	for id, raw := range realFiles(t) {
		found := false
		for _, event := range readAll(t, raw) {
			matches, err := m.Match(event)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range matches {
				found = found || x.Rule.ID == id
			}
		}
		if !found {
			t.Errorf("rule %s does not find its event", id)
		}
	}
}
