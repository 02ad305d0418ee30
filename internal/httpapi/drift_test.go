package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// drifted observes two policies twice; the second time one of them is disabled.
func (f *fixture) drifted(t testing.TB, key string) (run runDetail, finding findingView) {
	t.Helper()
	one := policyLine("p1", "MFA for all", "enabled")
	f.observed(t, key, directory, one, policyLine("p2", "Legacy off", "enabled"))
	f.clk.Advance(time.Hour)
	run = f.observed(t, key, directory, one, policyLine("p2", "Legacy off", "disabled"))
	var found list[findingView]
	f.do(t, key, "GET", "/api/v1/drift/findings", "").into(testingT(t), &found)
	if len(found.Items) != 1 {
		t.Fatalf("findings %+v", found.Items)
	}
	return run, found.Items[0]
}

func testingT(t testing.TB) *testing.T { return t.(*testing.T) }

func TestFindingsOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	run, x := f.drifted(t, adminA)
	if x.State != "new" || x.Kind != "changed" || x.Label != "Conditional Access" || x.ObjectID != "p2" || x.Name != "Legacy off" || x.Path != "state" || x.From != "enabled" ||
		x.To != "disabled" || x.Change != "enabled → disabled" || x.Run != run.ID || x.Tenant != string(tenantA) || x.Severity == "" || x.Version != 1 || x.Group == "" {
		t.Errorf("finding %+v", x)
	}
	var d findingDetail
	for _, id := range []string{x.ID, x.ID[:12]} {
		d = findingDetail{}
		f.do(t, adminA, "GET", "/api/v1/drift/findings/"+id, "").into(t, &d)
	}
	if string(d.FromValue) != `"enabled"` || string(d.ToValue) != `"disabled"` || len(d.Ops) != 1 || d.Ops[0].Op != "replace" || d.Ops[0].Path != "/state" || d.Before == nil ||
		d.Before.At >= d.After.At || d.After.Run != run.ID || len(d.History) == 0 || d.KeyedPath != "/state" || len(d.ToHash) != 64 {
		t.Errorf("detail %+v", d)
	}
	for name, link := range d.Links {
		if a := f.do(t, adminA, "GET", link, ""); a.status != http.StatusOK {
			t.Errorf("link %s: %s gives %d", name, link, a.status)
		}
	}
	var sum driftSummaryView
	f.do(t, adminA, "GET", "/drift", "").into(t, &sum)
	if sum.Waiting != 1 || sum.Open != 1 || sum.ByState["new"] != 1 || len(sum.ByType) != 1 || sum.ByTenant[0].Sources[0].Run != run.ID || sum.ByTenant[0].Worst != x.Severity {
		t.Errorf("summary %+v", sum)
	}
	for query, n := range map[string]int{
		"": 1, "?state=acknowledged": 0, "?state=new&state=reopened": 1, "?all=true": 1, "?severity=" + x.Severity: 1, "?type=conditional+access": 1, "?type=json": 0,
		"?q=legacy": 1, "?q=nothing": 0, "?object_id=p2": 1, "?run=" + run.ID: 1, "?group=" + x.Group: 1, "?id=" + x.ID[:10]: 1, "?kind=added&kind=changed": 1, "?tenant=all": 1,
		"?source=directory/m365": 1, "?baseline=" + x.Baseline: 1, "?assignee=nobody": 0,
	} {
		var found list[findingView]
		f.do(t, adminA, "GET", "/api/v1/drift/findings"+query, "").into(t, &found)
		if len(found.Items) != n {
			t.Errorf("findings%s: %d, want %d", query, len(found.Items), n)
		}
	}
	var cmps list[comparisonView]
	f.do(t, adminA, "GET", "/api/v1/drift/comparisons?run="+run.ID, "").into(t, &cmps)
	if len(cmps.Items) != 1 || cmps.Items[0].Changed != 1 || cmps.Items[0].New != 1 || cmps.Items[0].BaselineName == "" || cmps.Items[0].Entry == nil {
		t.Errorf("comparisons %+v", cmps)
	}
}

