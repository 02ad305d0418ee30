package httpapi

import (
	"context"

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
	switch {
	case (len(in.IDs) > 0) == (in.Filter != nil):
		return triaged{}, fault.New(fault.Invalid, "name findings by ids, or by a filter").At("ids")
	case in.Filter != nil && len(in.Versions) > 0:
		return triaged{}, fault.New(fault.Invalid, "versions go with ids").At("versions")
	case in.Filter != nil && in.Filter.All && len(in.Filter.States) > 0:
		return triaged{}, fault.New(fault.Invalid, "all is of any state: leave states out").At("filter.all")
	case in.Filter != nil:
		r.Filter = s.triageFilter(in.Filter)
	}
	r.IDs = named[drift.FindingID](in.IDs)
	for id, v := range in.Versions {
		if r.Versions == nil {
			r.Versions = map[drift.FindingID]int64{}
		}
		r.Versions[drift.FindingID(id)] = v
	}
	return s.triage(ctx, c, r)
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
	out := triaged{Count: got.Done, Findings: []findingView{}, Skipped: got.Skipped, Entries: append([]int64{}, got.Artifacts...)}
	for i := range got.Findings[:min(len(got.Findings), drift.MaxTriage)] {
		out.Findings = append(out.Findings, s.findingOf(id, &got.Findings[i]))
	}
	return out
}
