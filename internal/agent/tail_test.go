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
	"frostgate.io/frostgate/internal/testdata"
)

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
