// Package impact estimates what a set of mitigations would cost: how much
// service and how many users they may hurt, in thousandths.
//
// Invariant: the estimate is a pure function of its arguments, in integers
// only. More mitigations never cost less, a more protected ring never costs
// less, and limiting by doctrine never costs more. It must not decide: gates
// are doctrine's.
package impact

import (
	"strconv"

	"frostgate.io/frostgate/internal/domain"
)

// Model names the formula; it stands in every decision (tie_d.impact_model) and
// changes whenever a figure or a step of the formula does.
const Model = "fg-impact-1"

// full is the whole of a service or of its users.
const full = 1000

// neutral is the ring factor that leaves an estimate as it is.
const neutral domain.Milli = 1000

// limitedFactor is what remains of the estimate when doctrine cut mitigations:
// somebody already weighed the disruption.
const limitedFactor = 900

// Graph knows what stands behind a target: the services and the users that a
// mitigation on it would reach, weighted by criticality.
type Graph interface {
	// BlastRadius returns the weighted share of services and users behind a
	// target; ok is false when the graph doesn't know it.
	BlastRadius(targetKind, target string) (service, user domain.Milli, ok bool)
}

// base is what one mitigation of an action costs where nothing is known about
// its target.
type base struct{ service, user domain.Milli }

// baseOf gives the model's figures; an action that the model doesn't know costs
// all, so that a new one is gated until somebody has weighed it.
func baseOf(action string) base {
	switch action {
	case "block_ip":
		return base{350, 200}
	case "rate_limit_ip":
		return base{150, 100}
	case "isolate_host":
		return base{500, 300}
	case "disable_user":
		return base{200, 450}
	case "revoke_session":
		return base{50, 150}
	case "require_mfa":
		return base{20, 100}
	case "notify", "log_only":
		return base{}
	}
	return base{full, full}
}

// Estimate sums what the mitigations cost together in a ring. Each further one
// takes its share of what the earlier ones left, so that the sum saturates at
// 1000; their order changes it by rounding at most. limited says that doctrine cut some.
func Estimate(ms []domain.Mitigation, ring domain.Milli, limited bool, graph Graph) (service, user domain.Milli, steps []domain.Step) {
	if len(ms) == 0 {
		return 0, 0, nil
	}
	var floor base
	leftService, leftUser := int64(full)*full, int64(full)*full
	for i := range ms {
		s, u := single(&ms[i], graph)
		leftService = leftService * int64(full-s) / full
		leftUser = leftUser * int64(full-u) / full
		floor.service, floor.user = max(floor.service, s), max(floor.user, u)
	}
	service = scale(domain.Milli(full-leftService/full), ring)
	user = scale(domain.Milli(full-leftUser/full), ring)
	if limited {
		// Never below the dearest mitigation that is still there.
		service = max(scaleDown(service), floor.service)
		user = max(scaleDown(user), floor.user)
	}
	return service, user, []domain.Step{{
		Stage: "impact",
		What:  "estimated",
		Values: []domain.NamedValue{
			{Name: "model", Value: Model},
			{Name: "mitigations", Value: strconv.Itoa(len(ms))},
			{Name: "ring_factor", Value: strconv.Itoa(int(max(ring, neutral)))},
			{Name: "limited", Value: strconv.FormatBool(limited)},
			{Name: "service", Value: strconv.Itoa(int(service))},
			{Name: "user", Value: strconv.Itoa(int(user))},
		},
	}}
}

// Of estimates one mitigation alone, for the gate that each has to pass.
func Of(m *domain.Mitigation, ring domain.Milli, graph Graph) (service, user domain.Milli) {
	s, u := single(m, graph)
	return scale(s, ring), scale(u, ring)
}

// single is a mitigation's cost before the ring: the model's base, raised by
// what the graph knows behind the target.
func single(m *domain.Mitigation, graph Graph) (service, user domain.Milli) {
	b := baseOf(m.Action)
	if graph == nil || (b == base{}) {
		return b.service, b.user
	}
	s, u, ok := graph.BlastRadius(m.TargetKind, m.Target)
	if !ok {
		return b.service, b.user
	}
	return raise(b.service, s), raise(b.user, u)
}

// raise moves a towards full by the share r of what is left.
func raise(a, r domain.Milli) domain.Milli {
	r = min(max(r, 0), full)
	return a + (full-a)*r/full
}

// scale applies a ring factor; one below neutral would let a ring lower an
// estimate, so it counts as neutral.
func scale(v, factor domain.Milli) domain.Milli {
	return domain.Milli(min(int64(v)*int64(max(factor, neutral))/full, full))
}

func scaleDown(v domain.Milli) domain.Milli { return v * limitedFactor / full }
