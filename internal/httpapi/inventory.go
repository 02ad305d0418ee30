package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/inventory"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/tenant"
)

const inventoryBase = prefixV1 + "/inventory"

// maxTold bounds what an answer lists of what a run could not use; counts are of
// all.
const maxTold = 1000

// inventoryRoute is a row of the inventory table; what changes needs
// inventory:write.
func inventoryRoute(method, path, summary, doc string, class tenant.Class, e endpoint, params ...Param) *Route {
	scope := domain.ScopeInventoryRead
	if class == tenant.ClassWrite {
		scope = domain.ScopeInventoryWrite
	}
	return &Route{
		Method: method, Path: inventoryBase + path, Access: scoped, Scope: scope, Class: class, Tag: "inventory",
		Summary: summary, Doc: doc, Query: params, Mutates: class == tenant.ClassWrite && e.raw == nil, endpoint: e,
	}
}

func (s *Server) inventoryRoutes() []*Route {
	source := Param{Name: "source", Doc: "kind/name."}
	rows := []*Route{
		s.observeRoute(),
		inventoryRoute("GET", "/runs", "Observations, the newest first", "A run that broke off is aborted: it says why, and nothing of it counts.", tenant.ClassRead, read(s.listRuns),
			pageParams(tenantChoice(false), source, Param{Name: "state", Enum: strs([]inventory.RunState{inventory.Open, inventory.Closed, inventory.Aborted})})...),
		inventoryRoute("GET", "/runs/{id}", "One run: what it covered, what it could not read, what drifted", "", tenant.ClassRead, read(s.getRun), tenantChoice(false)),
		inventoryRoute("GET", "/sources", "Where observations come from, with the last run of each", "", tenant.ClassRead, read(s.listSources), tenantChoice(false)),
		inventoryRoute("GET", "/types", "Types of objects that are known by name", "Others are taken too, under the name that their source gives.", tenant.ClassRead, read(s.listTypes)),
		inventoryRoute("GET", "/snapshots", "Immutable copies of observations, the newest first", "", tenant.ClassRead, read(s.listSnapshots), pageParams(tenantChoice(false), source)...),
		inventoryRoute("GET", "/snapshots/{root}", "One snapshot: what it covers", "root is the SHA-256 of its root document, which stands for all of it.", tenant.ClassRead,
			read(s.getSnapshot), tenantChoice(false)),
	}
	return append(append(rows, s.archiveRoutes()...), append(s.itemRoutes(), s.graphRoutes()...)...)
}

// runView is one observation.
type runView struct {
	ID          string `json:"id"`
	Seq         int64  `json:"seq" doc:"1, 2, ... within the tenant."`
	Tenant      string `json:"tenant_id"`
	Source      string `json:"source" doc:"kind/name."`
	State       string `json:"state" enum:"open|closed|aborted"`
	Error       string `json:"error,omitempty" doc:"Why it was aborted."`
	Scope       string `json:"scope" doc:"Hash of source, types, filters and normalisers."`
	StartedAt   Time   `json:"started_at"`
	ClosedAt    Time   `json:"closed_at,omitzero"`
	By          string `json:"by,omitempty"`
	Snapshot    string `json:"snapshot,omitempty" doc:"Hash of its root; absent unless closed."`
	Entry       *int64 `json:"entry,omitempty" doc:"Entry of the tenant's log that records it."`
	Objects     int    `json:"objects"`
	New         int    `json:"new" doc:"Against the source's run before, as the next three."`
	Changed     int    `json:"changed"`
	Missing     int    `json:"missing" doc:"Gone, and coverage proves it."`
	Unknown     int    `json:"unknown" doc:"Not seen, which does not prove that they are gone."`
	Quarantined int    `json:"quarantined" doc:"Could not be read as objects."`
	Duplicates  int    `json:"duplicates" doc:"Identities that several objects claim; none of them counts."`
	Projected   bool   `json:"projected" doc:"Items show it."`
	Compared    bool   `json:"compared" doc:"Drift has looked at it."`

	Against []runAgainst `json:"against,omitempty" doc:"What it was held against; for those who may read drift."`
}

// runAgainst is a baseline that a run was held against.
type runAgainst struct {
	Baseline string `json:"baseline"`
	Name     string `json:"name,omitempty"`
	Kind     string `json:"kind,omitempty" enum:"last_run|snapshot|golden|template"`
	Before   string `json:"before,omitempty" doc:"The run that it was compared with, where the baseline is a run."`
	New      int    `json:"new" doc:"Findings, as the next two."`
	Reopened int    `json:"reopened"`
	Resolved int    `json:"resolved"`
}

