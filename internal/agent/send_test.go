package agent

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/fault"

	"github.com/google/go-cmp/cmp"
)

func TestServerAwayThenBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cfg.BatchSize = 2
	s.add(3)
	s.start()
	s.polls()
	s.srv.err = errors.New("connection refused")
	s.add(4)
	s.polls()
	s.add(1)
	s.polls()
	if st := s.a.Stats(); st.SpoolBatches != 3 || st.Spooled != 5 || s.srv.calls != 3 {
		t.Errorf("away: %+v, %d calls", st, s.srv.calls)
	}
	s.start() // also across a restart, with the files gone meanwhile
	if err := os.Remove(s.log); err != nil {
		t.Fatal(err)
	}
	s.srv.err = nil
	s.clk.Advance(2 * time.Minute)
	s.add(2)
	s.polls()
	s.wantAll()
	if st := s.a.Stats(); st.SpoolBatches != 0 || st.SpoolBytes != 0 {
		t.Errorf("back: %+v", st)
	}
}

func TestLaterIsHonouredAndPausesGrow(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(1)
	s.srv.err = &Later{After: 90 * time.Second, Err: errors.New("busy")}
	s.start()
	s.polls()
	s.clk.Advance(89 * time.Second)
	s.polls()
	if s.srv.calls != 1 {
		t.Fatalf("%d calls before the time", s.srv.calls)
	}
	s.clk.Advance(time.Second)
	s.srv.err = errors.New("away")
	s.polls()
	var waits []time.Duration
	for range 7 {
		before := s.clk.Now()
		waits = append(waits, time.Duration(s.a.notBefore-before)*time.Microsecond)
		s.clk.Advance(waits[len(waits)-1])
		s.polls()
	}
	want := []time.Duration{2, 4, 8, 16, 32, 60, 60}
	for i := range want {
		want[i] *= time.Second
	}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

func TestDeniedKeyStopsAndLosesNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(3)
	s.srv.err = fault.New(fault.KeyRevoked, "the key was revoked")
	s.start()
	err := s.a.Run(context.Background())
	if fault.CodeOf(err) != fault.KeyRevoked {
		t.Fatalf("run: %v", err)
	}
	s.srv.err = nil
	s.start()
	s.polls()
	s.wantAll()
}

func TestRefusedLinesAreCountedNotRetried(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(4)
	s.srv.refuse = func(l []byte) *Problem {
		if strings.Contains(string(l), "event 2") {
			return &Problem{Code: "invalid_request", Detail: "no"}
		}
		return nil
	}
	s.start()
	s.polls()
	if st := s.a.Stats(); st.Sent != 3 || st.Refused != 1 || s.srv.calls != 1 {
		t.Errorf("%+v, %d calls", st, s.srv.calls)
	}
}

// choosy refuses whole batches that hold a certain line.
type choosy struct{ *server }

func (c choosy) SendBatch(ctx context.Context, lines [][]byte) ([]Problem, error) {
	for _, l := range lines {
		if strings.Contains(string(l), "event 2") {
			return nil, fault.New(fault.TooLarge, "too large")
		}
	}
	return c.server.SendBatch(ctx, lines)
}

func TestBatchThatNeverFitsIsSplit(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(7)
	a, err := New(s.cfg, choosy{s.srv}, s.clk, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.a = a
	s.polls()
	want := []string{"event 0", "event 1", "event 3", "event 4", "event 5", "event 6"}
	if diff := cmp.Diff(want, s.srv.order); diff != "" || a.Stats().Refused != 1 {
		t.Errorf("events (-want +got):\n%s%+v", diff, a.Stats())
	}
}
