package app

import (
	"os"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
)

// A store is checked beside the server that runs on it, and after it.
func TestStoreIsCheckedBesideItsServer(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, cfg Config) {
		srv, _ := start(t, cfg)
		for range 2 {
			s, err := OpenStore(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			logs, err := s.Logs(t.Context())
			if err != nil || len(logs) != 2 || logs[1].Tenant != evidence.RootLog {
				t.Fatalf("logs: %+v %v", logs, err)
			}
			for _, l := range logs {
				if r, err := s.Fsck(t.Context(), l); err != nil || !r.Valid() || r.Size == 0 {
					t.Errorf("%s: %+v %v", l.Name, r, err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := srv.Stop(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A store that is not there is not made.
func TestStoreThatIsNotThere(t *testing.T) {
	t.Parallel()
	cfg := DefaultConfig()
	cfg.DataDir = t.TempDir()
	if _, err := OpenStore(t.Context(), cfg); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "no store") {
		t.Errorf("nothing there: %v", err)
	}
	if left, err := os.ReadDir(cfg.DataDir); err != nil || len(left) > 0 {
		t.Errorf("something was made: %v %v", left, err)
	}
}
