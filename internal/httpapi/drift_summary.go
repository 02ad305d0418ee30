package httpapi

import (
	"cmp"
	"context"
	"slices"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
)

// driftSummary is what needs attention.
type driftSummaryView struct {
	Waiting    int                 `json:"waiting" doc:"New and reopened findings."`
	Open       int                 `json:"open" doc:"All that are not resolved."`
	ByState    map[string]int      `json:"by_state"`
	BySeverity map[string]int      `json:"by_severity" doc:"Of those that wait."`
	ByType     []driftTypeTally    `json:"by_type" doc:"The most waiting first."`
	ByTenant   []driftTenantReport `json:"by_tenant" doc:"The most waiting first."`
}

type driftTypeTally struct {
	Type    string `json:"type"`
	Label   string `json:"label"`
	Waiting int    `json:"waiting"`
	Open    int    `json:"open"`
	Worst   string `json:"worst,omitempty" doc:"Severity of the gravest that waits."`
}

type driftTenantReport struct {
	Tenant   string              `json:"tenant_id"`
	Name     string              `json:"name"`
	Waiting  int                 `json:"waiting"`
	Reopened int                 `json:"reopened"`
	Open     int                 `json:"open"`
	Worst    string              `json:"worst,omitempty" doc:"Severity of the gravest that waits."`
	Severity map[string]int      `json:"by_severity" doc:"Of those that wait."`
	Sources  []driftSourceReport `json:"sources"`
}

// driftSourceReport is what the last run of a source told, and what it could not.
type driftSourceReport struct {
	Source      string             `json:"source"`
	Run         string             `json:"run" doc:"The last closed one."`
	At          Time               `json:"at"`
	Compared    bool               `json:"compared" doc:"Drift has looked at the run; the counts mean nothing before."`
	New         int                `json:"new"`
	Reopened    int                `json:"reopened"`
	Resolved    int                `json:"resolved"`
	Unknown     int                `json:"unknown"`
	Quarantined int                `json:"quarantined"`
	Duplicates  int                `json:"duplicates"`
	Unknowns    []unknownCountView `json:"unknowns"`
	Incomplete  []coverageView     `json:"incomplete" doc:"Types that were not read to their end: drift in them would not all show."`
}

func (s *Server) driftSummary(ctx context.Context, c *Call) (driftSummaryView, error) {
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return driftSummaryView{}, err
	}
	sum, err := s.deps.Drift.Summary(ctx, tenants)
	if err != nil {
		return driftSummaryView{}, err
	}
	out := driftSummaryView{
		Waiting: sum.Waiting, Open: sum.Open, ByState: map[string]int{}, BySeverity: severityCounts(sum.BySeverity),
		ByType: []driftTypeTally{}, ByTenant: make([]driftTenantReport, len(sum.Tenants)),
	}
	for _, state := range findingStates() {
		if n := sum.ByState[drift.State(state)]; n > 0 || state != string(drift.Resolved) {
			out.ByState[state] = n
		}
	}
	for name, t := range sum.ByType {
		out.ByType = append(out.ByType, driftTypeTally{name, s.typeLabel(name), t.Waiting, t.Open, string(t.Worst)})
	}
	slices.SortFunc(out.ByType, func(a, b driftTypeTally) int {
		return cmp.Or(cmp.Compare(b.Waiting, a.Waiting), cmp.Compare(b.Open, a.Open), cmp.Compare(a.Type, b.Type))
	})
	for i := range sum.Tenants {
		out.ByTenant[i] = s.tenantReport(c, &sum.Tenants[i])
	}
	slices.SortStableFunc(out.ByTenant, func(a, b driftTenantReport) int {
		return cmp.Or(cmp.Compare(b.Waiting, a.Waiting), cmp.Compare(b.Open, a.Open), cmp.Compare(a.Tenant, b.Tenant))
	})
	return out, nil
}

func (s *Server) tenantReport(c *Call, t *drift.TenantSummary) driftTenantReport {
	out := driftTenantReport{
		Tenant: string(t.Tenant), Name: s.tenantName(c, t.Tenant), Waiting: t.Waiting, Reopened: t.ByState[drift.Reopened], Open: t.Open,
		Severity: severityCounts(t.BySeverity), Sources: make([]driftSourceReport, len(t.Sources)),
	}
	for _, sev := range severities() { // the gravest is the last
		if t.BySeverity[diff.Severity(sev)] > 0 {
			out.Worst = sev
		}
	}
	for i, src := range t.Sources {
		out.Sources[i] = driftSourceReport{
			Source: src.Source, Run: string(src.Run), At: Time(src.At), Compared: src.Compared, New: src.New, Reopened: src.Reopened, Resolved: src.Resolved,
			Unknown: src.Unknown, Quarantined: src.Quarantined, Duplicates: src.Duplicates, Unknowns: s.unknownsOf(src.Unknowns),
			Incomplete: s.coverageOf(src.Source, src.Run, src.At, incompleteOf(src.Coverage)),
		}
	}
	return out
}

