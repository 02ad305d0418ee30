package decision

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/policy"
)

// Engage asks the rules of engagement about proposed mitigations: doctrine,
// mission, never-block, impact and gate, as Evaluate does. There is no event, so policy is not asked and obliges nothing; ev
// needs persona, ring and mission only.
func Engage(rs *Ruleset, facts *domain.StateFacts, ev *domain.Event, proposed []domain.Mitigation) domain.Outcome {
	out := domain.Outcome{
		RulesetVersion: rs.Version, RulesetHash: rs.Hash, Gating: domain.GateAllow,
		Policy: domain.PolicyResult{Outcome: policy.OK, Hash: rs.Policy.Hash(), Version: rs.Policy.Version()},
	}
	engage(rs, facts, ev, proposed, &out)
	return out
}
