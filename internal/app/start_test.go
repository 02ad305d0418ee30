package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/db/dbtest"
	"frostgate.io/frostgate/receipt"
)

// eachStore runs fn with a configuration for a new store of each engine.
func eachStore(t *testing.T, fn func(t *testing.T, cfg Config)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			cfg := DefaultConfig()
			cfg.DataDir, cfg.Listen = filepath.Join(t.TempDir(), "state"), "127.0.0.1:0"
			if engine == "postgres" {
				cfg.Database = dbtest.PostgresURL(t)
			}
			fn(t, cfg)
		})
	}
}

func start(t *testing.T, cfg Config) (*Server, Bootstrap) {
	t.Helper()
	s, err := Start(context.Background(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	b, err := ReadBootstrap(cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	return s, b
}

func do(t *testing.T, method, url, key, body string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("X-API-Key", key)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b
}

const attack = `{"source":"sshd","timestamp":"2026-03-01T12:00:00Z","event_type":"auth","event":{"src_ip":"203.0.113.9","user":"root","failed_auths":7}}`

func TestFirstStartDecidesAndSurvivesRestart(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		s, b := start(t, cfg)
		if b.URL != s.URL || b.TenantID == "" || b.AdminKey == "" {
			t.Fatalf("bootstrap %+v, url %s", b, s.URL)
		}
		info, err := os.Stat(filepath.Join(cfg.DataDir, BootstrapFile))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("bootstrap.json: %v %v", info.Mode(), err)
		}
		if code, body := do(t, "GET", s.URL+"/health/ready", "", ""); code != 200 {
			t.Fatalf("ready: %d %s", code, body)
		}
		if code, _ := do(t, "POST", s.URL+"/defend", "", attack); code != 401 {
			t.Errorf("without a key: %d", code)
		}
		code, first := do(t, "POST", s.URL+"/defend", b.AdminKey, attack)
		if code != 200 || !bytes.Contains(first, []byte(`"threat_level":"high"`)) {
			t.Fatalf("defend: %d %s", code, first)
		}
		trust, err := receipt.NewTrust(s.Parts.Custody.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		r, err := receipt.FromResponse(first)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(r, trust); err != nil {
			t.Error(err)
		}
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		s2, b2 := start(t, cfg)
		if b2.AdminKey != b.AdminKey || b2.URL != s2.URL {
			t.Errorf("bootstrap after a restart: %+v", b2)
		}
		code, again := do(t, "POST", s2.URL+"/v1/defend", b.AdminKey, attack)
		if code != 200 || !bytes.Contains(again, []byte(`"replayed":true`)) {
			t.Errorf("again: %d %.200s", code, again)
		}
		r2, err := receipt.FromResponse(again)
		if err != nil || r2.LeafHash != r.LeafHash || r2.Index != r.Index {
			t.Errorf("another leaf: %v", err)
		}
	})
}

func TestSecondServerOnTheSameStoreIsRefused(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		s, _ := start(t, cfg)
		if two, err := Start(context.Background(), cfg, slog.New(slog.DiscardHandler)); err == nil {
			t.Error("a second server started", two.Stop())
		} else if !strings.Contains(err.Error(), "another server") {
			t.Errorf("refusal: %v", err)
		}
		if code, _ := do(t, "GET", s.URL+"/health/ready", "", ""); code != 200 {
			t.Errorf("the first one suffers: %d", code)
		}
	})
}

func TestLostKeysRefuseToStart(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		s, _ := start(t, cfg)
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(cfg.DataDir, "keys")); err != nil {
			t.Fatal(err)
		}
		if two, err := Start(context.Background(), cfg, slog.New(slog.DiscardHandler)); err == nil {
			t.Error("started with new keys beside an old store", two.Stop())
		}
	})
}

// A key file of another server must not start a server that can read nothing.
func TestForeignKeysRefuseToStart(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		s, _ := start(t, cfg)
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
		other := DefaultConfig()
		other.DataDir, other.Listen = filepath.Join(t.TempDir(), "other"), "127.0.0.1:0"
		o, _ := start(t, other)
		if err := o.Stop(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"log.key", "pepper.key", "master.key"} {
			path := filepath.Join(cfg.DataDir, "keys", name)
			mine, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			foreign, err := os.ReadFile(filepath.Join(other.DataDir, "keys", name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, foreign, 0o600); err != nil {
				t.Fatal(err)
			}
			if two, err := Start(context.Background(), cfg, slog.New(slog.DiscardHandler)); err == nil {
				t.Errorf("started with a foreign %s: %v", name, two.Stop())
			} else if !strings.Contains(err.Error(), name) || ExitCode(err) != 2 {
				t.Errorf("foreign %s: %v", name, err)
			}
			if err := os.WriteFile(path, mine, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		start(t, cfg)
	})
}

func TestNothingSecretIsLogged(t *testing.T) {
	t.Parallel()
	cfg := DefaultConfig()
	cfg.DataDir, cfg.Listen, cfg.LogLevel = filepath.Join(t.TempDir(), "state"), "127.0.0.1:0", "debug"
	var log bytes.Buffer
	s, err := Start(context.Background(), cfg, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadBootstrap(cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	do(t, "POST", s.URL+"/defend", b.AdminKey, attack)
	do(t, "POST", s.URL+"/defend", b.AdminKey+"x", attack)
	do(t, "POST", s.URL+"/defend", b.AdminKey, `{"event":`)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{b.AdminKey, "203.0.113.9"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %.12q", secret)
		}
	}
	if !strings.Contains(log.String(), s.URL) {
		t.Error("the log does not say where it listens")
	}
}
