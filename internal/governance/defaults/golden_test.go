package defaults_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/governance/defaults"
	"frostgate.io/frostgate/internal/impact"
	"frostgate.io/frostgate/internal/jsondoc"
	"frostgate.io/frostgate/internal/policy"
)

// engines are the four compiled from the default documents.
type engines struct {
	detect   *detect.Set
	policy   *policy.Engine
	doctrine *doctrine.Doctrine
}

func compile(t testing.TB) engines {
	t.Helper()
	var e engines
	var err error
	for _, d := range defaults.Documents() {
		switch d.Kind {
		case defaults.KindScenarios:
			e.detect, err = detect.Compile(detect.Documents{Scenarios: d.Content})
		case defaults.KindPolicy:
			e.policy, err = policy.Compile(map[string][]byte{"policy.rego": d.Content}, policy.Options{Version: d.Version})
		case defaults.KindDoctrine:
			e.doctrine, err = doctrine.Compile(d.Content)
		case defaults.KindDetections:
			_, err = detect.CompileRules(t.Context(), []detect.Archive{{Name: d.Name, Content: d.Content}})
		default:
			t.Fatalf("unknown kind %q", d.Kind)
		}
		if err != nil {
			t.Fatalf("%s: %v", d.Kind, err)
		}
	}
	return e
}

// verdict is what a golden scenario states.
type verdict struct {
	level       domain.ThreatLevel
	rules       string
	mitigations string
	allow       bool
	reasons     string
	roe, ao     bool
	limited     bool
	gating      domain.Gating
}

// decide puts the engines together in the pipeline's order.
func (e engines) decide(ev *domain.Event, payload jsondoc.Value) (verdict, domain.Milli, domain.Milli) {
	hits := e.detect.Evaluate(ev, payload, nil, nil)
	v := verdict{level: domain.LevelFor(hits.Points), rules: strings.Join(hits.Fired, ",")}
	pol := e.policy.Eval(context.Background(), policy.Input{
		Event: ev, Payload: payload, Score: hits.Points, Level: v.level, Rules: hits.Fired, Mitigations: hits.Mitigations,
	})
	v.allow, v.reasons = pol.Allow, strings.Join(pol.Reasons, ",")
	doc := e.doctrine.Apply(ev.Persona, ev.Ring, nil, nil, hits.Mitigations)
	v.roe, v.ao, v.limited = doc.ROEApplied, doc.AORequired, doc.DisruptionLimited
	factor := e.doctrine.ImpactFactor(ev.Ring)
	service, user, _ := impact.Estimate(doc.Mitigations, factor, doc.DisruptionLimited, nil)
	v.gating = e.doctrine.Gate(service, user)
	var names []string
	for i := range doc.Mitigations {
		m := &doc.Mitigations[i]
		names = append(names, m.Action)
		s, u := impact.Of(m, factor, nil)
		v.gating = domain.Stricter(v.gating, domain.Stricter(doc.Gatings[i], e.doctrine.Gate(s, u)))
		for _, o := range pol.Obligations {
			if o.Action == "*" || o.Action == m.Action {
				v.gating = domain.Stricter(v.gating, o.Gating)
			}
		}
	}
	v.mitigations = strings.Join(names, ",")
	return v, service, user
}

func event(kind string, fails int64, ip string, persona domain.Persona, ring domain.Ring) domain.Event {
	return domain.Event{
		Tenant: "tn_golden", Source: "golden", Type: kind, Persona: persona, Ring: ring,
		SourceIP: ip, FailCount: fails, HasFailCount: fails > 0,
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	e := compile(t)
	const ip, brute, none = "203.0.113.9", "rule:ssh_bruteforce", "rule:default_allow"
	for _, tc := range []struct {
		name string
		ev   domain.Event
		want verdict
	}{
		{
			"baseline_no_threat", event("http_request", 0, ip, domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelNone, rules: none, allow: true, gating: domain.GateAllow},
		},
		{
			"auth_bruteforce_5_attempts", event("auth", 5, ip, domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelHigh, rules: brute, mitigations: "block_ip", allow: true, gating: domain.GateAllow},
		},
		{
			"auth_bruteforce_10_attempts", event("auth.bruteforce", 10, ip, domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelHigh, rules: brute, mitigations: "block_ip", reasons: "bruteforce_threshold", gating: domain.GateAllow},
		},
		{
			"auth_below_threshold", event("auth", 4, ip, domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelNone, rules: none, allow: true, gating: domain.GateAllow},
		},
		{
			"guardian_secret_classification", event("auth", 5, ip, domain.Guardian, domain.Secret),
			verdict{level: domain.LevelHigh, rules: brute, mitigations: "block_ip", allow: true, roe: true, ao: true, gating: domain.GateRequireApproval},
		},
		{
			"sentinel_unclassified", event("auth", 5, ip, domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelHigh, rules: brute, mitigations: "block_ip", allow: true, gating: domain.GateAllow},
		},
		{
			"unknown_event_type", event("custom_event", 0, "", domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelNone, rules: none, allow: true, gating: domain.GateAllow},
		},
		{
			"no_ip_in_bruteforce", event("auth", 9, "", domain.Sentinel, domain.Unclass),
			verdict{level: domain.LevelNone, rules: none, allow: true, gating: domain.GateAllow},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, service, user := e.decide(&tc.ev, jsondoc.Value{})
			if got != tc.want {
				t.Fatalf("got  %+v\nwant %+v", got, tc.want)
			}
			if got.mitigations != "" && (service < 350 || user < 200) {
				t.Errorf("impact %d, %d of a block_ip", service, user)
			}
		})
	}
}

func TestPolicyUnitTests(t *testing.T) {
	t.Parallel()
	i := slices.IndexFunc(defaults.Documents(), func(d defaults.Document) bool { return d.Kind == defaults.KindPolicy })
	n, err := policy.Test(t.Context(), map[string][]byte{
		"policy.rego": defaults.Documents()[i].Content, "policy_test.rego": defaults.PolicyTests(),
	})
	if err != nil || n < 5 {
		t.Fatalf("%d passed: %v", n, err)
	}
}

// TestDocumentVersions holds each document to the version it is published as.
func TestDocumentVersions(t *testing.T) {
	t.Parallel()
	e := compile(t)
	if e.detect.Version() != defaults.Version || e.doctrine.Version() != defaults.Version {
		t.Errorf("documents say %s and %s, published as %s", e.detect.Version(), e.doctrine.Version(), defaults.Version)
	}
	for _, d := range defaults.Documents() {
		if d.Kind == defaults.KindDoctrine && !json.Valid(d.Content) {
			t.Error("doctrine.json is no JSON")
		}
	}
}

// BenchmarkDecide runs all four engines on one brute force event.
func BenchmarkDecide(b *testing.B) {
	e := compile(b)
	for name, ev := range map[string]domain.Event{
		"brute_force": event("auth", 5, "203.0.113.9", domain.Sentinel, domain.Unclass),
		"quiet":       event("http_request", 0, "203.0.113.9", domain.Sentinel, domain.Unclass),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.decide(&ev, jsondoc.Value{})
			}
		})
	}
}
