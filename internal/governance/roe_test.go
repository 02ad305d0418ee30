package governance

import (
	"context"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/doctrine"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/governance/defaults"
)

func sqliteFixture(t *testing.T) *fixture {
	t.Helper()
	clk := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	return newFixture(t, dbtest.OpenSQLite(t, clk), clk, sharedRules)
}

type neverEntry struct{ kind, value string }

func (n neverEntry) NeverBlock(_ context.Context, tenant domain.TenantID, kind, value string, _ domain.Micros) (string, bool, error) {
	return "alw_1", tenant == tenantA && kind == n.kind && value == n.value, nil
}

func TestEngage(t *testing.T) {
	t.Parallel()
	f := sqliteFixture(t)
	ctx := context.Background()
	two := []Proposal{{Action: "block_ip", Target: "192.0.2.1"}, {Action: "block_ip", Target: "192.0.2.2"}}

	got, err := f.Engage(ctx, tenantA, Engagement{Persona: domain.Guardian, Ring: domain.Secret, Mitigations: two})
	if err != nil || len(got.Mitigations) != 1 || got.Gating != domain.GateRequireApproval || !got.TieD.AORequired || !got.TieD.DisruptionLimited {
		t.Errorf("guardian in SECRET: %+v, %v", got, err)
	}
	if got, err = f.Engage(ctx, tenantA, Engagement{Mitigations: two[:1]}); err != nil || got.Gating != domain.GateAllow || got.TieD.Persona != domain.Sentinel {
		t.Errorf("defaults: %+v, %v", got, err)
	}

	f.create(f.envelope("m"))
	for range 2 { // asking spends nothing
		if got, err = f.Engage(ctx, tenantA, Engagement{Mission: "m", Mitigations: two}); err != nil || len(got.Mitigations) != 2 || got.Mission.BudgetLeft != 3 {
			t.Errorf("in the mission: %+v, %v", got, err)
		}
	}
	f.clk.Advance(time.Hour)
	if got, err = f.Engage(ctx, tenantA, Engagement{Mission: "m", Mitigations: two}); err != nil || len(got.Mitigations) != 0 || len(got.Steps) == 0 {
		t.Errorf("after the mission: %+v, %v", got, err)
	}

	f.Never = neverEntry{"ip", "192.0.2.2"}
	if got, err = f.Engage(ctx, tenantA, Engagement{Mitigations: two}); err != nil || len(got.Mitigations) != 1 || got.Mitigations[0].Target != "192.0.2.1" {
		t.Errorf("never-block: %+v, %v", got, err)
	}
	for want, q := range map[string]Engagement{
		"persona":              {Persona: "nobody", Mitigations: two},
		"classification":       {Ring: "NONE", Mitigations: two},
		"mitigations":          {},
		"mitigations/0/action": {Mitigations: []Proposal{{Action: "nuke", Target: "x"}}},
		"mitigations/0/target": {Mitigations: []Proposal{{Action: "block_ip"}}},
	} {
		_, err := f.Engage(ctx, tenantA, q)
		if fe, ok := err.(*fault.Error); !ok || fe.Field != want || fe.Code != fault.Invalid { //nolint:errorlint // exactly this error, unwrapped
			t.Errorf("%s: %v", want, err)
		}
	}
	_, err = f.Engage(ctx, tenantA, Engagement{Mission: "none", Mitigations: two})
	wantCode(t, err, fault.UnknownMission)
}

func TestRingViews(t *testing.T) {
	t.Parallel()
	f := sqliteFixture(t)
	ctx := context.Background()
	d, err := f.Doctrine(ctx, tenantA)
	if err != nil || d.Version != defaults.Version || len(d.Hash) != 64 || len(d.Document.Actions) == 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	doc, err := f.Document(ctx, tenantA, d.Hash)
	if err != nil || doc.Kind != KindDoctrine {
		t.Errorf("the doctrine as a document: %+v, %v", doc, err)
	}
	rings, err := f.Rings(ctx, tenantA)
	if err != nil || len(rings) != 4 {
		t.Fatalf("%v, %v", rings, err)
	}
	if r, err := f.Ring(ctx, tenantA, domain.Secret); err != nil || r.RetentionDays != 1825 {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = f.Ring(ctx, tenantA, "NONE")
	wantCode(t, err, fault.NotFound)
	route, err := f.RouteFor(ctx, tenantA, domain.Guardian, domain.Secret)
	if err != nil || !route.AORequired || len(route.Rules) != 1 || route.Limits.MaxDisruptive != 1 {
		t.Errorf("%+v, %v", route, err)
	}
	if route, err = f.RouteFor(ctx, tenantA, "", domain.Secret); err != nil || route.AORequired || route.Persona != domain.Sentinel {
		t.Errorf("%+v, %v", route, err)
	}
}

func TestRingIsolationIsShown(t *testing.T) {
	t.Parallel()
	f := sqliteFixture(t)
	got, err := f.RingIsolation(context.Background(), tenantA)
	if err != nil || !got.OK || len(got.Pairs) != 12 {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, p := range got.Pairs {
		for _, c := range p.Checks {
			if !c.OK || c.Detail == "" {
				t.Errorf("%s and %s: %+v", p.A, p.B, c)
			}
		}
	}
	bad := []doctrine.Ring{{Name: "LOW", CrossRingAccess: []domain.Ring{"HIGH"}}, {Name: "HIGH"}}
	if c := crossAccess(bad); c.OK {
		t.Errorf("%+v", c)
	}
}

func BenchmarkProbeRings(b *testing.B) {
	for b.Loop() {
		decision.ProbeRings(domain.Unclass, domain.Secret)
	}
}

// TestDefaultRulesetOfStoreAndBinaryAgree: what golden pins is what the server
// decides with.
func TestDefaultRulesetOfStoreAndBinaryAgree(t *testing.T) {
	t.Parallel()
	f := sqliteFixture(t)
	rs, err := f.Active(context.Background(), tenantA)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range decision.RunGolden(rs) {
		if !r.OK {
			t.Errorf("%s: %v", r.Name, r.Problems)
		}
	}
}
