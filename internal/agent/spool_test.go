package agent

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFullSpoolDropsTheOldestAndCounts(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cfg.BatchSize, s.cfg.SpoolMax = 2, 1200
	s.srv.err = errors.New("away")
	s.add(20)
	s.start()
	s.polls()
	st := s.a.Stats()
	if st.Dropped == 0 || st.SpoolBytes > 1200 || st.Spooled != 20 {
		t.Fatalf("%+v", st)
	}
	s.srv.err = nil
	s.clk.Advance(time.Hour)
	s.polls()
	if got := int64(len(s.srv.order)); got != 20-st.Dropped || s.srv.order[got-1] != "event 19" {
		t.Errorf("%d arrived, %d dropped: %q", got, st.Dropped, s.srv.order)
	}
}

func TestPauseWhenFullDropsNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cfg.BatchSize, s.cfg.SpoolMax, s.cfg.PauseWhenFull = 2, 1200, true
	s.srv.err = errors.New("away")
	s.add(20)
	s.start()
	s.polls()
	s.srv.err = nil
	s.clk.Advance(time.Hour)
	s.polls()
	s.wantAll()
	if s.a.Stats().Dropped != 0 {
		t.Errorf("%+v", s.a.Stats())
	}
}

func TestTruncatedSpoolFile(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cfg.BatchSize = 4
	s.srv.err = errors.New("away")
	s.add(8)
	s.start()
	s.polls()
	_ = s.a.Close()
	spool := filepath.Join(s.cfg.Dir, "spool")
	first := filepath.Join(spool, fmt.Sprintf("%020d.ndjson", 1))
	b, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(first, b[:len(b)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	// A write that the crash cut off before its rename, and an empty file.
	if err := os.WriteFile(filepath.Join(spool, "00000000000000000009.ndjson.tmp"), b[:50], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(spool, fmt.Sprintf("%020d.ndjson", 3)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.srv.err = nil
	s.start()
	s.polls()
	want := []string{"event 0", "event 1", "event 2", "event 4", "event 5", "event 6", "event 7"}
	if diff := cmp.Diff(want, s.srv.order); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if st := s.a.Stats(); st.Damaged != 2 || st.SpoolBatches != 0 {
		t.Errorf("%+v", st)
	}
	if left, err := os.ReadDir(spool); err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

func FuzzParseSpool(f *testing.F) {
	f.Add([]byte(spoolHeader + "00\n{}\n"))
	f.Add([]byte(""))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		batch, _ := parseSpool(b)
		for _, l := range batch {
			if len(l) == 0 || strings.Contains(string(l), "\n") {
				t.Fatalf("line %q", l)
			}
		}
	})
}
