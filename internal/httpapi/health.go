package httpapi

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"
)

// Check looks at one dependency.
type Check struct {
	Name string
	Func func(context.Context) error
	// Advisory marks what is told and does not take the server out of service.
	Advisory bool
}

// Module is an optional part that is on, or off by a named flag.
type Module struct {
	Name string `json:"name"`
	On   bool   `json:"on"`
	Flag string `json:"flag,omitempty" doc:"The setting that turned it off."`
}

// checkTime bounds one readiness check.
const checkTime = 2 * time.Second

type live struct {
	Status string `json:"status" enum:"live"`
}

type readiness struct {
	Status string        `json:"status" enum:"ready|not_ready|draining"`
	Checks []checkResult `json:"checks"`
}

type checkResult struct {
	Name      string  `json:"name"`
	OK        bool    `json:"ok"`
	Advisory  bool    `json:"advisory,omitempty" doc:"Told only: the server stays ready when this is not ok."`
	LatencyMS float64 `json:"latency_ms"`
	Reason    string  `json:"reason,omitempty" doc:"Why it is not ok."`
}

type detailedHealth struct {
	readiness
	Version  string   `json:"version"`
	Go       string   `json:"go"`
	Uptime   float64  `json:"uptime_s"`
	Modules  []Module `json:"modules"`
	Contract string   `json:"contract_hash"`
}

func (s *Server) healthLive(context.Context, *Call) (live, error) { return live{"live"}, nil }

// healthReady answers 503 until the server was marked ready and while a check
// fails; balancers and probes go by the status alone.
func (s *Server) healthReady(ctx context.Context, x *exchange, _ *Call) error {
	state := s.readiness(ctx, false)
	body, err := json.Marshal(state)
	if err != nil {
		return err
	}
	h := x.Header()
	h["Content-Type"] = s.common.json
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if state.Status != "ready" {
		h.Set("Retry-After", "1")
		x.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = x.Write(body) // the prober is gone
	return nil
}

func (s *Server) healthDetailed(ctx context.Context, _ *Call) (detailedHealth, error) {
	doc, err := s.contract.printed()
	if err != nil {
		return detailedHealth{}, err
	}
	return detailedHealth{
		readiness: s.readiness(ctx, true),
		Version:   s.cfg.Version, Go: runtime.Version(),
		Uptime:  clock.Monotonic().Sub(s.started).Seconds(),
		Modules: append([]Module{}, s.deps.Modules...), Contract: doc.hash,
	}, nil
}

// readiness runs all checks at the same time. Reasons of unknown errors are for
// operators only: the open form says no more than that a check failed.
func (s *Server) readiness(ctx context.Context, reasons bool) readiness {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	out := readiness{Status: "ready", Checks: make([]checkResult, len(s.deps.Checks))}
	var wg sync.WaitGroup
	for i, c := range s.deps.Checks {
		wg.Go(func() { out.Checks[i] = runCheck(ctx, c, reasons) })
	}
	wg.Wait()
	for _, c := range out.Checks {
		if !c.OK && !c.Advisory {
			out.Status = "not_ready"
		}
	}
	switch {
	case s.drained.Load():
		out.Status = "draining"
	case !s.ready.Load():
		out.Status = "not_ready"
	}
	return out
}

func runCheck(ctx context.Context, c Check, reasons bool) checkResult {
	start := clock.Monotonic()
	err := c.Func(ctx)
	res := checkResult{Name: c.Name, OK: err == nil, Advisory: c.Advisory, LatencyMS: float64(clock.Monotonic().Sub(start).Microseconds()) / 1000}
	if err != nil {
		res.Reason = "failed"
		if e := asFault(err); reasons {
			res.Reason = err.Error()
		} else if e.Code != fault.Internal {
			res.Reason = e.Msg
		}
	}
	return res
}

// metricsPage serves the registry.
func (s *Server) metricsPage(_ context.Context, x *exchange, c *Call) error {
	s.deps.Metrics.Handler().ServeHTTP(x, c.Request)
	return nil
}
