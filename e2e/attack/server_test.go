package attack

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/app"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// server is a running server of a store.
type server struct {
	*app.Server
	t   testing.TB
	log *bytes.Buffer
}

func start(t testing.TB, s store) (*server, error) {
	t.Helper()
	log := &bytes.Buffer{}
	srv, err := app.Start(context.Background(), s.cfg, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return nil, err
	}
	out := &server{srv, t, log}
	t.Cleanup(out.stop)
	return out, nil
}

func (s *server) stop() {
	s.t.Helper()
	if err := s.Stop(); err != nil {
		s.t.Errorf("stop: %v", err)
	}
}

// call sends a request and returns what came.
func (s *server) call(method, path, key, body string) (int, []byte) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("X-API-Key", key)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res.StatusCode, b
}

func (s *server) must(method, path, key, body string) []byte {
	s.t.Helper()
	code, b := s.call(method, path, key, body)
	if code/100 != 2 {
		s.t.Fatalf("%s %s: %d %.300s", method, path, code, b)
	}
	return b
}

func (s *server) client(key string) *frostgate.Client {
	s.t.Helper()
	c, err := frostgate.New(s.URL, key)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
