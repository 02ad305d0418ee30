package httpapi

import (
	"net/http"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

// Who administers several tenants keeps the webhooks of each; nobody reaches
// another organisation's.
func TestWebhooksOfAnotherTenant(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	var second tenantView
	f.do(t, adminA, "POST", prefixV1+"/tenants", `{"name":"Second"}`).into(t, &second)
	var made createdWebhook
	f.do(t, adminA, "POST", prefixV1+"/webhooks?tenant="+second.ID, `{"url":"https://hooks.example.org/in"}`).into(t, &made)
	count := func(query string) int {
		t.Helper()
		var got list[webhook]
		f.do(t, adminA, "GET", prefixV1+"/webhooks"+query, "").into(t, &got)
		return len(got.Items)
	}
	if here, there := count(""), count("?tenant="+second.ID); here != 0 || there != 1 {
		t.Errorf("webhooks: %d here, %d there", here, there)
	}
	f.do(t, adminA, "GET", prefixV1+"/webhooks/"+made.ID, "").want(t, http.StatusNotFound, fault.NotFound)
	f.do(t, adminB, "DELETE", prefixV1+"/webhooks/"+made.ID+"?tenant="+second.ID, "").want(t, http.StatusNotFound, fault.NotFound)
	if a := f.do(t, adminA, "DELETE", prefixV1+"/webhooks/"+made.ID+"?tenant="+second.ID, ""); a.status != http.StatusNoContent || count("?tenant="+second.ID) != 0 {
		t.Errorf("delete: %d %s", a.status, a.body)
	}
}
