package governance

import (
	"context"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// Scenarios reads the scenario document of the active ruleset for people. A ruleset
// without one has no scenarios.
func (s *Service) Scenarios(ctx context.Context, tenant domain.TenantID) (*detect.ScenarioBook, Ref, error) {
	b, err := s.base(ctx, tenant)
	if err != nil {
		return nil, Ref{}, err
	}
	ref, ok := b.ref(KindScenarios, "")
	if !ok {
		return &detect.ScenarioBook{}, Ref{}, nil
	}
	d, err := s.Document(ctx, tenant, ref.Hash)
	if err != nil {
		return nil, Ref{}, err
	}
	book, err := detect.ReadScenarios(d.Content)
	return book, ref, err
}
