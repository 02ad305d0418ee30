package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A key lives its whole life over the API: made, used, rotated, expired,
// reported, revoked.
func TestKeyLife(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	body := `{"name":"sensor","scopes":["defend:write","decisions:read"]}`
	a := f.do(t, adminA, "POST", prefixV1+"/keys", body, "Idempotency-Key", "once")
	var made createdKey
	if a.into(t, &made); a.status != 201 || !strings.HasPrefix(made.Secret, "fg_") || a.header.Get("Location") != prefixV1+"/keys/"+made.ID {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	// A lost answer can be asked for again; the secret is sealed meanwhile.
	if again := f.do(t, adminA, "POST", prefixV1+"/keys", body, "Idempotency-Key", "once"); string(again.body) != string(a.body) || again.header.Get("Location") == "" {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	if a := f.do(t, made.Secret, "POST", "/defend", `{"source":"s"}`); a.status != 200 {
		t.Errorf("use: %d %s", a.status, a.body)
	}
	f.do(t, made.Secret, "GET", prefixV1+"/keys", "").want(t, 403, fault.Forbidden)
	if a := f.do(t, adminA, "GET", prefixV1+"/keys/"+made.ID, ""); a.status != 200 || strings.Contains(string(a.body), made.Secret) {
		t.Errorf("read: %d %s", a.status, a.body)
	}
	f.do(t, adminB, "GET", prefixV1+"/keys/"+made.ID, "").want(t, 404, fault.NotFound)
	f.do(t, adminB, "GET", prefixV1+"/keys?tenant_id=tn_a", "").want(t, 404, fault.NotFound)
	f.do(t, adminB, "POST", prefixV1+"/keys/"+made.ID+"/revoke?tenant_id=tn_a", `{}`).want(t, 404, fault.NotFound)

	a = f.do(t, adminA, "POST", prefixV1+"/keys/"+made.ID+"/rotate", `{"overlap_s":60}`)
	var next createdKey
	if a.into(t, &next); a.status != 201 || next.Replaces != made.ID {
		t.Fatalf("rotate: %d %s", a.status, a.body)
	}
	for _, key := range []string{made.Secret, next.Secret} {
		if a := f.do(t, key, "GET", "/decisions", ""); a.status != 200 {
			t.Errorf("during the overlap: %d %s", a.status, a.body)
		}
	}
	f.clk.Advance(61e9)
	f.do(t, made.Secret, "GET", "/decisions", "").want(t, 401, fault.KeyExpired)
	f.do(t, adminA, "POST", prefixV1+"/keys/"+made.ID+"/rotate", `{"overlap_s":9999999999}`).want(t, 400, fault.Invalid)

	if a := f.do(t, "", "POST", prefixV1+"/keys/leaked", marshal(t, leakReport{next.Secret})); a.status != 200 {
		t.Errorf("leak report: %d %s", a.status, a.body)
	}
	f.do(t, next.Secret, "GET", "/decisions", "").want(t, 401, fault.KeyRevoked)
	f.do(t, "", "POST", prefixV1+"/keys/leaked", marshal(t, leakReport{"fg_live_nonsense"})).want(t, 401, fault.Unauthenticated)
	f.do(t, adminA, "POST", prefixV1+"/keys", `{"name":"x","scopes":["everything"]}`).want(t, 400, fault.Invalid)

	recs, _, err := f.deps.Audit.List(t.Context(), tenantA, evidence.AuditFilter{Action: "key."}, "", 10)
	if err != nil || len(recs) != 3 {
		t.Errorf("audit of keys: %d entries, %v", len(recs), err)
	}
	for _, secret := range []string{made.Secret, next.Secret} {
		if strings.Contains(f.logs.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
}

func TestPeopleAndRoles(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	people := prefixV1 + "/people"
	a := f.do(t, adminA, "POST", people, `{"kind":"service","name":"collector","roles":[{"role":"analyst","tenant_id":"tn_a"}]}`)
	var made principalView
	if a.into(t, &made); a.status != 201 || made.Kind != "service" || len(made.Roles) != 1 {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	var key createdKey
	a = f.do(t, adminA, "POST", prefixV1+"/keys", `{"name":"k","scopes":["decisions:read"],"principal_id":"`+made.ID+`"}`)
	if a.into(t, &key); a.status != 201 {
		t.Fatalf("key: %d %s", a.status, a.body)
	}
	var id identity
	if f.do(t, key.Secret, "GET", prefixV1+"/whoami", "").into(t, &id); id.Principal != made.ID || id.Kind != "service" || len(id.Scopes) != 1 {
		t.Errorf("whoami: %+v", id)
	}
	a = f.do(t, adminA, "POST", people+"/"+made.ID+"/roles", `{"role":"viewer","tenant_id":"tn_a"}`)
	if a.into(t, &made); a.status != 200 || len(made.Roles) != 2 {
		t.Errorf("grant: %d %s", a.status, a.body)
	}
	if a := f.do(t, adminA, "DELETE", people+"/"+made.ID+"/roles?role=viewer&tenant_id=tn_a", ""); a.status != 204 {
		t.Errorf("take: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "DELETE", people+"/pr_admin-a/roles?role=owner", "").want(t, http.StatusConflict, fault.Conflict)
	f.do(t, adminB, "GET", people+"/"+made.ID, "").want(t, 404, fault.NotFound)
	f.do(t, adminB, "POST", people+"/"+made.ID+"/disable", "").want(t, 404, fault.NotFound)
	a = f.do(t, adminA, "POST", people+"/"+made.ID+"/disable", "")
	if a.into(t, &made); a.status != 200 || made.Status != "disabled" {
		t.Errorf("disable: %d %s", a.status, a.body)
	}
	f.do(t, key.Secret, "GET", prefixV1+"/whoami", "").want(t, 401, fault.KeyRevoked)
	var all list[principalView]
	if f.do(t, adminA, "GET", people, "").into(t, &all); len(all.Items) != 2 {
		t.Errorf("list: %+v", all.Items)
	}
}

func TestTenantsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	base := prefixV1 + "/tenants"
	a := f.do(t, adminA, "POST", base, `{"name":"Second","settings":{"ring":"CUI"}}`)
	var made tenantView
	if a.into(t, &made); a.status != 201 || *made.Settings.Ring != "CUI" || *made.Settings.Persona != "sentinel" {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	one := f.do(t, adminA, "GET", base+"/"+made.ID, "")
	tag := one.header.Get("Etag")
	f.do(t, adminA, "PATCH", base+"/"+made.ID, `{"name":"Third"}`, "If-Match", `"old"`).want(t, 412, fault.PreconditionFail)
	a = f.do(t, adminA, "PATCH", base+"/"+made.ID, `{"name":"Third","settings":{"ring":"","rates":{"read":{"per_second":7}}}}`, "If-Match", tag)
	if a.into(t, &made); a.status != 200 || made.Name != "Third" || *made.Settings.Ring != "UNCLASS" || *made.Settings.Rates.Read.PerSecond != 7 {
		t.Errorf("patch: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "PATCH", base+"/"+made.ID, `{"settings":{"rings":"CUI"}}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "PATCH", base+"/"+made.ID, `{"settings":{"clock_stale_ms":-1}}`).want(t, 400, fault.Invalid)
	a = f.do(t, adminA, "PATCH", base+"/"+made.ID, `{"status":"suspended"}`)
	if a.into(t, &made); made.Status != "suspended" {
		t.Errorf("suspend: %d %s", a.status, a.body)
	}
	f.do(t, adminB, "GET", base+"/"+made.ID, "").want(t, 404, fault.NotFound)
	f.do(t, adminB, "PATCH", base+"/"+made.ID, `{"status":"active"}`).want(t, 404, fault.NotFound)
	var all list[tenantView]
	if f.do(t, adminA, "GET", base, "").into(t, &all); len(all.Items) != 2 {
		t.Errorf("list: %+v", all.Items)
	}
}

func TestWebhooksOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	base := prefixV1 + "/webhooks"
	a := f.do(t, adminA, "POST", base, `{"url":"https://hooks.example.org/x","filter":{"min_severity":"high","gating":["reject"]}}`)
	var made createdWebhook
	if a.into(t, &made); a.status != 201 || !strings.HasPrefix(made.Secret, "whsec_") || made.Filter.MinSeverity != "high" {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	if a := f.do(t, adminA, "GET", base+"/"+made.ID, ""); a.status != 200 || strings.Contains(string(a.body), made.Secret) {
		t.Errorf("read: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "POST", base, `{"url":"http://127.0.0.1/x"}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "POST", base, `{"url":"https://hooks.example.org/x","filter":{"gating":["maybe"]}}`).want(t, 400, fault.Invalid)
	f.do(t, adminB, "DELETE", base+"/"+made.ID, "").want(t, 404, fault.NotFound)
	if a := f.do(t, adminA, "GET", base+"/"+made.ID+"/deliveries", ""); a.status != 200 {
		t.Errorf("deliveries: %d %s", a.status, a.body)
	}
	if a := f.do(t, adminA, "DELETE", base+"/"+made.ID, ""); a.status != 204 {
		t.Errorf("delete: %d %s", a.status, a.body)
	}
}

func TestMissionsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	body := `{"mission_id":"op-1","title":"Operation","starts_at":"2026-03-01T11:00:00Z","expires_at":"2026-03-01T13:00:00Z",
		"allowed_actions":["block_ip"],"budget_cap":1,"blast_radius_cap":0.5}`
	a := f.do(t, adminA, "POST", "/missions", body)
	var m mission
	if a.into(t, &m); a.status != 201 || !m.Valid || *m.BlastCap != 0.5 || *m.Budget != 1 || m.Signature == "" {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "POST", "/missions", body).want(t, http.StatusConflict, fault.Conflict)
	f.do(t, adminA, "POST", "/missions", strings.Replace(body, "0.5", "1.5", 1)).want(t, 400, fault.Invalid)
	a = f.do(t, adminA, "POST", "/defend", `{"source":"sshd","event_type":"auth","mission_id":"op-1","payload":{"src_ip":"203.0.113.9","failed_auths":7}}`)
	if a.status != 200 {
		t.Fatalf("defend under the mission: %d %s", a.status, a.body)
	}
	a = f.do(t, adminA, "GET", "/missions/op-1", "")
	if a.into(t, &m); m.Spent != 1 || m.Valid || m.Reason != "over_budget" {
		t.Errorf("spent: %s", a.body)
	}
	f.do(t, adminB, "GET", "/missions/op-1", "").want(t, 404, fault.NotFound)
	f.do(t, adminB, "POST", "/missions/op-1/end", `{}`).want(t, 404, fault.NotFound)
	for phase, want := range map[string]int{"active": 1, "planned": 0, "over": 0, "": 1} {
		var got list[mission]
		if f.do(t, adminA, "GET", "/missions?phase="+phase, "").into(t, &got); len(got.Items) != want {
			t.Errorf("phase %q: %d missions, want %d", phase, len(got.Items), want)
		}
	}
	a = f.do(t, adminA, "POST", "/missions/op-1/end", `{"reason":"done"}`)
	if a.into(t, &m); a.status != 200 || m.Status != "ended" {
		t.Errorf("end: %d %s", a.status, a.body)
	}
	var audit list[auditRecord]
	if f.do(t, adminA, "GET", "/audit?action=mission.end", "").into(t, &audit); len(audit.Items) != 1 || audit.Items[0].Entry == nil {
		t.Errorf("audit names no entry of the log: %+v", audit.Items)
	}
	var all list[mission]
	if f.do(t, adminA, "GET", "/missions?status=ended&phase=over", "").into(t, &all); len(all.Items) != 1 {
		t.Errorf("list: %+v", all.Items)
	}
}

func TestRulesetsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	base := prefixV1 + "/rulesets"
	var act activeRuleset
	a := f.do(t, adminA, "GET", base+"/active", "")
	if a.into(t, &act); a.status != 200 || !act.Platform || len(act.Ruleset.Documents) < 3 {
		t.Fatalf("active: %d %s", a.status, a.body)
	}
	n := newRuleset{Name: "own", Version: "7"}
	for _, d := range act.Ruleset.Documents {
		if d.Kind != "doctrine" {
			n.Refs = append(n.Refs, rulesetPart(d))
			continue
		}
		var doc documentView
		f.do(t, adminA, "GET", prefixV1+"/documents/"+d.Hash, "").into(t, &doc)
		n.Documents = append(n.Documents, newDocument{Kind: d.Kind, Name: "own-doctrine", Version: "7", Content: doc.Content + "\n"})
	}
	a = f.do(t, adminA, "POST", base, marshal(t, n))
	var ref documentRef
	if a.into(t, &ref); a.status != 201 || len(ref.Hash) != 64 {
		t.Fatalf("publish: %d %s", a.status, a.body)
	}
	f.do(t, adminA, "POST", base+"/active", `{"hash":"`+ref.Hash+`","generation":9}`).want(t, http.StatusConflict, fault.Conflict)
	a = f.do(t, adminA, "POST", base+"/active", `{"hash":"`+ref.Hash+`","generation":0}`)
	if a.into(t, &act); a.status != 200 || act.Platform || act.Ruleset.Hash != ref.Hash {
		t.Errorf("activate: %d %s", a.status, a.body)
	}
	var dec decisionAnswer
	if f.do(t, adminA, "POST", "/defend", `{"source":"s"}`).into(t, &dec); dec.Ruleset.Hash != ref.Hash {
		t.Errorf("decided by %s", dec.Ruleset.Hash)
	}
	f.do(t, adminB, "GET", base+"/"+ref.Hash, "").want(t, 404, fault.NotFound)
	f.do(t, adminA, "GET", prefixV1+"/documents/"+strings.Repeat("0", 64), "").want(t, 404, fault.NotFound)
	n.Documents[0].Content = base64.StdEncoding.EncodeToString([]byte("not a doctrine"))
	n.Documents[0].Version, n.Version = "8", "8"
	if a := f.do(t, adminA, "POST", base, marshal(t, n)); a.status/100 != 4 {
		t.Errorf("a broken doctrine: %d %s", a.status, a.body)
	}
	var roe roePolicy
	if f.do(t, adminA, "GET", "/roe/policy", "").into(t, &roe); roe.Ruleset.Hash != ref.Hash || len(roe.Doctrine.Personas) != 2 {
		t.Errorf("roe: %+v", roe)
	}
	var rings list[ringView]
	if f.do(t, adminA, "GET", "/rings", "").into(t, &rings); len(rings.Items) != 4 {
		t.Errorf("rings: %+v", rings.Items)
	}
	f.do(t, adminA, "GET", "/rings/BLUE", "").want(t, 404, fault.NotFound)
}
