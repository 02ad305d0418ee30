package module

import (
	"testing"
	"time"
)

func TestZeroConfigHasDefaults(t *testing.T) {
	t.Parallel()
	want := Config{Window: 10 * time.Minute, TokenTTL: 24 * time.Hour, MaxOverlap: 30 * 24 * time.Hour}
	if got := (Config{}).withDefaults(); got != want {
		t.Errorf("%+v", got)
	}
	if got := (Config{Window: time.Second}).withDefaults(); got.Window != time.Second {
		t.Errorf("%+v", got)
	}
}

func TestStatusOfKeysAndModules(t *testing.T) {
	t.Parallel()
	for want, k := range map[string]Key{"active": {}, "ending": {NotAfter: 11}, "ended": {NotAfter: 10}, "revoked": {NotAfter: 11, RevokedAt: 1}} {
		if got := k.Status(10); got != want || k.valid(10) != (want == "active" || want == "ending") {
			t.Errorf("%+v is %s, want %s", k, got, want)
		}
	}
	m := &Module{Keys: []Key{{NotAfter: 10}}}
	if m.Status(9) != "active" || m.Status(10) != "enrolling" {
		t.Error("a module without a good key is not active")
	}
	if m.RevokedAt = 1; m.Status(0) != "revoked" {
		t.Error("a revoked module")
	}
}
