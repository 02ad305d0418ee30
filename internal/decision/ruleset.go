package decision

import (
	"context"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/policy"
)

// Ruleset is the immutable, hashed bundle that decides. It is safe for
// concurrent use.
type Ruleset struct {
	Version  string
	Hash     domain.Hash
	Detect   *detect.Set
	Policy   *policy.Engine
	Doctrine *doctrine.Doctrine
	// PolicyOff is policy.enforce=false, which only env=dev admits.
	PolicyOff bool
}

// Rulesets gives the active ruleset of a tenant; a switch takes effect between
// two events.
type Rulesets interface {
	Active(ctx context.Context, tenant domain.TenantID) (*Ruleset, error)
	// ByHash returns a ruleset that was active once, for replay and reading.
	ByHash(ctx context.Context, tenant domain.TenantID, hash domain.Hash) (*Ruleset, error)
}

// Missions gives mission facts. A mission's budget is decided one event at a
// time: Begin holds the mission until the lease is released.
type Missions interface {
	// Begin returns the mission's state at received_at; a mission that the
	// tenant does not have is fault.UnknownMission.
	Begin(ctx context.Context, tenant domain.TenantID, id domain.MissionID, at domain.Micros) (*domain.MissionFact, MissionLease, error)
}

// MissionLease holds one mission between reading its budget and spending it.
type MissionLease interface {
	// Spend takes n mitigations from the budget in memory; the stored figure
	// follows in the decision's transaction.
	Spend(n int64)
	// Release lets the next event of the mission in.
	Release()
}

// NeverBlock answers whether an allow-list covers a target at a time.
type NeverBlock interface {
	NeverBlock(ctx context.Context, tenant domain.TenantID, kind, value string, at domain.Micros) (entry string, ok bool, err error)
}

// Defaults are a tenant's settings that the pipeline needs.
type Defaults struct {
	Persona      domain.Persona
	Ring         domain.Ring
	ClockStaleMS int64
}

// Tenants gives tenants' pipeline settings.
type Tenants interface {
	Defaults(ctx context.Context, tenant domain.TenantID) (Defaults, error)
}
