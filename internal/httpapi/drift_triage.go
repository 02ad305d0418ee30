package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
)

// triageAct is what is decided.
type triageAct struct {
	Action   string  `json:"action" enum:"acknowledge|accept|deny|reopen|assign|comment"`
	Until    Time    `json:"until,omitzero" doc:"Of accept, where it is required; at most 366 days from now."`
	Note     string  `json:"note,omitempty" maxlen:"2000" doc:"The reason of accept and deny, where it is required, or a comment."`
	Approver string  `json:"approver,omitempty" maxlen:"200" doc:"Of accept: who allowed it."`
	Assignee *string `json:"assignee,omitzero" maxlen:"100" doc:"Of assign: a principal's ID; empty for nobody."`
}

// oneTriage decides on the finding in the path.
type oneTriage struct {
	triageAct
	Version int64 `json:"version,omitzero" min:"0" doc:"That was seen: another is refused with 409."`
}

// manyTriage decides on findings by ID or by filter.
type manyTriage struct {
	triageAct
	IDs      []string         `json:"ids,omitempty" maxitems:"1000"`
	Versions map[string]int64 `json:"versions,omitempty" doc:"That were seen, by ID."`
	Filter   *triageFilter    `json:"filter,omitempty" doc:"Instead of ids: all findings that it lists and whose state allows the action."`
	Limit    int              `json:"limit,omitzero" min:"0" max:"1000" doc:"Of a filter: so many findings at most; go on with after."`
	After    string           `json:"after,omitempty" maxlen:"100" doc:"Of a filter with a limit: next of the answer before."`
	Tenants  []tenantIDs      `json:"tenants,omitempty" maxitems:"1000" doc:"Instead of ids: findings of several tenants, 1,000 in all."`
}

// tenantIDs are findings of one tenant.
type tenantIDs struct {
	Tenant string   `json:"tenant_id" minlen:"1" maxlen:"100"`
	IDs    []string `json:"ids" minitems:"1" maxitems:"1000"`
}

// triageFilter is the filter of a list of findings.
type triageFilter struct {
	States   []string `json:"states,omitempty" enum:"new|reopened|acknowledged|accepted|denied|resolved" maxitems:"6" doc:"Default: new and reopened."`
	All      bool     `json:"all,omitzero" doc:"Of any state."`
	Severity []string `json:"severity,omitempty" enum:"informational|low|medium|high|critical" maxitems:"5"`
	Kind     string   `json:"kind,omitempty" enum:"added|removed|changed|metadata"`
	Type     string   `json:"type,omitempty" maxlen:"512"`
	Source   string   `json:"source,omitempty" maxlen:"200"`
	ObjectID string   `json:"object_id,omitempty" maxlen:"1024"`
	Baseline string   `json:"baseline,omitempty" maxlen:"100"`
	Assignee string   `json:"assignee,omitempty" maxlen:"100"`
	Group    string   `json:"group,omitempty" maxlen:"64"`
	Run      string   `json:"run,omitempty" maxlen:"100"`
	Text     string   `json:"q,omitempty" maxlen:"512"`
}

// triaged is what became of it.
type triaged struct {
	Count    int           `json:"count" doc:"Findings that were changed."`
	Findings []findingView `json:"findings" doc:"As they are now, without values; the first 1,000."`
	Skipped  int           `json:"skipped" doc:"Of a filter: findings whose state does not allow the action."`
	Entries  []int64       `json:"entries" doc:"Entries of the tenant's log that record it."`
	Next     string        `json:"next,omitempty" doc:"Where to go on behind, where a limit left some."`
	Left     int           `json:"left,omitzero" doc:"How many findings of the filter the limit left."`
	Tenants  []tenantDone  `json:"tenants,omitempty" doc:"What became of it in each tenant that was named."`
}

// tenantDone is one tenant's part of a triage.
type tenantDone struct {
	Tenant  string  `json:"tenant_id"`
	Count   int     `json:"count"`
	Entries []int64 `json:"entries" doc:"Entries of that tenant's log that record it."`
	Code    string  `json:"code,omitempty" doc:"Nothing was changed here: as in a problem."`
	Error   string  `json:"error,omitempty"`
}

// request is the act as the service takes it.
func (a *triageAct) request() (drift.TriageRequest, error) {
	r := drift.TriageRequest{Action: drift.Action(a.Action), Until: domain.Micros(a.Until), Note: a.Note, Approver: a.Approver}
	switch {
	case a.Until != 0 && r.Action != drift.Accept:
		return r, fault.New(fault.Invalid, "only accept has an end").At("until")
	case a.Approver != "" && r.Action != drift.Accept:
		return r, fault.New(fault.Invalid, "only accept has an approver").At("approver")
	case (a.Assignee != nil) != (r.Action == drift.Assign):
		return r, fault.New(fault.Invalid, "assign needs an assignee (empty for nobody), and nothing else has one").At("assignee")
	}
	if a.Assignee != nil {
		r.Assignee = domain.PrincipalID(*a.Assignee)
	}
	return r, nil
}