// The walk of an administrator: accepted for a time, changed to another value, it
// is back on top; the accepted value itself is not.
func TestTriageOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	_, x := f.drifted(t, adminA)
	until := time.UnixMicro(int64(f.clk.Now())).Add(30 * 24 * time.Hour).UTC().Format(time.RFC3339)
	post := func(path, body string) *answer { return f.do(t, adminA, "POST", "/api/v1/drift/findings/"+path, body) }
	var got triaged
	post(x.ID+"/triage", `{"action":"assign","assignee":"pr_admin-a"}`).into(t, &got)
	if got.Count != 1 || got.Findings[0].Assignee != "pr_admin-a" || got.Findings[0].State != "new" || len(got.Entries) != 1 {
		t.Errorf("assigned %+v", got)
	}
	post(x.ID+"/triage", `{"action":"accept","until":"`+until+`","note":"pilot","version":1}`).want(t, http.StatusConflict, fault.Conflict)
	post("triage", `{"action":"accept","ids":["`+x.ID+`"],"versions":{"`+x.ID+`":2},"until":"`+until+`","note":"pilot","approver":"Eva"}`).into(t, &got)
	if got.Count != 1 || got.Findings[0].State != "accepted" || got.Findings[0].Until == 0 {
		t.Errorf("accepted %+v", got)
	}
	var d findingDetail
	f.do(t, adminA, "GET", "/api/v1/drift/findings/"+x.ID, "").into(t, &d)
	if d.Acceptance == nil || !d.Acceptance.Valid || d.Acceptance.Approver != "Eva" || d.Acceptance.Reason != "pilot" || d.Acceptance.By != "pr_admin-a" || len(d.History) < 3 {
		t.Errorf("acceptance %+v", d)
	}
	f.clk.Advance(time.Hour)
	f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"), policyLine("p2", "Legacy off", "enabledForReportingButNotEnforced"))
	var found list[findingView]
	f.do(t, adminA, "GET", "/api/v1/drift/findings", "").into(t, &found)
	if len(found.Items) != 1 || found.Items[0].State != "reopened" || found.Items[0].Reason != "other_value" || found.Items[0].To != "enabledForReportingButNotEnforced" {
		t.Fatalf("another value: %+v", found.Items)
	}
	f.do(t, adminA, "GET", "/api/v1/drift/findings/"+found.Items[0].ID, "").into(t, &d)
	if d.Reopens != x.ID {
		t.Errorf("it follows %q, not %q", d.Reopens, x.ID)
	}
	post("triage", `{"action":"deny","filter":{"severity":["critical","high","medium","low","informational"]},"note":"undo it"}`).into(t, &got)
	if got.Count != 1 || got.Findings[0].State != "denied" {
		t.Errorf("denied by filter %+v", got)
	}
	var audit list[auditRecord]
	f.do(t, adminA, "GET", "/audit?action=drift.", "").into(t, &audit)
	if len(audit.Items) < 3 {
		t.Errorf("audit %+v", audit.Items)
	}
}

