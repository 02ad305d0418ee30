package app

import (
	"bytes"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/signing"
	"frostgate.io/frostgate/receipt"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

func TestPendingKeys(t *testing.T) {
	t.Parallel()
	genesis := receipt.RootEntry{Artifact: receipt.RootGenesis, Key: "A"}
	entry := func(action, key, reason string) receipt.RootEntry {
		return receipt.RootEntry{Artifact: receipt.RootKey, Action: action, Key: key, Reason: reason}
	}
	key := func(vkey string, s signing.KeyState, reason string) signing.LogKey {
		return signing.LogKey{VerifierKey: vkey, State: s, Reason: reason}
	}
	for name, c := range map[string]struct {
		history []receipt.RootEntry
		keys    []signing.LogKey
		want    []receipt.RootEntry
	}{
		"nothing new": {[]receipt.RootEntry{genesis}, []signing.LogKey{key("A", signing.Active, "")}, nil},
		"issued": {
			[]receipt.RootEntry{genesis},
			[]signing.LogKey{key("A", signing.Retiring, ""), key("B", signing.Active, "")},
			[]receipt.RootEntry{entry("issue", "B", "")},
		},
		"all at once": {
			[]receipt.RootEntry{genesis},
			[]signing.LogKey{key("A", signing.Revoked, "stolen"), key("B", signing.Retired, ""), key("C", signing.Active, "")},
			[]receipt.RootEntry{entry("issue", "B", ""), entry("issue", "C", ""), entry("revoke", "A", "stolen"), entry("retire", "B", "")},
		},
		"retired, then revoked": {
			[]receipt.RootEntry{genesis, entry("issue", "B", ""), entry("retire", "A", "")},
			[]signing.LogKey{key("A", signing.Revoked, "stolen"), key("B", signing.Active, "")},
			[]receipt.RootEntry{entry("revoke", "A", "stolen")},
		},
		"done": {
			[]receipt.RootEntry{genesis, entry("issue", "B", ""), entry("retire", "A", ""), entry("revoke", "A", "stolen")},
			[]signing.LogKey{key("A", signing.Revoked, "stolen"), key("B", signing.Active, "")},
			nil,
		},
	} {
		if diff := cmp.Diff(c.want, pendingKeys(c.history, c.keys)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A rotation through the server: the keys' history stands in the root log and
// in the answers, once.
func TestLogKeyRotation(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		clk := clock.System{}
		s, b := start(t, cfg)
		a := s.Parts.Custody.LogKeys()[0]
		if code, body := do(t, "POST", s.URL+"/defend", b.AdminKey, attack); code != 200 {
			t.Fatalf("defend: %d %s", code, body)
		}
		if _, err := signing.Issue(cfg.DataDir, clk); err != nil {
			t.Fatal(err)
		}
		stop(t, s)
		s, _ = start(t, cfg)
		if _, err := signing.Retire(cfg.DataDir, a.ID(), clk); err != nil {
			t.Fatal(err)
		}
		stop(t, s)
		s, _ = start(t, cfg)
		if _, err := signing.Revoke(cfg.DataDir, a.ID(), "stolen laptop", clk); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			stop(t, s)
			s, _ = start(t, cfg)
		}
		if err := s.Parts.Log.Healthy(); err != nil {
			t.Error(err)
		}
		if err := s.Parts.Log.Anchors.Healthy(); err != nil {
			t.Error(err)
		}
		history, err := s.Parts.Log.Anchors.KeyHistory(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, e := range history {
			said = append(said, e.Artifact+" "+e.Action+" "+e.Reason)
		}
		if diff := cmp.Diff([]string{"genesis  ", "key issue ", "key retire ", "key revoke stolen laptop"}, said); diff != "" {
			t.Error(diff)
		}
		code, body := do(t, "GET", s.URL+"/api/v1/evidence/signing-keys", b.AdminKey, "")
		var listed struct {
			Items []map[string]any `json:"items"`
		}
		if err := json.Unmarshal(body, &listed); err != nil || code != 200 || len(listed.Items) != 2 {
			t.Fatalf("%d %s %v", code, body, err)
		}
		first := listed.Items[0]
		if first["vkey"] != a.VerifierKey || first["state"] != "revoked" || first["reason"] != "stolen laptop" ||
			first["issued_index"] != 0.0 || first["ended_index"] == nil || listed.Items[1]["state"] != "active" || listed.Items[1]["ended_index"] != nil {
			t.Errorf("keys: %s", body)
		}
		if _, body := do(t, "GET", s.URL+"/api/v1/evidence/key", b.AdminKey, ""); strings.Contains(string(body), a.VerifierKey) || !strings.Contains(string(body), `"vkeys":["`) {
			t.Errorf("keys to pin: %s", body)
		}
	})
}

// A log that rests is shown under the key that is in use now: its absence of
// erasures verifies for who pins only that one.
func TestRestingLogAfterRotation(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		clk := clock.System{}
		s, b := start(t, cfg)
		a := s.Parts.Custody.LogKeys()[0]
		if code, body := do(t, "POST", s.URL+"/defend?wait=anchored", b.AdminKey, attack); code != 200 {
			t.Fatalf("defend: %d %s", code, body)
		}
		stop(t, s)
		if _, err := signing.Issue(cfg.DataDir, clk); err != nil {
			t.Fatal(err)
		}
		s, _ = start(t, cfg)
		stop(t, s)
		if _, err := signing.Retire(cfg.DataDir, a.ID(), clk); err != nil {
			t.Fatal(err)
		}
		s, _ = start(t, cfg)
		trust, err := receipt.NewTrust(s.Parts.Custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{"tenant", "absence?artifact=erasure&from=2026-01-01T00:00:00Z"} {
			code, body := do(t, "GET", s.URL+"/api/v1/evidence/bundles/"+query, b.AdminKey, "")
			if code != 200 {
				t.Fatalf("%s: %d %s", query, code, body)
			}
			if rep, err := receipt.VerifyBundle(bytes.NewReader(body), trust); err != nil || rep.Level != receipt.Anchored {
				t.Errorf("%s: %v\n%s", query, err, rep)
			}
		}
		stop(t, s)
		s, _ = start(t, cfg)
		if n := len(s.Parts.Log.Damage()); n != 0 {
			t.Errorf("%d damaged logs", n)
		}
	})
}