func (s *Server) triageFilter(in *triageFilter) *drift.Filter {
	f := &drift.Filter{
		AnyState: in.All, Source: in.Source, Baseline: drift.BaselineID(in.Baseline), Run: inventory.RunID(in.Run), ObjectID: in.ObjectID, Group: in.Group,
		Assignee: domain.PrincipalID(in.Assignee), Text: in.Text, States: named[drift.State](in.States), Severities: named[diff.Severity](in.Severity),
	}
	if in.Kind != "" {
		f.Kinds = []diff.Kind{diff.Kind(in.Kind)}
	}
	if in.Type != "" {
		f.Types = s.typesAsked([]string{in.Type})
	}
	return f
}

func (s *Server) triageFinding(ctx context.Context, c *Call, in oneTriage) (triaged, error) {
	r, err := in.request()
	if err != nil {
		return triaged{}, err
	}
	id := drift.FindingID(c.Path("id"))
	r.IDs = []drift.FindingID{id}
	if in.Version > 0 {
		r.Versions = map[drift.FindingID]int64{id: in.Version}
	}
	return s.triage(ctx, c, r)
}

func (s *Server) triageFindings(ctx context.Context, c *Call, in manyTriage) (triaged, error) {
	r, err := in.request()
	if err != nil {
		return triaged{}, err
	}
	if err := in.check(); err != nil {
		return triaged{}, err
	}
	if in.Filter != nil {
		r.Filter, r.Limit, r.After = s.triageFilter(in.Filter), in.Limit, drift.FindingID(in.After)
	}
	r.IDs = named[drift.FindingID](in.IDs)
	for id, v := range in.Versions {
		if r.Versions == nil {
			r.Versions = map[drift.FindingID]int64{}
		}
		r.Versions[drift.FindingID(id)] = v
	}
	if len(in.Tenants) > 0 {
		return s.triageTenants(ctx, c, in.Tenants, r)
	}
	return s.triage(ctx, c, r)
}

// check says what does not go together.
func (in *manyTriage) check() error {
	ways := 0
	for _, given := range []bool{len(in.IDs) > 0, in.Filter != nil, len(in.Tenants) > 0} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return fault.New(fault.Invalid, "name findings by ids, by a filter or by tenants").At("ids")
	case in.Filter != nil && len(in.Versions) > 0:
		return fault.New(fault.Invalid, "versions go with ids").At("versions")
	case in.Filter != nil && in.Filter.All && len(in.Filter.States) > 0:
		return fault.New(fault.Invalid, "all is of any state: leave states out").At("filter.all")
	case in.Filter == nil && (in.Limit > 0 || in.After != ""):
		return fault.New(fault.Invalid, "limit and after go with a filter").At("limit")
	}
	seen, n := map[string]bool{}, 0
	for _, t := range in.Tenants {
		if n += len(t.IDs); seen[t.Tenant] || n > drift.MaxTriage {
			return fault.New(fault.Invalid, "name each tenant once, and at most %d findings in all", drift.MaxTriage).At("tenants")
		}
		seen[t.Tenant] = true
	}
	return nil
}

// triageTenants decides in each tenant by itself: what can't be done in one says
// so and keeps nothing from being done in the others.
func (s *Server) triageTenants(ctx context.Context, c *Call, parts []tenantIDs, r drift.TriageRequest) (triaged, error) {
	out := triaged{Findings: []findingView{}, Entries: []int64{}, Tenants: make([]tenantDone, len(parts))}
	may := s.mayIn(c, domain.ScopeDriftWrite)
	versions := r.Versions
	for i, p := range parts {
		id := domain.TenantID(p.Tenant)
		r.IDs, r.Versions = named[drift.FindingID](p.IDs), nil
		for _, f := range r.IDs {
			if v, ok := versions[f]; ok {
				if r.Versions == nil {
					r.Versions = map[drift.FindingID]int64{}
				}
				r.Versions[f] = v
			}
		}
		out.Tenants[i] = tenantDone{Tenant: p.Tenant, Entries: []int64{}}
		err := may(ctx, id)
		if err == nil {
			var got *drift.TriageResult
			if got, err = s.deps.Drift.Triage(ctx, id, r, c.actor()); err == nil {
				one := s.triagedOf(id, got)
				out.Count += one.Count
				out.Findings = append(out.Findings, one.Findings...)
				out.Tenants[i].Count, out.Tenants[i].Entries = one.Count, one.Entries
				continue
			}
		}
		problem := s.problems.of(err, c.ID)
		if problem.Status == http.StatusInternalServerError {
			s.log.ErrorContext(ctx, "triage failed in a tenant", "error", err)
		}
		out.Tenants[i].Code, out.Tenants[i].Error = problem.Code, problem.Detail
	}
	return out, nil
}

func (s *Server) triage(ctx context.Context, c *Call, r drift.TriageRequest) (triaged, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftWrite)
	if err != nil {
		return triaged{}, err
	}
	got, err := s.deps.Drift.Triage(ctx, id, r, c.actor())
	if err != nil {
		return triaged{}, err
	}
	return s.triagedOf(id, got), nil
}

func (s *Server) triagedOf(id domain.TenantID, got *drift.TriageResult) triaged {
	out := triaged{Count: got.Done, Findings: []findingView{}, Skipped: got.Skipped, Entries: append([]int64{}, got.Artifacts...), Next: string(got.Next), Left: got.Left}
	for i := range got.Findings[:min(len(got.Findings), drift.MaxTriage)] {
		out.Findings = append(out.Findings, s.findingOf(id, &got.Findings[i]))
	}
	return out
}
