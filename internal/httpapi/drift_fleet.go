package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/tenant"
)

// groupView is the same change in many places.
type groupView struct {
	Key       string         `json:"key"`
	Type      string         `json:"type"`
	Label     string         `json:"label"`
	Kind      string         `json:"kind" enum:"added|removed|changed|metadata"`
	Severity  string         `json:"severity" enum:"informational|low|medium|high|critical" doc:"Of the finding that stands first."`
	Path      string         `json:"path,omitempty" doc:"Of one of them, in plain form."`
	From      string         `json:"from,omitempty"`
	To        string         `json:"to,omitempty"`
	Change    string         `json:"change,omitempty" doc:"The change in a few words."`
	Tenants   int            `json:"tenants"`
	Findings  int            `json:"findings"`
	Waiting   int            `json:"waiting"`
	States    map[string]int `json:"by_state"`
	FirstSeen Time           `json:"first_seen"`
	LastSeen  Time           `json:"last_seen"`
	Sample    findingView    `json:"sample" doc:"One of its findings."`
}

// groupTenantView is a group's part in one tenant.
type groupTenantView struct {
	Tenant   string         `json:"tenant_id"`
	Name     string         `json:"name"`
	Findings int            `json:"findings"`
	States   map[string]int `json:"by_state"`
}

type groupDetail struct {
	Key     string            `json:"key"`
	Tenants []groupTenantView `json:"tenants"`
}

// groupTriage is one act on a group's findings.
type groupTriage struct {
	triageAct
	Tenants       []string `json:"tenants,omitempty" maxitems:"1000" doc:"Default: all in which the key's owner may triage."`
	ExceptTenants []string `json:"except_tenants,omitempty" maxitems:"1000" doc:"Tenants that stay as they are. One that has no finding of the group refuses the whole call."`
	Except        []string `json:"except,omitempty" maxitems:"1000" doc:"Findings that stay as they are, by their whole IDs. One that is none of the group refuses the whole call."`
}

type groupTriaged struct {
	Count   int                  `json:"count" doc:"Findings that were changed."`
	Tenants []groupTenantTriaged `json:"tenants"`
	Kept    []groupKept          `json:"kept" doc:"What the exceptions left as it is."`
	Skipped int                  `json:"skipped" doc:"Findings whose state does not allow the action."`
}

type groupTenantTriaged struct {
	Tenant  string        `json:"tenant_id"`
	Count   int           `json:"count"`
	Entries []int64       `json:"entries" doc:"Entries of that tenant's log that record it."`
	Objects []groupObject `json:"objects" doc:"What was decided about: the first 100."`
	Code    string        `json:"code,omitempty" doc:"Not all was changed here: as in a problem."`
	Error   string        `json:"error,omitempty"`
}

// groupObject is an object whose finding was decided on.
type groupObject struct {
	Finding  string `json:"finding"`
	ObjectID string `json:"object_id"`
	Name     string `json:"name,omitempty"`
	Was      string `json:"was" doc:"Its state before."`
	State    string `json:"state"`
}

func groupObjectsOf(in []drift.GroupObject) []groupObject {
	out := make([]groupObject, len(in))
	for i, o := range in {
		out[i] = groupObject{string(o.Finding), o.ID, o.Name, string(o.Was), string(o.Now)}
	}
	return out
}

type groupKept struct {
	Tenant  string `json:"tenant_id"`
	Finding string `json:"finding"`
	State   string `json:"state"`
}

func (s *Server) driftFleetRoutes() []*Route {
	compare := driftRoute("POST", "/compare", "How two tenants, sources or snapshots differ", "Nothing is stored. Objects are the same if type, name and template are; "+
		"references count as what they name. The key's owner must hold drift:read in both tenants.", tenant.ClassRead, write(http.StatusOK, s.compareDrift))
	return []*Route{
		driftRoute("GET", "/groups", "The same change in many objects and tenants, as one", "What came back first, then by severity, then those in most tenants. With tenant=all, of every tenant in which the key's owner may read drift.",
			tenant.ClassRead, read(s.listGroups), pageParams(tenantChoice(true),
				Param{Name: "state", Enum: findingStates(), Many: true, Doc: "Default: all but resolved."},
				Param{Name: "severity", Enum: severities(), Many: true},
				Param{Name: "type", Many: true, Doc: "Its name, what people call it, or a part of these."},
				Param{Name: "key", Many: true})...),
		driftRoute("GET", "/groups/{key}", "In which tenants a change is", "", tenant.ClassRead, read(s.getGroup), tenantChoice(true)),
		driftRoute("POST", "/groups/{key}/triage", "Decide on the same change in many tenants at once",
			triageDoc+" Each tenant's log records its part. A tenant in which the key's owner may not triage is told with a code and stays as it is.",
			tenant.ClassWrite, write(http.StatusOK, s.triageGroup)),
		compare,
	}
}