func TestTriageIsHeldToItsForm(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	_, x := f.drifted(t, adminA)
	ids := `"ids":["` + x.ID + `"]`
	many := strings.Repeat(`"fnd_1",`, 1000) + `"fnd_2"`
	for _, body := range []string{
		`{}`, `{"action":"burn",` + ids + `}`, `{"action":"acknowledge"}`, `{"action":"acknowledge",` + ids + `,"filter":{}}`, `{"action":"accept",` + ids + `,"note":"x"}`,
		`{"action":"accept",` + ids + `,"until":"2020-01-01T00:00:00Z","note":"x"}`, `{"action":"accept",` + ids + `,"until":"2030-01-01T00:00:00Z","note":"x"}`,
		`{"action":"accept",` + ids + `,"until":"2026-03-20T00:00:00Z"}`, `{"action":"deny",` + ids + `}`, `{"action":"assign",` + ids + `}`,
		`{"action":"acknowledge",` + ids + `,"until":"2026-03-20T00:00:00Z"}`, `{"action":"acknowledge",` + ids + `,"approver":"x"}`, `{"action":"acknowledge",` + ids + `,"assignee":"x"}`,
		`{"action":"acknowledge","ids":[` + many + `]}`, `{"action":"acknowledge","filter":{"severity":["grave"]}}`, `{"action":"acknowledge","filter":{"all":true,"states":["new"]}}`,
		`{"action":"comment",` + ids + `,"note":"` + strings.Repeat("x", 2001) + `"}`, `{"action":"acknowledge",` + ids + `,"more":1}`,
	} {
		if a := f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", body); a.status != http.StatusBadRequest {
			t.Errorf("%.120s: %d %s", body, a.status, a.body)
		}
	}
	f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", `{"action":"acknowledge","ids":["fnd_`+strings.Repeat("0", 32)+`"]}`).want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", strings.Repeat(" ", 1<<20+1)).want(t, http.StatusRequestEntityTooLarge, fault.TooLarge)
	for _, path := range []string{
		"findings?cursor=nonsense", "findings?limit=0", "findings?state=gone", "findings?all=true&state=new", "findings?severity=x", "comparisons?cursor=x", "baselines?cursor=x",
		"groups?cursor=x", "severity?version=-2", "severity?version=x", "findings?sate=new",
	} {
		f.do(t, adminA, "GET", "/api/v1/drift/"+path, "").want(t, http.StatusBadRequest, fault.Invalid)
	}
	var d findingDetail
	f.do(t, adminA, "GET", "/api/v1/drift/findings/"+x.ID, "").into(t, &d)
	if d.State != "new" || d.Version != 1 {
		t.Errorf("a refused triage changed the finding: %+v", d.findingView)
	}
	key := []string{"Idempotency-Key", "once"}
	first := f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", `{"action":"comment",`+ids+`,"note":"seen"}`, key...)
	again := f.do(t, adminA, "POST", "/api/v1/drift/findings/triage", `{"action":"comment",`+ids+`,"note":"seen"}`, key...)
	if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the same key gives %s, then %s", first.body, again.body)
	}
}

