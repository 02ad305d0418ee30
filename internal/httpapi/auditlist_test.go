package httpapi

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// audited writes n entries into a tenant's audit, a second apart.
func (f *fixture) audited(t *testing.T, in domain.TenantID, action string, n int, detail map[string]string) {
	t.Helper()
	for i := range n {
		f.clk.Advance(time.Second)
		e := evidence.Actor{Principal: &domain.Principal{ID: "pr_admin-a"}}.Entry(in, action, fmt.Sprint("obj-", i))
		e.Detail = detail
		if err := f.db.InTx(t.Context(), in, func(tx *db.Tx) error { return evidence.Audit(t.Context(), tx, f.clk, e) }); err != nil {
			t.Fatal(err)
		}
	}
	f.clk.Advance(time.Second)
}

func TestAuditNamesFindsAndShowsOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.audited(t, tenantA, "thing.change", 3, map[string]string{"entry": "17", "name": "New", "name_before": "Old"})
	var got list[auditRecord]
	f.do(t, adminA, "GET", "/audit?who=adm&action=thing.", "").into(t, &got)
	if len(got.Items) != 3 || got.Items[0].Name != "Admin" || got.Items[0].Tenant != string(tenantA) || got.Items[0].Entry == nil || *got.Items[0].Entry != 17 {
		t.Fatalf("by name: %+v", got.Items)
	}
	for query, want := range map[string]int{
		"who=pr_admin-a&action=thing.": 3, "who=nobody": 0, "who=pr_admin-b": 0, "q=%22old%22": 3, "q=OBJ-1": 1, "target=obj-2": 1, "principal=pr_admin-a&q=obj-": 3,
	} {
		if f.do(t, adminA, "GET", "/audit?"+query, "").into(t, &got); len(got.Items) != want {
			t.Errorf("%s: %d entries, want %d", query, len(got.Items), want)
		}
	}
	f.audited(t, tenantA, "evidence.verify", 2, nil)
	f.audited(t, tenantA, "session.open", 1, nil)
	for kind, want := range map[string]int{"changes": 3, "reads": 2, "sign-ins": 1} {
		if f.do(t, adminA, "GET", "/audit?principal=pr_admin-a&kind="+kind, "").into(t, &got); len(got.Items) != want {
			t.Errorf("%s: %d entries, want %d", kind, len(got.Items), want)
		}
	}
	f.do(t, adminA, "GET", "/audit?kind=all", "").want(t, 400, fault.Invalid)
	f.do(t, adminA, "GET", "/audit?action=thing.", "").into(t, &got)
	var one auditRecord
	f.do(t, adminA, "GET", prefixV1+"/audit/"+got.Items[1].ID, "").into(t, &one)
	if one.ID != got.Items[1].ID || one.Detail["name_before"] != "Old" {
		t.Errorf("one: %+v", one)
	}
	f.do(t, adminB, "GET", prefixV1+"/audit/"+one.ID, "").want(t, 404, fault.NotFound)
	f.do(t, adminA, "GET", prefixV1+"/audit/none", "").want(t, 404, fault.NotFound)
}

