package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/fault"
)

// driftedMany observes n policies twice; the second time all are disabled, and one has a long name.
func (f *fixture) driftedMany(t testing.TB, key string, n int) {
	t.Helper()
	lines := func(state string) (out []string) {
		for i := range n {
			out = append(out, policyLine(fmt.Sprintf("p%03d", i), fmt.Sprintf("Policy %d", i), state))
		}
		return out
	}
	f.observed(t, key, directory, lines("enabled")...)
	f.clk.Advance(time.Hour)
	f.observed(t, key, directory, lines("disabled")...)
}

func TestAListIsCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.driftedMany(t, adminA, 5)
	var all findingCount
	f.do(t, adminA, "GET", "/api/v1/drift/findings/count?tenant=all", "").into(t, &all)
	if all.Total != 5 || all.State["new"] != 5 || len(all.Tenants) != 1 || all.Tenants[0].Tenant != string(tenantA) || all.Tenants[0].State["new"] != 5 {
		t.Errorf("count %+v", all)
	}
	for query, n := range map[string]int{"": 5, "?q=policy+3": 1, "?state=denied": 0, "?all=true": 5} {
		var got findingCount
		f.do(t, adminA, "GET", "/api/v1/drift/findings/count"+query, "").into(t, &got)
		if got.Total != n {
			t.Errorf("count%s: %d", query, got.Total)
		}
	}
	f.do(t, adminA, "GET", "/api/v1/drift/findings/count?all=true&state=new", "").want(t, http.StatusBadRequest, fault.Invalid)
}

// A list says which run found what it has, since which run, and what else that
// run found.
func TestRunsOfAList(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.driftedMany(t, adminA, 5)
	var first list[findingView]
	f.do(t, adminA, "GET", "/api/v1/drift/findings", "").into(t, &first)
	var got findingRuns
	f.do(t, adminA, "GET", "/api/v1/drift/findings/runs?tenant=all&q=policy+3", "").into(t, &got)
	if got.Total != 1 || len(got.Items) != 1 {
		t.Fatalf("runs %+v", got)
	}
	r := got.Items[0]
	if r.Findings != 1 || r.Tenant != string(tenantA) || r.Run.Run != first.Items[0].Run || r.Run.At == 0 || r.Before == nil || r.Before.At == 0 || r.Before.Run == r.Run.Run || len(r.Elsewhere) != 0 {
		t.Errorf("run %+v, the first finding is %+v", r, first.Items[0])
	}
	f.do(t, adminA, "GET", "/api/v1/drift/findings/runs?state=denied", "").into(t, &got)
	if got.Total != 0 || len(got.Items) != 0 {
		t.Errorf("of none: %+v", got)
	}
	f.do(t, adminA, "GET", "/api/v1/drift/findings/runs?all=true&state=new", "").want(t, http.StatusBadRequest, fault.Invalid)
}

func TestALongTriageInParts(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.driftedMany(t, adminA, 5)
	done, after := 0, ""
	for range 3 {
		var got triaged
		f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", fmt.Sprintf(`{"action":"comment","note":"seen","filter":{},"limit":2,"after":%q}`, after)).into(t, &got)
		done += got.Count
		if got.Left != 5-done {
			t.Errorf("left %d after %d", got.Left, done)
		}
		after = got.Next
	}
	if done != 5 || after != "" {
		t.Errorf("%d done, next %q", done, after)
	}
	for _, body := range []string{`{"action":"comment","note":"x","ids":["fnd_0"],"limit":2}`, `{"action":"comment","note":"x"}`, `{"action":"comment","note":"x","filter":{},"tenants":[{"tenant_id":"t","ids":["x"]}]}`} {
		f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", body).want(t, http.StatusBadRequest, fault.Invalid)
	}
}

// One call for several tenants says what became of it in each.
func TestTriageInSeveralTenants(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	_, x := f.drifted(t, adminA)
	_, y := f.drifted(t, adminB)
	body := fmt.Sprintf(`{"action":"acknowledge","versions":{%q:1},"tenants":[{"tenant_id":%q,"ids":[%q]},{"tenant_id":%q,"ids":[%q]}]}`, x.ID, tenantA, x.ID, tenantB, y.ID)
	var got triaged
	f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", body).into(t, &got)
	if len(got.Tenants) != 2 || got.Tenants[0].Count != 1 || got.Tenants[0].Error != "" || len(got.Tenants[0].Entries) != 1 {
		t.Fatalf("own tenant %+v", got)
	}
	// Another organisation's tenant does not exist.
	if got.Tenants[1].Count != 0 || got.Tenants[1].Code == "" || got.Count != 1 {
		t.Errorf("other organisation's tenant %+v", got.Tenants[1])
	}
	f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", strings.Replace(body, "acknowledge", "reopen", 1)).into(t, &got)
	if got.Tenants[0].Code != string(fault.Conflict) {
		t.Errorf("an old version %+v", got.Tenants[0])
	}
}

func TestAFindingNamesTheRunsThatSawItAndItsProof(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	run, x := f.drifted(t, adminA)
	f.clk.Advance(time.Hour)
	later := f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"), policyLine("p2", "Legacy off", "disabled"))
	f.clk.Advance(time.Hour)
	back := f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"), policyLine("p2", "Legacy off", "enabled"))
	var d findingDetail
	f.do(t, adminA, "GET", "/api/v1/drift/findings/"+x.ID, "").into(t, &d)
	if d.State != "resolved" || len(d.Seen) != 1 || d.Seen[0].Run != later.ID || !d.Seen[0].Told {
		t.Errorf("%s, seen %+v; the last run is %s", d.State, d.Seen, back.ID)
	}
	if d.Proof == nil || d.Proof.Snapshot != run.Snapshot || d.Proof.RunEntry == nil || d.Proof.Entry == nil || len(d.Proof.Findings) != 64 {
		t.Errorf("proof %+v", d.Proof)
	}
	var runs list[runView]
	f.do(t, adminA, "GET", "/api/v1/inventory/runs", "").into(t, &runs)
	if len(runs.Items) != 4 || len(runs.Items[0].Against) != 1 || runs.Items[0].Against[0].Before != later.ID || runs.Items[0].Against[0].Name == "" || runs.Items[0].Against[0].Resolved != 1 {
		t.Errorf("runs %+v", runs.Items)
	}
}

func TestPosture(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.drifted(t, adminA)
	var p postureView
	f.do(t, adminA, "GET", "/api/v1/posture?tenant=all", "").into(t, &p)
	if len(p.Tenants) == 0 || p.Status == "" || !p.Enforced {
		t.Fatalf("posture %+v", p)
	}
	first := p.Tenants[0]
	if first.Tenant != string(tenantA) || first.Name == "" || first.Damaged || first.Drift == nil || first.Drift.Waiting != 1 || first.Approvals == nil || first.Webhooks == nil || first.Decisions == nil {
		t.Errorf("tenant %+v", first)
	}
}

func TestGapsOfAllSources(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"))
	var one, all brokenPage
	f.do(t, adminA, "GET", "/api/v1/inventory/graph/broken?source=directory/m365", "").into(t, &one)
	f.do(t, adminA, "GET", "/api/v1/inventory/graph/broken", "").into(t, &all)
	if one.Total != all.Total || len(one.Items) != len(all.Items) || len(one.Unknown) != len(all.Unknown) {
		t.Errorf("one source %+v, all %+v", one, all)
	}
}
