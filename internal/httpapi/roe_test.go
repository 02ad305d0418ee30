package httpapi

import (
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

func TestRulesOfEngagementAreAsked(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	two := `[{"action":"block_ip","target":"203.0.113.1"},{"action":"block_ip","target":"203.0.113.2"}]`
	var got engaged
	a := f.do(t, adminA, "POST", "/roe/evaluate", `{"persona":"guardian","classification":"SECRET","mitigations":`+two+`}`)
	if a.into(t, &got); a.status != 200 || got.Gating != "require_approval" || len(got.Mitigations) != 1 || !got.TieD.AORequired || !got.TieD.DisruptionLimited {
		t.Errorf("guardian, SECRET: %d %s", a.status, a.body)
	}
	// An allow-listed target goes, and is named.
	f.do(t, adminA, "POST", allow, `{"kind":"ip","value":"203.0.113.1","reason":"ours"}`)
	got = engaged{}
	a = f.do(t, adminA, "POST", "/roe/evaluate", `{"mitigations":`+two+`}`)
	if a.into(t, &got); len(got.Mitigations) != 1 || got.Mitigations[0].Target != "203.0.113.2" || len(got.Steps) == 0 {
		t.Errorf("allow-listed: %s", a.body)
	}
	f.do(t, adminA, "POST", "/roe/evaluate", `{"mitigations":[]}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "POST", "/roe/evaluate", `{"mitigations":[{"action":"nuke","target":"x"}]}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "POST", "/roe/evaluate", `{"mission_id":"none","mitigations":`+two+`}`).want(t, 422, fault.UnknownMission)
}

func TestRings(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var way ringRoute
	a := f.do(t, adminA, "POST", "/rings/route", `{"classification":"SECRET","persona":"guardian"}`)
	if a.into(t, &way); a.status != 200 || way.Ring.Name != "SECRET" || way.MaxDisruptive != 1 || !way.AORequired || len(way.Rules) == 0 {
		t.Errorf("route: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "POST", "/rings/route", `{"classification":"BLUE"}`).want(t, 400, fault.Invalid)
	var iso isolation
	a = f.do(t, adminA, "GET", "/rings/isolation", "")
	if a.into(t, &iso); !iso.OK || len(iso.Pairs) != 12 || len(iso.Pairs[0].Checks) == 0 {
		t.Errorf("isolation: %d %s", a.status, a.body)
	}
	var ring ringView
	if f.do(t, adminA, "GET", "/rings/CUI", "").into(t, &ring); ring.Name != "CUI" {
		t.Errorf("ring: %+v", ring)
	}
}
