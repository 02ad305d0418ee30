package httpapi

import (
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/domain"

	"github.com/go-json-experiment/json"
)

// A key reads payloads of its own rings only, by whatever route.
func TestPayloadsObeyRings(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	a := f.do(t, adminA, "POST", prefixV1+"/defend", `{"source":"s","event_type":"login","classification":"SECRET","event":{"src_ip":"192.0.2.9"}}`)
	var d struct {
		ID    string `json:"decision_id"`
		Event string `json:"event_id"`
	}
	if err := json.Unmarshal(a.body, &d); err != nil || a.status != 200 {
		t.Fatalf("%d %v %s", a.status, err, a.body)
	}
	f.keys.add("open", tenantA, domain.ScopeEvidenceRead, domain.ScopeDecisionsRead)
	f.keys.keys["open"].Rings = []domain.Ring{domain.Unclass}
	f.keys.add("default", tenantA, domain.ScopeEvidenceRead, domain.ScopeDecisionsRead)
	f.keys.keys["default"].Rings = nil
	for _, r := range []struct{ method, path, body string }{
		{"GET", "/decisions/" + d.ID, ""},
		{"GET", "/decisions/" + d.ID + "/receipt", ""},
		{"GET", "/forensics/snapshot/" + d.Event, ""},
		{"POST", "/forensics/replay", `{"decision_id":"` + d.ID + `"}`},
		{"POST", "/forensics/replay", `{"event_id":"` + d.Event + `"}`},
	} {
		for _, key := range []string{"open", "default"} {
			got := f.do(t, key, r.method, prefixV1+r.path, r.body)
			if got.status != 403 || !strings.Contains(string(got.body), "SECRET") || strings.Contains(string(got.body), "192.0.2.9") {
				t.Errorf("%s %s with key %s: %d %s", r.method, r.path, key, got.status, got.body)
			}
		}
		if got := f.do(t, adminA, r.method, prefixV1+r.path, r.body); got.status != 200 {
			t.Errorf("%s %s with the key of all rings: %d %s", r.method, r.path, got.status, got.body)
		}
	}
}
