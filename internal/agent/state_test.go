package agent

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