// What drifted in one tenant does not exist for another, and whoever only reads
// decides nothing.
func TestDriftIsEachTenantsOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	run, x := f.drifted(t, adminA)
	baseline := `{"name":"gold","kind":"snapshot","source":"directory/m365","snapshot":"` + run.Snapshot + `","keep_last_run":true}`
	var b baselineView
	a := f.do(t, adminA, "POST", "/api/v1/drift/baselines", baseline)
	if a.into(t, &b); a.status != http.StatusCreated {
		t.Fatalf("baseline: %d %s", a.status, a.body)
	}
	for _, tc := range []struct{ method, path, body string }{
		{"GET", "findings/" + x.ID, ""},
		{"POST", "findings/" + x.ID + "/triage", `{"action":"acknowledge"}`},
		{"POST", "findings/triage", `{"action":"acknowledge","ids":["` + x.ID + `"]}`},
		{"GET", "baselines/" + b.ID, ""},
		{"POST", "baselines/" + b.ID, `{"name":"mine"}`},
		{"POST", "baselines/" + b.ID + "/deactivate", `{}`},
		{"DELETE", "baselines/" + b.ID, ""},
		{"GET", "groups/" + x.Group, ""},
	} {
		f.do(t, adminB, tc.method, "/api/v1/drift/"+tc.path, tc.body).want(t, http.StatusNotFound, fault.NotFound)
		f.do(t, adminB, tc.method, "/api/v1/drift/"+tc.path+"?tenant="+string(tenantA), tc.body)
	}
	for _, path := range []string{"", "/findings", "/baselines", "/comparisons", "/groups", "/severity"} {
		f.do(t, adminB, "GET", "/api/v1/drift"+path+"?tenant="+string(tenantA), "").want(t, http.StatusNotFound, fault.NotFound)
	}
	for _, body := range []string{
		`{"name":"x","kind":"snapshot","source":"directory/m365","snapshot":"` + run.Snapshot + `"}`,
		`{"name":"x","kind":"golden","source":"directory/m365","golden":{"tenant_id":"tn_a","source":"directory/m365"}}`,
	} {
		f.do(t, adminB, "POST", "/api/v1/drift/baselines", body).want(t, http.StatusNotFound, fault.NotFound)
	}
	f.do(t, adminB, "POST", "/api/v1/drift/compare", `{"from":{"tenant_id":"tn_a","source":"directory/m365"},"to":{"tenant_id":"tn_a","source":"directory/m365"}}`).want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, adminB, "POST", "/api/v1/drift/compare", `{"from":{"snapshot":"`+run.Snapshot+`"},"to":{"snapshot":"`+run.Snapshot+`"}}`).want(t, http.StatusNotFound, fault.NotFound)
	for _, query := range []string{"findings?tenant=all&all=true", "groups?tenant=all", "baselines"} {
		var page list[map[string]any]
		f.do(t, adminB, "GET", "/api/v1/drift/"+query, "").into(t, &page)
		if len(page.Items) != 0 {
			t.Errorf("%s: tenant B sees %v", query, page.Items)
		}
	}
	var tri groupTriaged
	f.do(t, adminB, "POST", "/api/v1/drift/groups/"+x.Group+"/triage", `{"action":"acknowledge","tenants":["tn_a"]}`).into(t, &tri)
	if tri.Count != 0 || len(tri.Tenants) != 1 || tri.Tenants[0].Code != string(fault.NotFound) {
		t.Errorf("tenant B triaged a group of tenant A: %+v", tri)
	}
	f.keys.add("viewer", tenantA, auth.Viewer.Scopes()...)
	f.keys.add("nothing", tenantA, domain.ScopeDecisionsRead)
	for path, body := range map[string]string{
		"findings/" + x.ID + "/triage": `{"action":"acknowledge"}`, "findings/triage": `{"action":"acknowledge","ids":["` + x.ID + `"]}`, "baselines": baseline,
		"baselines/" + b.ID: `{"name":"mine"}`, "severity": `{"text":"x"}`, "groups/" + x.Group + "/triage": `{"action":"acknowledge"}`,
	} {
		f.do(t, "viewer", "POST", "/api/v1/drift/"+path, body).want(t, http.StatusForbidden, fault.Forbidden)
	}
	f.do(t, "nothing", "GET", "/drift", "").want(t, http.StatusForbidden, fault.Forbidden)
	var d findingDetail
	f.do(t, "viewer", "GET", "/api/v1/drift/findings/"+x.ID, "").into(t, &d)
	if d.State != "new" || d.Version != 1 {
		t.Errorf("the finding was changed: %+v", d.findingView)
	}
}

// sibling makes another tenant in tenant A's organisation and a key of it.
func (f *fixture) sibling(t *testing.T, id domain.TenantID, key string) {
	t.Helper()
	tn, err := f.deps.Tenants.Create(t.Context(), (&Call{Request: &http.Request{}}).actor(), "org_tn_a", string(id), nil)
	if err != nil {
		t.Fatal(err)
	}
	f.keys.add(key, tn.ID, domain.AllScopes()...)
	f.keys.keys[key].Org = "org_tn_a"
}

// member makes somebody with one role in one tenant only.
func (f *fixture) member(t *testing.T, key string, at domain.TenantID, role auth.Role) {
	t.Helper()
	f.keys.add(key, at, role.Scopes()...)
	f.keys.keys[key].Org = "org_tn_a"
	err := f.db.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `INSERT INTO principal (principal_id, org_id, kind, name, email, status, created_at) VALUES ($1, 'org_tn_a', 'person', 'M', '', 'active', 1)`, "pr_"+key); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `INSERT INTO role_binding (principal_id, org_id, tenant_id, role, created_at) VALUES ($1, 'org_tn_a', $2, $3, 1)`, "pr_"+key, string(at), string(role))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An organisation sees all its tenants, and decides once for the same change in
