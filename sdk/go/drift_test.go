package frostgate

import (
	"context"
	"testing"
	"time"
)

func TestFindingsAreAskedForByWhatIsNamed(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"items":[{"id":"fnd_1","state":"reopened","severity":"high"}],"next_cursor":""}`)
	ctx := context.Background()
	found, err := Collect(c.DriftFindings(ctx, DriftFilter{Tenant: AllTenants, All: true, Severity: []string{"high", "critical"}, Prefix: "fnd_1"}, Page{Size: 9}), 0)
	if err != nil || len(found) != 1 || found[0].State != "reopened" || got.line != "GET /api/v1/drift/findings?all=true&id=fnd_1&limit=9&severity=high&severity=critical&tenant=all" {
		t.Errorf("%+v, asked %s, %v", found, got.line, err)
	}
	if _, err := c.DriftSummary(ctx, AllTenants); err != nil || got.line != "GET /api/v1/drift?tenant=all" {
		t.Errorf("asked %s, %v", got.line, err)
	}
	if _, err := Collect(c.DriftGroups(ctx, DriftFilter{Type: "x"}, Page{}), 0); err != nil || got.line != "GET /api/v1/drift/groups?type=x" {
		t.Errorf("asked %s, %v", got.line, err)
	}
}

func TestATriageSendsWhatWasDecided(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"count":1,"findings":[{"id":"fnd_1","state":"accepted"}],"entries":[7],"tenants":[{"tenant_id":"tn_a","count":1}]}`)
	ctx := context.Background()
	until := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	res, err := c.TriageDrift(ctx, DriftTriage{Tenant: "tn_b", Action: "accept", IDs: []string{"fnd_1"}, Versions: map[string]int64{"fnd_1": 2}, Until: until, Note: "pilot"})
	want := asked{
		"POST /api/v1/drift/findings/triage?tenant=tn_b", "application/json",
		`{"action":"accept","ids":["fnd_1"],"versions":{"fnd_1":2},"until":"2026-04-01T00:00:00Z","note":"pilot"}`,
	}
	if err != nil || *got != want || res.Count != 1 || res.Entries[0] != 7 {
		t.Errorf("asked %+v, %+v, %v", *got, res, err)
	}
	nobody := ""
	if _, err := c.TriageDrift(ctx, DriftTriage{Action: "assign", Filter: &DriftFilter{Tenant: "x", Type: "json"}, Assignee: &nobody}); err != nil ||
		got.body != `{"action":"assign","filter":{"type":"json"},"assignee":""}` {
		t.Errorf("asked %+v, %v", *got, err)
	}
	if g, err := c.TriageDriftGroup(ctx, "abc", DriftGroupTriage{Action: "acknowledge", Except: []string{"fnd_9"}}); err != nil || g.Tenants[0].Count != 1 ||
		got.line != "POST /api/v1/drift/groups/abc/triage" || got.body != `{"except":["fnd_9"],"action":"acknowledge"}` {
		t.Errorf("asked %+v, %v", *got, err)
	}
}

func TestBaselinesAndComparisons(t *testing.T) {
	t.Parallel()
	c, got := answering(t, `{"id":"bl_1","version":2,"items":[{"kind":"added","id_in_to":"x"}],"text":"rules"}`)
	ctx := context.Background()
	if b, err := c.EditDriftBaseline(ctx, "", "bl_1", DriftBaselineChange{Snapshot: "h"}); err != nil || b.Version != 2 || got.line != "POST /api/v1/drift/baselines/bl_1" || got.body != `{"snapshot":"h"}` {
		t.Errorf("asked %+v, %v", *got, err)
	}
	if _, err := c.SwitchDriftBaseline(ctx, "tn_b", "bl_1", false, false, "done"); err != nil || got.line != "POST /api/v1/drift/baselines/bl_1/deactivate?tenant=tn_b" || got.body != `{"note":"done"}` {
		t.Errorf("asked %+v, %v", *got, err)
	}
	if d, err := c.CompareDrift(ctx, DriftCompare{From: DriftSide{Tenant: "tn_a"}, To: DriftSide{Tenant: "tn_b"}}); err != nil || d.Items[0].IDInTo != "x" ||
		got.body != `{"from":{"tenant_id":"tn_a"},"to":{"tenant_id":"tn_b"}}` {
		t.Errorf("asked %+v, %v", *got, err)
	}
	if _, err := c.SetDriftSeverity(ctx, "", "rules: []\n", nil); err != nil || got.line != "POST /api/v1/drift/severity" || got.body != `{"text":"rules: []\n"}` {
		t.Errorf("asked %+v, %v", *got, err)
	}
	if r, err := c.DriftSeverity(ctx, ""); err != nil || r.Text != "rules" {
		t.Errorf("%+v, %v", r, err)
	}
}
