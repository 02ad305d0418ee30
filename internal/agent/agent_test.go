package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/testdata"

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

func TestFollowsAndWaitsForTheNewline(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.start()
	s.polls() // no file yet
	s.add(3)
	s.polls()
	line := logLine(s.n)
	s.write(line[:20])
	s.polls()
	s.wantAll()
	s.write(line[20:])
	s.n++
	s.add(2)
	s.polls()
	s.wantAll()
	if st := s.a.Stats(); st.Lines != 6 || st.Sent != 6 || st.Bad != 0 {
		t.Errorf("stats: %+v", st)
	}
}

func TestRotationInTheMiddleOfABatch(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cfg.BatchSize = 4
	s.add(10)
	s.start()
	if _, err := s.a.Step(context.Background()); err != nil { // 4 of 10
		t.Fatal(err)
	}
	s.rename(s.log, s.log+".1")
	line := logLine(s.n)
	s.n++
	// The writer still holds the old file; its last line never gets a newline.
	f, err := os.OpenFile(s.log+".1", os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.TrimSuffix(line, "\n")); err != nil {
		t.Fatal(err)
	}
	f.Close()
	s.polls()
	s.add(5)
	s.polls()
	s.wantAll()
	if st := s.a.Stats(); st.Rotations != 1 || st.Sent != int64(s.n) {
		t.Errorf("stats: %+v", st)
	}
}

