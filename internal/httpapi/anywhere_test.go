package httpapi

import (
	"bufio"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// An organisation's people open decisions of all its tenants where they hold the
// scope; others find nothing there, whatever they name.
func TestDecisionsOfAnotherTenant(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	own, theirs := f.decided(t, adminA, 1), f.decided(t, "admin-c", 2)
	f.member(t, "analyst-a", tenantA, auth.Analyst)
	at := "tenant=" + string(second)

	for _, path := range []string{"/decisions/" + theirs, "/decisions/" + theirs + "/receipt"} {
		for _, query := range []string{at, "tenant=all"} {
			if a := f.do(t, adminA, "GET", prefixV1+path+"?"+query, ""); a.status != 200 || !strings.Contains(string(a.body), strings.SplitN(theirs, "-", 2)[0]) {
				t.Errorf("%s?%s: %d %.300s", path, query, a.status, a.body)
			}
			f.do(t, adminB, "GET", prefixV1+path+"?"+query, "").want(t, http.StatusNotFound, fault.NotFound)
		}
		f.do(t, adminA, "GET", prefixV1+path, "").want(t, http.StatusNotFound, fault.NotFound)
		f.do(t, adminA, "GET", prefixV1+strings.Replace(path, theirs, own, 1)+"?"+at, "").want(t, http.StatusNotFound, fault.NotFound)
		f.do(t, "analyst-a", "GET", prefixV1+path+"?tenant=all", "").want(t, http.StatusNotFound, fault.NotFound)
	}
	replay := `{"decision_id":"` + theirs + `"}`
	var again replayAnswer
	f.do(t, adminA, "POST", prefixV1+"/forensics/replay?"+at, replay).into(t, &again)
	if again.Same != 1 {
		t.Errorf("replay %+v", again)
	}
	feedback := prefixV1 + "/decisions/" + theirs + "/feedback?" + at
	if a := f.do(t, adminA, "POST", feedback, `{"verdict":"false_positive"}`); a.status != 200 {
		t.Errorf("feedback: %d %s", a.status, a.body)
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", prefixV1 + "/decisions/" + theirs + "?" + at, ""},
		{"GET", prefixV1 + "/decisions/" + theirs + "/receipt?" + at, ""},
		{"GET", prefixV1 + "/decisions?" + at, ""},
		{"GET", prefixV1 + "/feed/live?" + at, ""},
		{"GET", prefixV1 + "/feed/stream?" + at, ""},
		{"GET", prefixV1 + "/stats?" + at, ""},
		{"POST", prefixV1 + "/forensics/replay?" + at, replay},
		{"POST", feedback, `{"verdict":"true_positive"}`},
		{"GET", prefixV1 + "/anomaly/model?" + at, ""},
	} {
		f.do(t, "analyst-a", c.method, c.path, c.body).want(t, http.StatusForbidden, fault.Forbidden)
		f.do(t, adminB, c.method, c.path, c.body).want(t, http.StatusNotFound, fault.NotFound)
		nobody := strings.Replace(c.path, at, "tenant="+url.QueryEscape("tn_none' OR 1=1"), 1)
		f.do(t, adminA, c.method, nobody, c.body).want(t, http.StatusNotFound, fault.NotFound)
	}
	// A list and what is counted are one tenant's.
	var rows list[decisionRow]
	f.do(t, adminA, "GET", prefixV1+"/decisions?"+at, "").into(t, &rows)
	var st statsView
	f.do(t, adminA, "GET", prefixV1+"/stats?"+at, "").into(t, &st)
	if len(rows.Items) != 2 || rows.Items[0].ID != theirs || st.Total != 2 {
		t.Errorf("%d rows, %d counted: %+v", len(rows.Items), st.Total, rows.Items)
	}
	f.do(t, adminA, "GET", prefixV1+"/decisions?tenant=all", "").want(t, http.StatusBadRequest, fault.Invalid)
}

// A key reads no ring elsewhere that it doesn't read at home.
func TestAnotherTenantsRingsStayClosed(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	a := f.do(t, "admin-c", "POST", prefixV1+"/defend", `{"source":"s","event_type":"login","classification":"SECRET","event":{"src_ip":"192.0.2.9"}}`)
	var d decisionAnswer
	if a.into(t, &d); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	f.keys.keys[adminA].Rings = []domain.Ring{domain.Unclass}
	for _, path := range []string{"", "/receipt"} {
		f.do(t, adminA, "GET", prefixV1+"/decisions/"+d.DecisionID+path+"?tenant="+string(second), "").want(t, http.StatusForbidden, fault.Forbidden)
	}
}

// A tenant's default ring opens nothing in a tenant that has another default.
func TestDefaultRingEndsWithItsTenant(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	if a := f.do(t, adminA, "PATCH", prefixV1+"/tenants/"+string(tenantA), `{"settings":{"ring":"SECRET"}}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	secret := `{"source":"s","event_type":"login","classification":"SECRET","event":{"src_ip":"192.0.2.9"}}`
	var own, d decisionAnswer
	f.do(t, adminA, "POST", prefixV1+"/defend", secret).into(t, &own)
	f.do(t, "admin-c", "POST", prefixV1+"/defend", secret).into(t, &d)
	at := "?tenant=" + string(second)
	for _, rings := range [][]domain.Ring{nil, {domain.Secret}} {
		f.keys.keys[adminA].Rings = rings
		if a := f.do(t, adminA, "GET", prefixV1+"/decisions/"+own.DecisionID, ""); a.status != 200 {
			t.Errorf("at home with %v: %d %s", rings, a.status, a.body)
		}
		for _, r := range []struct{ method, path, body string }{
			{"GET", "/decisions/" + d.DecisionID + at, ""},
			{"GET", "/decisions/" + d.DecisionID + "?tenant=all", ""},
			{"GET", "/decisions/" + d.DecisionID + "/receipt" + at, ""},
			{"POST", "/decisions/" + d.DecisionID + "/feedback" + at, `{"verdict":"false_positive"}`},
			{"POST", "/forensics/replay" + at, `{"decision_id":"` + d.DecisionID + `"}`},
		} {
			got := f.do(t, adminA, r.method, prefixV1+r.path, r.body)
			if got.want(t, http.StatusForbidden, fault.Forbidden); strings.Contains(string(got.body), "192.0.2.9") {
				t.Errorf("%s %s with %v: %s", r.method, r.path, rings, got.body)
			}
		}
	}
	f.keys.keys[adminA].Rings = domain.Rings()
	if a := f.do(t, adminA, "GET", prefixV1+"/decisions/"+d.DecisionID+at, ""); a.status != 200 {
		t.Errorf("with all rings named: %d %s", a.status, a.body)
	}
}

// The feed of another tenant ends with the role that let somebody see it.
func TestAnotherTenantsFeedEndsWithTheRole(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+prefixV1+"/feed/stream?tenant="+string(second), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-API-Key", adminA)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() || lines.Text() != ": from 0" {
		t.Fatalf("%d %q", res.StatusCode, lines.Text())
	}
	f.do(t, "admin-c", "POST", prefixV1+"/defend", attempt(7, "203.0.113.7"))
	f.Wake(second)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	if !strings.Contains(lines.Text(), "203.0.113.7") && !strings.Contains(lines.Text(), "decision_id") {
		t.Fatalf("no decision: %q", lines.Text())
	}
	f.hostile(t, "DELETE FROM role_binding WHERE principal_id = 'pr_admin-a'")
	f.do(t, "admin-c", "POST", prefixV1+"/defend", attempt(8, "203.0.113.8"))
	f.Wake(second)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") {
			t.Fatalf("after the role was taken: %s", lines.Text())
		}
	}
}

// A remembered answer of another tenant is for who may still write there.
func TestRememberedAnswersEndWithTheRole(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	_, y := f.drifted(t, "admin-c")
	again := func() *answer {
		return f.do(t, adminA, "POST", prefixV1+"/drift/findings/"+y.ID+"/triage?tenant="+string(second), `{"action":"acknowledge"}`, "Idempotency-Key", "k1")
	}
	for range 2 {
		if a := again(); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	f.hostile(t, "UPDATE role_binding SET tenant_id = 'tn_a' WHERE principal_id = 'pr_admin-a'")
	again().want(t, http.StatusForbidden, fault.Forbidden)
}
