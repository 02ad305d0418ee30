package decision

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/detect/anomaly"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/impact"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/internal/policy"
)

// Evaluate decides: detect, score, policy, doctrine, impact, gate, explain. It
// is pure: the same ruleset, facts and event give the same outcome, live, in
// replay and in simulation. matched is what rs.Detect.Match says of the canonical
// payload; it is asked once, for it does not depend on the facts.
func Evaluate(rs *Ruleset, facts *domain.StateFacts, ev *domain.Event, payload jsondoc.Value, matched *detect.Matched) domain.Outcome {
	out, _ := evaluate(rs, facts, ev, payload, matched)
	return out
}

func evaluate(rs *Ruleset, facts *domain.StateFacts, ev *domain.Event, payload jsondoc.Value, matched *detect.Matched) (domain.Outcome, []detect.Flip) {
	found := rs.Detect.Evaluate(ev, payload, matched, facts.Windows)
	out := domain.Outcome{
		Score: found.Points, Level: domain.LevelFor(found.Points), Rules: found.Fired, Trace: found.Hits,
		RulesetVersion: rs.Version, RulesetHash: rs.Hash, ClockDriftMS: facts.ClockDriftMS, Gating: domain.GateAllow,
		Anomaly: anomaly.Score(facts.Anomaly), // for people and policy: it adds no points
	}
	out.Policy = askPolicy(rs, facts, policy.Input{
		Event: ev, Payload: payload, Score: out.Score, Level: out.Level, Rules: out.Rules, Mitigations: found.Mitigations,
		Anomaly: out.Anomaly,
	})
	engage(rs, facts, ev, found.Mitigations, &out)
	explain(rs.Detect, &out)
	return out, found.Flips
}

// engage takes proposed mitigations through doctrine, mission, never-block,
// impact and gate; out holds the policy's answer already.
func engage(rs *Ruleset, facts *domain.StateFacts, ev *domain.Event, proposed []domain.Mitigation, out *domain.Outcome) {
	limits := rs.Doctrine.Apply(ev.Persona, ev.Ring, facts.Mission, facts.NeverBlock, proposed)
	out.Mitigations, out.Steps = limits.Mitigations, limits.Steps
	factor := rs.Doctrine.ImpactFactor(ev.Ring)
	service, user, steps := impact.Estimate(out.Mitigations, factor, limits.DisruptionLimited, nil)
	out.Steps = append(out.Steps, steps...)
	gate(rs, facts, out, limits.Gatings, factor, service, user)
	out.TieD = domain.TieD{
		ROEApplied: limits.ROEApplied, DisruptionLimited: limits.DisruptionLimited, AORequired: limits.AORequired,
		Persona: ev.Persona, Ring: ev.Ring, ServiceImpact: service, UserImpact: user, Gating: out.Gating,
		PolicyVersion: out.Policy.Version, PolicyHash: out.Policy.Hash, Mission: ev.Mission, ImpactModel: impact.Model,
	}
}

// askPolicy evaluates policy, or feeds a recorded failure back.
func askPolicy(rs *Ruleset, facts *domain.StateFacts, in policy.Input) domain.PolicyResult {
	if rs.PolicyOff || facts.PolicyOutcome == policy.Disabled {
		return domain.PolicyResult{Allow: true, Outcome: policy.Disabled, Hash: rs.Policy.Hash(), Version: rs.Policy.Version()}
	}
	if o := facts.PolicyOutcome; o != "" && o != policy.OK {
		return rs.Policy.NoAnswer(o)
	}
	// Evaluation is bounded in steps, never by the request's deadline: a slow
	// machine must not decide differently.
	return rs.Policy.Eval(context.Background(), in)
}

