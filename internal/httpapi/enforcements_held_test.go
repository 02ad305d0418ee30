package httpapi

import (
	"fmt"
	"testing"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/fault"
)

// enforced has an event decided, and what the decision allows set in force as the
// application does: the fixture's pipeline has no sink for it.
func (f *fixture) enforced(t *testing.T, key, body string) {
	t.Helper()
	a := f.do(t, key, "POST", "/defend", body)
	var made struct {
		ID string `json:"decision_id"`
	}
	if a.into(t, &made); a.status != 200 {
		t.Fatalf("defend: %d %s", a.status, a.body)
	}
	log, index, err := decision.ParseDecisionID(made.ID)
	if err != nil {
		t.Fatal(err)
	}
	in := f.keys.keys[key].Tenant
	res, err := f.deps.Decide.Get(t.Context(), in, index)
	if err != nil {
		t.Fatal(err)
	}
	batch := f.deps.Enforce.NewBatch()
	batch.Add(in, log, int64(index), res.Outcome, f.clk.Now())
	if err := f.db.InTx(t.Context(), in, func(tx *db.Tx) error { return batch.Write(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// brute makes n decisions that block an address.
func (f *fixture) brute(t *testing.T, key, ip string, n int) {
	t.Helper()
	for i := range n {
		f.enforced(t, key, fmt.Sprintf(`{"source":"sshd","event_type":"auth","payload":{"src_ip":%q,"failed_auths":7,"try":%d}}`, ip, i))
	}
}

func TestWhatIsInForceByTarget(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.brute(t, adminA, "203.0.113.9", 3)
	f.brute(t, adminA, "203.0.113.10", 1)
	var got list[held]
	f.do(t, adminA, "GET", prefixV1+"/enforcements/targets?q=203.0.113", "").into(t, &got)
	if len(got.Items) != 2 || got.Items[1].Enforcements != 3 || got.Items[1].Last.RuleTitle == "" || got.Items[1].Last.Decision == "" {
		t.Fatalf("targets: %+v", got.Items)
	}
	var sum heldTotals
	f.do(t, adminA, "GET", prefixV1+"/enforcements/totals", "").into(t, &sum)
	if sum.Enforcements != 4 || sum.Targets != 2 || len(sum.Actions) != 1 || sum.Ends == 0 {
		t.Errorf("totals: %+v", sum)
	}
	var cover allowCover
	f.do(t, adminA, "POST", prefixV1+"/allowlists/check", `{"kind":"range","value":"203.0.113.9/32"}`).into(t, &cover)
	if cover.Count != 3 || cover.InForce != 3 || !cover.All || len(cover.Targets) != 1 {
		t.Errorf("cover: %+v", cover)
	}
	f.do(t, adminA, "POST", prefixV1+"/allowlists/check", `{"kind":"ip","value":"here"}`).want(t, 400, fault.Invalid)
	const end = `{"action":"block_ip","target_kind":"ip","target":"203.0.113.9","reason":"our scanner"}`
	var ended targetRevoked
	f.do(t, adminA, "POST", prefixV1+"/enforcements/revoke", end).into(t, &ended)
	if ended.Revoked != 3 || ended.More || len(ended.IDs) != 3 {
		t.Errorf("revoked: %+v", ended)
	}
	f.do(t, adminA, "GET", prefixV1+"/enforcements/totals", "").into(t, &sum)
	if sum.Enforcements != 1 {
		t.Errorf("after: %+v", sum)
	}
	var rows list[enforcement]
	if f.do(t, adminA, "GET", "/enforcements?state=revoked&q=.113.9", "").into(t, &rows); len(rows.Items) != 3 || rows.Items[0].RevokeReason != "our scanner" {
		t.Errorf("revoked list: %+v", rows.Items)
	}
	if f.do(t, adminB, "GET", prefixV1+"/enforcements/targets", "").into(t, &got); len(got.Items) != 0 {
		t.Errorf("another tenant sees %+v", got.Items)
	}
}

func TestEnforcementsOfAnotherTenant(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.sibling(t, "second", "admin-c")
	second := string(f.keys.keys["admin-c"].Tenant)
	body := `{"kind":"ip","value":"192.0.2.9","reason":"office"}`
	if a := f.do(t, adminA, "POST", allow+"?tenant="+second, body); a.status != 201 {
		t.Fatalf("add: %d %s", a.status, a.body)
	}
	var own, others list[allowEntry]
	f.do(t, adminA, "GET", allow, "").into(t, &own)
	f.do(t, adminA, "GET", allow+"?tenant="+second, "").into(t, &others)
	if len(own.Items) != 0 || len(others.Items) != 1 {
		t.Errorf("own %d, the other's %d", len(own.Items), len(others.Items))
	}
	f.do(t, adminA, "DELETE", allow+"/"+others.Items[0].ID+"?reason=closed&tenant="+second, "")
	var audit list[auditRecord]
	f.do(t, adminA, "GET", "/audit?action=allowlist.remove&tenant="+second, "").into(t, &audit)
	if len(audit.Items) != 1 || audit.Items[0].Detail["reason"] != "closed" {
		t.Errorf("audit: %+v", audit.Items)
	}
	f.do(t, adminB, "GET", allow+"?tenant="+second, "").want(t, 404, fault.NotFound)
}

func TestApprovalsSayWhatWaits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.enforced(t, adminA, `{"source":"sshd","event_type":"auth","persona":"guardian","classification":"SECRET","payload":{"src_ip":"203.0.113.77","failed_auths":7}}`)
	var got approvalPage
	f.do(t, adminA, "GET", prefixV1+"/approvals", "").into(t, &got)
	if got.Total != 1 || len(got.Items) != 1 || got.Items[0].For == nil {
		t.Fatalf("approvals: %+v", got)
	}
	w := got.Items[0].For
	if w.Ring != "SECRET" || w.Persona != "guardian" || len(w.Titles) == 0 || len(w.Mitigations) != 1 || w.Mitigations[0].Target != "203.0.113.77" {
		t.Errorf("for: %+v", w)
	}
}
