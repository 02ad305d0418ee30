package httpapi

import (
	"net/url"
	"strings"
	"testing"
	"time"

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
	for _, bad := range []string{"%zz", "%00", "%ff", url.PathEscape("a\u202eb"), url.PathEscape("a\u200bb"), strings.Repeat("x", 501)} {
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

// The reason of the header stands with changes that can give one of their own.
func TestReasonsOfRules(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	last := func(action string) string {
		t.Helper()
		f.clk.Advance(time.Second)
		recs, _, err := f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: action}, "", 1)
		if err != nil || len(recs) != 1 {
			t.Fatalf("%s: %+v, %v", action, recs, err)
		}
		return recs[0].Detail["reason"]
	}
	done := func(a *answer) {
		t.Helper()
		if a.status >= 300 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	rules := pack(t, "one.yml", shellRule(ruleOne, "Evil command", "high", "cmd|contains: evil"))
	var active activeRuleset
	f.do(t, adminA, "GET", prefixV1+"/rulesets/active", "").into(t, &active)
	done(f.do(t, adminA, "POST", prefixV1+"/rules/import?name=acme&activate=true", rules, reasonHeader, "of the header"))
	if got := last("rules.import"); got != "of the header" {
		t.Errorf("import: %q", got)
	}
	done(f.do(t, adminA, "POST", prefixV1+"/rulesets/active", `{"hash":"`+active.Ruleset.Hash+`"}`, reasonHeader, "back"))
	if got := last("ruleset.activate"); got != "back" {
		t.Errorf("activate: %q", got)
	}
	done(f.do(t, adminA, "POST", prefixV1+"/rules/import?name=acme&activate=true&reason=its+own", rules, reasonHeader, "of the header"))
	if got := last("rules.import"); got != "its own" {
		t.Errorf("import with a reason of its own: %q", got)
	}
	done(f.do(t, adminA, "DELETE", prefixV1+"/rules/sources/acme", "", reasonHeader, "unused"))
	if got := last("rules.remove"); got != "unused" {
		t.Errorf("remove: %q", got)
	}
}

// No reason, wherever it stands, may look like another.
func TestReasonsHideNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	const evil = `no\u202eeslaf`
	var k createdKey
	f.do(t, adminA, "POST", prefixV1+"/keys", `{"name":"k","scopes":["decisions:read"]}`).into(t, &k)
	var active activeRuleset
	f.do(t, adminA, "GET", prefixV1+"/rulesets/active", "").into(t, &active)
	for _, r := range []struct{ method, path, body string }{
		{"POST", "/keys/" + k.ID + "/revoke", `{"reason":"` + evil + `"}`},
		{"POST", "/rulesets/active", `{"hash":"` + active.Ruleset.Hash + `","reason":"` + evil + `"}`},
		{"POST", "/allowlists", `{"kind":"user","value":"ann","reason":"` + evil + `"}`},
		{"POST", "/allowlists", `{"kind":"user","value":"an\u200dn","reason":"ours"}`},
		{"DELETE", "/rules/sources/acme?reason=" + url.QueryEscape("no\u202eeslaf"), ""},
	} {
		f.do(t, adminA, r.method, prefixV1+r.path, r.body).want(t, 400, fault.Invalid)
	}
}