// them; whoever holds a role in one tenant reaches that one.
func TestOneChangeInManyTenants(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	f.drifted(t, adminA)
	_, y := f.drifted(t, "admin-c")
	f.member(t, "analyst-a", tenantA, auth.Analyst)

	var sum driftSummaryView
	f.do(t, adminA, "GET", "/drift?tenant=all", "").into(t, &sum)
	if sum.Waiting != 2 || len(sum.ByTenant) != 2 || sum.ByTenant[1].Name == "" {
		t.Errorf("summary of all %+v", sum)
	}
	f.do(t, "analyst-a", "GET", "/drift?tenant=all", "").into(t, &sum)
	if sum.Waiting != 1 || len(sum.ByTenant) != 1 || sum.ByTenant[0].Tenant != string(tenantA) {
		t.Errorf("an analyst of one tenant sees %+v", sum)
	}
	f.do(t, "analyst-a", "GET", "/drift?tenant="+string(second), "").want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "analyst-a", "GET", "/api/v1/drift/findings/"+y.ID+"?tenant="+string(second), "").want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "analyst-a", "POST", "/api/v1/drift/findings/"+y.ID+"/triage?tenant="+string(second), `{"action":"acknowledge"}`).want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "analyst-a", "POST", "/api/v1/drift/compare", `{"from":{"source":"directory/m365"},"to":{"tenant_id":"`+string(second)+`","source":"directory/m365"}}`).want(t, http.StatusForbidden, fault.Forbidden)
	f.do(t, "analyst-a", "GET", "/api/v1/inventory/items?tenant="+string(second), "").want(t, http.StatusForbidden, fault.Forbidden)
	var found list[findingView]
	f.do(t, adminA, "GET", "/api/v1/drift/findings?tenant=all", "").into(t, &found)
	if len(found.Items) != 2 || found.Items[0].Group != found.Items[1].Group || found.Items[0].Tenant == found.Items[1].Tenant {
		t.Fatalf("findings of all %+v", found.Items)
	}
	var d findingDetail
	f.do(t, adminA, "GET", "/api/v1/drift/findings/"+y.ID+"?tenant="+string(second), "").into(t, &d)
	if d.Tenant != string(second) || !strings.Contains(d.Links["object"], "tenant="+string(second)) {
		t.Errorf("another tenant's finding %+v", d)
	}
	if a := f.do(t, adminA, "GET", d.Links["object"], ""); a.status != http.StatusOK {
		t.Errorf("its object: %d %s", a.status, a.body)
	}
	var groups list[groupView]
	f.do(t, adminA, "GET", "/api/v1/drift/groups?tenant=all", "").into(t, &groups)
	if len(groups.Items) != 1 || groups.Items[0].Tenants != 2 || groups.Items[0].Findings != 2 || groups.Items[0].Waiting != 2 {
		t.Fatalf("groups %+v", groups.Items)
	}
	path := "/api/v1/drift/groups/" + groups.Items[0].Key + "/triage"
	both := fmt.Sprintf(`"tenants":["tn_a",%q]`, second)
	var tri groupTriaged
	f.do(t, "analyst-a", "POST", path, `{"action":"comment","note":"x",`+both+`}`).into(t, &tri)
	codes := map[string]string{}
	for _, x := range tri.Tenants {
		codes[x.Tenant] = x.Code
	}
	if tri.Count != 1 || codes["tn_a"] != "" || codes[string(second)] != string(fault.Forbidden) {
		t.Errorf("an analyst of one tenant triaged %+v", tri)
	}
	for _, except := range []string{`"except":["` + y.ID[:12] + `"]`, `"except_tenants":["second"]`, `"except_tenants":["tn_b"]`, `"tenants":["tn_a"],"except":["` + y.ID + `"]`} {
		f.do(t, adminA, "POST", path, `{"action":"acknowledge",`+except+`}`).want(t, http.StatusBadRequest, fault.Invalid)
	}
	f.do(t, adminA, "POST", path, `{"action":"acknowledge","except":["`+y.ID+`"]}`).into(t, &tri)
	if tri.Count != 1 || len(tri.Tenants) != 1 || len(tri.Tenants[0].Objects) != 1 || tri.Tenants[0].Objects[0].Name != "Legacy off" || tri.Tenants[0].Objects[0].Was != "new" || len(tri.Kept) != 1 || tri.Kept[0].Finding != y.ID {
		t.Errorf("triage but for one %+v", tri)
	}
	f.do(t, adminA, "POST", path, `{"action":"acknowledge"}`).into(t, &tri)
	f.do(t, adminA, "GET", "/drift?tenant=all", "").into(t, &sum)
	if sum.Waiting != 0 || sum.ByState["acknowledged"] != 2 {
		t.Errorf("after the triage %+v", sum)
	}
	var cmp compared
	f.do(t, adminA, "POST", "/api/v1/drift/compare", `{"from":{"source":"directory/m365"},"to":{"tenant_id":"`+string(second)+`","source":"directory/m365"}}`).into(t, &cmp)
	if cmp.Added+cmp.Removed+cmp.Changed != 0 || cmp.Unchanged != 2 || cmp.To.Snapshot == "" {
		t.Errorf("two equal tenants %+v", cmp)
	}
}

func TestBaselinesOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	run, _ := f.drifted(t, adminA)
	var all list[baselineView]
	f.do(t, adminA, "GET", "/api/v1/drift/baselines", "").into(t, &all)
	if len(all.Items) != 1 || all.Items[0].Kind != "last_run" || !all.Items[0].Active {
		t.Fatalf("baselines %+v", all.Items)
	}
	var first struct {
		Items []runView `json:"items"`
	}
	f.do(t, adminA, "GET", "/api/v1/inventory/runs", "").into(t, &first)
	var b baselineView
	a := f.do(t, adminA, "POST", "/api/v1/drift/baselines", `{"name":"pinned","kind":"snapshot","source":"directory/m365","snapshot":"`+first.Items[1].Snapshot+`","note":"go-live"}`)
	if a.into(t, &b); a.status != http.StatusCreated || a.header.Get("Location") != "/api/v1/drift/baselines/"+b.ID || !b.Active || b.Version != 1 || b.Note != "go-live" {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	if e := b.Effect; e == nil || e.LastRun != "off" || e.SetAside != 1 || e.Waiting != 1 {
		t.Errorf("what it did to what waits: %s", a.body)
	}
	f.do(t, adminA, "POST", "/api/v1/drift/baselines", `{"name":"typo","kind":"snapshot","source":"directory/m356","snapshot":"`+run.Snapshot+`"}`).want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, adminA, "POST", "/api/v1/drift/baselines/"+b.ID, `{"snapshot":"`+run.Snapshot+`","version":7}`).want(t, http.StatusConflict, fault.Conflict)
	f.do(t, adminA, "POST", "/api/v1/drift/baselines/"+b.ID, `{"snapshot":"`+run.Snapshot+`","version":1}`).into(t, &b)
	if b.Version != 2 || b.Snapshot != run.Snapshot {
		t.Errorf("edited %+v", b)
	}
	var d baselineDetail
	f.do(t, adminA, "GET", "/api/v1/drift/baselines/"+b.ID, "").into(t, &d)
	if len(d.Versions) != 2 || d.Versions[0].Version != 2 || d.Version != 2 {
		t.Errorf("detail %+v", d)
	}
	f.do(t, adminA, "POST", "/api/v1/drift/baselines/"+b.ID+"/deactivate", `{"note":"done"}`).into(t, &b)
	if b.Active || b.Effect == nil || b.Effect.LastRun != "on" {
		t.Errorf("deactivated %+v", b)
	}
	var sum driftSummaryView
	f.do(t, adminA, "GET", "/drift", "").into(t, &sum)
	var cmps list[comparisonView]
	f.do(t, adminA, "GET", "/api/v1/drift/comparisons?run="+run.ID+"&baseline="+all.Items[0].ID, "").into(t, &cmps)
	want := 0
	for _, x := range cmps.Items {
		want += x.New
	}
	if src := sum.ByTenant[0].Sources[0]; src.New != want || !src.Compared {
		t.Errorf("a baseline that is off counts: %+v, %+v", src, cmps.Items)
	}
	var found list[findingView]
	f.do(t, adminA, "GET", "/api/v1/drift/findings?all=true", "").into(t, &found)
	for _, x := range found.Items {
		if x.BaselineName == "" || x.BaselineKind == "" {
			t.Errorf("whose is %+v", x)
		}
	}
	for _, body := range []string{
		`{"name":"x","kind":"last_run","source":"directory/m365"}`, `{"name":"x","kind":"snapshot","source":"directory/m365"}`, `{"name":"","kind":"snapshot","source":"s/t"}`,
		`{"name":"x","kind":"snapshot","source":"directory/m365","snapshot":"` + run.Snapshot + `","template":"y"}`, `{"name":"x","kind":"template","source":"directory/m365","template":"a: [b"}`,
	} {
		if a := f.do(t, adminA, "POST", "/api/v1/drift/baselines", body); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	var rules severityRulesView
	f.do(t, adminA, "GET", "/api/v1/drift/severity", "").into(t, &rules)
	if rules.Version != 0 || rules.Text == "" {
		t.Fatalf("severity %+v", rules)
	}
	body, err := json.Marshal(map[string]any{"text": rules.Text, "version": 0})
	if err != nil {
		t.Fatal(err)
	}
	f.do(t, adminA, "POST", "/api/v1/drift/severity", string(body)).into(t, &rules)
	if rules.Version != 1 || rules.CreatedBy != "pr_admin-a" || rules.Entry == nil {
		t.Errorf("set %+v", rules)
	}
	f.do(t, adminA, "POST", "/api/v1/drift/severity", string(body)).want(t, http.StatusConflict, fault.Conflict)
	f.do(t, adminA, "POST", "/api/v1/drift/severity", `{"text":"nonsense: ["}`).want(t, http.StatusBadRequest, fault.Invalid)
}

func TestReferencesOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	group := `{"place":"Groups/g1.json","object":{"@odata.type":"#microsoft.graph.group","id":"g1","displayName":"Contractors","securityEnabled":true}}`
	policy := strings.Replace(policyLine("p1", "MFA for all", "enabled"), `"includeUsers":["All"]`, `"includeUsers":["All"],"excludeGroups":["g1","g2"]`, 1)
	f.observed(t, adminA, directory, group, policy)
	var n graphNeighbours
	f.do(t, adminA, "GET", "/api/v1/inventory/graph/neighbours?id=p1", "").into(t, &n)
	if n.ToCount != 2 || n.FromCount != 0 || n.Object.Name != "MFA for all" {
		t.Errorf("neighbours %+v", n)
	}
	var r blastRadius
	f.do(t, adminA, "GET", "/api/v1/inventory/graph/blast-radius?id=contractors&depth=3", "").into(t, &r)
	if r.Total != 1 || r.Affected[0].Object.ID != "p1" || r.Affected[0].Distance != 1 {
		t.Errorf("radius %+v", r)
	}
	var broken brokenPage
	f.do(t, adminA, "GET", "/api/v1/inventory/graph/broken", "").into(t, &broken)
	if broken.Total != 1 || len(broken.Items) != 1 || broken.Items[0].To.ID != "g2" {
		t.Errorf("broken %+v", broken)
	}
	var loose unassignedPage
	f.do(t, adminA, "GET", "/api/v1/inventory/graph/unassigned?source=directory/m365", "").into(t, &loose)
	for _, query := range []string{"neighbours", "neighbours?id=nobody", "blast-radius?id=p1&depth=0", "blast-radius?id=p1&depth=33", "broken?cursor=x", "unassigned?cursor=x"} {
		if a := f.do(t, adminA, "GET", "/api/v1/inventory/graph/"+query, ""); a.status/100 != 4 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	for _, query := range []string{"neighbours?id=p1", "blast-radius?id=p1", "broken", "unassigned"} {
		f.do(t, adminB, "GET", "/api/v1/inventory/graph/"+query, "").want(t, http.StatusNotFound, fault.NotFound)
	}
}
