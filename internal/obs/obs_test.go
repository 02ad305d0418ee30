package obs

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestLogCarriesRequestAndTenant(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := NewLogger(&out, slog.LevelInfo)
	ctx := WithRequest(t.Context(), &Request{ID: "req_1", Tenant: "tn_a"})
	log.InfoContext(ctx, "something happened", "n", 3)
	log.DebugContext(ctx, "not shown")

	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("not one JSON object: %q", out.String())
	}
	if line["request_id"] != "req_1" || line["tenant_id"] != "tn_a" || line["msg"] != "something happened" {
		t.Errorf("line = %v", line)
	}
	if RequestID(t.Context()) != "" || RequestID(ctx) != "req_1" {
		t.Error("request ID of the context")
	}
}

func TestLogBlanksSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := NewLogger(&out, slog.LevelInfo).With("api_key", "fg_x")
	log.WithGroup("g").Info("m", "payload", "P-VALUE", "webhook_secret", "S-VALUE", "Authorization", "Bearer zzz", "key_id", "k1")
	for _, leak := range []string{"P-VALUE", "S-VALUE", "zzz", "fg_x"} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("log holds %q: %s", leak, out.String())
		}
	}
	if !strings.Contains(out.String(), `"key_id":"k1"`) {
		t.Errorf("public key ID was blanked: %s", out.String())
	}
}

func TestLogSaysTheUnitOfDurations(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	NewLogger(&out, slog.LevelInfo).Info("m", "retry_in", 1500*time.Millisecond)
	if !strings.Contains(out.String(), `"retry_in":"1.5s"`) {
		t.Error(out.String())
	}
}

func TestMetricsAreServedAndNamed(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	m.Counter("frostgate_things_total", "Things.", "kind").WithLabelValues("a").Inc()
	m.Seconds("frostgate_wait_seconds", "Waiting.").WithLabelValues().Observe(0.003)
	m.GaugeFunc("frostgate_queue_depth", "Queue.", func() float64 { return 7 })
	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`frostgate_things_total{kind="a"} 1`, "frostgate_queue_depth 7", `frostgate_wait_seconds_bucket{le="0.005"} 1`, "go_goroutines"} {
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("metrics lack %q", want)
		}
	}
	for name, declare := range map[string]func(){
		"foreign name": func() { m.Gauge("other_things", "") },
		"no _total":    func() { m.Counter("frostgate_things", "") },
		"twice":        func() { m.Counter("frostgate_things_total", "Things.", "kind") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			declare()
		}()
	}
}
