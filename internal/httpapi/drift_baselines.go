package httpapi

import (
	"context"
	"net/http"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// baselineView is what is expected of a source, as of one version.
type baselineView struct {
	ID        string          `json:"id" doc:"It stays over the versions."`
	Version   int64           `json:"version"`
	Tenant    string          `json:"tenant_id"`
	Name      string          `json:"name"`
	Kind      string          `json:"kind" enum:"last_run|snapshot|golden|template"`
	Source    string          `json:"source"`
	Active    bool            `json:"active" doc:"Runs are compared with it."`
	Snapshot  string          `json:"snapshot,omitempty"`
	Golden    *goldenView     `json:"golden,omitempty"`
	Template  string          `json:"template,omitempty" doc:"The document as its author wrote it; in one baseline, not in lists."`
	Note      string          `json:"note,omitempty" doc:"Why this version was made."`
	By        string          `json:"by,omitempty"`
	CreatedAt Time            `json:"created_at"`
	UpdatedAt Time            `json:"updated_at"`
	Entry     *int64          `json:"entry,omitempty" doc:"Entry of the tenant's log that records this version."`
	Effect    *baselineEffect `json:"effect,omitempty" doc:"Of making or switching it: what that did to what waits."`
}

// baselineEffect is what making or switching a baseline did.
type baselineEffect struct {
	LastRun  string `json:"last_run,omitempty" enum:"on|off" doc:"The source's automatic baseline was switched so."`
	SetAside int    `json:"set_aside" doc:"Findings of the automatic baseline that waited and do no longer, as it is off."`
	Waiting  int    `json:"waiting" doc:"Findings of this baseline that wait now."`
}

// goldenView names the tenant whose last run is expected.
type goldenView struct {
	Tenant string `json:"tenant_id" minlen:"1" maxlen:"100"`
	Name   string `json:"tenant_name,omitempty" maxlen:"1000" doc:"In answers: what people call the tenant. In requests it counts for nothing."`
	Source string `json:"source" minlen:"1" maxlen:"200" doc:"kind/name."`
}

// baselineDetail is a baseline with its versions.
type baselineDetail struct {
	baselineView
	Versions []baselineView `json:"versions" doc:"The newest first."`
}

type newBaseline struct {
	Name        string      `json:"name" minlen:"1" maxlen:"100" doc:"Unique among the source's baselines."`
	Kind        string      `json:"kind" enum:"snapshot|golden|template"`
	Source      string      `json:"source" minlen:"1" maxlen:"200" doc:"kind/name: whose runs are compared with it."`
	KeepLastRun bool        `json:"keep_last_run,omitzero" doc:"Go on comparing with the run before too."`
	Inactive    bool        `json:"inactive,omitzero" doc:"Make it without comparing anything with it yet."`
	Snapshot    string      `json:"snapshot,omitempty" maxlen:"64" doc:"Of kind snapshot: its hash."`
	Golden      *goldenView `json:"golden,omitempty" doc:"Of kind golden. Its values show in findings here: the key's owner must be able to read drift there."`
	Template    string      `json:"template,omitempty" maxlen:"1000000" doc:"Of kind template: YAML; docs/drift.md says how."`
	Note        string      `json:"note,omitempty" maxlen:"2000"`
}

type baselineChange struct {
	Name     string      `json:"name,omitempty" maxlen:"100" doc:"Absent: as it is."`
	Snapshot string      `json:"snapshot,omitempty" maxlen:"64"`
	Golden   *goldenView `json:"golden,omitempty"`
	Template string      `json:"template,omitempty" maxlen:"1000000"`
	Note     string      `json:"note,omitempty" maxlen:"2000"`
	Version  int64       `json:"version,omitzero" min:"0" doc:"That was seen: another is refused with 409."`
}

type baselineSwitch struct {
	KeepLastRun bool   `json:"keep_last_run,omitzero" doc:"Of activate: go on comparing with the run before too."`
	Note        string `json:"note,omitempty" maxlen:"2000"`
}

const baselineDoc = "What is expected of a source. Every source has the automatic one, last-run: the run before. Another active one takes its place unless keep_last_run. " +
	"snapshot pins one observation, golden looks at the last run of another tenant (objects matched by type, name and template), template is a document of desired state."

func (s *Server) driftBaselineRoutes() []*Route {
	const one = "/baselines/{id}"
	write201, write200 := http.StatusCreated, http.StatusOK
	return append([]*Route{
		driftRoute("GET", "/baselines", "What runs are compared with", baselineDoc, tenant.ClassRead, read(s.listBaselines),
			pageParams(tenantChoice(false), Param{Name: "source"}, Param{Name: "inactive", Kind: paramBool, Doc: "true: those that are off too."})...),
		driftRoute("POST", "/baselines", "Make a baseline", baselineDoc, tenant.ClassWrite, write(write201, s.createBaseline), tenantChoice(false)),
		driftRoute("GET", one, "One baseline with its versions", "", tenant.ClassRead, read(s.getBaseline), tenantChoice(false)),
		driftRoute("POST", one, "Make the next version of a baseline", "Kind and source stay, and so do findings with their history; the next comparison says which still hold.",
			tenant.ClassWrite, write(write200, s.editBaseline), tenantChoice(false)),
		driftRoute("POST", one+"/activate", "Compare runs with a baseline again", "", tenant.ClassWrite, write(write200, s.activateBaseline), tenantChoice(false)),
		driftRoute("POST", one+"/deactivate", "Compare nothing with a baseline any more", "Its findings and history stay. Where no other is active, last-run is again.",
			tenant.ClassWrite, write(write200, s.deactivateBaseline), tenantChoice(false)),
		driftRoute("DELETE", one, "Compare nothing with a baseline any more", "As deactivate: nothing is deleted.", tenant.ClassWrite, act(s.endBaseline), tenantChoice(false),
			Param{Name: "note"}),
	}, s.driftFleetRoutes()...)
}

func (s *Server) baselineOf(c *Call, id domain.TenantID, b *drift.Baseline, whole bool) baselineView {
	out := baselineView{
		ID: string(b.ID), Version: b.Version, Tenant: string(id), Name: b.Name, Kind: string(b.Kind), Source: b.Source, Active: b.Active, Snapshot: b.Spec.Root,
		Note: b.Note, By: string(b.By), CreatedAt: Time(b.CreatedAt), UpdatedAt: Time(b.UpdatedAt), Entry: entryOf(b.Artifact),
	}
	if b.Kind == drift.Golden {
		out.Golden = &goldenView{Tenant: string(b.Spec.Tenant), Name: s.tenantName(c, b.Spec.Tenant), Source: b.Spec.TenantSource}
	}
	if whole {
		out.Template = b.Spec.Document
	}
	return out
}

// specOf reads what a baseline expects.
func specOf(snapshot string, golden *goldenView, template string) (drift.BaselineSpec, error) {
	spec := drift.BaselineSpec{Root: snapshot, Document: template}
	given := 0
	for _, is := range []bool{snapshot != "", golden != nil, template != ""} {
		if is {
			given++
		}
	}
	if given > 1 {
		return spec, fault.New(fault.Invalid, "give one of snapshot, golden and template").At("snapshot")
	}
	if golden != nil {
		spec.Tenant, spec.TenantSource = domain.TenantID(golden.Tenant), golden.Source
	}
	return spec, nil
}

// mayIn asks for a scope in tenants that a request names.
func (s *Server) mayIn(c *Call, scope domain.Scope) drift.Access {
	return func(ctx context.Context, id domain.TenantID) error {
		return s.deps.People.AuthorizeIn(ctx, c.Principal, id, scope)
	}
}

func (s *Server) listBaselines(ctx context.Context, c *Call) (list[baselineView], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[baselineView]{}, err
	}
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return list[baselineView]{}, err
	}
	off, _ := c.Query.flag("inactive")
	found, next, err := s.deps.Drift.Baselines(ctx, id, drift.BaselineFilter{Source: c.Query.text("source"), Inactive: off}, c.Query.text("cursor"), limit)
	if err != nil {
		return list[baselineView]{}, err
	}
	items := make([]baselineView, len(found))
	for i := range found {
		items[i] = s.baselineOf(c, id, &found[i], false)
	}
	return listOf(items, next), nil
}

