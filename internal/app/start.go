package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/httpapi"
	"frostgate.io/frostgate/internal/obs"
)

// drainTime bounds how long a stopping server waits for requests in flight.
const drainTime = 20 * time.Second

// Server is a running FrostGate.
type Server struct {
	// URL is where it serves.
	URL string
	// Parts are its features, for the demo and tests in this process.
	Parts *Parts

	log      *slog.Logger
	http     *http.Server
	api      *httpapi.Server
	db       *db.DB
	served   chan error
	stopOnce sync.Once
	stopErr  error

	// Background work, stopped in two steps: first all that makes work for the
	// log writer, then the writer.
	background *group
	writer     *group
}

// Start brings a server up in a fixed order: listener (answering "not ready"),
// storage, migrations, keys, tenants and first start, evidence, rulesets,
// features, HTTP. When it returns the server is ready. What can't work is an
// error that names the key and the fix.
func Start(ctx context.Context, cfg Config, logTo *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	// An operator's own GOGC wins.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(cfg.GCPercent)
	}
	s := &Server{log: logTo, served: make(chan error, 1)}
	ln, err := listen(&cfg)
	if err != nil {
		return nil, err
	}
	s.URL = serverURL(&cfg, ln)
	front := &frontDoor{}
	front.swap(http.HandlerFunc(notReady))
	if err := s.build(ctx, cfg, ln, front); err != nil {
		return nil, errors.Join(err, s.abort(ln))
	}
	logTo.Info("listening", "url", s.URL, "store", s.db.String(), "env", cfg.Env, "version", cfg.Version)
	return s, nil
}

// build does the steps of Start that can fail half-way.
func (s *Server) build(ctx context.Context, cfg Config, ln net.Listener, front *frontDoor) error {
	s.http = httpapi.NewHTTPServer(front, httpapi.Config{}, s.log)
	go func() { s.served <- serve(s.http, ln, &cfg) }()

	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return configFault("data_dir", "data_dir %s: %v", cfg.DataDir, err)
	}
	var err error
	if s.db, err = db.Open(ctx, db.Config{URL: cfg.databaseURL()}, clock.System{}); err != nil {
		return err
	}
	if err := s.db.LockServer(ctx); err != nil {
		return err
	}
	if err := s.db.Migrate(ctx); err != nil {
		return err
	}
	metrics := obs.NewMetrics()
	s.writer, s.background = newGroup(), newGroup()
	parts, err := wire(ctx, &cfg, s.db, s.URL, s.log, metrics, s.writer)
	if err != nil {
		return err
	}
	s.Parts = parts
	if s.api, err = httpapi.New(httpapi.Config{Version: cfg.Version, MetricsOpen: cfg.MetricsOpen}, parts.deps(&cfg, s.db, s.log, metrics)); err != nil {
		return err
	}
	wake := func(tenants []domain.TenantID) {
		for _, t := range tenants {
			parts.Notify.Wake(t)
			s.api.Wake(t)
		}
	}
	parts.grown.Store(&wake)
	s.runBackground(parts)
	front.swap(s.api)
	s.api.MarkReady()
	return nil
}

// runBackground starts what works beside requests. The log writer has been
// running since wire: EnsureDefaults may have recorded already.
func (s *Server) runBackground(p *Parts) {
	s.background.run("store maintenance", s.db.Maintain)
	s.background.run("rulesets", p.Governance.Warm)
	s.background.run("keys", p.Auth.Run)
	s.background.run("log of logs", p.Log.Anchors.Run)
	s.background.run("witnesses", p.Log.Anchors.RunWitnesses)
	s.background.run("denied requests", p.Denied.Run)
	s.background.run("webhooks", p.Notify.Run)
	s.background.run("retention", p.runRetention(s.log))
	s.background.run("inventory", p.Inventory.Work)
	s.background.run("drift", p.Drift.Run)
}

// abort gives back what a failed start holds.
func (s *Server) abort(ln net.Listener) error {
	err := ln.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if s.background != nil {
		s.background.stop()
		s.writer.stop()
	}
	if s.Parts != nil {
		s.Parts.Decisions.Close()
	}
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	return err
}

// Wait returns when the server has failed or ctx has ended.
func (s *Server) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.served:
		return err
	case err := <-s.background.failed:
		return err
	case err := <-s.writer.failed:
		return err
	}
}

// Stop drains: no new connections, requests in flight are answered, what they
// recorded is durable, then everything closes. It is safe to call twice.
func (s *Server) Stop() error {
	s.stopOnce.Do(func() {
		s.log.Info("draining")
		s.api.Drain()
		ctx, cancel := context.WithTimeout(context.Background(), drainTime)
		defer cancel()
		err := s.http.Shutdown(ctx)
		s.background.stop()
		s.Parts.Decisions.Close()
		s.writer.stop()
		s.stopErr = errors.Join(err, s.db.Close())
		s.log.Info("stopped")
	})
	return s.stopErr
}

// Run serves until ctx ends or the server fails, then drains.
func Run(ctx context.Context, cfg Config, logTo *slog.Logger) error {
	s, err := Start(ctx, cfg, logTo)
	if err != nil {
		return err
	}
	err = s.Wait(ctx)
	return errors.Join(err, s.Stop())
}

// listen opens the address before anything else, so that a taken port is the
// first thing an operator hears of.
func listen(cfg *Config) (net.Listener, error) {
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, configFault("listen", "can't listen on %s: %v; choose another address with --listen", cfg.Listen, err)
	}
	if cfg.TrustedProxy != "" {
		return onlyFrom(ln, cfg.TrustedProxy)
	}
	return ln, nil
}

func serve(h *http.Server, ln net.Listener, cfg *Config) error {
	var err error
	if cfg.TLSCert != "" {
		h.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		err = h.ServeTLS(ln, cfg.TLSCert, cfg.TLSKey)
	} else {
		err = h.Serve(ln)
	}
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return fmt.Errorf("serve: %w", err)
}

func serverURL(cfg *Config, ln net.Listener) string {
	scheme := "http"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(ln.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// frontDoor lets the listener answer before the API exists.
type frontDoor struct{ now atomic.Pointer[http.Handler] }

func (f *frontDoor) swap(h http.Handler) { f.now.Store(&h) }

// ServeHTTP forwards to the current handler.
func (f *frontDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*f.now.Load()).ServeHTTP(w, r)
}

// notReady answers while the server starts.
func notReady(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/health/live" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"live"}`))
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`{"type":"https://frostgate.io/problems/unavailable","title":"Service unavailable","status":503,"code":"unavailable","detail":"the server is starting; try again"}`))
}

// group is background work that is started, watched and waited for together.
type group struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	failed chan error
}

func newGroup() *group {
	g := &group{failed: make(chan error, 1)}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	return g
}

// run starts named work; an error of it ends the server.
func (g *group) run(name string, fn func(context.Context) error) {
	g.wg.Go(func() {
		if err := fn(g.ctx); err != nil && g.ctx.Err() == nil {
			select {
			case g.failed <- fmt.Errorf("%s: %w", name, err):
			default:
			}
		}
	})
}

func (g *group) stop() { g.cancel(); g.wg.Wait() }