func severityCounts(in map[diff.Severity]int) map[string]int {
	out := map[string]int{}
	for _, sev := range severities() {
		out[sev] = in[diff.Severity(sev)]
	}
	return out
}

func (s *Server) listComparisons(ctx context.Context, c *Call) (list[comparisonView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[comparisonView]{}, err
	}
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return list[comparisonView]{}, err
	}
	f := drift.ComparisonFilter{Run: inventory.RunID(c.Query.text("run")), Baseline: drift.BaselineID(c.Query.text("baseline")), Source: c.Query.text("source")}
	found, next, err := s.deps.Drift.Comparisons(ctx, id, f, c.Query.text("cursor"), limit)
	if err != nil {
		return list[comparisonView]{}, err
	}
	items, err := s.comparisonsOf(ctx, id, found)
	return listOf(items, next), err
}

// comparisonsOf calls the baselines by their names.
func (s *Server) comparisonsOf(ctx context.Context, id domain.TenantID, in []drift.Comparison) ([]comparisonView, error) {
	out := make([]comparisonView, len(in))
	known := map[drift.BaselineID]*drift.Baseline{}
	for i := range in {
		x := &in[i]
		b, seen := known[x.Baseline]
		if !seen {
			var err error
			if b, err = s.deps.Drift.Baseline(ctx, id, x.Baseline); err != nil && fault.CodeOf(err) != fault.NotFound {
				return nil, err
			}
			known[x.Baseline] = b
		}
		out[i] = s.comparisonOf(x, b)
	}
	return out, nil
}

func (s *Server) comparisonOf(x *drift.Comparison, b *drift.Baseline) comparisonView {
	out := comparisonView{
		ID: string(x.ID), Run: string(x.Run), Before: string(x.Before), Baseline: string(x.Baseline), BaselineVersion: x.BaselineVersion, Source: x.Source,
		At: Time(x.DoneAt), driftCounts: countsOf(x.Counts), New: x.New, Reopened: x.Reopened, Resolved: x.Resolved, Accepted: x.Accepted,
		RuleVersion: x.RulesVersion, Done: x.Done, Error: x.Error, Root: x.FindingsRoot, Entry: entryOf(x.Artifact), Unknowns: s.unknownsOf(x.Unknowns),
	}
	if out.At == 0 {
		out.At = Time(x.StartedAt)
	}
	if b != nil {
		out.BaselineName, out.Kind = b.Name, string(b.Kind)
	}
	return out
}

// severityRulesView are one version of the severity rules.
type severityRulesView struct {
	Version   int64  `json:"version" doc:"0: the built-in ones."`
	Text      string `json:"text" doc:"YAML, as its author wrote it."`
	CreatedBy string `json:"created_by,omitempty"`
	CreatedAt Time   `json:"created_at,omitzero"`
	Entry     *int64 `json:"entry,omitempty" doc:"Entry of the tenant's log that records it."`
}

type newSeverityRules struct {
	Text    string `json:"text" minlen:"1" maxlen:"262144" doc:"YAML; docs/drift.md says how."`
	Version *int64 `json:"version,omitzero" min:"0" doc:"The one that was read; default the one in force."`
}

func severityOf(r *drift.Rules) severityRulesView {
	return severityRulesView{r.Version, r.Document, string(r.By), Time(r.CreatedAt), entryOf(r.Artifact)}
}

func (s *Server) getSeverity(ctx context.Context, c *Call) (severityRulesView, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return severityRulesView{}, err
	}
	version := c.Query.number("version", -1)
	if version < -1 {
		return severityRulesView{}, fault.New(fault.Invalid, "version must be 0 or more").At("version")
	}
	r, err := s.deps.Drift.Rules(ctx, id, version)
	if err != nil {
		return severityRulesView{}, err
	}
	return severityOf(r), nil
}

func (s *Server) setSeverity(ctx context.Context, c *Call, in newSeverityRules) (severityRulesView, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftWrite)
	if err != nil {
		return severityRulesView{}, err
	}
	now, err := s.deps.Drift.Rules(ctx, id, -1)
	if err != nil {
		return severityRulesView{}, err
	}
	seen := now.Version
	if in.Version != nil {
		seen = *in.Version
	}
	r, err := s.deps.Drift.SetRules(ctx, id, in.Text, seen, c.actor())
	if err != nil {
		return severityRulesView{}, err
	}
	return severityOf(r), nil
}
