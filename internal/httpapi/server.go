package httpapi

import (
	"hash/maphash"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/inventory/normal"
	"frostgate.io/frostgate/web"
)

// Sizes that hold for each request.
const (
	maxPath        = 2 << 10
	maxQuery       = 8 << 10
	maxHeaders     = 100
	maxHeaderBytes = 16 << 10
	maxBody        = int64(1 << 20)
	maxBatch       = int64(64 << 20)
)

// prefixV1 starts each canonical path.
const prefixV1 = "/api/v1"

// Config is what an operator may set. Its zero value is the default.
type Config struct {
	// Version is the version of this build, shown by /health/detailed.
	Version string
	// MetricsOpen serves /metrics without a key.
	MetricsOpen bool
	// RequestTime bounds one request; default 15 s. Batches and streams have
	// a limit on each read and write instead.
	RequestTime time.Duration
	// Heartbeat is how often a quiet stream says that it is alive; default 15 s.
	Heartbeat time.Duration
	// Console holds the built console; default the one in the binary.
	Console fs.FS
}

func (c Config) withDefaults() Config {
	if c.RequestTime <= 0 {
		c.RequestTime = 15 * time.Second
	}
	if c.Heartbeat <= 0 {
		c.Heartbeat = 15 * time.Second
	}
	if c.Console == nil {
		c.Console = web.Files()
	}
	return c
}

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	cfg      Config
	deps     Deps
	clock    clock.Clock
	log      *slog.Logger
	table    []*Route
	schemas  map[*Route]*schema // of request bodies
	mux      *http.ServeMux
	problems problems
	origin   *http.CrossOriginProtection
	buffers  buffers
	metrics  *metrics
	contract *contract
	pages    func() (*pages, error) // rendered when somebody first asks
	console  *console
	started  time.Time
	common   commonHeaders
	bell     bell
	streams  openStreams
	bundles  bundleSlots // bundles that are made
	uploads  bundleSlots // files that are verified
	chains   bundleSlots // logs that are recomputed
	packs    bundleSlots // rules that are read and compiled
	// documents of rules that are sent, and events that rules are asked about.
	documents, questions bundleSlots
	observes             bundleSlots   // runs and snapshots that come in
	compares             bundleSlots   // tenants that are compared
	exports              bundleSlots   // files of the audit that are made
	types                *normal.Types // of inventory
	leaks                addressLimiter
	ready                atomic.Bool
	drain                chan struct{} // closed when draining starts
	drained              atomic.Bool
}

// New builds the server from its parts; all of deps must be there.
func New(cfg Config, deps Deps) (*Server, error) {
	if err := deps.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &Server{
		cfg: cfg, deps: deps, clock: deps.Clock, log: deps.Log,
		mux: http.NewServeMux(), problems: newProblems(),
		origin: http.NewCrossOriginProtection(),
		common: newCommonHeaders(), drain: make(chan struct{}),
		schemas: map[*Route]*schema{},
	}
	s.leaks.seed = maphash.MakeSeed()
	s.types = normal.Builtin()
	s.setLimits()
	s.table = s.routes()
	doc, err := newContract(s.table)
	if err != nil {
		return nil, err
	}
	s.contract = doc
	s.pages = sync.OnceValues(func() (*pages, error) { return renderPages(doc, s.table) })
	if s.console, err = newConsole(cfg.Console); err != nil {
		return nil, err
	}
	s.started = clock.Monotonic()
	s.metrics = newMetrics(deps.Metrics, s.table)
	for _, rt := range s.table {
		if rt.req != nil {
			s.schemas[rt] = doc.schemas.of(rt.req)
		}
		for _, p := range rt.paths() {
			s.mux.Handle(rt.Method+" "+p, s.serve(rt))
		}
	}
	s.mux.HandleFunc("GET "+consoleBase, s.serveConsole)
	s.mux.HandleFunc("/", s.serveUnknown)
	return s, nil
}

// Contract returns the OpenAPI document of the route table as YAML; it needs
// no running parts.
func Contract() ([]byte, error) {
	s := &Server{cfg: Config{}.withDefaults()}
	doc, err := newContract(s.routes())
	if err != nil {
		return nil, err
	}
	printed, err := doc.printed()
	if err != nil {
		return nil, err
	}
	return printed.yaml, nil
}

// NewHTTPServer returns an HTTP server around a handler, with limits that keep
// slow and hostile clients from holding connections.
func NewHTTPServer(h http.Handler, cfg Config, logTo *slog.Logger) *http.Server {
	cfg = cfg.withDefaults()
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       cfg.RequestTime,
		// Time to work plus time to send; streams move their own deadline.
		WriteTimeout: 2 * cfg.RequestTime,
		IdleTimeout:  2 * time.Minute,
		// net/http counts the request line too; ServeHTTP is exact.
		MaxHeaderBytes: maxHeaderBytes + maxPath + maxQuery,
		ErrorLog:       log.New(debugWriter{logTo}, "", 0),
	}
}

// debugWriter takes net/http's own remarks (bad handshakes, resets): noise that
// any scanner can make.
type debugWriter struct{ log *slog.Logger }

func (d debugWriter) Write(b []byte) (int, error) {
	d.log.Debug("http server remark", "remark", string(b))
	return len(b), nil
}

// MarkReady lets /health/ready answer 200 when its checks pass.
func (s *Server) MarkReady() { s.ready.Store(true) }

// Drain ends streams and makes /health/ready answer 503; requests in flight go
// on. http.Server.Shutdown waits for them.
func (s *Server) Drain() {
	if s.drained.CompareAndSwap(false, true) {
		s.ready.Store(false)
		close(s.drain)
	}
}

// Draining is closed when the server wants its streams to end.
func (s *Server) Draining() <-chan struct{} { return s.drain }

// ServeHTTP takes a request from its first byte to its last log line.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w, server: s, start: clock.Monotonic()}
	x.req.ID = s.requestID(r)
	h := w.Header()
	h["X-Request-Id"] = []string{x.req.ID}
	s.common.set(h)
	defer s.finish(x, r)
	if err := checkLimits(r); err != nil {
		s.refuse(x, r, nil, err)
		return
	}
	if err := s.origin.Check(r); err != nil {
		s.refuse(x, r, nil, faultOrigin(err))
		return
	}
	if !plainPath(r.URL.EscapedPath()) {
		// The mux would answer with a redirect in HTML.
		s.refuse(x, r, nil, fault.New(fault.NotFound, "There is nothing at this path: it has empty, . or .. segments."))
		return
	}
	s.mux.ServeHTTP(x, r)
}
