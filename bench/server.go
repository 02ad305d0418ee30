package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"frostgate.io/frostgate/internal/app"
)

// server is a process under measurement.
type server struct {
	name    string
	address string // host:port
	dir     string // its folder; the store of FrostGate on SQLite is in it
	boot    app.Bootstrap
	ready   time.Duration // from the start of the process to its first "ready"
	started time.Time
	cmd     *exec.Cmd
	log     string
	ended   chan error
}

// cleanEnv is the environment without what would configure a server.
func cleanEnv(more ...string) []string {
	var out []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "FROSTGATE_") && !strings.HasPrefix(kv, "GO") {
			out = append(out, kv)
		}
	}
	return append(out, more...)
}

// freePort finds a port that nobody listens on now.
func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// startProduct starts `frostgate serve` on a new folder; an empty database is
// SQLite in that folder.
func (b *bench) startProduct(ctx context.Context, database string) (*server, error) {
	dir, err := os.MkdirTemp(b.dir, "frostgate-")
	if err != nil {
		return nil, err
	}
	address, err := freePort()
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--data-dir", filepath.Join(dir, "state"), "--listen", address}
	if database != "" {
		args = append(args, "--database", database)
	}
	s := &server{name: "frostgate", address: address, dir: filepath.Join(dir, "state"), log: filepath.Join(dir, "server.log")}
	if err := b.launch(ctx, s, cleanEnv(), b.product, args...); err != nil {
		return nil, err
	}
	if err := s.waitReady(ctx, "/health/ready"); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	if s.boot, err = app.ReadBootstrap(s.dir); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// startPeer starts the OPA server with the product's default policy.
func (b *bench) startPeer(ctx context.Context, name string, env []string, args ...string) (*server, error) {
	address, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &server{name: name, address: address}
	args = append([]string{"run", "--server", "--addr", address, "--log-level", "error", "--skip-version-check"}, args...)
	if err := b.launch(ctx, s, cleanEnv(env...), b.opa, append(args, b.policy)...); err != nil {
		return nil, err
	}
	if err := s.waitReady(ctx, "/health"); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// launch starts a process whose output goes to its log, to nowhere without one.
func (b *bench) launch(_ context.Context, s *server, env []string, bin string, args ...string) error {
	path := s.log
	if path == "" {
		path = os.DevNull
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	s.cmd = exec.Command(bin, args...)
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr, s.cmd.Dir = env, out, out, b.dir
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.ended = make(chan error, 1)
	s.started = time.Now()
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	return nil
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// waitReady polls until the server says that it is ready.
func (s *server) waitReady(ctx context.Context, path string) error {
	client := &http.Client{Timeout: 2 * time.Second}
	defer client.CloseIdleConnections()
	for time.Since(s.started) < 30*time.Second && ctx.Err() == nil {
		resp, err := client.Get("http://" + s.address + path)
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				s.ready = time.Since(s.started)
				return nil
			}
		}
		select {
		case err := <-s.ended:
			s.ended <- err
			return fmt.Errorf("%s ended while starting: %w\n%s", s.name, err, s.tail())
		case <-time.After(2 * time.Millisecond):
		}
	}
	return errors.Join(fmt.Errorf("%s is not ready after 30 s\n%s", s.name, s.tail()), ctx.Err())
}

// tail is the end of the server's log, for a message.
func (s *server) tail() string {
	raw, err := os.ReadFile(s.log)
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(raw[max(0, len(raw)-2000):]))
}

// stop ends the server as an operator would.
func (s *server) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.ended:
		var exit *exec.ExitError
		if errors.As(err, &exit) && s.name != "frostgate" {
			return nil // how a peer ends is its own affair
		}
		return err
	case <-time.After(30 * time.Second):
		return errors.Join(fmt.Errorf("%s did not stop in 30 s", s.name), s.cmd.Process.Kill())
	}
}

// plan is a load of this kind on the server.
func (s *server) plan(o *options, kind string, connections int, first uint64) *loadPlan {
	p := &loadPlan{
		Kind: kind, Address: s.address, Key: s.boot.AdminKey, Tenant: "tn_bench", Connections: connections, First: first,
		WarmupMS: o.warmup.Milliseconds(), DurationMS: o.duration.Milliseconds(), Server: s.pid(),
	}
	switch kind {
	case loadDefend, loadProcess:
		p.Path = "/defend"
	case loadBatch:
		p.Path, p.Lines = "/v1/defend/batch?detail=compact", 1000
	case loadPolicy:
		p.Path = "/v1/data/frostgate/defend"
	}
	return p
}

// newDatabase makes a database of its own on the throw-away PostgreSQL.
func newDatabase(ctx context.Context, admin, name string) (string, error) {
	u, err := url.Parse(admin)
	if err != nil {
		return "", fmt.Errorf("-postgres: %w", err)
	}
	if err := execSQL(ctx, admin, "DROP DATABASE IF EXISTS "+name, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}
