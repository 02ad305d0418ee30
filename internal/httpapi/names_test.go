package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frostgate.io/frostgate/internal/fault"
)

// Who may only see drift reads whose IDs stand there, and picks among those who
// may do what they may; nobody reads names across organisations.
func TestNamesOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	names := func(key, query string) (items []nameView) {
		t.Helper()
		a := f.do(t, key, "GET", prefixV1+"/names?"+query, "")
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", query, a.status, a.body)
		}
		var got list[nameView]
		a.into(t, &got)
		return got.Items
	}
	var ada, sensor principalView
	f.do(t, adminA, "POST", prefixV1+"/people", `{"kind":"person","name":"Ada Park","email":"ada@example.com","roles":[{"role":"analyst","tenant_id":"tn_a"}]}`).into(t, &ada)
	f.do(t, adminA, "POST", prefixV1+"/people", `{"kind":"service","name":"collector","roles":[{"role":"viewer","tenant_id":"tn_a"}]}`).into(t, &sensor)
	var key createdKey
	f.do(t, adminA, "POST", prefixV1+"/keys", `{"name":"nightly","scopes":["drift:read"],"principal_id":"`+sensor.ID+`"}`).into(t, &key)

	want := []nameView{{ada.ID, "Ada Park", "person", true}, {key.ID, "nightly", "key", true}}
	if got := names(key.Secret, "id="+ada.ID+"&id="+key.ID+"&id=system"); !cmp.Equal(got, want) {
		t.Errorf("names: %+v", got)
	}
	if got := names(adminB, "id="+ada.ID+"&id="+key.ID); len(got) != 0 {
		t.Errorf("another organisation reads %+v", got)
	}
	if got := names(adminA, "may=drift:write&text=ada"); !cmp.Equal(got, want[:1]) {
		t.Errorf("who may triage: %+v", got)
	}
	f.do(t, key.Secret, "GET", prefixV1+"/names?may=drift:write", "").want(t, 403, fault.Forbidden)
	f.do(t, adminB, "GET", prefixV1+"/names?id=x&tenant=tn_a", "").want(t, 404, fault.NotFound)
	for _, query := range []string{"", "?may=drift:write&id=x", "?may=everything", "?id=" + strings.Repeat("x&id=", 201)} {
		f.do(t, adminA, "GET", prefixV1+"/names"+query, "").want(t, 400, fault.Invalid)
	}
}

// Who signs in sees where they are by name, without the right to list tenants.
func TestIdentityHasNames(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.add("sensor", tenantA)
	var id identity
	if f.do(t, "sensor", "GET", prefixV1+"/whoami", "").into(t, &id); id.OrgName != "o" || id.TenantName != "tn_a" {
		t.Errorf("whoami: %+v", id)
	}
}
