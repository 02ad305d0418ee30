package doctrine

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func document(t testing.TB) string {
	t.Helper()
	doc, err := os.ReadFile("../governance/defaults/doctrine.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

func builtin(t testing.TB) *Doctrine {
	t.Helper()
	d, err := Compile([]byte(document(t)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func block(ip string) domain.Mitigation {
	return domain.Mitigation{Action: "block_ip", Target: ip, TargetKind: "ip", Reason: "r", Confidence: 920}
}

// left names what a verdict leaves, with its least gating.
func left(v Verdict) string {
	var out []string
	for i, m := range v.Mitigations {
		out = append(out, m.Action+" "+m.Target+" "+string(v.Gatings[i]))
	}
	return strings.Join(out, ", ")
}

func whats(v Verdict) string {
	var out []string
	for _, s := range v.Steps {
		out = append(out, s.Stage+": "+s.What)
	}
	return strings.Join(out, "; ")
}

func TestApply(t *testing.T) {
	t.Parallel()
	d := builtin(t)
	mission := func(change func(*domain.MissionFact)) *domain.MissionFact {
		m := &domain.MissionFact{Mission: "m", Valid: true, Allowed: []string{"block_ip"}, BudgetLeft: -1, BlastCap: -1}
		change(m)
		return m
	}
	for _, tc := range []struct {
		name             string
		persona          domain.Persona
		ring             domain.Ring
		mission          *domain.MissionFact
		never            map[string]string
		ms               []domain.Mitigation
		left             string
		roe, limited, ao bool
		steps            string
	}{
		{
			name: "sentinel keeps three", persona: domain.Sentinel, ring: domain.Unclass,
			ms:   []domain.Mitigation{block("a"), block("b"), block("c"), block("d")},
			left: "block_ip a allow, block_ip b allow, block_ip c allow", roe: true, limited: true,
			steps: "doctrine: removed: persona sentinel may do at most 3 disruptive",
		},
		{
			name: "nothing proposed", persona: domain.Guardian, ring: domain.Secret, roe: true, ao: true,
			steps: "doctrine: rule of engagement applies; doctrine: authorising official required",
		},
		{
			name: "guardian keeps one", persona: domain.Guardian, ring: domain.Unclass, ms: []domain.Mitigation{block("a"), block("b")},
			left: "block_ip a allow", roe: true, limited: true, steps: "doctrine: removed: persona guardian may do at most 1 disruptive",
		},
		{
			name: "guardian in SECRET, one", persona: domain.Guardian, ring: domain.Secret, ms: []domain.Mitigation{block("a")},
			left: "block_ip a require_approval", roe: true, ao: true,
			steps: "doctrine: rule of engagement applies; doctrine: authorising official required",
		},
		{
			name: "guardian in SECRET, two", persona: domain.Guardian, ring: domain.Secret, ms: []domain.Mitigation{block("a"), block("b")},
			left: "block_ip a require_approval", roe: true, ao: true, limited: true,
			steps: "doctrine: removed: persona guardian may do at most 1 disruptive; doctrine: rule of engagement applies; doctrine: authorising official required",
		},
		{
			name: "guardian in SECRET, nothing disruptive", persona: domain.Guardian, ring: domain.Secret, ms: []domain.Mitigation{{Action: "notify"}},
			left: "notify  allow", roe: true, ao: true,
			steps: "doctrine: rule of engagement applies; doctrine: authorising official required",
		},
		{name: "sentinel in SECRET", persona: domain.Sentinel, ring: domain.Secret, ms: []domain.Mitigation{block("a")}, left: "block_ip a allow"},
		{
			name: "sentinel in TOPSECRET", persona: domain.Sentinel, ring: domain.TopSecret, ms: []domain.Mitigation{block("a")},
			left: "block_ip a require_approval", ao: true, steps: "doctrine: authorising official required",
		},
		{
			name: "never-block leaves the cap to the next", persona: domain.Guardian, ring: domain.Unclass,
			never: map[string]string{"ip:a": "al_1"}, ms: []domain.Mitigation{block("a"), block("b")},
			left: "block_ip b allow", steps: "gate: removed: never-block al_1",
		},
		{
			name: "unknown action", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{{Action: "format_disk"}},
			steps: "doctrine: removed: not an action of the doctrine",
		},
		{
			name: "wrong target", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{{Action: "block_ip", TargetKind: "user"}},
			steps: "doctrine: removed: the action takes another kind of target",
		},
		{
			name: "mission not valid", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{block("a")},
			mission: mission(func(m *domain.MissionFact) { m.Valid, m.Reason = false, "expired" }), steps: "mission: removed: mission not valid: expired",
		},
		{
			name: "mission allows nothing", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{block("a")},
			mission: mission(func(m *domain.MissionFact) { m.Allowed = nil }), steps: "mission: removed: mission does not allow the action",
		},
		{
			name: "mission budget", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{block("a"), block("b")},
			mission: mission(func(m *domain.MissionFact) { m.BudgetLeft = 1 }), left: "block_ip a allow", steps: "mission: removed: mission is over budget",
		},
		{
			name: "mission of another ring", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{block("a")},
			mission: mission(func(m *domain.MissionFact) { m.Ring = domain.Secret }), steps: "mission: removed: mission is for ring SECRET",
		},
		{
			name: "mission admits", persona: domain.Sentinel, ring: domain.Unclass, ms: []domain.Mitigation{block("a")},
			mission: mission(func(*domain.MissionFact) {}), left: "block_ip a allow",
		},
		{
			name: "unknown persona", persona: "x", ring: domain.Unclass, ms: []domain.Mitigation{block("a")},
			left: "block_ip a reject", steps: "doctrine: rejected: doctrine can't apply",
		},
		{
			name: "unknown ring", persona: domain.Sentinel, ring: "x", ms: []domain.Mitigation{block("a")},
			left: "block_ip a reject", steps: "doctrine: rejected: doctrine can't apply",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			before := slices.Clone(tc.ms)
			v := d.Apply(tc.persona, tc.ring, tc.mission, tc.never, tc.ms)
			if left(v) != tc.left || v.ROEApplied != tc.roe || v.DisruptionLimited != tc.limited || v.AORequired != tc.ao {
				t.Errorf("left %q roe %t limited %t ao %t", left(v), v.ROEApplied, v.DisruptionLimited, v.AORequired)
			}
			if whats(v) != tc.steps {
				t.Errorf("steps %q", whats(v))
			}
			if d := cmp.Diff(before, tc.ms); d != "" {
				t.Errorf("the proposal was changed: %s", d)
			}
		})
	}
}

func TestApplyDescribes(t *testing.T) {
	t.Parallel()
	v := builtin(t).Apply(domain.Sentinel, domain.Unclass, nil, nil, []domain.Mitigation{{Action: "block_ip", Target: "a"}})
	m := v.Mitigations[0]
	if !m.Disruptive || !m.Reversible || m.TTLSeconds != 3600 || m.TargetKind != "ip" {
		t.Fatalf("%+v", m)
	}
}

// TestApplyOnlyTakesAway holds the package's invariant against random proposals.
func TestApplyOnlyTakesAway(t *testing.T) {
	t.Parallel()
	d := builtin(t)
	rapid.Check(t, func(r *rapid.T) {
		var ms []domain.Mitigation
		for range rapid.IntRange(0, 6).Draw(r, "n") {
			ms = append(ms, domain.Mitigation{
				Action: rapid.SampledFrom([]string{"block_ip", "isolate_host", "notify", "nope"}).Draw(r, "action"),
				Target: rapid.SampledFrom([]string{"a", "b"}).Draw(r, "target"),
			})
		}
		persona := rapid.SampledFrom([]domain.Persona{domain.Guardian, domain.Sentinel}).Draw(r, "persona")
		ring := rapid.SampledFrom(domain.Rings()).Draw(r, "ring")
		v := d.Apply(persona, ring, nil, map[string]string{"ip:a": "al"}, ms)
		if len(v.Mitigations) > len(ms) || len(v.Gatings) != len(v.Mitigations) {
			r.Fatalf("%d of %d mitigations, %d gatings", len(v.Mitigations), len(ms), len(v.Gatings))
		}
		if len(v.Mitigations) < len(ms) && len(v.Steps) < len(ms)-len(v.Mitigations) {
			r.Fatal("something was removed without a step")
		}
		disruptive := 0
		for i, m := range v.Mitigations {
			if m.Target == "a" && m.TargetKind == "ip" {
				r.Fatal("a never-block target survived")
			}
			if m.Disruptive {
				disruptive++
			}
			if m.Disruptive && persona == domain.Guardian && ring == domain.Secret && v.Gatings[i] != domain.GateRequireApproval {
				r.Fatalf("%s is gated %s", m.Action, v.Gatings[i])
			}
		}
		if limit := map[domain.Persona]int{domain.Guardian: 1, domain.Sentinel: 3}[persona]; disruptive > limit {
			r.Fatalf("%d disruptive for %s", disruptive, persona)
		}
	})
}

func TestGates(t *testing.T) {
	t.Parallel()
	d := builtin(t)
	for _, tc := range []struct {
		service, user domain.Milli
		want          domain.Gating
	}{
		{0, 0, domain.GateAllow},
		{399, 399, domain.GateAllow},
		{400, 0, domain.GateRequireApproval},
		{0, 400, domain.GateRequireApproval},
		{699, 1, domain.GateRequireApproval},
		{700, 0, domain.GateReject},
		{0, 1000, domain.GateReject},
	} {
		if got := d.Gate(tc.service, tc.user); got != tc.want {
			t.Errorf("Gate(%d, %d) is %s, want %s", tc.service, tc.user, got, tc.want)
		}
	}
	if BlastGate(nil, 1000, 1000) != domain.GateAllow || BlastGate(&domain.MissionFact{BlastCap: -1}, 1000, 0) != domain.GateAllow ||
		BlastGate(&domain.MissionFact{BlastCap: 300}, 300, 300) != domain.GateAllow ||
		BlastGate(&domain.MissionFact{BlastCap: 300}, 0, 301) != domain.GateRequireApproval {
		t.Error("the mission's blast cap is not held")
	}
}

func TestRings(t *testing.T) {
	t.Parallel()
	d := builtin(t)
	var names []domain.Ring
	last := domain.Milli(0)
	for _, r := range d.Rings() {
		names = append(names, r.Name)
		if r.ImpactFactor < last {
			t.Errorf("%s has a lower factor than the ring before", r.Name)
		}
		last = r.ImpactFactor
		if d.ImpactFactor(r.Name) != r.ImpactFactor {
			t.Errorf("%s: factor", r.Name)
		}
	}
	if diff := cmp.Diff(domain.Rings(), names); diff != "" {
		t.Error(diff)
	}
	if _, ok := d.Ring("nope"); ok || d.ImpactFactor("nope") != 10000 || fault.CodeOf(d.Check(domain.Sentinel, "nope")) != fault.Invalid {
		t.Error("an unknown ring passes")
	}
}

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	good := document(t)
	for name, tc := range map[string]struct{ from, to, want string }{
		"unknown field":      {`"disruptive": true`, `"disruptve": true`, "line 4, /actions/block_ip/disruptve: unknown field"},
		"wrong type":         {`"max_disruptive": 1`, `"max_disruptive": "1"`, "/personas/guardian/max_disruptive"},
		"duplicate":          {`"version": "2",`, `"version": "2", "version": "2",`, "line 2"},
		"syntax":             {`"gates": {`, `"gates": [`, "line "},
		"no version":         {`"version": "2"`, `"version": ""`, "/version: is missing"},
		"negative cap":       {`"max_disruptive": 1`, `"max_disruptive": -1`, "/personas/guardian/max_disruptive: -1 is negative"},
		"low factor":         {`"impact_factor_milli": 1000`, `"impact_factor_milli": 900`, "/rings/0/impact_factor_milli: 900"},
		"ring twice":         {`"name": "CUI"`, `"name": "UNCLASS"`, `/rings/1/name: "UNCLASS"`},
		"unknown cross ring": {`"cross_ring_access": ["UNCLASS"]`, `"cross_ring_access": ["X"]`, `/rings/1/cross_ring_access: "X"`},
		"unknown persona":    {`"persona": ["guardian"]`, `"persona": ["nobody"]`, `/rules/0/when/persona: "nobody"`},
		"unknown action":     {`"keep": [{"action": "block_ip"`, `"keep": [{"action": "blok_ip"`, `/rules/0/keep/0/action: "blok_ip"`},
		"unknown gating":     {`"gating_when_disruptive": "require_approval"`, `"gating_when_disruptive": "ask"`, `"ask" is not`},
		"gates fall":         {`"allow_below": 400`, `"allow_below": 800`, "/gates: allow_below 800"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(good, tc.from) {
				t.Fatalf("the document has no %s", tc.from)
			}
			_, err := Compile([]byte(strings.Replace(good, tc.from, tc.to, 1)))
			if err == nil || !strings.Contains(err.Error(), tc.want) || fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(document(f))
	f.Add(`{"version":"1","actions":{"a":{}},"personas":{"p":{}},"rings":[]}`)
	f.Fuzz(func(t *testing.T, doc string) {
		d, err := Compile([]byte(doc))
		if err != nil {
			return
		}
		for _, r := range d.Rings() {
			for p := range d.Document().Personas {
				v := d.Apply(p, r.Name, nil, nil, []domain.Mitigation{block("a"), block("b")})
				if len(v.Gatings) != len(v.Mitigations) {
					t.Fatal("gatings don't fit")
				}
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	d := builtin(b)
	for name, ring := range map[string]domain.Ring{"plain": domain.Unclass, "rule": domain.Secret} {
		b.Run(name, func(b *testing.B) {
			ms := []domain.Mitigation{block("192.0.2.1")}
			b.ReportAllocs()
			for b.Loop() {
				d.Apply(domain.Guardian, ring, nil, nil, ms)
			}
		})
	}
}
