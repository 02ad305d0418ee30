package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// A tenant that is suspended or closing sends no inventory either; what was
// observed stays readable, and after resuming all goes on.
func TestSuspendedTenantIsNotObserved(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	run := f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "enabled"))
	file := f.do(t, adminA, "GET", "/api/v1/inventory/snapshots/"+run.Snapshot+"/export", "")
	become := func(s tenant.Status) {
		t.Helper()
		if _, err := f.deps.Tenants.Update(t.Context(), evidence.Actor{}, "org_tn_a", tenantA, tenant.Update{Status: &s}); err != nil {
			t.Fatal(err)
		}
	}
	refused := func() {
		t.Helper()
		p := f.do(t, adminA, "POST", "/api/v1/inventory/runs?"+directory, policyLine("p1", "MFA for all", "disabled"), "Content-Type", lines).want(t, http.StatusForbidden, fault.TenantSuspended)
		if !strings.Contains(p.Detail, "no inventory") {
			t.Errorf("refusal: %s", p.Detail)
		}
		f.do(t, adminA, "POST", "/api/v1/inventory/snapshots/import", string(file.body), "Content-Type", lines).want(t, http.StatusForbidden, fault.TenantSuspended)
	}
	become(tenant.Suspended)
	refused()
	var runs list[runView]
	if f.do(t, adminA, "GET", "/api/v1/inventory/runs", "").into(t, &runs); len(runs.Items) != 1 {
		t.Errorf("runs: %+v", runs.Items)
	}
	become(tenant.Active)
	if a := f.do(t, adminA, "POST", "/api/v1/inventory/snapshots/import", string(file.body), "Content-Type", lines); a.status != http.StatusCreated {
		t.Errorf("import after resuming: %d %s", a.status, a.body)
	}
	f.observed(t, adminA, directory, policyLine("p1", "MFA for all", "disabled"))
	become(tenant.Closing)
	refused()
}
