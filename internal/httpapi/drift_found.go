package httpapi

import (
	"cmp"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/fault"
)

// findingRuns says which runs found what a list has.
type findingRuns struct {
	Total int          `json:"total" doc:"How many runs."`
	Items []findingRun `json:"items" doc:"The newest five, the newest first."`
}

type findingRun struct {
	Tenant    string             `json:"tenant_id"`
	Name      string             `json:"tenant_name"`
	Source    string             `json:"source"`
	Run       runRef             `json:"run"`
	Before    *runRef            `json:"before,omitempty" doc:"The run that saw the expected values last; of several the one of most findings."`
	Findings  int                `json:"findings" doc:"How many of the list it found."`
	Elsewhere []typeCount        `json:"elsewhere" doc:"What it found of types that the list has nothing of, the most first; of the newest run only."`
	Unknowns  []unknownCountView `json:"unknowns" doc:"What it could not tell of the types that were asked for, or of any; of the newest run only."`
}

type typeCount struct {
	Type     string `json:"type"`
	Label    string `json:"label"`
	Findings int    `json:"findings"`
}

const foundRuns = 5

func (s *Server) runsOfFindings(ctx context.Context, c *Call) (findingRuns, error) {
	f := s.findingFilter(c.Query)
	if f.AnyState && len(f.States) > 0 {
		return findingRuns{}, fault.New(fault.Invalid, "all is of any state: leave state out").At("all")
	}
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return findingRuns{}, err
	}
	type found struct {
		tenant domain.TenantID
		drift.FoundBy
	}
	var all []found
	for _, id := range tenants {
		runs, err := s.deps.Drift.FoundBy(ctx, id, f)
		if err != nil {
			return findingRuns{}, err
		}
		for _, r := range runs {
			all = append(all, found{id, r})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.At, a.At) })
	out := findingRuns{Total: len(all), Items: []findingRun{}}
	for i, r := range all[:min(len(all), foundRuns)] {
		item, err := s.foundRun(ctx, c, r.tenant, &r.FoundBy)
		if err == nil && i == 0 {
			err = s.besides(ctx, r.tenant, f.Types, &r.FoundBy, &item)
		}
		if err != nil {
			return findingRuns{}, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

func (s *Server) foundRun(ctx context.Context, c *Call, tenant domain.TenantID, r *drift.FoundBy) (findingRun, error) {
	out := findingRun{Tenant: string(tenant), Name: s.tenantName(c, tenant), Source: r.Source, Findings: r.Findings, Elsewhere: []typeCount{}, Unknowns: []unknownCountView{}}
	var err error
	if out.Run, err = s.runRef(ctx, tenant, r.Run); err != nil || r.Before == "" {
		return out, err
	}
	before, err := s.runRef(ctx, tenant, r.Before)
	out.Before = &before
	return out, err
}

// besides adds what the run found elsewhere, and what it could not tell.
func (s *Server) besides(ctx context.Context, tenant domain.TenantID, types []string, r *drift.FoundBy, out *findingRun) error {
	same, err := s.deps.Drift.FoundBy(ctx, tenant, drift.Filter{AnyState: true, Run: r.Run})
	if err != nil {
		return err
	}
	for _, run := range same {
		if run.Run != r.Run {
			continue
		}
		for name, n := range run.Types {
			if r.Types[name] == 0 {
				out.Elsewhere = append(out.Elsewhere, typeCount{name, s.typeLabel(name), n})
			}
		}
	}
	slices.SortFunc(out.Elsewhere, func(a, b typeCount) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Type, b.Type))
	})
	held, _, err := s.deps.Drift.Comparisons(ctx, tenant, drift.ComparisonFilter{Run: r.Run}, "", 1)
	if err != nil || len(held) == 0 {
		return err
	}
	for _, u := range s.unknownsOf(held[0].Unknowns) {
		if len(types) == 0 || slices.Contains(types, u.Type) {
			out.Unknowns = append(out.Unknowns, u)
		}
	}
	return nil
}
