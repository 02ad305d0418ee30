package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/tenant"
)

// roePolicy is the active doctrine: the rules of engagement in force.
type roePolicy struct {
	Version  string             `json:"version"`
	Hash     string             `json:"hash"`
	Ruleset  rulesetRef         `json:"ruleset" doc:"The ruleset that the doctrine is part of."`
	Doctrine *doctrine.Document `json:"doctrine"`
}

// ringView is what one classification ring demands.
type ringView struct {
	Name            string   `json:"name"`
	ImpactFactor    float64  `json:"impact_factor" doc:"Multiplies impact estimates."`
	RetentionDays   int      `json:"retention_days"`
	Encryption      string   `json:"encryption"`
	AuditLevel      string   `json:"audit_level"`
	CrossRingAccess []string `json:"cross_ring_access" doc:"Rings whose data may be read from this one."`
	AORequiredFor   []string `json:"ao_required_for" doc:"Actions that the authorising official must approve."`
}

// engagement asks what the rules of engagement would make of mitigations.
type engagement struct {
	Persona        string     `json:"persona,omitempty" enum:"guardian|sentinel" doc:"Default: sentinel."`
	Classification string     `json:"classification,omitempty" enum:"UNCLASS|CUI|SECRET|TOPSECRET" doc:"Default: UNCLASS."`
	Mission        string     `json:"mission_id,omitempty" maxlen:"128"`
	Mitigations    []proposal `json:"mitigations" maxitems:"100"`
}

type proposal struct {
	Action     string `json:"action" minlen:"1" maxlen:"128" doc:"An action of the doctrine."`
	Target     string `json:"target,omitempty" maxlen:"512"`
	TargetKind string `json:"target_kind,omitempty" maxlen:"64" doc:"Default: the action's."`
}

// engaged is what is left of the mitigations, gated, and why.
type engaged struct {
	TieD        tieDView         `json:"tie_d"`
	Mitigations []mitigationView `json:"mitigations"`
	Gating      domain.Gating    `json:"gating"`
	Steps       []stepView       `json:"steps"`
	RulesetHash string           `json:"ruleset_hash"`
}

type ringQuestion struct {
	Classification string `json:"classification" minlen:"1" maxlen:"64"`
	Persona        string `json:"persona,omitempty" enum:"guardian|sentinel" doc:"Default: sentinel."`
}

// ringRoute is how decisions of a classification and persona are treated.
type ringRoute struct {
	Ring           ringView `json:"ring"`
	Persona        string   `json:"persona"`
	MaxDisruptive  int      `json:"max_disruptive" doc:"Disruptive mitigations per decision."`
	AllowedActions []string `json:"allowed_actions,omitempty" doc:"Absent: all of the doctrine."`
	Rules          []string `json:"rules" doc:"Rules of engagement that apply."`
	AORequired     bool     `json:"ao_required" doc:"The authorising official has a say, at least for some actions."`
}

// isolation is what probing every pair of rings showed.
type isolation struct {
	OK          bool       `json:"ok"`
	CheckedAt   Time       `json:"checked_at"`
	CrossAccess ringCheck  `json:"cross_ring_access"`
	Pairs       []ringPair `json:"pairs"`
}

type ringPair struct {
	A      string      `json:"a"`
	B      string      `json:"b"`
	Checks []ringCheck `json:"checks"`
}

type ringCheck struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

func (s *Server) roeRoutes() []*Route {
	row := func(path, summary, tag string, e endpoint) *Route {
		method := http.MethodGet
		if e.req != nil {
			method = http.MethodPost
		}
		return &Route{
			Method: method, Path: prefixV1 + path, Aliases: []string{path}, Access: scoped, Scope: domain.ScopeRulesRead,
			Class: tenant.ClassRead, Tag: tag, Summary: summary, endpoint: e,
		}
	}
	return anywhere(
		row("/roe/policy", "The rules of engagement in force", "roe", read(s.roePolicy)),
		row("/roe/evaluate", "What the rules of engagement would make of mitigations now; nothing is decided or spent", "roe", write(http.StatusOK, s.roeEvaluate)),
		row("/rings", "Classification rings, from open to most protected", "rings", read(s.listRings)),
		row("/rings/isolation", "Probe that no two rings share state", "rings", read(s.ringIsolation)),
		row("/rings/route", "How a classification and persona are treated", "rings", write(http.StatusOK, s.routeRing)),
		row("/rings/{ring}", "One ring", "rings", read(s.getRing)),
	)
}

