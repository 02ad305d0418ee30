package httpapi

import (
	"net/url"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// Why somebody changes something stands with the change in the audit.
func TestReasonsAreAudited(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	why := "Kündigung, ticket 4711"
	a := f.do(t, adminA, "POST", prefixV1+"/people", `{"kind":"person","name":"Ada"}`, reasonHeader, url.PathEscape(why))
	if a.status != 201 {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	recs, _, err := f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: "person.create"}, "", 10)
	if err != nil || len(recs) != 1 || recs[0].Detail["reason"] != why || recs[0].Detail["name"] != "Ada" {
		t.Errorf("audit: %+v, %v", recs, err)
	}
	for _, bad := range []string{"%zz", "%00", "%ff", strings.Repeat("x", 501)} {
		f.do(t, adminA, "POST", prefixV1+"/people", `{"kind":"person","name":"Bo"}`, reasonHeader, bad).want(t, 400, fault.Invalid)
	}
	var k createdKey
	f.do(t, adminA, "POST", prefixV1+"/keys", `{"name":"k","scopes":["decisions:read"]}`, reasonHeader, "not this one").into(t, &k)
	f.do(t, adminA, "POST", prefixV1+"/keys/"+k.ID+"/revoke", `{"reason":"lost"}`, reasonHeader, "housekeeping")
	recs, _, err = f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: "key.revoke"}, "", 10)
	if err != nil || len(recs) != 1 || recs[0].Detail["reason"] != "lost" {
		t.Errorf("the reason that the request itself gives counts: %+v, %v", recs, err)
	}
}
