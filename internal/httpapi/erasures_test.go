package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/receipt"
)

func TestErasureOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.add("reader", tenantA, domain.ScopeEvidenceRead)
	const path = prefixV1 + "/evidence/erasures"
	var first struct {
		DecisionID string `json:"decision_id"`
		EventID    string `json:"event_id"`
	}
	f.do(t, adminA, "POST", "/defend", `{"source":"sshd","payload":{"event_type":"auth","src_ip":"203.0.113.7","failed_auths":12}}`).into(t, &first)
	body := func(dry string) string {
		return `{"subject":{"kind":"ip","value":"203.0.113.7"},"reason":"case 17"` + dry + `}`
	}
	f.do(t, "reader", "POST", path, body("")).want(t, 403, fault.Forbidden)
	f.do(t, adminA, "POST", path, `{"subject":{"kind":"ip","value":"x"},"reason":"case 17"}`).want(t, 400, fault.Invalid)
	f.do(t, adminA, "POST", path, `{"subject":{"kind":"ip","value":"203.0.113.7"},"reason":"of 203.0.113.7"}`).want(t, 400, fault.Invalid)
	var plan, cert certificate
	if f.do(t, adminA, "POST", path, body(`,"dry_run":true`)).into(t, &plan); !plan.DryRun || plan.Payloads != 1 || plan.ID != "" || plan.Receipt != nil {
		t.Errorf("plan: %+v", plan)
	}
	f.do(t, adminB, "POST", path, body("")).into(t, &cert) // another tenant erases nothing of ours
	if cert.Payloads != 0 {
		t.Errorf("tenant b erased %d payloads", cert.Payloads)
	}
	a := f.do(t, adminA, "POST", path, body(""), "Idempotency-Key", "k1")
	if a.into(t, &cert); a.status != 200 || cert.Payloads != 1 || !cert.Complete || cert.Receipt == nil || cert.Backups == "" {
		t.Fatalf("certificate: %d %s", a.status, a.body)
	}
	if again := f.do(t, adminA, "POST", path, body(""), "Idempotency-Key", "k1"); string(again.body) != string(a.body) {
		t.Errorf("the same key erased again: %s", again.body)
	}
	if strings.Contains(string(a.body), "203.0.113.7") {
		t.Errorf("the certificate names the subject: %s", a.body)
	}
	trust, err := receipt.NewTrust(f.deps.VerifierKey)
	if err != nil {
		t.Fatal(err)
	}
	stored := f.do(t, "reader", "GET", path+"/"+cert.ID, "")
	rc, err := receipt.FromResponse(stored.body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := receipt.Verify(rc, trust); err != nil || len(rc.Openings) != 2 {
		t.Errorf("the certificate's receipt: %v", err)
	}
	for _, gone := range []string{
		"/decisions/" + first.DecisionID, prefixV1 + "/decisions/" + first.DecisionID + "/receipt", "/forensics/snapshot/" + first.EventID,
	} {
		f.do(t, adminA, "GET", gone, "").want(t, 410, fault.Erased)
	}
	// What stands in the clear stays, and the chain holds.
	var rows list[map[string]any]
	if f.do(t, adminA, "GET", "/decisions", "").into(t, &rows); len(rows.Items) != 1 {
		t.Errorf("decisions after erasure: %+v", rows.Items)
	}
	var v chainVerdict
	if f.do(t, adminA, "GET", "/forensics/chain/verify", "").into(t, &v); !v.Valid {
		t.Errorf("chain: %+v", v)
	}
	var all list[erasureItem]
	if f.do(t, "reader", "GET", path, "").into(t, &all); len(all.Items) != 1 || all.Items[0].ID != cert.ID {
		t.Errorf("list: %+v", all.Items)
	}
	f.do(t, adminB, "GET", path+"/"+cert.ID, "").want(t, 404, fault.NotFound)
	f.do(t, adminA, "GET", path+"/nonsense", "").want(t, 404, fault.NotFound)
	if a := f.do(t, adminA, "GET", prefixV1+"/audit?action=evidence.erase", ""); !strings.Contains(string(a.body), cert.ID) {
		t.Errorf("audit: %s", a.body)
	}
}

func TestRekeyAndPruneOverHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.keys.add("reader", tenantA, domain.ScopeEvidenceRead)
	f.do(t, "reader", "POST", prefixV1+"/evidence/rekey", `{}`).want(t, 403, fault.Forbidden)
	var out rekeyed
	if f.do(t, adminA, "POST", prefixV1+"/evidence/rekey", `{}`).into(t, &out); out.Version != 2 || out.ID == "" {
		t.Errorf("rekey: %+v", out)
	}
	var p pruned
	a := f.do(t, adminA, "POST", prefixV1+"/evidence/prune", `{"dry_run":true}`)
	if err := json.Unmarshal(a.body, &p); err != nil || !p.DryRun || p.Payloads != 0 || p.RetentionDays != 0 {
		t.Errorf("prune: %d %s", a.status, a.body)
	}
}
