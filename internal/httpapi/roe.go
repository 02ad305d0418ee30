package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
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

func (s *Server) roeRoutes() []*Route {
	row := func(path, summary, tag string, e endpoint) *Route {
		return &Route{
			Method: http.MethodGet, Path: prefixV1 + path, Aliases: []string{path}, Access: scoped, Scope: domain.ScopeRulesRead,
			Class: tenant.ClassRead, Tag: tag, Summary: summary, endpoint: e,
		}
	}
	return []*Route{
		row("/roe/policy", "The rules of engagement in force", "roe", read(s.roePolicy)),
		row("/rings", "Classification rings, from open to most protected", "rings", read(s.listRings)),
		row("/rings/{ring}", "One ring", "rings", read(s.getRing)),
	}
}

func (s *Server) roePolicy(ctx context.Context, c *Call) (roePolicy, error) {
	rs, err := s.deps.Govern.Active(ctx, c.Tenant())
	if err != nil {
		return roePolicy{}, err
	}
	d := rs.Doctrine
	return roePolicy{d.Version(), string(d.Hash()), rulesetRef{rs.Version, string(rs.Hash)}, d.Document()}, nil
}

func ringOf(r doctrine.Ring) ringView {
	return ringView{
		Name: string(r.Name), ImpactFactor: fraction(r.ImpactFactor), RetentionDays: r.RetentionDays, Encryption: r.Encryption,
		AuditLevel: r.AuditLevel, CrossRingAccess: strs(r.CrossRingAccess), AORequiredFor: strs(r.AORequiredFor),
	}
}

func (s *Server) listRings(ctx context.Context, c *Call) (list[ringView], error) {
	rs, err := s.deps.Govern.Active(ctx, c.Tenant())
	if err != nil {
		return list[ringView]{}, err
	}
	items := make([]ringView, len(rs.Doctrine.Rings()))
	for i, r := range rs.Doctrine.Rings() {
		items[i] = ringOf(r)
	}
	return listOf(items, ""), nil
}

func (s *Server) getRing(ctx context.Context, c *Call) (ringView, error) {
	rs, err := s.deps.Govern.Active(ctx, c.Tenant())
	if err != nil {
		return ringView{}, err
	}
	r, ok := rs.Doctrine.Ring(domain.Ring(c.Path("ring")))
	if !ok {
		return ringView{}, fault.New(fault.NotFound, "The doctrine has no ring %q.", clip(c.Path("ring")))
	}
	return ringOf(r), nil
}