func (s *Server) roePolicy(ctx context.Context, c *Call) (roePolicy, error) {
	d, err := s.deps.Govern.Doctrine(ctx, c.Tenant())
	if err != nil {
		return roePolicy{}, err
	}
	return roePolicy{d.Version, string(d.Hash), rulesetRef{d.RulesetVersion, string(d.RulesetHash)}, d.Document}, nil
}

func (s *Server) roeEvaluate(ctx context.Context, c *Call, in engagement) (engaged, error) {
	q := governance.Engagement{Persona: domain.Persona(in.Persona), Ring: domain.Ring(in.Classification), Mission: domain.MissionID(in.Mission)}
	for _, p := range in.Mitigations {
		q.Mitigations = append(q.Mitigations, governance.Proposal{Action: p.Action, TargetKind: p.TargetKind, Target: p.Target})
	}
	res, err := s.deps.Govern.Engage(ctx, c.Tenant(), q)
	if err != nil {
		return engaged{}, err
	}
	out := engaged{
		TieD: tieDOf(&res.TieD), Gating: res.Gating, RulesetHash: string(res.RulesetHash),
		Mitigations: make([]mitigationView, len(res.Mitigations)), Steps: make([]stepView, len(res.Steps)),
	}
	for i, m := range res.Mitigations {
		out.Mitigations[i] = mitigationView{
			Action: m.Action, Target: m.Target, TargetKind: m.TargetKind, TTL: m.TTLSeconds, Reason: m.Reason,
			Confidence: fraction(m.Confidence), Reversible: m.Reversible, Gating: m.Gating,
		}
	}
	for i, st := range res.Steps {
		out.Steps[i] = stepView{st.Stage, st.What, map[string]string{}}
		for _, v := range st.Values {
			out.Steps[i].Values[v.Name] = v.Value
		}
	}
	return out, nil
}

func tieDOf(t *domain.TieD) tieDView {
	return tieDView{
		ROEApplied: t.ROEApplied, DisruptionLimited: t.DisruptionLimited, AORequired: t.AORequired, Persona: string(t.Persona),
		Classification: string(t.Ring), ServiceImpact: fraction(t.ServiceImpact), UserImpact: fraction(t.UserImpact), Gating: t.Gating,
		PolicyVersion: t.PolicyVersion, PolicyHash: string(t.PolicyHash), Mission: string(t.Mission), ImpactModel: t.ImpactModel,
	}
}

func ringOf(r doctrine.Ring) ringView {
	return ringView{
		Name: string(r.Name), ImpactFactor: fraction(r.ImpactFactor), RetentionDays: r.RetentionDays, Encryption: r.Encryption,
		AuditLevel: r.AuditLevel, CrossRingAccess: strs(r.CrossRingAccess), AORequiredFor: strs(r.AORequiredFor),
	}
}

func (s *Server) listRings(ctx context.Context, c *Call) (list[ringView], error) {
	rings, err := s.deps.Govern.Rings(ctx, c.Tenant())
	if err != nil {
		return list[ringView]{}, err
	}
	items := make([]ringView, len(rings))
	for i, r := range rings {
		items[i] = ringOf(r)
	}
	return listOf(items, ""), nil
}

func (s *Server) getRing(ctx context.Context, c *Call) (ringView, error) {
	r, err := s.deps.Govern.Ring(ctx, c.Tenant(), domain.Ring(c.Path("ring")))
	if err != nil {
		return ringView{}, err
	}
	return ringOf(r), nil
}

func (s *Server) routeRing(ctx context.Context, c *Call, in ringQuestion) (ringRoute, error) {
	r, err := s.deps.Govern.RouteFor(ctx, c.Tenant(), domain.Persona(in.Persona), domain.Ring(in.Classification))
	if err != nil {
		return ringRoute{}, err
	}
	return ringRoute{ringOf(r.Ring), string(r.Persona), r.Limits.MaxDisruptive, r.Limits.AllowedActions, strs(r.Rules), r.AORequired}, nil
}

func (s *Server) ringIsolation(ctx context.Context, c *Call) (isolation, error) {
	res, err := s.deps.Govern.RingIsolation(ctx, c.Tenant())
	if err != nil {
		return isolation{}, err
	}
	out := isolation{OK: res.OK, CheckedAt: Time(res.CheckedAt), CrossAccess: checkOf(res.CrossAccess), Pairs: make([]ringPair, len(res.Pairs))}
	for i, p := range res.Pairs {
		out.Pairs[i] = ringPair{string(p.A), string(p.B), make([]ringCheck, len(p.Checks))}
		for j, k := range p.Checks {
			out.Pairs[i].Checks[j] = checkOf(k)
		}
	}
	return out, nil
}

func checkOf(c decision.RingCheck) ringCheck { return ringCheck{c.Name, c.OK, c.Detail} }