// gate sets each mitigation's gating to the strictest of policy, doctrine,
// mission and impact, alone and together, and the decision's to the strictest
// of them.
func gate(rs *Ruleset, facts *domain.StateFacts, out *domain.Outcome, least []domain.Gating, factor, service, user domain.Milli) {
	together := domain.Stricter(rs.Doctrine.Gate(service, user), doctrine.BlastGate(facts.Mission, service, user))
	for i := range out.Mitigations {
		m := &out.Mitigations[i]
		m.Gating = domain.Stricter(least[i], together)
		s, u := impact.Of(m, factor, nil)
		m.Gating = domain.Stricter(m.Gating, rs.Doctrine.Gate(s, u))
		for _, o := range out.Policy.Obligations {
			if o.Action == "*" || o.Action == m.Action {
				m.Gating = domain.Stricter(m.Gating, o.Gating)
			}
		}
		out.Gating = domain.Stricter(out.Gating, m.Gating)
		out.Steps = append(out.Steps, domain.Step{Stage: "gate", What: m.Action + " " + m.Target, Values: []domain.NamedValue{{Name: "gating", Value: string(m.Gating)}}})
	}
	if out.Policy.Outcome != policy.OK && out.Policy.Outcome != policy.Disabled {
		// Without a policy answer nothing may run unseen, not even a decision
		// that proposes nothing.
		out.Gating = domain.Stricter(out.Gating, domain.GateRequireApproval)
		out.Steps = append(out.Steps, domain.Step{Stage: "policy", What: policy.ReasonUnavailable, Values: []domain.NamedValue{{Name: "outcome", Value: out.Policy.Outcome}}})
	}
}

// maxCounterfactuals bounds what is tried per decision.
const maxCounterfactuals = 6

// counterfactuals tries the candidate changes and keeps those that flip the
// outcome: level, gating or policy verdict.
func counterfactuals(rs *Ruleset, facts *domain.StateFacts, ev *domain.Event, payload jsondoc.Value, matched *detect.Matched, base *domain.Outcome, flips []detect.Flip) []domain.Counterfactual {
	var out []domain.Counterfactual
	if base.Policy.Outcome != policy.OK && base.Policy.Outcome != policy.Disabled {
		return nil // without an answer of policy nothing is known of other events
	}
	try := func(change string, changed *domain.Event) {
		if len(out) >= maxCounterfactuals {
			return
		}
		got, _ := evaluate(rs, facts, changed, payload, matched)
		if got.Gating != base.Gating || got.Level != base.Level || got.Policy.Allow != base.Policy.Allow {
			out = append(out, domain.Counterfactual{Change: change, NewGating: got.Gating, NewLevel: got.Level})
		}
	}
	for i, f := range flips {
		if i >= maxCounterfactuals {
			break
		}
		changed := f.Apply(*ev)
		try(f.Change, &changed)
	}
	if base.Gating == domain.GateAllow {
		return out
	}
	if ev.Persona != domain.Sentinel {
		changed := *ev
		changed.Persona = domain.Sentinel
		try("the persona were sentinel instead of "+string(ev.Persona), &changed)
	}
	if ev.Ring != domain.Unclass {
		changed := *ev
		changed.Ring = domain.Unclass
		try("the ring were UNCLASS instead of "+string(ev.Ring), &changed)
	}
	return out
}

// actionTaken sums up what happens because of the outcome.
func actionTaken(o *domain.Outcome) string {
	switch o.Gating {
	case domain.GateRequireApproval:
		return "pending_approval"
	case domain.GateReject:
		return "log_only"
	}
	has := func(actions ...string) bool {
		return slices.ContainsFunc(o.Mitigations, func(m domain.Mitigation) bool {
			return m.Gating == domain.GateAllow && slices.Contains(actions, m.Action)
		})
	}
	switch {
	case has("isolate_host"):
		return "quarantined"
	case has("block_ip", "disable_user", "revoke_session"):
		return "blocked"
	case has("rate_limit_ip"):
		return "rate_limited"
	}
	return "log_only"
}

// severity is the feed's word for a threat level.
func severity(l domain.ThreatLevel) string {
	if l == domain.LevelNone {
		return "info"
	}
	return string(l)
}
