package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/witnesstest"
	"frostgate.io/frostgate/receipt"
)

// witnessed starts a server whose root log a real witness cosigns. The witness
// must know the log's key, so the server has started once before.
func witnessed(t *testing.T, cfg *Config) (*Server, Bootstrap, *receipt.Policy, *witnesstest.Witness) {
	t.Helper()
	s, _ := start(t, *cfg)
	vkey, origin := s.Parts.Custody.VerifierKey(), s.Parts.Custody.Origin()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	w := witnesstest.Start(t, witnesstest.Log{Origin: origin, VKey: vkey})
	text := fmt.Sprintf("log %s\nwitness one %s %s\nquorum one\n", vkey, w.VKey, w.URL)
	policy, err := receipt.ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	cfg.WitnessPolicy = filepath.Join(t.TempDir(), "policy")
	if err := os.WriteFile(cfg.WitnessPolicy, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, b := start(t, *cfg)
	return s, b, policy, w
}

func proven(t *testing.T, answer []byte, trust receipt.Trust) *receipt.Report {
	t.Helper()
	r, err := receipt.FromResponse(answer)
	if err != nil {
		t.Fatalf("%v: %.300s", err, answer)
	}
	rep, err := receipt.Verify(r, trust)
	if err != nil {
		t.Fatalf("%v\n%s", err, rep)
	}
	return rep
}

func event(i int) string {
	return strings.Replace(attack, "203.0.113.9", fmt.Sprintf("203.0.113.%d", i), 1)
}

func TestWaitForWitnesses(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		s, b, policy, w := witnessed(t, &cfg)
		code, body := do(t, "POST", s.URL+"/defend?wait=witnessed", b.AdminKey, event(1))
		if code != 200 {
			t.Fatalf("defend: %d %s", code, body)
		}
		if rep := proven(t, body, policy.Trust()); rep.Level != receipt.Witnessed {
			t.Errorf("answer at level %s", rep.Level)
		}
		// Without the witness the decision is there, at the level it has.
		w.Stop()
		code, body = do(t, "POST", s.URL+"/defend?wait=anchored", b.AdminKey, event(2))
		if code != 200 {
			t.Fatalf("defend: %d %s", code, body)
		}
		if rep := proven(t, body, policy.Trust().Accepting(receipt.Anchored)); rep.Level != receipt.Anchored {
			t.Errorf("answer without the witness at level %s", rep.Level)
		}
		if code, body := do(t, "GET", s.URL+"/api/v1/evidence/root", b.AdminKey, ""); code != 200 || !strings.Contains(string(body), `"quorum":"reached"`) {
			t.Errorf("root: %d %s", code, body)
		}
		// Anybody may read the root log.
		code, body = do(t, "GET", s.URL+"/api/v1/evidence/root/checkpoint", "", "")
		if cp, _, err := receipt.ParseSignedCheckpoint(body); code != 200 || err != nil || cp.Origin != s.Parts.Custody.Origin() {
			t.Errorf("root checkpoint: %d %v %s", code, err, body)
		}
		if code, body := do(t, "GET", s.URL+"/api/v1/evidence/root/tile/entries/000.p/1", "", ""); code != 200 || !strings.Contains(string(body), "genesis") {
			t.Errorf("root entry: %d %q", code, body)
		}
		if code, _ := do(t, "POST", s.URL+"/defend?wait=forever", b.AdminKey, event(3)); code != 400 {
			t.Errorf("an unknown level: %d", code)
		}
	})
}

func TestWaitWithoutWitnesses(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		s, b := start(t, cfg)
		if code, body := do(t, "POST", s.URL+"/defend?wait=witnessed", b.AdminKey, event(1)); code != 501 {
			t.Errorf("witnessed without witnesses: %d %s", code, body)
		}
		if _, body := do(t, "GET", s.URL+"/stats?window=all", b.AdminKey, ""); !strings.Contains(string(body), `"total":0`) {
			t.Errorf("the refused request was decided: %s", body)
		}
		code, body := do(t, "POST", s.URL+"/defend?wait=anchored", b.AdminKey, event(1))
		trust, err := receipt.NewTrust(s.Parts.Custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		if rep := proven(t, body, trust); code != 200 || rep.Level != receipt.Anchored {
			t.Errorf("answer: %d, %s", code, rep.Level)
		}
	})
}

// files reads the database's files while no server runs.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "frostgate.db*"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no database in %s: %v", dir, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = data
	}
	return out
}

// A database from yesterday's backup is refused at the start, with the reason.
func TestRestoredBackupIsRefused(t *testing.T) {
	t.Parallel()
	cfg := DefaultConfig()
	cfg.DataDir, cfg.Listen = filepath.Join(t.TempDir(), "state"), "127.0.0.1:0"
	s, b, _, _ := witnessed(t, &cfg)
	decide := func(i int) {
		t.Helper()
		if code, body := do(t, "POST", s.URL+"/defend?wait=witnessed", b.AdminKey, event(i)); code != 200 {
			t.Fatalf("defend: %d %s", code, body)
		}
	}
	stop := func() {
		t.Helper()
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	decide(1)
	stop()
	backup := files(t, cfg.DataDir)
	s, b = start(t, cfg)
	decide(2)
	stop()
	today := files(t, cfg.DataDir)
	restore := func(files map[string][]byte) {
		t.Helper()
		for name := range today {
			if err := os.RemoveAll(name); err != nil {
				t.Fatal(err)
			}
		}
		for name, data := range files {
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	restore(maps.Clone(backup))
	_, err := Start(context.Background(), cfg, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "older than what was witnessed") {
		t.Fatalf("yesterday's database: %v", err)
	}
	restore(today)
	s, b = start(t, cfg)
	decide(3)
}