func (s *Server) getBaseline(ctx context.Context, c *Call) (baselineDetail, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftRead)
	if err != nil {
		return baselineDetail{}, err
	}
	b, err := s.deps.Drift.Baseline(ctx, id, drift.BaselineID(c.Path("id")))
	if err != nil {
		return baselineDetail{}, err
	}
	versions, err := s.deps.Drift.BaselineVersions(ctx, id, b.ID)
	if err != nil {
		return baselineDetail{}, err
	}
	out := baselineDetail{baselineView: s.baselineOf(c, id, b, true), Versions: make([]baselineView, len(versions))}
	for i := range versions {
		out.Versions[i] = s.baselineOf(c, id, &versions[i], false)
	}
	return out, nil
}

func (s *Server) createBaseline(ctx context.Context, c *Call, in newBaseline) (baselineView, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftWrite)
	if err != nil {
		return baselineView{}, err
	}
	d := drift.BaselineDraft{Source: in.Source, Kind: drift.BaselineKind(in.Kind), Name: in.Name, Note: in.Note, KeepLastRun: in.KeepLastRun, Inactive: in.Inactive}
	if d.Spec, err = specOf(in.Snapshot, in.Golden, in.Template); err != nil {
		return baselineView{}, err
	}
	if err := s.sourceSeen(ctx, id, in.Source); err != nil {
		return baselineView{}, err
	}
	out, err := s.baselineStep(ctx, c, id, in.Source, func() (*drift.Baseline, error) {
		return s.deps.Drift.CreateBaseline(ctx, id, d, s.mayIn(c, domain.ScopeDriftRead), c.actor())
	})
	if err == nil {
		c.Location("drift", "baselines", out.ID)
	}
	return out, err
}

