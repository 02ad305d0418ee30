package doctrine

import (
	"slices"
	"strconv"

	"frostgate.io/frostgate/internal/domain"
)

// Verdict is what doctrine leaves of the proposed mitigations.
type Verdict struct {
	Mitigations       []domain.Mitigation // what is left, with the document's flags and TTLs filled in
	Gatings           []domain.Gating     // least gating of each, same order
	ROEApplied        bool                // a rule of engagement or a cap had a say
	DisruptionLimited bool                // a cap removed something
	AORequired        bool                // the authorising official must approve
	Steps             []domain.Step       // what was removed or tightened, and why
}

// application is one Apply under way.
type application struct {
	d       *Doctrine
	persona domain.Persona
	ring    domain.Ring
	out     Verdict
}

// Apply limits mitigations by never-block entries, the mission and the rules of
// engagement, in this order: what may not happen at all must not use up a cap.
// ms is not changed. For a persona or ring that the document doesn't know it
// removes nothing and rejects everything.
func (d *Doctrine) Apply(persona domain.Persona, ring domain.Ring, mission *domain.MissionFact,
	neverBlock map[string]string, ms []domain.Mitigation,
) Verdict {
	a := application{d: d, persona: persona, ring: ring}
	a.out.Mitigations = slices.Clone(ms)
	if err := d.Check(persona, ring); err != nil {
		a.rejectAll(err.Error())
		return a.out
	}
	a.describe()
	a.removeNeverBlock(neverBlock)
	a.limitByMission(mission)
	a.limitByPersona()
	rules := d.applies[scope{persona, ring}]
	for _, r := range rules {
		a.limitByRule(r)
	}
	a.gate(rules)
	return a.out
}

func (a *application) rejectAll(why string) {
	a.out.Gatings = make([]domain.Gating, len(a.out.Mitigations))
	for i := range a.out.Gatings {
		a.out.Gatings[i] = domain.GateReject
	}
	a.step("doctrine", "rejected: doctrine can't apply", "reason", why)
}

// describe fills in the document's flags and TTLs, and removes actions that the
// document doesn't have.
func (a *application) describe() {
	a.filter(func(m *domain.Mitigation) (string, string, bool) {
		act, ok := a.d.doc.Actions[m.Action]
		if !ok {
			return "doctrine", "removed: not an action of the doctrine", false
		}
		m.Disruptive, m.Reversible = act.Disruptive, act.Reversible
		if m.TTLSeconds <= 0 {
			m.TTLSeconds = act.DefaultTTLSeconds
		}
		if m.TargetKind == "" {
			m.TargetKind = act.TargetKind
		}
		if m.TargetKind != act.TargetKind {
			return "doctrine", "removed: the action takes another kind of target", false
		}
		return "", "", true
	})
}

func (a *application) removeNeverBlock(entries map[string]string) {
	if len(entries) == 0 {
		return
	}
	a.filter(func(m *domain.Mitigation) (string, string, bool) {
		entry, ok := entries[m.TargetKind+":"+m.Target]
		return "gate", "removed: never-block " + entry, !ok
	})
}

func (a *application) limitByMission(m *domain.MissionFact) {
	if m == nil {
		return
	}
	left := m.BudgetLeft
	a.filter(func(mit *domain.Mitigation) (string, string, bool) {
		switch {
		case !m.Valid:
			return "mission", "removed: mission not valid: " + m.Reason, false
		case m.Persona != "" && m.Persona != a.persona:
			return "mission", "removed: mission is for persona " + string(m.Persona), false
		case m.Ring != "" && m.Ring != a.ring:
			return "mission", "removed: mission is for ring " + string(m.Ring), false
		case !slices.Contains(m.Allowed, mit.Action):
			return "mission", "removed: mission does not allow the action", false
		case m.BudgetLeft >= 0 && left <= 0:
			return "mission", "removed: mission is over budget", false
		}
		left--
		return "", "", true
	})
}

func (a *application) limitByPersona() {
	p := a.d.doc.Personas[a.persona]
	disruptive := 0
	if a.filter(func(m *domain.Mitigation) (string, string, bool) {
		if p.AllowedActions != nil && !slices.Contains(p.AllowedActions, m.Action) {
			return "doctrine", "removed: persona " + string(a.persona) + " may not do it", false
		}
		if !m.Disruptive {
			return "", "", true
		}
		disruptive++
		return "doctrine", "removed: persona " + string(a.persona) + " may do at most " + strconv.Itoa(p.MaxDisruptive) + " disruptive", disruptive <= p.MaxDisruptive
	}) {
		a.out.ROEApplied, a.out.DisruptionLimited = true, true
	}
}

func (a *application) limitByRule(r *Rule) {
	a.out.ROEApplied = true
	a.out.AORequired = a.out.AORequired || r.AORequired
	a.step("doctrine", "rule of engagement applies", "rule", r.ID)
	for _, k := range r.Keep {
		n := 0
		if a.filter(func(m *domain.Mitigation) (string, string, bool) {
			if m.Action != k.Action {
				return "", "", true
			}
			n++
			return "doctrine", "removed: " + r.ID + " keeps at most " + strconv.Itoa(k.Max), n <= k.Max
		}) {
			a.out.DisruptionLimited = true
		}
	}
}

// gate sets the least gating of what is left.
func (a *application) gate(rules []*Rule) {
	least := domain.GateAllow
	if slices.ContainsFunc(a.out.Mitigations, func(m domain.Mitigation) bool { return m.Disruptive }) {
		for _, r := range rules {
			if r.GatingWhenDisruptive != "" {
				least = domain.Stricter(least, r.GatingWhenDisruptive)
			}
		}
	}
	ao := a.d.rings[a.ring].AORequiredFor
	a.out.Gatings = make([]domain.Gating, len(a.out.Mitigations))
	for i := range a.out.Mitigations {
		g := least
		if slices.Contains(ao, a.out.Mitigations[i].Action) {
			a.out.AORequired = true
			g = domain.Stricter(g, domain.GateRequireApproval)
		}
		a.out.Gatings[i] = g
	}
	if a.out.AORequired {
		a.step("doctrine", "authorising official required", "ring", string(a.ring))
	}
}

// filter keeps the mitigations that keep approves of, names each other one in
// the steps and says whether it removed any.
func (a *application) filter(keep func(*domain.Mitigation) (stage, what string, ok bool)) bool {
	before := len(a.out.Mitigations)
	kept := a.out.Mitigations[:0]
	for i := range a.out.Mitigations {
		m := a.out.Mitigations[i]
		stage, what, ok := keep(&m)
		if ok {
			kept = append(kept, m)
			continue
		}
		a.step(stage, what, "action", m.Action, "target", m.Target)
	}
	a.out.Mitigations = kept
	return len(kept) != before
}

func (a *application) step(stage, what string, pairs ...string) {
	values := make([]domain.NamedValue, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values = append(values, domain.NamedValue{Name: pairs[i], Value: pairs[i+1]})
	}
	a.out.Steps = append(a.out.Steps, domain.Step{Stage: stage, What: what, Values: values})
}
