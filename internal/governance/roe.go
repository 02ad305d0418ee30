package governance

import (
	"context"
	"fmt"
	"slices"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// DoctrineView is the active doctrine with what it belongs to.
type DoctrineView struct {
	Document       *doctrine.Document // shared: do not change it
	Hash           domain.Hash
	Version        string
	RulesetHash    domain.Hash
	RulesetVersion string
}

// Doctrine returns the tenant's active doctrine.
func (s *Service) Doctrine(ctx context.Context, tenant domain.TenantID) (*DoctrineView, error) {
	rs, err := s.Active(ctx, tenant)
	if err != nil {
		return nil, err
	}
	d := rs.Doctrine
	return &DoctrineView{Document: d.Document(), Hash: d.Hash(), Version: d.Version(), RulesetHash: rs.Hash, RulesetVersion: rs.Version}, nil
}

// maxProposed bounds the mitigations of one question.
const maxProposed = 100

// Proposal is one mitigation to ask about.
type Proposal struct{ Action, TargetKind, Target string }

// Engagement is a question to the rules of engagement.
type Engagement struct {
	Persona     domain.Persona // empty: sentinel
	Ring        domain.Ring    // empty: UNCLASS
	Mission     domain.MissionID
	Mitigations []Proposal
}

// Engaged is the answer: what is left of the mitigations, gated, and why.
type Engaged struct {
	TieD        domain.TieD
	Mitigations []domain.Mitigation
	Gating      domain.Gating
	Steps       []domain.Step
	RulesetHash domain.Hash
	Mission     *domain.MissionFact // nil when none was named
}

// Engage answers what the rules of engagement would make of mitigations now,
// with the functions that decide. It changes nothing: no budget is spent. Policy
// is not asked, for there is no event.
func (s *Service) Engage(ctx context.Context, tenant domain.TenantID, q Engagement) (*Engaged, error) {
	rs, err := s.Active(ctx, tenant)
	if err != nil {
		return nil, err
	}
	ev := domain.Event{Tenant: tenant, Persona: q.Persona, Ring: q.Ring, Mission: q.Mission}
	if ev.Persona == "" {
		ev.Persona = domain.Sentinel
	}
	if ev.Ring == "" {
		ev.Ring = domain.Unclass
	}
	if err := rs.Doctrine.Check(ev.Persona, ev.Ring); err != nil {
		return nil, err
	}
	if len(q.Mitigations) == 0 || len(q.Mitigations) > maxProposed {
		return nil, fault.New(fault.Invalid, "mitigations must hold 1 to %d entries", maxProposed).At("mitigations")
	}
	now := s.Clock.Now()
	var facts domain.StateFacts
	if q.Mission != "" {
		m, err := s.Mission(ctx, tenant, q.Mission)
		if err != nil {
			return nil, err
		}
		facts.Mission = m.fact(now)
	}
	proposed, err := s.proposals(ctx, tenant, rs.Doctrine, q.Mitigations, &facts, now)
	if err != nil {
		return nil, err
	}
	out := decision.Engage(rs, &facts, &ev, proposed)
	return &Engaged{
		TieD: out.TieD, Mitigations: out.Mitigations, Gating: out.Gating, Steps: out.Steps, RulesetHash: rs.Hash, Mission: facts.Mission,
	}, nil
}

// proposals turns the question into mitigations and asks the allow-lists about
// their targets.
func (s *Service) proposals(ctx context.Context, tenant domain.TenantID, d *doctrine.Doctrine, in []Proposal, facts *domain.StateFacts, at domain.Micros) ([]domain.Mitigation, error) {
	out := make([]domain.Mitigation, len(in))
	for i, p := range in {
		a, ok := d.Action(p.Action)
		if !ok {
			return nil, fault.New(fault.Invalid, "%q is not an action of the active doctrine", p.Action).At(fmt.Sprintf("mitigations/%d/action", i))
		}
		if p.TargetKind == "" {
			p.TargetKind = a.TargetKind
		}
		if len(p.Target) > 512 || (p.Target == "" && a.TargetKind != "") {
			return nil, fault.New(fault.Invalid, "target must be 1 to 512 bytes").At(fmt.Sprintf("mitigations/%d/target", i))
		}
		out[i] = domain.Mitigation{Action: p.Action, TargetKind: p.TargetKind, Target: p.Target, Reason: "proposed", Confidence: 1000}
		if s.Never == nil || p.Target == "" {
			continue
		}
		entry, ok, err := s.Never.NeverBlock(ctx, tenant, p.TargetKind, p.Target, at)
		if err != nil {
			return nil, fmt.Errorf("allow-lists: %w", err)
		}
		if ok {
			if facts.NeverBlock == nil {
				facts.NeverBlock = make(map[string]string)
			}
			facts.NeverBlock[p.TargetKind+":"+p.Target] = entry
		}
	}
	return out, nil
}

// Rings lists the rings of the tenant's active doctrine, from open to most
// protected. The slice is shared: do not change it.
func (s *Service) Rings(ctx context.Context, tenant domain.TenantID) ([]doctrine.Ring, error) {
	rs, err := s.Active(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return rs.Doctrine.Rings(), nil
}

// Ring returns one ring's demands.
func (s *Service) Ring(ctx context.Context, tenant domain.TenantID, name domain.Ring) (doctrine.Ring, error) {
	rs, err := s.Active(ctx, tenant)
	if err != nil {
		return doctrine.Ring{}, err
	}
	r, ok := rs.Doctrine.Ring(name)
	if !ok {
		return r, fault.New(fault.NotFound, "no ring %q", name)
	}
	return r, nil
}

// Route says how a decision of a persona in a ring is treated.
type Route struct {
	Ring    doctrine.Ring
	Persona domain.Persona
	Limits  doctrine.Persona
	// Rules are the rules of engagement that apply.
	Rules []string
	// AORequired says that one of them demands the authorising official, or
	// that the ring does for some actions (Ring.AORequiredFor).
	AORequired bool
}

// RouteFor gives the ring that a classification belongs to and what applies
// there.
func (s *Service) RouteFor(ctx context.Context, tenant domain.TenantID, persona domain.Persona, ring domain.Ring) (*Route, error) {
	rs, err := s.Active(ctx, tenant)
	if err != nil {
		return nil, err
	}
	if persona == "" {
		persona = domain.Sentinel
	}
	if err := rs.Doctrine.Check(persona, ring); err != nil {
		return nil, err
	}
	r, _ := rs.Doctrine.Ring(ring)
	out := &Route{Ring: r, Persona: persona, Limits: rs.Doctrine.Document().Personas[persona], AORequired: len(r.AORequiredFor) > 0}
	for _, rule := range rs.Doctrine.Document().Rules {
		w := rule.When
		if (len(w.Persona) > 0 && !slices.Contains(w.Persona, persona)) || (len(w.Ring) > 0 && !slices.Contains(w.Ring, ring)) {
			continue
		}
		out.Rules = append(out.Rules, rule.ID)
		out.AORequired = out.AORequired || rule.AORequired
	}
	return out, nil
}

// Isolation is the result of probing every pair of rings.
type Isolation struct {
	OK        bool
	CheckedAt domain.Micros
	Pairs     []RingPair
	// CrossAccess checks that the doctrine lets no ring read from a more
	// protected one.
	CrossAccess decision.RingCheck
}

// RingPair is what was seen between two rings.
type RingPair struct {
	A, B   domain.Ring
	Checks []decision.RingCheck
}

// RingIsolation probes every ordered pair of the active doctrine's rings now.
// What it covers is what it lists: windows, the policy memo and the doctrine's
// reading rights.
func (s *Service) RingIsolation(ctx context.Context, tenant domain.TenantID) (*Isolation, error) {
	rings, err := s.Rings(ctx, tenant)
	if err != nil {
		return nil, err
	}
	out := &Isolation{OK: true, CheckedAt: s.Clock.Now(), CrossAccess: crossAccess(rings)}
	out.OK = out.CrossAccess.OK
	for _, a := range rings {
		for _, b := range rings {
			if a.Name == b.Name {
				continue
			}
			p := RingPair{a.Name, b.Name, decision.ProbeRings(a.Name, b.Name)} //nolint:contextcheck,nolintlint // a pure experiment of a millisecond; seen only while the linter's cache is cold
			for _, c := range p.Checks {
				out.OK = out.OK && c.OK
			}
			out.Pairs = append(out.Pairs, p)
		}
	}
	return out, nil
}

func crossAccess(rings []doctrine.Ring) decision.RingCheck {
	rank := make(map[domain.Ring]int, len(rings))
	for i, r := range rings {
		rank[r.Name] = i
	}
	for i, r := range rings {
		for _, from := range r.CrossRingAccess {
			if rank[from] >= i {
				return decision.RingCheck{Name: "cross_ring_access", Detail: fmt.Sprintf("%s may read from %s, which is not less protected", r.Name, from)}
			}
		}
	}
	return decision.RingCheck{Name: "cross_ring_access", OK: true, Detail: fmt.Sprintf("each of %d rings reads from less protected ones only", len(rings))}
}
