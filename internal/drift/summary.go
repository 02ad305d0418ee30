package drift

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Summary is the drift of one or several tenants at a glance.
type Summary struct {
	Tally   // over all tenants
	Tenants []TenantSummary
}

// Tally counts findings that are not resolved. Waiting are new and reopened
// ones, Open all of them.
type Tally struct {
	Waiting, Open int
	ByState       map[State]int
	BySeverity    map[diff.Severity]int // of those that wait
	ByType        map[string]TypeTally
	BySource      map[string]TypeTally
}

// TypeTally counts what is not resolved of one type or source.
type TypeTally struct {
	Waiting, Open int
	Worst         diff.Severity // of those that wait; empty: none waits
}

// TenantSummary is one tenant's part.
type TenantSummary struct {
	Tenant domain.TenantID
	Tally
	Sources []SourceSummary
}

// SourceSummary is what the last run of a source told.
type SourceSummary struct {
	Source string
	Run    inventory.RunID
	At     domain.Micros // it was closed
	// Compared says that drift has looked at the run; the counts mean nothing
	// before.
	Compared                bool
	New, Reopened, Resolved int
	Unknown                 int
	Quarantined, Duplicates int
	// Unknowns say why objects' presence or absence can't be told.
	Unknowns []UnknownCount
	// Coverage are the types that were not read completely.
	Coverage []manifest.Coverage
}

// UnknownCount counts objects whose presence or absence can't be told.
type UnknownCount struct {
	Type    string   `json:"type"`
	Reason  string   `json:"reason"`
	Objects int      `json:"objects"`
	IDs     []string `json:"ids,omitempty"` // the first few
}
