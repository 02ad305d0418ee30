package httpapi

import (
	"context"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/drift/plain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory"
)

func findingStates() []string {
	return strs([]drift.State{drift.New, drift.Reopened, drift.Acknowledged, drift.Accepted, drift.Denied, drift.Resolved})
}

func severities() []string {
	return strs([]diff.Severity{diff.Informational, diff.Low, diff.Medium, diff.High, diff.Critical})
}

func findingParams() []Param {
	return pageParams(append(countParams(), Param{Name: "values", Enum: []string{"short", "whole"}, Doc: "whole: from and to in full; a page may then have fewer findings than its limit."})...)
}

// countParams narrow a list of findings.
func countParams() []Param {
	return []Param{
		tenantChoice(true),
		{Name: "state", Enum: findingStates(), Many: true, Doc: "Default: new and reopened."},
		{Name: "all", Kind: paramBool, Doc: "true: of any state."},
		{Name: "severity", Enum: severities(), Many: true},
		{Name: "kind", Enum: strs([]diff.Kind{diff.Added, diff.Removed, diff.Changed, diff.Metadata}), Many: true},
		{Name: "type", Many: true, Doc: "Its name, what people call it, or a part of these."},
		{Name: "source", Doc: "kind/name."},
		{Name: "object_id"},
		{Name: "baseline"},
		{Name: "run", Doc: "The run that found it or last changed its state."},
		{Name: "group"},
		{Name: "assignee"},
		{Name: "q", Doc: "Text in the object's name, its ID or the path."},
		{Name: "id", Doc: "Beginning of findings' IDs; of any state."},
	}
}

// findingDetail is a finding with all that is known of it.
type findingDetail struct {
	findingView
	KeyedPath  string            `json:"keyed_path,omitempty" doc:"Stable path within the object: RFC 6901 with [key=value] for elements of sets."`
	FromValue  jsontext.Value    `json:"from_value,omitzero" doc:"Absent: there was none."`
	ToValue    jsontext.Value    `json:"to_value,omitzero" doc:"Absent: there is none."`
	FromHash   string            `json:"from_hash,omitempty"`
	ToHash     string            `json:"to_hash,omitempty" doc:"An acceptance is bound to it."`
	Ops        []opView          `json:"ops" doc:"RFC 6902: applied to the object of before, the last first, they make that of after."`
	Before     *runRef           `json:"before,omitempty" doc:"The run that saw the expected value last. The change lies between it and after."`
	After      runRef            `json:"after" doc:"The run that found it."`
	Last       runRef            `json:"last" doc:"The run in which its state last changed by observation."`
	Reopens    string            `json:"reopens,omitempty" doc:"The finding on the same value that this one follows."`
	Acceptance *acceptanceView   `json:"acceptance,omitempty"`
	Note       string            `json:"note,omitempty" doc:"Of the last step that had one."`
	By         string            `json:"by,omitempty" doc:"Who decided last."`
	History    []findingStep     `json:"history" doc:"The oldest first."`
	Names      map[string]string `json:"names" doc:"What identifiers in the values are called, where they are objects of the same source."`
	Seen       []findingSeen     `json:"seen" doc:"Later runs that were held against the same baseline while it stood, the newest 30, the oldest first."`
	Proof      *findingProof     `json:"proof,omitempty" doc:"What proves what the run found."`
	Links      map[string]string `json:"links" doc:"Where to read on: object, run, before_run, group."`
}

type opView struct {
	Op    string         `json:"op" enum:"add|remove|replace"`
	Path  string         `json:"path"`
	Value jsontext.Value `json:"value,omitzero"`
}

type runRef struct {
	Run string `json:"run"`
	At  Time   `json:"at,omitzero" doc:"When it was closed."`
}

type acceptanceView struct {
	Until    Time   `json:"until"`
	By       string `json:"by"`
	Approver string `json:"approver,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Valid    bool   `json:"valid"`
}

type findingStep struct {
	At       Time   `json:"at"`
	By       string `json:"by,omitempty" doc:"Absent: the server."`
	Action   string `json:"action"`
	State    string `json:"state" doc:"After it."`
	Reason   string `json:"reason,omitempty"`
	Note     string `json:"note,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	Approver string `json:"approver,omitempty"`
	Until    Time   `json:"until,omitzero"`
	Run      string `json:"run,omitempty"`
	Entry    *int64 `json:"entry,omitempty" doc:"Entry of the tenant's log that records it."`
}

// findingFilter reads what narrows a list.
func (s *Server) findingFilter(q query) drift.Filter {
	f := drift.Filter{
		Source: q.text("source"), Baseline: drift.BaselineID(q.text("baseline")), Run: inventory.RunID(q.text("run")), ObjectID: q.text("object_id"),
		Group: q.text("group"), Assignee: domain.PrincipalID(q.text("assignee")), Text: q.text("q"), IDPrefix: q.text("id"),
		Types: s.typesAsked(q.texts("type")), States: named[drift.State](q.texts("state")),
		Severities: named[diff.Severity](q.texts("severity")), Kinds: named[diff.Kind](q.texts("kind")),
	}
	any, _ := q.flag("all")
	f.AnyState = any || f.IDPrefix != "" && len(f.States) == 0
	return f
}

// named turns texts that were checked into the names of a closed set.
func named[T ~string](in []string) []T {
	var out []T
	for _, v := range in {
		out = append(out, T(v))
	}
	return out
}

