package drift

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
)

// ComparisonID is "cmp_" and 32 hex digits of a hash over tenant, run, baseline
// and the baseline's version.
type ComparisonID string

// Comparison is one run compared with one version of a baseline.
type Comparison struct {
	ID              ComparisonID
	Run             inventory.RunID
	RunSeq          int64
	Source          string
	Baseline        BaselineID
	BaselineVersion int64
	RulesVersion    int64 // of the severity rules, 0: the built-in ones
	Done            bool
	// Before is the run it was compared with; where types had different ones, the
	// latest. Empty: none, or a baseline that is no run.
	Before inventory.RunID
	diff.Counts
	New, Reopened, Resolved, Accepted int // findings that it changed to this
	Unknowns                          []UnknownCount
	// FindingsRoot is the SHA-256 over the sorted IDs of all differences, one a
	// line, in hex.
	FindingsRoot      string
	Artifact          int64 // entry of the tenant's log that records it, -1: none yet
	StartedAt, DoneAt domain.Micros
	Error             string // why it could not be made
}

// ComparisonFilter narrows a list of comparisons; empty fields don't.
type ComparisonFilter struct {
	Run      inventory.RunID
	Baseline BaselineID
	Source   string
}
