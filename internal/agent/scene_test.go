package agent

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// server takes batches as the real one does: an ID counts once.
type server struct {
	err    error // answer to every batch; nil takes it
	calls  int
	order  []string // first arrival of each source_event_id
	seen   map[string]int
	refuse func(line []byte) *Problem
	after  func() // runs after a batch was taken
}

func newServer() *server { return &server{seen: map[string]int{}} }

func (s *server) SendBatch(_ context.Context, lines [][]byte) ([]Problem, error) {
	s.calls++
	if s.err != nil {
		return nil, s.err
	}
	var problems []Problem
	for i, l := range lines {
		if s.refuse != nil {
			if p := s.refuse(l); p != nil {
				p.Line = i
				problems = append(problems, *p)
				continue
			}
		}
		var req struct {
			ID    string `json:"source_event_id"`
			Event struct {
				Message string `json:"message"`
			} `json:"event"`
		}
		if err := json.Unmarshal(l, &req); err != nil {
			return nil, err
		}
		if s.seen[req.ID]++; s.seen[req.ID] == 1 {
			s.order = append(s.order, req.Event.Message)
		}
	}
	if s.after != nil {
		s.after()
	}
	return problems, nil
}

// scene is a log file and the folder of an agent that may be restarted.
type scene struct {
	t   *testing.T
	dir string
	log string
	clk *clock.Fake
	srv *server
	cfg Config
	a   *Agent
	n   int
}

func newScene(t *testing.T) *scene {
	dir := t.TempDir()
	s := &scene{t: t, dir: dir, log: filepath.Join(dir, "auth.log"), clk: clock.NewFake(start), srv: newServer()}
	s.cfg = Config{Paths: []string{s.log}, Dir: filepath.Join(dir, "agent")}
	t.Cleanup(func() {
		if s.a != nil {
			_ = s.a.Close()
		}
	})
	return s
}

func (s *scene) start() {
	s.t.Helper()
	if s.a != nil {
		_ = s.a.Close()
	}
	a, err := New(s.cfg, s.srv, s.clk, slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatal(err)
	}
	s.a = a
}

// polls steps until there is nothing to do, and then some more for what waits
// for quiet polls.
func (s *scene) polls() {
	s.t.Helper()
	for idle := 0; idle < 2*quietPolls+2; {
		worked, err := s.a.Step(context.Background())
		if err != nil {
			s.t.Fatal(err)
		}
		if worked {
			idle = 0
			continue
		}
		idle++
	}
}

func logLine(n int) string {
	return fmt.Sprintf("Mar  1 11:%02d:%02d host app[%d]: event %d\n", n/60%60, n%60, 100+n, n)
}

func (s *scene) write(text string) {
	s.t.Helper()
	f, err := os.OpenFile(s.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// add writes the next k numbered lines.
func (s *scene) add(k int) {
	s.t.Helper()
	var b strings.Builder
	for range k {
		b.WriteString(logLine(s.n))
		s.n++
	}
	s.write(b.String())
}

func (s *scene) rename(from, to string) {
	s.t.Helper()
	if err := os.Rename(from, to); err != nil {
		s.t.Fatal(err)
	}
}

// wantAll checks that every numbered line arrived, in order.
func (s *scene) wantAll() {
	s.t.Helper()
	var want []string
	for i := range s.n {
		want = append(want, fmt.Sprintf("event %d", i))
	}
	if diff := cmp.Diff(want, s.srv.order); diff != "" {
		s.t.Errorf("events (-want +got):\n%s", diff)
	}
}
