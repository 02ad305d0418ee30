package drift

import (
	"context"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
)

// Deps are the parts that the service stands on; all are needed.
type Deps struct {
	DB    *db.DB
	Clock clock.Clock
	Log   *evidence.Sequencer
	Keys  *evidence.Keyring
	// OrgFunc tells which organisation a tenant belongs to, TenantsFunc which
	// tenants there are: acceptances expire in all of them.
	OrgFunc     func(domain.TenantID) (domain.OrgID, error)
	TenantsFunc func() []domain.TenantID
}

// Service compares runs and keeps findings. It is safe for concurrent use.
type Service struct {
	Deps
}

// NewService returns the service; New is a state.
func NewService(d Deps) *Service { return &Service{Deps: d} }

// Run reopens what was accepted until a time that is over, until ctx ends.
func (s *Service) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// CompareRun compares a closed run with every active baseline of its source. It
// may be called again at any time: what is done is not done again, what was
// broken off goes on where it stopped.
func (s *Service) CompareRun(ctx context.Context, tenant domain.TenantID, run *inventory.Run) error {
	return errNotYet
}

// Findings lists findings of one or several tenants, what waits first, then by
// severity, then the newest, and gives the cursor of the next page (empty at the
// end).
func (s *Service) Findings(ctx context.Context, tenants []domain.TenantID, f Filter, cursor string, limit int) (rows []Row, next string, err error) {
	return nil, "", errNotYet
}

// Finding returns a finding with both values, its operations and its history,
// the oldest step first. A unique beginning of an ID stands for it.
func (s *Service) Finding(ctx context.Context, tenant domain.TenantID, id FindingID) (*Finding, []Event, error) {
	return nil, nil, errNotYet
}

// Comparisons lists comparisons, the newest first.
func (s *Service) Comparisons(ctx context.Context, tenant domain.TenantID, f ComparisonFilter, cursor string, limit int) (items []Comparison, next string, err error) {
	return nil, "", errNotYet
}

// Summary counts the findings of tenants and says what their sources' last runs
// told.
func (s *Service) Summary(ctx context.Context, tenants []domain.TenantID) (*Summary, error) {
	return nil, errNotYet
}

// Triage does one action with findings. All of the findings of a step change, or
// none.
func (s *Service) Triage(ctx context.Context, tenant domain.TenantID, r TriageRequest, by evidence.Actor) (*TriageResult, error) {
	return nil, errNotYet
}

// Rules returns the severity rules in force, or one version of them.
func (s *Service) Rules(ctx context.Context, tenant domain.TenantID, version int64) (*Rules, error) {
	return nil, errNotYet
}

// SetRules makes a new version of the severity rules; seen is the version that
// the caller saw. It counts from the next comparison on.
func (s *Service) SetRules(ctx context.Context, tenant domain.TenantID, document string, seen int64, by evidence.Actor) (*Rules, error) {
	return nil, errNotYet
}

var errNotYet error = fault.New(fault.Unsupported, "not there yet")
