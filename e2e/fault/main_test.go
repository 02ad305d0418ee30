// Package fault breaks a running server on purpose and checks what it promised:
// every acknowledged decision is in the log exactly once, its receipt verifies
// offline, no signed tree head was ever taken back, and what was refused was
// refused in a way that a client can act on.
//
// The server under test is this test binary started again (TestMain), running
// the product's own app.Start: killing it is killing a process. Faults are the
// kernel's: SIGKILL, a full file system (tmpfs in a mount namespace of its
// own), a file size limit, fsync that fails with EIO (a seccomp filter),
// PostgreSQL stopped in immediate mode. Nothing in the product knows of them.
//
// FROSTGATE_FAULT_CYCLES sets the number of kills (8; `make fault`: 200),
// FROSTGATE_FAULT_SEED repeats a run's choices. Where a fault can't be made here
// its test skips and says why; under CI=true as root it fails instead.
package fault

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/obs"
)

// childVar holds the server's configuration when this binary is the server.
const childVar = "FROSTGATE_FAULT_CHILD"

// childConfig is what the server under test is told.
type childConfig struct {
	DataDir  string `json:"data_dir"`
	Database string `json:"database"`
}

func TestMain(m *testing.M) {
	if raw := os.Getenv(childVar); raw != "" {
		if err := serve(raw); err != nil {
			fmt.Fprintln(os.Stderr, "server:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serve runs the server. It prints its URL when it is ready and obeys commands
// on standard input, which make faults that only the process itself can make.
func serve(raw string) error {
	// Without this Go ends a process that meets its file size limit; ignored,
	// the write fails with EFBIG instead.
	signal.Ignore(syscall.SIGXFSZ)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	var c childConfig
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		return err
	}
	cfg := app.DefaultConfig()
	cfg.DataDir, cfg.Database, cfg.Listen, cfg.Version = c.DataDir, c.Database, "127.0.0.1:0", "fault"
	level, err := obs.ParseLevel("info")
	if err != nil {
		return err
	}
	s, err := app.Start(ctx, cfg, obs.NewLogger(os.Stderr, level))
	if err != nil {
		return err
	}
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			err := fmt.Errorf("unknown command")
			if in.Text() == "fail fsync" {
				err = failSync()
			}
			fmt.Println("done", err)
		}
	}()
	fmt.Println("ready", s.URL)
	err = s.Wait(ctx)
	if serr := s.Stop(); err == nil {
		err = serr
	}
	return err
}