// runDetail is a run with what it covered and what drifted.
type runDetail struct {
	runView
	Types      []string          `json:"types" doc:"Asked for; empty: all."`
	Filters    map[string]string `json:"filters,omitempty"`
	Coverage   []coverageView    `json:"coverage"`
	Quarantine []quarantinedView `json:"quarantine" doc:"The first 1,000."`
	Duplicate  []duplicateView   `json:"duplicate_identities" doc:"The first 1,000."`
	Drift      []comparisonView  `json:"drift" doc:"With each baseline that is active."`
}

// coverageView says how completely a type was read.
type coverageView struct {
	Source      string   `json:"source"`
	Type        string   `json:"type"`
	Label       string   `json:"label" doc:"The type in plain words."`
	Status      string   `json:"status" enum:"complete|partial|failed|skipped"`
	Objects     int      `json:"objects"`
	Quarantined int      `json:"quarantined"`
	Duplicates  int      `json:"duplicates"`
	Error       string   `json:"error,omitempty"`
	Normaliser  string   `json:"normaliser" doc:"Version; types compare only under equal ones."`
	Places      []string `json:"places,omitempty" doc:"Folders in which its objects lay."`
	Run         string   `json:"run"`
	At          Time     `json:"at,omitzero"`
}

type quarantinedView struct {
	Place  string `json:"place"`
	Type   string `json:"type,omitempty" doc:"Absent: it may be of any type."`
	Reason string `json:"reason"`
}

type duplicateView struct {
	Type   string   `json:"type"`
	ID     string   `json:"id"`
	Places []string `json:"places,omitempty"`
	Hashes []string `json:"hashes" doc:"Of the claimants."`
}

func runOf(id domain.TenantID, r *inventory.Run) runView {
	return runView{
		ID: string(r.ID), Seq: r.Seq, Tenant: string(id), Source: r.Source.String(), State: string(r.State), Error: r.Error, Scope: r.Scope,
		StartedAt: Time(r.StartedAt), ClosedAt: Time(r.ClosedAt), By: string(r.By), Snapshot: r.Root, Entry: entryOf(r.Artifact), Objects: r.Objects,
		New: r.New, Changed: r.Changed, Missing: r.Missing, Unknown: r.Unknown, Quarantined: r.Quarantined, Duplicates: r.Duplicates,
		Projected: r.Projected, Compared: r.Compared,
	}
}

func (s *Server) coverageOf(source string, run inventory.RunID, at domain.Micros, in []manifest.Coverage) []coverageView {
	out := make([]coverageView, len(in))
	for i := range in {
		out[i] = s.coverageView(source, run, at, &in[i])
	}
	return out
}

func (s *Server) coverageView(source string, run inventory.RunID, at domain.Micros, c *manifest.Coverage) coverageView {
	return coverageView{
		Source: source, Type: c.Type, Label: s.typeLabel(c.Type), Status: string(c.Status), Objects: c.Objects, Quarantined: c.Quarantined,
		Duplicates: c.Duplicates, Error: c.Error, Normaliser: c.Normaliser, Places: c.Places, Run: string(run), At: Time(at),
	}
}

func quarantineOf(in []manifest.Quarantined) []quarantinedView {
	out := make([]quarantinedView, min(len(in), maxTold))
	for i := range out {
		out[i] = quarantinedView(in[i])
	}
	return out
}

func duplicatesOf(in []manifest.Duplicate) []duplicateView {
	out := make([]duplicateView, min(len(in), maxTold))
	for i := range out {
		out[i] = duplicateView{in[i].Type, in[i].ID, in[i].Places, orEmpty(in[i].Hashes)}
	}
	return out
}

func (s *Server) listRuns(ctx context.Context, c *Call) (list[runView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[runView]{}, err
	}
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return list[runView]{}, err
	}
	f := inventory.RunFilter{Source: c.Query.text("source"), State: inventory.RunState(c.Query.text("state"))}
	found, next, err := s.deps.Inventory.Runs(ctx, id, f, c.Query.text("cursor"), limit)
	if err != nil {
		return list[runView]{}, err
	}
	items := make([]runView, len(found))
	for i := range found {
		items[i] = runOf(id, &found[i])
	}
	return listOf(items, next), s.sayAgainst(ctx, c, id, items)
}

