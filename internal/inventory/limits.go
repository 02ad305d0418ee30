package inventory

import (
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Bounds of one run. Beyond them it is refused, or what is too large is
// quarantined: a run never takes more memory than this says.
const (
	// MaxObjects is how many objects one run may hold.
	MaxObjects = 2_000_000
	// MaxListed is how many things that could not be read, and how many
	// duplicate identities, one run may list.
	MaxListed = 10_000
	// MaxFolders is how many folders one run may lie in, MaxKinds how many types
	// it may have.
	MaxFolders = 100_000
	MaxKinds   = 10_000

	maxTypeBytes   = manifest.MaxType
	maxNameBytes   = 512
	maxIDBytes     = manifest.MaxID
	maxPlaceBytes  = 4096
	maxReasonBytes = 500
	maxFilters     = 32
	maxSelected    = 1000
)

func errTooMany(limit string, n int, what string) error {
	f := fault.New(fault.TooLarge, "a run may have at most %d %s", n, what)
	f.Limit = limit
	return f
}