func TestRotationsWhileTheAgentIsDown(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(5)
	s.start()
	s.polls()
	_ = s.a.Close()
	s.add(3)
	old := time.Now().Add(-time.Hour)
	s.rename(s.log, s.log+".2")
	if err := os.Chtimes(s.log+".2", old, old); err != nil {
		t.Fatal(err)
	}
	s.add(4)
	s.rename(s.log, s.log+".1")
	s.add(2)
	s.write("") // and something else beside it that is no rotation
	if err := os.WriteFile(s.log+".bak", []byte(logLine(999)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.polls()
	s.wantAll()
	if st := s.a.Stats(); st.Rotations != 2 || st.Missing != 0 || st.Sent != 9 {
		t.Errorf("stats: %+v", st)
	}
}

func TestTruncation(t *testing.T) {
	t.Parallel()
	for name, copied := range map[string]bool{"emptied": false, "copytruncate": true} {
		for how, more := range map[string]int{"shorter": 2, "longer than before": 40} {
			t.Run(name+" and "+how, func(t *testing.T) {
				t.Parallel()
				s := newScene(t)
				s.add(20)
				s.start()
				s.polls()
				if copied {
					s.add(3) // not read yet when the copy is made
					b, err := os.ReadFile(s.log)
					if err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(s.log+".1", b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.Truncate(s.log, 0); err != nil {
					t.Fatal(err)
				}
				s.add(more)
				s.polls()
				s.wantAll()
				if st := s.a.Stats(); st.Truncations != 1 {
					t.Errorf("stats: %+v", st)
				}
			})
		}
	}
}

func TestInodeReuse(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(5)
	s.start()
	s.polls()
	_ = s.a.Close()
	if err := os.Remove(s.log); err != nil {
		t.Fatal(err)
	}
	s.add(9) // often the very inode that was freed
	// Make sure of it: the state names the new file's inode.
	st, err := loadState(s.a.statePath())
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.log)
	if err != nil {
		t.Fatal(err)
	}
	p := st.Files[s.log]
	p.File.Dev, p.File.Inode = inode(info)
	st.Files[s.log] = p
	if err := st.save(s.a.statePath()); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.polls()
	s.wantAll()
	if s.a.Stats().Missing != 1 {
		t.Errorf("stats: %+v", s.a.Stats())
	}
}

// A crash after the server took a batch and before the state was saved: the
// batch comes again with the same IDs, identical lines included.
func TestKillBetweenSendAndStateWrite(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.cfg.BatchSize = 5
	same := "Mar  1 11:00:00 host sshd[7]: Failed password for root from 192.0.2.1 port 22 ssh2\n"
	s.write(strings.Repeat(same, 12))
	s.start()
	var killed error
	s.srv.after = func() {
		if s.srv.calls == 2 {
			// What follows a kill doesn't run: the state is made unwritable.
			if err := os.Mkdir(s.a.statePath()+".tmp", 0o700); err != nil {
				t.Error(err)
			}
		}
	}
	for killed == nil {
		_, killed = s.a.Step(context.Background())
	}
	if s.srv.calls != 2 {
		t.Fatalf("%v after %d batches", killed, s.srv.calls)
	}
	s.srv.after = nil
	if err := os.Remove(s.a.statePath() + ".tmp"); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.polls()
	twice := 0
	for _, n := range s.srv.seen {
		if n == 2 {
			twice++
		}
	}
	if len(s.srv.seen) != 12 || twice != 5 {
		t.Errorf("%d different events, %d sent twice; want 12 and 5", len(s.srv.seen), twice)
	}
}

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

func TestDamagedStateIsAnError(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{", `{"version":2,"files":{}}`, `{"version":1,"files":{},"x":1}`} {
		if err := os.WriteFile(filepath.Join(s.cfg.Dir, "state.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(s.cfg, s.srv, s.clk, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("state %q was taken", text)
		}
	}
}

func TestBadAndTooLongLines(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.write("not a syslog line\n\n")
	s.write(strings.Repeat("x", connector.DefaultMaxLine+10))
	s.start()
	s.polls()
	s.start() // in the middle of the long line
	s.write(strings.Repeat("y", 3*connector.DefaultMaxLine) + "\n")
	s.add(2)
	s.polls()
	s.wantAll()
}

func TestOnceEndsWithRotatedFilesRead(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.add(3)
	s.start()
	s.polls()
	s.add(2)
	s.rename(s.log, s.log+".1")
	s.add(4)
	s.cfg.Once = true
	s.cfg.Wait = func(context.Context, time.Duration) error { return nil }
	s.start()
	if err := s.a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.wantAll()
}

func TestFromEnd(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.write("Mar  1 10:00:00 host app[1]: old\n")
	s.cfg.FromEnd = true
	s.start()
	s.add(2)
	s.polls()
	s.wantAll()
}

// A real log, tailed in pieces with restarts in between, gives the very requests
// that reading the whole file gives.
func TestTailEqualsIngestOnARealLog(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t), "events", "elastic-authlog", "events.log"))
	if err != nil {
		t.Fatal(err)
	}
	raw = raw[:strings.LastIndexByte(string(raw), '\n')+1]
	p, _, err := connector.Open(strings.NewReader(string(raw)), "auth.log", connector.AuthLog, connector.Options{NowFunc: clock.NewFake(start).Now})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for {
		rec, err := p.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *connector.LineError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, string(rec.AppendRequest(nil)))
	}
	s := newScene(t)
	var got []string
	keep := keeper{&got}
	for from := 0; from < len(raw); from += 20_011 {
		s.write(string(raw[from:min(from+20_011, len(raw))]))
		a, err := New(s.cfg, keep, s.clk, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		s.a = a
		s.polls()
		_ = a.Close()
	}
	if !slices.Equal(want, got) {
		t.Fatalf("tail gave %d requests, reading the whole file %d; first difference %s", len(got), len(want), firstDiff(want, got))
	}
}

type keeper struct{ got *[]string }

func (k keeper) SendBatch(_ context.Context, lines [][]byte) ([]Problem, error) {
	for _, l := range lines {
		*k.got = append(*k.got, string(l))
	}
	return nil, nil
}

func firstDiff(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%d:\n%s\n%s", i, a[i], b[i])
		}
	}
	return "at the end"
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

func TestEventLogsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{
		{Paths: []string{"x.log"}, Kind: connector.EVTX, Dir: t.TempDir()},
		{Paths: []string{"auth.log", "Security.EVTX"}, Dir: t.TempDir()},
	} {
		_, err := cfg.withDefaults()
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "frostgate ingest") {
			t.Errorf("%v: %v", cfg.Paths, err)
		}
	}
}
