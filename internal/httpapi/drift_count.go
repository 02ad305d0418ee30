package httpapi

import (
	"cmp"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// findingCount says how many findings a list has.
type findingCount struct {
	Total    int                  `json:"total"`
	State    map[string]int       `json:"by_state"`
	Severity map[string]int       `json:"by_severity"`
	Tenants  []tenantFindingCount `json:"by_tenant" doc:"Those that have some, the most first."`
}

type tenantFindingCount struct {
	Tenant string         `json:"tenant_id"`
	Name   string         `json:"name"`
	Total  int            `json:"total"`
	State  map[string]int `json:"by_state"`
}

func (s *Server) countFindings(ctx context.Context, c *Call) (findingCount, error) {
	f := s.findingFilter(c.Query)
	if any, _ := c.Query.flag("all"); any && len(f.States) > 0 {
		return findingCount{}, fault.New(fault.Invalid, "all is of any state: leave state out").At("all")
	}
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return findingCount{}, err
	}
	out := findingCount{State: map[string]int{}, Severity: map[string]int{}, Tenants: []tenantFindingCount{}}
	for _, id := range tenants {
		n, err := s.deps.Drift.Count(ctx, id, f)
		if err != nil {
			return findingCount{}, err
		}
		if n.Total == 0 {
			continue
		}
		t := tenantFindingCount{Tenant: string(id), Name: s.tenantName(c, id), Total: n.Total, State: map[string]int{}}
		for state, k := range n.ByState {
			t.State[string(state)] += k
			out.State[string(state)] += k
		}
		for sev, k := range n.BySeverity {
			out.Severity[string(sev)] += k
		}
		out.Total += n.Total
		out.Tenants = append(out.Tenants, t)
	}
	slices.SortStableFunc(out.Tenants, func(a, b tenantFindingCount) int { return cmp.Compare(b.Total, a.Total) })
	return out, nil
}
