package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// Who may keep a log's files: only the caller for a tenant's log, every cache
// on the way for the log of logs.
const (
	privateLog = "private"
	publicLog  = "public"
)

// forever is how long a tile may be kept: what is at its path never changes.
const forever = ", max-age=31536000, immutable"

const tileMedia = "application/octet-stream"

func (s *Server) logRoutes() []*Route {
	return []*Route{
		{
			Method: http.MethodGet, Path: prefixV1 + "/evidence/logs/{log}/checkpoint", Aliases: []string{"/evidence/logs/{log}/checkpoint"},
			Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
			Summary:  "The log's signed checkpoint (C2SP tlog-checkpoint)",
			endpoint: text("text/plain; charset=utf-8", s.checkpoint),
		}, {
			Method: http.MethodGet, Path: prefixV1 + "/evidence/logs/{log}/tile/{path...}", Aliases: []string{"/evidence/logs/{log}/tile/{path...}"},
			Access: scoped, Scope: domain.ScopeEvidenceRead, Class: tenant.ClassRead, Tag: "evidence",
			Summary: "A tile of the log's tree, or a bundle of its entries (C2SP tlog-tiles)",
			Doc: "path is LEVEL/N or entries/N, with .p/W at the end for the first W of a tile; N is written in groups of three digits, " +
				"all but the last with an x before. What is at a path never changes, so it may be kept.",
			endpoint: text(tileMedia, s.tile),
		},
	}
}

func (s *Server) checkpoint(ctx context.Context, x *exchange, c *Call) error {
	log, signed, err := s.deps.Evidence.Checkpoint(ctx, c.Tenant())
	if err != nil {
		return err
	}
	if c.Path("log") != log {
		return errNoLog()
	}
	if err := s.auditRead(ctx, c, "checkpoint"); err != nil {
		return err
	}
	serveCheckpoint(x, c, signed, privateLog)
	return nil
}

// tile serves the caller's own log. It is not audited: a tile holds hashes, an
// entry nothing personal, and one reader takes thousands of them; the
// checkpoint that each reader begins with is.
func (s *Server) tile(ctx context.Context, x *exchange, c *Call) error {
	t, err := s.deps.Tenants.Lookup(c.Tenant())
	if err != nil {
		return err
	}
	if c.Path("log") != t.LogID {
		return errNoLog()
	}
	return s.serveTile(ctx, x, c, t.ID, privateLog)
}

func errNoLog() error { return fault.New(fault.NotFound, "This tenant has no such log.") }

// serveTile answers with the file of a log that the rest of the path names
// ({path...} behind tile/).
func (s *Server) serveTile(ctx context.Context, x *exchange, c *Call, log domain.TenantID, who string) error {
	// A name in another spelling is no file: caches would hold it twice.
	p, err := evidence.ParseTilePath("tile/" + c.Path("path"))
	if err != nil || strings.Contains(c.Request.URL.EscapedPath(), "%") {
		return fault.New(fault.NotFound, "There is no such file in a log; tiles are named as C2SP tlog-tiles says.")
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.RequestTime)
	defer cancel()
	body, err := s.deps.Evidence.LogFile(ctx, log, p)
	if err != nil {
		return err
	}
	serveLogFile(x, c, body, tileMedia, who+forever, who)
	return nil
}

// serveCheckpoint answers with a log's signed checkpoint, which is asked for
// again each time.
func serveCheckpoint(x *exchange, c *Call, signed []byte, who string) {
	serveLogFile(x, c, signed, "text/plain; charset=utf-8", who+", no-cache", who)
}

func serveLogFile(x *exchange, c *Call, body []byte, media, cache, who string) {
	h := x.Header()
	tag := etagOf(body)
	h.Set("Etag", tag)
	h.Set("Cache-Control", cache)
	if who == privateLog {
		// One client with two keys has two answers.
		h.Add("Vary", "X-API-Key, Authorization")
	}
	if matches(c.Request.Header.Get("If-None-Match"), tag) {
		x.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = x.Write(body) // the reader is gone
}
