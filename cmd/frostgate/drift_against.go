package main

import (
	"fmt"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// baselineText says what a finding was held against: BEFORE is an observation only
// of the last run and of snapshots.
func baselineText(b *frostgate.DriftBaseline) string {
	switch b.Kind {
	case "last_run":
		return b.Name + ": the run before"
	case "golden":
		if b.Golden != nil {
			return fmt.Sprintf("%s: expected is what %s in %s has", b.Name, or(b.Golden.Name, b.Golden.Tenant), b.Golden.Source)
		}
	case "template":
		return fmt.Sprintf("%s: expected is what the template wants (version %d)", b.Name, b.Version)
	}
	return fmt.Sprintf("%s: a pinned snapshot (version %d)", b.Name, b.Version)
}

// expected tells whether a finding was held against something else than the run
// before: nothing came or went then, it differs from what is wanted.
func expected(baseline string) bool { return baseline != "" && baseline != "last_run" }

func wantedText(baseline string) string {
	switch baseline {
	case "template":
		return "the template wants it"
	case "golden":
		return "the golden tenant has it"
	}
	return "the pinned snapshot has it"
}
