package agent

import (
	"context"
	"strings"
	"testing"
	"time"

	"frostgate.io/frostgate/internal/connector"
	"frostgate.io/frostgate/internal/fault"
)

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
