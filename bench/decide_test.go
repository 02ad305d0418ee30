package main

import (
	"testing"

	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/sigma"
)

// The part detect-decide compares servers on an event that rules look at and
// don't match: a hit would cost what is not measured.
func TestProcessIsClean(t *testing.T) {
	t.Parallel()
	set, err := sigma.Compile(sigma.ParseArchive("builtin", defaults.Detections(), sigma.LoadOptions{}), sigma.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := set.NewMatcher()
	found, err := m.Match(newWriter([]byte(processText()), 1).next(7))
	if err != nil || len(found) > 0 || m.Pipeline() != "windows" {
		t.Fatalf("found %v in %q: %v", found, m.Pipeline(), err)
	}
}
