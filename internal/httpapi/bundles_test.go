package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

const bundleBase = prefixV1 + "/evidence/bundles/"

// decided makes n decisions and gives the ID of the last.
func (f *fixture) decided(t *testing.T, key string, n int) string {
	t.Helper()
	var out struct {
		ID string `json:"decision_id"`
	}
	for range n {
		f.clk.Advance(time.Second)
		a := f.do(t, key, "POST", prefixV1+"/defend", `{"source":"s","event_type":"login","event":{"src_ip":"192.0.2.9"}}`)
		if err := json.Unmarshal(a.body, &out); err != nil || a.status != 200 {
			t.Fatalf("defend: %d %s", a.status, a.body)
		}
	}
	if err := f.deps.Evidence.Anchors.CloseEpoch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.ID
}

// anchoring is a fixture whose log of logs is open.
func anchoring(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, Config{})
	if err := f.deps.Evidence.Anchors.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) trusted(t *testing.T) receipt.Trust {
	t.Helper()
	trust, err := receipt.NewTrust(f.deps.VerifierKey)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func TestBundlesAreServedAndVerify(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	id := f.decided(t, adminA, 3)
	f.decided(t, adminB, 1)
	for path, kind := range map[string]receipt.BundleKind{
		id: receipt.BundleDecision, "tenant": receipt.BundleTenant, "subject?subject=ip:192.0.2.9": receipt.BundleSubject,
		"range?from=2026-03-01T00:00:00Z": receipt.BundleRange, "tenant?openings=false": receipt.BundleTenant,
	} {
		a := f.do(t, adminA, "GET", bundleBase+path, "")
		if a.status != 200 || a.header.Get("Content-Type") != bundleMedia || !strings.Contains(a.header.Get("Content-Disposition"), ".bundle") || a.header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%s: %d %v %s", path, a.status, a.header, a.body)
		}
		rep, err := receipt.VerifyBundle(bytes.NewReader(a.body), f.trusted(t))
		if err != nil || rep.Kind != kind || rep.Tenant != string(tenantA) || rep.Level != receipt.Anchored {
			t.Errorf("%s: %v\n%s", path, err, rep)
		}
		// The server gives the same verdict, the same each time.
		v := f.do(t, adminA, "POST", prefixV1+"/evidence/verify", string(a.body))
		again := f.do(t, adminB, "POST", prefixV1+"/evidence/verify", string(a.body))
		if v.status != 200 || !strings.Contains(string(v.body), `"valid":true`) || !strings.Contains(string(v.body), `"verdict":"verified"`) || !strings.Contains(string(v.body), f.deps.VerifierKey) || !bytes.Equal(v.body, again.body) {
			t.Errorf("%s: verdict %d %s", path, v.status, v.body)
		}
		bad := f.do(t, adminA, "POST", prefixV1+"/evidence/verify", strings.Replace(string(a.body), `"artifact":"genesis"`, `"artifact":"genesiz"`, 1))
		if bad.status != 200 || !strings.Contains(string(bad.body), `"valid":false`) || !strings.Contains(string(bad.body), `"verdict":"not_verified"`) || !strings.Contains(string(bad.body), `"location":{`) {
			t.Errorf("%s changed: verdict %d %s", path, bad.status, bad.body)
		}
	}
	if audit := f.do(t, adminA, "GET", prefixV1+"/audit?action=evidence.read&target=bundle:tenant", ""); !strings.Contains(string(audit.body), `"bundle:tenant"`) {
		t.Errorf("the read was not audited: %s", audit.body)
	}
}

