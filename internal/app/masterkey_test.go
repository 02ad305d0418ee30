package app

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"
)

// A server's store goes from one master key to the next at a start; then the
// old key can be destroyed, and everything still works.
func TestMasterKeyRotation(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		ctx := context.Background()
		s, b := start(t, cfg)
		hook := func(s *Server) string {
			return once(t, s.URL+"/api/v1/webhooks", b.AdminKey, `{"url":"https://hooks.example.com/x"}`)
		}
		created := hook(s)
		if code, body := do(t, "POST", s.URL+"/defend", b.AdminKey, attack); code != http.StatusOK {
			t.Fatalf("defend: %d %s", code, body)
		}
		old := s.Parts.Custody.MasterID()
		if _, err := signing.RotateMaster(cfg.DataDir, clock.System{}); err != nil {
			t.Fatal(err)
		}
		if _, err := DestroyMaster(ctx, cfg, old); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("destroy beside a running server: %v", err)
		}
		stop(t, s)
		if _, err := DestroyMaster(ctx, cfg, old); fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), "still sealed") {
			t.Errorf("destroy before anything was sealed anew: %v", err)
		}

		s, _ = start(t, cfg)
		if s.Parts.Custody.MasterID() == old {
			t.Error("the new master key is not in use")
		}
		if again := hook(s); again != created || !strings.Contains(created, "whsec_") {
			t.Errorf("the remembered answer changed: %.80s, then %.80s", created, again)
		}
		stop(t, s)
		if n, err := ResealStore(ctx, cfg); n != 0 || err != nil {
			t.Errorf("the start left %d values: %v", n, err)
		}
		if k, err := DestroyMaster(ctx, cfg, old); err != nil || k.State != signing.Destroyed {
			t.Fatalf("destroy: %+v, %v", k, err)
		}

		s, _ = start(t, cfg)
		if hook(s) != created {
			t.Error("the remembered answer is gone with the old key")
		}
		if code, body := do(t, "POST", s.URL+"/defend", b.AdminKey, strings.Replace(attack, "203.0.113.9", "203.0.113.10", 1)); code != http.StatusOK {
			t.Errorf("defend: %d %s", code, body)
		}
		if code, body := do(t, "GET", s.URL+"/api/v1/decisions?limit=1", b.AdminKey, ""); code != http.StatusOK {
			t.Errorf("decisions: %d %s", code, body)
		}
	})
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

// once posts under a fixed Idempotency-Key.
func once(t *testing.T, url, key, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", key)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "fixed-key-of-the-test")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s: %d %s %v", url, res.StatusCode, b, err)
	}
	return string(b)
}

// Whoever seals under the master key has a column in sealedColumns, or values
// stay behind when the key is destroyed.
func TestSealedColumnsAreComplete(t *testing.T) {
	t.Parallel()
	known := []string{"evidence", "httpapi/idempotency", "notify", "signing"}
	seals := regexp.MustCompile(`\b(sealer|vault|wrap|custody|Custody)\.(Seal|NewDataKey)\(`)
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && seals.Match(b) {
			pkg := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, ".."+string(filepath.Separator))))
			found[pkg] = true
			if !slices.Contains(known, pkg) {
				t.Errorf("%s seals under the master key: add its column to sealedColumns and its package here", path)
			}
		}
		return err
	})
	if err != nil || len(found) < 3 {
		t.Fatalf("found %v, %v", found, err)
	}
}