func (s *Server) listGroups(ctx context.Context, c *Call) (list[groupView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[groupView]{}, err
	}
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return list[groupView]{}, err
	}
	f := drift.GroupFilter{
		States: named[drift.State](c.Query.texts("state")), Types: s.typesAsked(c.Query.texts("type")),
		Severities: named[diff.Severity](c.Query.texts("severity")), Keys: c.Query.texts("key"),
	}
	found, next, err := s.deps.Drift.Groups(ctx, tenants, f, c.Query.text("cursor"), limit)
	if err != nil {
		return list[groupView]{}, err
	}
	items := make([]groupView, len(found))
	shown := make([]*findingView, len(found))
	for i := range found {
		items[i] = s.groupOf(&found[i])
		shown[i] = &items[i].Sample
	}
	if err := s.nameChanges(ctx, shown); err != nil {
		return list[groupView]{}, err
	}
	for i := range items {
		items[i].Change = items[i].Sample.Change
	}
	return listOf(items, next), nil
}

func (s *Server) groupOf(g *drift.Group) groupView {
	sample := s.findingOf(g.Sample.Tenant, &g.Sample.Finding)
	return groupView{
		Key: g.Key, Type: sample.Type, Label: sample.Label, Kind: sample.Kind, Severity: string(g.Severity), Path: sample.Path, From: sample.From, To: sample.To, Change: sample.Change,
		Tenants: g.Tenants, Findings: g.Findings, Waiting: g.States[drift.New] + g.States[drift.Reopened], States: statesOf(g.States),
		FirstSeen: Time(g.FirstSeen), LastSeen: Time(g.LastSeen), Sample: sample,
	}
}

func statesOf(in map[drift.State]int) map[string]int {
	out := map[string]int{}
	for state, n := range in {
		out[string(state)] = n
	}
	return out
}

func (s *Server) getGroup(ctx context.Context, c *Call) (groupDetail, error) {
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return groupDetail{}, err
	}
	found, err := s.deps.Drift.GroupTenants(ctx, tenants, c.Path("key"))
	if err != nil {
		return groupDetail{}, err
	}
	out := groupDetail{Key: c.Path("key"), Tenants: make([]groupTenantView, len(found))}
	for i, t := range found {
		out.Tenants[i] = groupTenantView{string(t.Tenant), s.tenantName(c, t.Tenant), t.Findings, statesOf(t.States)}
	}
	return out, nil
}

func (s *Server) triageGroup(ctx context.Context, c *Call, in groupTriage) (groupTriaged, error) {
	r, err := in.request()
	if err != nil {
		return groupTriaged{}, err
	}
	tenants := named[domain.TenantID](in.Tenants)
	if len(tenants) == 0 {
		if tenants, err = s.tenantsOf(ctx, c, domain.ScopeDriftWrite); err != nil {
			return groupTriaged{}, err
		}
	}
	except := drift.GroupExceptions{Tenants: named[domain.TenantID](in.ExceptTenants), Findings: named[drift.FindingID](in.Except)}
	got, err := s.deps.Drift.GroupTriage(ctx, tenants, c.Path("key"), r, except, s.mayIn(c, domain.ScopeDriftWrite), c.actor())
	if err != nil {
		return groupTriaged{}, err
	}
	out := groupTriaged{Tenants: []groupTenantTriaged{}, Kept: []groupKept{}, Skipped: got.Skipped}
	for _, d := range got.Done {
		out.Count += d.Findings
		out.Tenants = append(out.Tenants, groupTenantTriaged{Tenant: string(d.Tenant), Count: d.Findings, Entries: append([]int64{}, d.Artifacts...), Objects: groupObjectsOf(d.Objects)})
	}
	for _, f := range got.Failed {
		p := s.problems.of(f.Err, c.ID)
		if p.Status == http.StatusInternalServerError {
			s.log.ErrorContext(ctx, "triage of a group failed in a tenant", "error", f.Err)
		}
		out.Count += f.Done
		out.Tenants = append(out.Tenants, groupTenantTriaged{Tenant: string(f.Tenant), Count: f.Done, Entries: []int64{}, Objects: []groupObject{}, Code: p.Code, Error: p.Detail})
	}
	for _, k := range got.Kept {
		out.Kept = append(out.Kept, groupKept{string(k.Tenant), string(k.Finding), string(k.State)})
	}
	return out, nil
}
