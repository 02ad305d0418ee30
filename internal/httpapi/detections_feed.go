package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
)

// titles is the ruleset in force, for what its rules are called; nil where there is
// none. It looks in memory only: a feed must not wait for it.
func (s *Server) titles(ctx context.Context, id domain.TenantID) *detect.Set {
	rs, err := s.deps.Govern.Active(ctx, id)
	if err != nil {
		return nil
	}
	return rs.Detect
}

// feedTitled is the item called by the titles of what fired.
func feedTitled(it *decision.Item, set *detect.Set) feedItem {
	it.Call(set)
	return feedOf(it)
}