func TestBundlesThatAreRefused(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	id := f.decided(t, adminA, 1)
	f.keys.add("reader", tenantA, domain.ScopeDecisionsRead)
	for _, tc := range []struct {
		key, path string
		status    int
	}{
		{"reader", "tenant", 403},
		{adminB, id, 404},
		{adminA, "nothing", 400},
		{adminA, logOf(tenantA) + "-0", 404},
		{adminA, logOf(tenantA) + "-99999", 404},
		{adminA, "subject", 400},
		{adminA, "subject?subject=192.0.2.9", 400},
		{adminA, "subject?subject=ip:nonsense", 400},
		{adminA, "subject?subject=ip:192.0.2.10", 404},
		{adminA, "range?from=2025-01-01T00:00:00Z&to=2025-01-02T00:00:00Z", 404},
		{adminA, "range?from=2027-01-01T00:00:00Z", 400},
		{adminA, "tenant?from=2025-01-01T00:00:00Z", 400},
		{adminA, "absence?from=2026-03-01T00:00:00Z", 400},
		{adminA, "tenant?open=1", 400},
	} {
		if a := f.do(t, tc.key, "GET", bundleBase+tc.path, ""); a.status != tc.status || !strings.Contains(a.header.Get("Content-Type"), "problem+json") {
			t.Errorf("%s: %d %s", tc.path, a.status, a.body)
		}
	}
	for _, body := range []string{"", "nonsense", "{}", "frostgate.io/bundle/v2\n", "frostgate.io/bundle/"} {
		if a := f.do(t, adminA, "POST", prefixV1+"/evidence/verify", body); a.status != http.StatusUnprocessableEntity {
			t.Errorf("verify %q: %d %s", body, a.status, a.body)
		}
	}
	rc := f.do(t, adminA, "GET", prefixV1+"/decisions/"+id+"/receipt", "")
	if a := f.do(t, adminA, "POST", prefixV1+"/evidence/verify", string(rc.body)); a.status != 200 || !strings.Contains(string(a.body), `"valid":true`) {
		t.Errorf("verify a receipt: %d %s", a.status, a.body)
	}
	beside := strings.Replace(string(rc.body), "{", `{"verdict":"allow","admin":true,`, 1)
	if a := f.do(t, adminA, "POST", prefixV1+"/evidence/verify", beside); a.status != 200 || !strings.Contains(string(a.body), `"not_covered":["admin","verdict"]`) {
		t.Errorf("verify a receipt with more in it: %d %s", a.status, a.body)
	}
}

// Payloads of rings that a key does not name stay closed for it.
func TestBundlesObeyRings(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.do(t, adminA, "POST", prefixV1+"/defend", `{"source":"s","event_type":"login","classification":"SECRET","event":{"src_ip":"192.0.2.9"}}`)
	f.decided(t, adminA, 1)
	f.keys.add("open", tenantA, domain.ScopeEvidenceRead)
	f.keys.keys["open"].Rings = []domain.Ring{domain.Unclass}
	for key, want := range map[string]uint64{adminA: 0, "open": 1} {
		a := f.do(t, key, "GET", bundleBase+"tenant", "")
		rep, err := receipt.VerifyBundle(bytes.NewReader(a.body), f.trusted(t))
		if err != nil || rep.Payloads.Withheld != want || rep.Payloads.Missing != 0 {
			t.Errorf("%s: %v\n%s", key, err, rep)
		}
	}
}

// A key that is revoked while a bundle is sent ends it.
func TestBundleDoesNotOutliveItsKey(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	f.decided(t, adminA, 1)
	f.keys.add("short", tenantA, domain.ScopeEvidenceRead)
	w := &bundleWriter{x: &exchange{ResponseWriter: httptest.NewRecorder()}, name: "n"}
	c := &Call{Request: httptest.NewRequest("GET", bundleBase+"tenant", nil)}
	c.Request.Header.Set("X-API-Key", "short")
	rt := &Route{Access: scoped, Scope: domain.ScopeEvidenceRead}
	w.may = func() error { _, err := f.stillAdmitted(t.Context(), rt, c); return err }
	if _, err := w.Write([]byte("a")); err != nil {
		t.Fatal(err)
	}
	f.keys.remove("short")
	if n, err := w.Write([]byte("b")); err == nil || n != 0 {
		t.Errorf("%d bytes were sent to a key that is gone", n)
	}
}

// What fails after the first byte cuts the connection: no reader takes it for a
// whole bundle.
func TestBrokenBundleIsCutOff(t *testing.T) {
	t.Parallel()
	f := anchoring(t)
	for range 4 {
		f.decided(t, adminA, 100)
	}
	f.hostile(t, `DELETE FROM decision WHERE tenant_id = 'tn_a' AND idx = 400`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+bundleBase+"tenant", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", adminA)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if res.StatusCode != 200 || err == nil {
		t.Fatalf("status %d, %d bytes, %v", res.StatusCode, len(body), err)
	}
	if _, err := receipt.VerifyBundle(bytes.NewReader(body), receipt.Trust{}); err == nil {
		t.Error("what came verifies")
	}
}