// sayAgainst adds what runs were held against, for those who may read drift.
func (s *Server) sayAgainst(ctx context.Context, c *Call, id domain.TenantID, runs []runView) error {
	if len(runs) == 0 || s.deps.People.AuthorizeIn(ctx, c.Principal, id, domain.ScopeDriftRead) != nil {
		return nil
	}
	at := map[string]*runView{}
	f := drift.ComparisonFilter{}
	for i := range runs {
		at[runs[i].ID] = &runs[i]
		f.Runs = append(f.Runs, inventory.RunID(runs[i].ID))
		f.Last = max(f.Last, runs[i].Seq)
		if f.First == 0 || runs[i].Seq < f.First {
			f.First = runs[i].Seq
		}
	}
	for cursor := ""; ; {
		found, next, err := s.deps.Drift.Comparisons(ctx, id, f, cursor, maxLimit)
		if err != nil {
			return err
		}
		views, err := s.comparisonsOf(ctx, id, found)
		if err != nil {
			return err
		}
		for _, v := range views {
			r := at[v.Run]
			r.Against = append(r.Against, runAgainst{v.Baseline, v.BaselineName, v.Kind, v.Before, v.New, v.Reopened, v.Resolved})
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

func (s *Server) getRun(ctx context.Context, c *Call) (runDetail, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeInventoryRead)
	if err != nil {
		return runDetail{}, err
	}
	r, err := s.deps.Inventory.Run(ctx, id, inventory.RunID(c.Path("id")))
	if err != nil {
		return runDetail{}, err
	}
	return s.runDetail(ctx, c, id, r)
}

// runDetail adds what the run's snapshot and its comparisons tell. What drifted
// is shown to those who may read drift.
func (s *Server) runDetail(ctx context.Context, c *Call, id domain.TenantID, r *inventory.Run) (runDetail, error) {
	out := runDetail{
		runView: runOf(id, r), Types: []string{}, Coverage: s.coverageOf(r.Source.String(), r.ID, r.ClosedAt, r.Coverage),
		Quarantine: []quarantinedView{}, Duplicate: []duplicateView{}, Drift: []comparisonView{},
	}
	if r.Root == "" {
		return out, nil
	}
	snap, err := s.deps.Inventory.Snapshot(ctx, id, r.Root)
	if err != nil {
		return out, err
	}
	out.Types, out.Filters = orEmpty(snap.Root.Selected), snap.Root.Filters
	out.Quarantine, out.Duplicate = quarantineOf(snap.Root.Quarantined), duplicatesOf(snap.Root.Duplicates)
	if s.deps.People.AuthorizeIn(ctx, c.Principal, id, domain.ScopeDriftRead) != nil {
		return out, nil
	}
	found, _, err := s.deps.Drift.Comparisons(ctx, id, drift.ComparisonFilter{Run: r.ID, First: r.Seq, Last: r.Seq}, "", maxLimit)
	if err != nil {
		return out, err
	}
	out.Drift, err = s.comparisonsOf(ctx, id, found)
	return out, err
}

// typeView is a type that is known by name.
type typeView struct {
	Name       string `json:"name"`
	Label      string `json:"label" doc:"What people call it."`
	Family     string `json:"family" doc:"graph, kubernetes, aws or json."`
	Normaliser string `json:"normaliser" doc:"Version of its normaliser."`
	Assignable bool   `json:"assignable" doc:"Its objects have no effect without assignments."`
}

func (s *Server) listTypes(context.Context, *Call) (list[typeView], error) {
	known := s.types.List()
	items := make([]typeView, len(known))
	for i, t := range known {
		items[i] = typeView(t)
	}
	return listOf(items, ""), nil
}

// typeLabel is what people call a type.
func (s *Server) typeLabel(name string) string {
	if label := s.types.Rules(name).Type().Label; label != "" {
		return label
	}
	return name
}

// typesAsked turns what people call types into their names. Each text stands for
// all types that it fits, and for a type of just this name.
func (s *Server) typesAsked(texts []string) []string {
	var out []string
	for _, text := range texts {
		found := s.types.Find(text)
		for _, t := range found {
			out = append(out, t.Name)
		}
		if len(found) != 1 || found[0].Name != text {
			out = append(out, text)
		}
	}
	return out
}
