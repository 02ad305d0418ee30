package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/tenant"
)

// documentRef names one immutable document version.
type documentRef struct {
	Hash    string `json:"hash" doc:"SHA-256 of the document's exact bytes."`
	Kind    string `json:"kind" enum:"scenarios|policy|doctrine|ruleset|mission"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// rulesetPart names a document that a new ruleset is made of.
type rulesetPart struct {
	Hash    string `json:"hash" doc:"SHA-256 of the document's exact bytes."`
	Kind    string `json:"kind" enum:"scenarios|policy|doctrine|detections|tuning|ruleset|mission"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// documentInfo is a document without its content.
type documentInfo struct {
	documentRef
	Platform  bool   `json:"platform" doc:"Belongs to the platform; every tenant reads it."`
	CreatedBy string `json:"created_by,omitempty"`
	CreatedAt Time   `json:"created_at"`
}

type documentView struct {
	documentInfo
	Content string `json:"content" doc:"The exact bytes."`
}

// rulesetView is a ruleset with what it is made of.
type rulesetView struct {
	documentInfo
	Documents  []documentRef   `json:"documents"`
	Detections []detectionsRef `json:"detections" doc:"Its documents of rules, and the one of their tuning."`
}

type activeRuleset struct {
	Ruleset    rulesetView `json:"ruleset"`
	Generation int64       `json:"generation" doc:"Moves with each switch."`
	Platform   bool        `json:"follows_platform" doc:"The tenant has no pointer of its own."`
	UpdatedBy  string      `json:"updated_by,omitempty"`
	UpdatedAt  Time        `json:"updated_at"`
}

type newDocument struct {
	Kind    string `json:"kind" enum:"scenarios|policy|doctrine|detections|tuning"`
	Name    string `json:"name" minlen:"1" maxlen:"128"`
	Version string `json:"version" minlen:"1" maxlen:"128"`
	Content string `json:"content" minlen:"1"`
}

type newRuleset struct {
	Name      string        `json:"name,omitempty" maxlen:"128"`
	Version   string        `json:"version" minlen:"1" maxlen:"128"`
	Documents []newDocument `json:"documents,omitempty" maxitems:"100" doc:"New documents."`
	Refs      []rulesetPart `json:"refs,omitempty" maxitems:"100" doc:"Documents that exist already."`
}

type activation struct {
	Hash       string `json:"hash" minlen:"64" maxlen:"64"`
	Generation *int64 `json:"generation,omitzero" min:"0" doc:"The generation that you saw (0: the tenant has no pointer of its own); another one now answers 409."`
	Reason     string `json:"reason,omitempty" maxlen:"1000" doc:"Kept in the audit."`
}

func (s *Server) rulesetRoutes() []*Route {
	row := func(method, path, summary string, class tenant.Class, e endpoint) *Route {
		scope := domain.ScopeRulesRead
		if class == tenant.ClassWrite {
			scope = domain.ScopeRulesWrite
		}
		return &Route{
			Method: method, Path: prefixV1 + path, Access: scoped, Scope: scope, Class: class, Tag: "rulesets",
			Summary: summary, Mutates: class == tenant.ClassWrite, endpoint: e,
		}
	}
	rows := row("GET", "/rulesets", "Rulesets that the tenant may use, newest first", tenant.ClassRead, read(s.listRulesets))
	rows.Query = pageParams()
	publish := row("POST", "/rulesets", "Check and store a ruleset with its new documents", tenant.ClassWrite, write(http.StatusCreated, s.publishRuleset))
	publish.Doc = "It is compiled and measured before it is stored, and not active until /rulesets/active says so. The same ruleset again changes nothing."
	return anywhere(
		rows,
		publish,
		row("GET", "/rulesets/active", "The ruleset that decides", tenant.ClassRead, read(s.activeRuleset)),
		row("POST", "/rulesets/active", "Switch the ruleset between two events", tenant.ClassWrite, write(http.StatusOK, s.activateRuleset)),
		row("GET", "/rulesets/{hash}", "One ruleset", tenant.ClassRead, read(s.getRuleset)),
		row("GET", "/documents/{hash}", "One document, byte for byte", tenant.ClassRead, read(s.getDocument)),
	)
}

func refOf(r governance.Ref) documentRef {
	return documentRef{string(r.Hash), r.Kind, r.Name, r.Version}
}

func infoOf(d *governance.Document) documentInfo {
	return documentInfo{documentRef: refOf(d.Ref), Platform: d.Tenant == "", CreatedBy: string(d.CreatedBy), CreatedAt: Time(d.CreatedAt)}
}

func rulesetOf(r *governance.RulesetInfo) rulesetView {
	out := rulesetView{documentInfo: infoOf(&r.Document), Documents: []documentRef{}, Detections: []detectionsRef{}}
	for _, d := range r.Documents {
		if isDetections(d.Kind) {
			out.Detections = append(out.Detections, detectionsRefOf(d))
			continue
		}
		out.Documents = append(out.Documents, refOf(d))
	}
	return out
}

func (s *Server) listRulesets(ctx context.Context, c *Call) (list[documentInfo], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[documentInfo]{}, err
	}
	found, next, err := s.deps.Govern.Documents(ctx, c.Tenant(), governance.KindRuleset, c.Query.text("cursor"), limit)
	if err != nil {
		return list[documentInfo]{}, err
	}
	items := make([]documentInfo, len(found))
	for i := range found {
		items[i] = infoOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) getRuleset(ctx context.Context, c *Call) (rulesetView, error) {
	r, err := s.deps.Govern.Ruleset(ctx, c.Tenant(), domain.Hash(c.Path("hash")))
	if err != nil {
		return rulesetView{}, err
	}
	return rulesetOf(r), nil
}

func (s *Server) activeRuleset(ctx context.Context, c *Call) (activeRuleset, error) {
	p, err := s.deps.Govern.ActivePointer(ctx, c.Tenant())
	if err != nil {
		return activeRuleset{}, err
	}
	return s.active(ctx, c, p)
}

func (s *Server) active(ctx context.Context, c *Call, p *governance.Pointer) (activeRuleset, error) {
	r, err := s.deps.Govern.Ruleset(ctx, c.Tenant(), p.Hash)
	if err != nil {
		return activeRuleset{}, err
	}
	return activeRuleset{rulesetOf(r), p.Generation, p.Platform, string(p.UpdatedBy), Time(p.UpdatedAt)}, nil
}

func (s *Server) activateRuleset(ctx context.Context, c *Call, in activation) (activeRuleset, error) {
	generation := governance.AnyGeneration
	if in.Generation != nil {
		generation = *in.Generation
	}
	p, err := s.deps.Govern.Activate(ctx, c.Tenant(), domain.Hash(in.Hash), generation, c.because(in.Reason))
	if err != nil {
		return activeRuleset{}, err
	}
	return s.active(ctx, c, p)
}

func (s *Server) publishRuleset(ctx context.Context, c *Call, in newRuleset) (documentRef, error) {
	n := governance.NewRuleset{Name: in.Name, Version: in.Version}
	for _, d := range in.Documents {
		n.Documents = append(n.Documents, governance.NewDocument{Kind: d.Kind, Name: d.Name, Version: d.Version, Content: []byte(d.Content)})
	}
	for _, r := range in.Refs {
		n.Refs = append(n.Refs, governance.Ref{Hash: domain.Hash(r.Hash), Kind: r.Kind, Name: r.Name, Version: r.Version})
	}
	ref, err := s.deps.Govern.Publish(ctx, c.Tenant(), n, c.actor())
	if err != nil {
		return documentRef{}, err
	}
	c.Location("rulesets", string(ref.Hash))
	return refOf(ref), nil
}

func (s *Server) getDocument(ctx context.Context, c *Call) (documentView, error) {
	d, err := s.deps.Govern.Document(ctx, c.Tenant(), domain.Hash(c.Path("hash")))
	if err != nil {
		return documentView{}, err
	}
	if isDetections(d.Kind) { // older clients do not know the kind
		return documentView{}, fault.New(fault.NotFound, "The document holds %s: read %s/rules/documents/%s.", d.Kind, prefixV1, d.Hash)
	}
	return documentView{infoOf(d), string(d.Content)}, nil
}
