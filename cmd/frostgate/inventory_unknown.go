package main

import (
	"strings"

	"frostgate.io/frostgate/internal/drift/plain"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// unknownLines names the objects of which a run could not say whether they are
// there, with why.
func unknownLines(line func(name, format string, args ...any), r *frostgate.InventoryRunDetail) {
	said, any := map[string]bool{}, r.Unknown > 0
	for i := range r.Drift {
		for _, u := range r.Drift[i].Unknowns {
			text := or(u.Label, u.Type) + ": " + strings.TrimSuffix(plain.Reason(u.Reason), ".")
			if u.Objects > 0 {
				text = or(u.Label, u.Type) + ", " + counted(u.Objects, "object") + inBrackets(strings.Join(u.IDs, ", ")) + ": " + strings.TrimSuffix(plain.Reason(u.Reason), ".")
			}
			if any = true; !said[text] {
				said[text] = true
				line("unknown", "%s", text)
			}
		}
	}
	if any {
		line("", "`frostgate inventory list --state unknown --source %s` lists what is unknown now", r.Source)
	}
}

// first tells whether a comparison had nothing to compare with.
func first(d *frostgate.DriftComparison) bool {
	return d.Kind == "last_run" && d.Before == "" && d.Done && d.Added+d.Removed+d.Changed+d.Unknown+d.New == 0
}
