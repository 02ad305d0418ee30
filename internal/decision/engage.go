package decision

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/impact"
	"frostgate.io/frostgate/internal/policy"
)

// Engage asks the rules of engagement about proposed mitigations: doctrine,
// mission, never-block, impact and gate, the same functions in the same order as
// Evaluate. There is no event, so policy is not asked and obliges nothing; ev
// needs persona, ring and mission only.
func Engage(rs *Ruleset, facts *domain.StateFacts, ev *domain.Event, proposed []domain.Mitigation) domain.Outcome {
	out := domain.Outcome{
		RulesetVersion: rs.Version, RulesetHash: rs.Hash, Gating: domain.GateAllow,
		Policy: domain.PolicyResult{Outcome: policy.OK, Hash: rs.Policy.Hash(), Version: rs.Policy.Version()},
	}
	limits := rs.Doctrine.Apply(ev.Persona, ev.Ring, facts.Mission, facts.NeverBlock, proposed)
	out.Mitigations, out.Steps = limits.Mitigations, limits.Steps
	factor := rs.Doctrine.ImpactFactor(ev.Ring)
	service, user, steps := impact.Estimate(out.Mitigations, factor, limits.DisruptionLimited, nil)
	out.Steps = append(out.Steps, steps...)
	gate(rs, facts, &out, limits.Gatings, factor, service, user)
	out.TieD = domain.TieD{
		ROEApplied: limits.ROEApplied, DisruptionLimited: limits.DisruptionLimited, AORequired: limits.AORequired,
		Persona: ev.Persona, Ring: ev.Ring, ServiceImpact: service, UserImpact: user, Gating: out.Gating,
		PolicyVersion: out.Policy.Version, PolicyHash: out.Policy.Hash, Mission: ev.Mission, ImpactModel: impact.Model,
	}
	return out
}