// baselineStep makes or switches a baseline and says what that did.
func (s *Server) baselineStep(ctx context.Context, c *Call, id domain.TenantID, source string, step func() (*drift.Baseline, error)) (baselineView, error) {
	b, did, err := s.deps.Drift.BaselineStep(ctx, id, source, step)
	if b == nil {
		return baselineView{}, err
	}
	out := s.baselineOf(c, id, b, true)
	if err == nil { // else the step is done and its counts are not known
		out.Effect = &baselineEffect{did.LastRun, did.SetAside, did.Waiting}
	}
	return out, nil
}

// sourceSeen refuses a source of which nothing was ever observed: it is mistyped.
func (s *Server) sourceSeen(ctx context.Context, id domain.TenantID, source string) error {
	found, err := s.deps.Inventory.Sources(ctx, id)
	if err != nil {
		return err
	}
	names := make([]string, len(found))
	for i := range found {
		if names[i] = found[i].Source.String(); names[i] == source {
			return nil
		}
	}
	if len(names) == 0 {
		return fault.New(fault.NotFound, "Nothing was observed yet of source %.80q, nor of any other.", source).At("source")
	}
	return fault.New(fault.NotFound, "Nothing was observed yet of source %.80q; there are %.300s.", source, strings.Join(names, ", ")).At("source")
}

func (s *Server) editBaseline(ctx context.Context, c *Call, in baselineChange) (baselineView, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftWrite)
	if err != nil {
		return baselineView{}, err
	}
	d := drift.BaselineDraft{Name: in.Name, Note: in.Note, If: in.Version}
	if d.Spec, err = specOf(in.Snapshot, in.Golden, in.Template); err != nil {
		return baselineView{}, err
	}
	b, err := s.deps.Drift.EditBaseline(ctx, id, drift.BaselineID(c.Path("id")), d, s.mayIn(c, domain.ScopeDriftRead), c.actor())
	if err != nil {
		return baselineView{}, err
	}
	return s.baselineOf(c, id, b, true), nil
}

func (s *Server) switchBaseline(ctx context.Context, c *Call, to drift.BaselineSwitch) (baselineView, error) {
	id, err := s.tenantAsked(ctx, c, domain.ScopeDriftWrite)
	if err != nil {
		return baselineView{}, err
	}
	b, err := s.deps.Drift.Baseline(ctx, id, drift.BaselineID(c.Path("id")))
	if err != nil {
		return baselineView{}, err
	}
	return s.baselineStep(ctx, c, id, b.Source, func() (*drift.Baseline, error) {
		return s.deps.Drift.SwitchBaseline(ctx, id, b.ID, to, c.actor())
	})
}

func (s *Server) activateBaseline(ctx context.Context, c *Call, in baselineSwitch) (baselineView, error) {
	return s.switchBaseline(ctx, c, drift.BaselineSwitch{Active: true, KeepLastRun: in.KeepLastRun, Note: in.Note})
}

func (s *Server) deactivateBaseline(ctx context.Context, c *Call, in baselineSwitch) (baselineView, error) {
	if in.KeepLastRun {
		return baselineView{}, fault.New(fault.Invalid, "keep_last_run goes with activate").At("keep_last_run")
	}
	return s.switchBaseline(ctx, c, drift.BaselineSwitch{Note: in.Note})
}

func (s *Server) endBaseline(ctx context.Context, c *Call) error {
	_, err := s.switchBaseline(ctx, c, drift.BaselineSwitch{Note: c.Query.text("note")})
	return err
}
