package httpapi

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

func TestUncleanPathsAreProblems(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	for _, path := range []string{"//x", "/api//v1/whoami", "/x/../api/v1/whoami", "/./docs", "/docs/..", "/.."} {
		for _, method := range []string{"GET", "POST"} {
			f.do(t, adminA, method, path, "").want(t, 404, fault.NotFound)
		}
	}
	// An encoded slash is part of a name.
	f.do(t, adminA, "GET", prefixV1+"/enforcements/a%2F%2Fb", "").want(t, 404, fault.NotFound)
	if a := f.do(t, adminA, "GET", prefixV1+"/whoami", ""); a.status != 200 {
		t.Errorf("plain path: %d", a.status)
	}
}

func TestProblemsLeaveOutWhatIsNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	a := f.do(t, adminA, "GET", "/nothing", "")
	if a.want(t, 404, fault.NotFound); strings.Contains(string(a.body), "retry_after_s") {
		t.Errorf("%s", a.body)
	}
}

func TestLeakReportsAreLimitedPerAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	report := func() *answer { return f.do(t, "", "POST", prefixV1+"/keys/leaked", `{"key":"fg_live_nonsense"}`) }
	for range addressBurst {
		report().want(t, 401, fault.Unauthenticated)
	}
	a := report()
	if p := a.want(t, 429, fault.RateLimited); p.Limit != limitAddress || a.header.Get("Retry-After") != "6" {
		t.Errorf("%v %+v", a.header, p)
	}
	f.clk.Advance(addressStep)
	report().want(t, 401, fault.Unauthenticated)
	report().want(t, 429, fault.RateLimited)
	f.clk.Advance(-time.Hour) // a clock set back locks nobody out
	report().want(t, 401, fault.Unauthenticated)
}

func TestAddressOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1", "[2001:db8:1:2:3::4%eth0]:80": "2001:db8:1:2::/64",
		"@": "@", "": "",
	} {
		if got := addressOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// A tenant's own owner must not undo what the organisation decided about it.
func TestTenantOwnerCannotLiftItsLimits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	err := f.db.InSystemTx(t.Context(), "test", func(tx *db.Tx) error {
		ctx := context.Background()
		if _, err := tx.Exec(ctx, `INSERT INTO principal (principal_id, org_id, kind, name, email, status, created_at)
			VALUES ('pr_local', 'org_tn_a', 'person', 'Local', '', 'active', 1)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO role_binding (principal_id, org_id, tenant_id, role, created_at)
			VALUES ('pr_local', 'org_tn_a', $1, 'owner', 1)`, tenantA)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.keys.add("local", tenantA, domain.AllScopes()...)
	path := prefixV1 + "/tenants/" + string(tenantA)
	f.do(t, adminA, "PATCH", path, `{"status":"suspended"}`)
	for body, field := range map[string]string{
		`{"status":"active"}`: "status", `{"status":"suspended","name":"x"}`: "status",
		`{"settings":{"rates":{"defend":{"per_second":100000}}}}`: "settings.rates",
	} {
		if p := f.do(t, "local", "PATCH", path, body).want(t, 403, fault.Forbidden); p.Field != field || !strings.Contains(p.Detail, "organisation") {
			t.Errorf("%s: %+v", body, p)
		}
	}
	var got tenantView
	if f.do(t, "local", "PATCH", path, `{"name":"renamed","settings":{"ring":"CUI","rates":{}}}`).into(t, &got); got.Name != "renamed" || got.Status != "suspended" {
		t.Errorf("%+v", got)
	}
	for _, body := range []string{`{"status":"active"}`, `{"settings":{"rates":{"read":{"burst":7}}}}`} {
		if a := f.do(t, adminA, "PATCH", path, body); a.status != 200 {
			t.Errorf("organisation: %s: %s", body, a.body)
		}
	}
	if got := fmt.Sprint(f.deps.Tenants.Lookup(tenantA)); strings.Contains(got, "suspended") {
		t.Error(got)
	}
}