func TestAuditExportIsTheWholeList(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.audited(t, tenantA, "thing.change", 1200, map[string]string{"note": "=1+1, \"quoted\""})
	f.audited(t, tenantA, "other.change", 2, nil)
	var ids []string
	for cursor := ""; ; {
		var page list[auditRecord]
		f.do(t, adminA, "GET", "/audit?action=thing.change&limit=500&cursor="+cursor, "").into(t, &page)
		for _, r := range page.Items {
			ids = append(ids, r.ID)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	want := strings.Join(ids, " ")
	a := f.do(t, adminA, "GET", prefixV1+"/audit/export?action=thing.change", "")
	rows, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
	if err != nil || len(rows) != 1201 || rows[0][1] != "id" || rows[1][4] != "Admin" {
		t.Fatalf("csv: %d rows, %v, %q", len(rows), err, rows[:min(2, len(rows))])
	}
	var got []string
	for _, r := range rows[1:] {
		got = append(got, r[1])
	}
	if strings.Join(got, " ") != want {
		t.Error("the csv file is not the list")
	}
	if name := a.header.Get("Content-Disposition"); !strings.Contains(name, ".csv") {
		t.Errorf("file name: %q", name)
	}
	var all []auditRecord
	f.do(t, adminA, "GET", prefixV1+"/audit/export?action=thing.change&format=json", "").into(t, &all)
	if len(all) != 1200 || all[0].ID != ids[0] || all[1199].ID != ids[1199] {
		t.Errorf("json: %d entries", len(all))
	}
	lines := strings.Split(strings.TrimSpace(string(f.do(t, adminA, "GET", prefixV1+"/audit/export?format=ndjson&action=thing.change", "").body)), "\n")
	var last auditRecord
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 1200 || last.ID != ids[1199] {
		t.Errorf("ndjson: %d lines, %v", len(lines), err)
	}
	if a := f.do(t, adminA, "GET", prefixV1+"/audit/export?action=none.", ""); a.status != 200 || strings.Count(string(a.body), "\n") != 1 {
		t.Errorf("nothing fits: %d %q", a.status, a.body)
	}
	if a := f.do(t, adminA, "GET", prefixV1+"/audit/export?action=none.&format=json", ""); string(a.body) != "[]\n" {
		t.Errorf("nothing fits: %q", a.body)
	}
	f.do(t, adminA, "GET", prefixV1+"/audit/export?format=xml", "").want(t, 400, fault.Invalid)
	f.keys.add("poor", tenantA, domain.ScopeDecisionsRead)
	f.do(t, "poor", "GET", prefixV1+"/audit/export", "").want(t, 403, fault.Forbidden)
}

func TestAuditOfAllTenants(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.sibling(t, "second", "admin-c")
	second := f.keys.keys["admin-c"].Tenant
	f.member(t, "auditor", second, auth.Auditor)
	f.audited(t, tenantA, "thing.change", 2, nil)
	f.audited(t, second, "thing.change", 2, nil)
	f.audited(t, tenantB, "thing.change", 2, nil)
	seen := func(key, query string) (out []string) {
		var got list[auditRecord]
		f.do(t, key, "GET", "/audit?action=thing.change"+query, "").into(t, &got)
		for _, r := range got.Items {
			out = append(out, r.Tenant)
		}
		return out
	}
	a, s := string(tenantA), string(second)
	for name, c := range map[string]struct{ got, want []string }{
		"all, newest first":        {seen(adminA, "&tenant=all"), []string{s, s, a, a}},
		"another":                  {seen(adminA, "&tenant="+s), []string{s, s}},
		"own":                      {seen(adminA, ""), []string{a, a}},
		"all of one tenant's role": {seen("auditor", "&tenant=all"), []string{s, s}},
	} {
		if strings.Join(c.got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	f.do(t, "auditor", "GET", "/audit?tenant="+a, "").want(t, 403, fault.Forbidden)
	f.do(t, adminA, "GET", "/audit?tenant="+string(tenantB), "").want(t, 404, fault.NotFound)
}

// A file of several tenants ends with the role in one of them.
func TestFilesEndWithTheRole(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	f.sibling(t, "second", "admin-c")
	both := []domain.TenantID{tenantA, f.keys.keys["admin-c"].Tenant}
	f.audited(t, both[1], "thing.change", 3, nil)
	if a := f.do(t, adminA, "GET", prefixV1+"/audit/export?tenant=all&action=thing.", ""); a.status != 200 || strings.Count(string(a.body), "thing.change") != 3 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-API-Key", adminA)
	c := &Call{Request: r, Principal: f.keys.keys[adminA]}
	rt := &Route{Access: scoped, Scope: domain.ScopeAuditRead, Class: tenant.ClassRead}
	if err := f.stillReads(t.Context(), rt, c, both); err != nil {
		t.Errorf("while the role is there: %v", err)
	}
	f.hostile(t, "UPDATE role_binding SET tenant_id = 'tn_a' WHERE principal_id = 'pr_admin-a'")
	if err := f.stillReads(t.Context(), rt, c, both); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("after the role in one of them was taken: %v", err)
	}
	if err := f.stillReads(t.Context(), rt, c, both[:1]); err != nil {
		t.Errorf("of the other: %v", err)
	}
}