func (s *Server) listFindings(ctx context.Context, c *Call) (list[findingView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[findingView]{}, err
	}
	f := s.findingFilter(c.Query)
	if f.AnyState && len(f.States) > 0 {
		return list[findingView]{}, fault.New(fault.Invalid, "all is of any state: leave state out").At("all")
	}
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return list[findingView]{}, err
	}
	f.Whole = c.Query.text("values") == "whole"
	rows, next, err := s.deps.Drift.Findings(ctx, tenants, f, c.Query.text("cursor"), limit)
	if err != nil {
		return list[findingView]{}, err
	}
	items := make([]findingView, len(rows))
	shown := make([]*findingView, len(rows))
	for i := range rows {
		items[i] = s.findingOf(rows[i].Tenant, &rows[i].Finding)
		if shown[i] = &items[i]; f.Whole {
			items[i].From, items[i].To = plain.Value(rows[i].From, 0), plain.Value(rows[i].To, 0)
		}
	}
	if err := s.nameBaselines(ctx, shown); err != nil {
		return list[findingView]{}, err
	}
	return listOf(items, next), s.nameChanges(ctx, shown)
}

func (s *Server) getFinding(ctx context.Context, c *Call) (findingDetail, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return findingDetail{}, err
	}
	f, steps, err := s.deps.Drift.Finding(ctx, id, drift.FindingID(c.Path("id")))
	if err != nil {
		return findingDetail{}, err
	}
	return s.findingDetail(ctx, c, id, f, steps)
}

func (s *Server) findingDetail(ctx context.Context, c *Call, id domain.TenantID, f *drift.Finding, steps []drift.Event) (findingDetail, error) {
	out := findingDetail{
		findingView: s.findingOf(id, f), KeyedPath: f.Path, FromValue: wholeValue(f.From), ToValue: wholeValue(f.To),
		FromHash: hexOf(f.FromHash), ToHash: hexOf(f.ToHash), Ops: opsOf(f.Ops), Reopens: string(f.Reopens), Note: f.Note, By: string(f.By),
		History: make([]findingStep, len(steps)), Links: findingLinks(id, c.Tenant(), f),
	}
	for i, e := range steps {
		out.History[i] = stepOf(&e)
	}
	if err := s.nameBaselines(ctx, []*findingView{&out.findingView}); err != nil {
		return out, err
	}
	names := &namer{}
	names.collect(out.Change, string(f.From), string(f.To))
	if err := names.lookUp(ctx, s, id, f.Source); err != nil {
		return out, err
	}
	out.Names, out.Change = names.names, names.say(out.Change)
	if f.State == drift.Accepted {
		out.Acceptance = &acceptanceView{Until: Time(f.Until), By: string(f.By), Approver: f.Approver, Reason: f.Note, Valid: f.Until > s.clock.Now()}
	}
	var err error
	if out.After, err = s.runRef(ctx, id, f.FirstRun); err != nil {
		return out, err
	}
	if out.Last = out.After; f.Run != f.FirstRun {
		if out.Last, err = s.runRef(ctx, id, f.Run); err != nil {
			return out, err
		}
	}
	if f.Before != "" {
		before, err := s.runRef(ctx, id, f.Before)
		if err != nil {
			return out, err
		}
		out.Before = &before
	}
	err = s.seenAndProven(ctx, id, f, steps, &out)
	return out, err
}

// runRef says when a run observed. A run that is not kept any more has no time.
func (s *Server) runRef(ctx context.Context, id domain.TenantID, run inventory.RunID) (runRef, error) {
	r, err := s.deps.Inventory.Run(ctx, id, run)
	if fault.CodeOf(err) == fault.NotFound {
		return runRef{Run: string(run)}, nil
	}
	if err != nil {
		return runRef{}, err
	}
	return runRef{string(r.ID), Time(r.ClosedAt)}, nil
}

func stepOf(e *drift.Event) findingStep {
	by := e.By
	if by == evidence.SystemPrincipal {
		by = ""
	}
	return findingStep{
		At: Time(e.At), By: string(by), Action: e.Action, State: string(e.State), Reason: e.Reason, Note: e.Note, Assignee: string(e.Assignee),
		Approver: e.Approver, Until: Time(e.Until), Run: string(e.Run), Entry: entryOf(e.Artifact),
	}
}

func opsOf(in []diff.Op) []opView {
	out := make([]opView, len(in))
	for i, op := range in {
		out[i] = opView{op.Op, op.Path, wholeValue(op.Value)}
	}
	return out
}

// findingLinks are paths that can be asked for as they are.
func findingLinks(id, own domain.TenantID, f *drift.Finding) map[string]string {
	link := func(path string, pairs ...string) string {
		q := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		if id != own {
			q.Set("tenant", string(id))
		}
		if len(q) == 0 {
			return prefixV1 + path
		}
		return prefixV1 + path + "?" + q.Encode()
	}
	out := map[string]string{
		"self":   link("/drift/findings/" + url.PathEscape(string(f.ID))),
		"object": link("/inventory/item", "source", f.Source, "type", f.Type, "id", f.Change.ID),
		"run":    link("/inventory/runs/" + url.PathEscape(string(f.FirstRun))),
		"group":  prefixV1 + "/drift/findings?" + url.Values{"group": {f.Group}, "tenant": {allTenants}}.Encode(),
	}
	if f.Before != "" {
		out["before_run"] = link("/inventory/runs/" + url.PathEscape(string(f.Before)))
	}
	return out
}
