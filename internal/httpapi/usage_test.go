package httpapi

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/fault"
)

// What the hours of each tenant say is what its days say, and only the tenants
// of one's own organisation are there.
func TestUsageOfTenants(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var second tenantView
	f.do(t, adminA, "POST", prefixV1+"/tenants", `{"name":"Second","settings":{"rates":{"defend":{"per_second":7}}}}`).into(t, &second)
	send := func(key string, n int) {
		for range n {
			if a := f.do(t, key, "POST", "/defend", `{"source":"s"}`); a.status != http.StatusOK {
				t.Fatalf("defend: %d %s", a.status, a.body)
			}
		}
	}
	send(adminA, 2)
	f.clk.Advance(3600e9)
	send(adminA, 3)
	f.clk.Advance(24 * 3600e9)
	send(adminA, 1)
	send(adminB, 4)

	var got tenantsUsage
	f.do(t, adminA, "GET", prefixV1+"/usage/tenants", "").into(t, &got)
	if len(got.Items) != 2 || got.Total != 6 {
		t.Fatalf("usage: %+v", got)
	}
	for _, u := range got.Items {
		switch u.Tenant {
		case string(tenantA):
			days := []int64{}
			for _, d := range u.Days {
				days = append(days, d.Decisions)
			}
			if !cmp.Equal(days, []int64{5, 1}) || u.Decisions != 6 || u.Busiest != 3 {
				t.Errorf("usage of the first: %+v", u)
			}
		case second.ID:
			if u.Name != "Second" || u.Decisions != 0 || u.Busiest != 0 || *u.Limit.PerSecond != 7 {
				t.Errorf("usage of the second: %+v", u)
			}
		default:
			t.Errorf("a tenant of others: %+v", u)
		}
	}
	var one usageView
	if f.do(t, adminA, "GET", prefixV1+"/usage?tenant="+second.ID, "").into(t, &one); one.Total != 0 {
		t.Errorf("usage of the other tenant: %+v", one)
	}
	f.do(t, adminB, "GET", prefixV1+"/usage?tenant=tn_a", "").want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, adminA, "GET", prefixV1+"/usage/tenants?from=2020-01-01T00:00:00Z", "").want(t, http.StatusBadRequest, fault.Invalid)
}
