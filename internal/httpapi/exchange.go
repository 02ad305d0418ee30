package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/obs"
)

// exchange is one request on its way through: the response writer that knows
// what was written, and what logs and metrics say about it. It belongs to the
// goroutine that serves the request.
type exchange struct {
	http.ResponseWriter
	server *Server
	route  *Route // nil until one matched
	req    obs.Request
	start  time.Time
	status int // 0 until the header is written
	bytes  int64
	code   fault.Code // of the problem, if it ended in one
}

// WriteHeader notes the status and passes it on.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= 200 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes and passes them on.
func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(b)
	x.bytes += int64(n)
	return n, err
}

// Unwrap gives http.ResponseController the connection's own writer.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// Call is one authorised request as a handler sees it.
type Call struct {
	Request   *http.Request
	Principal *domain.Principal // nil on public routes
	ID        string
	Query     query
	header    http.Header // of the response
	body      []byte      // as sent; good until the handler returns
	about     domain.TenantID
	reason    string // why, as the caller says; empty when not said
}

// Tenant is the tenant that the request is about: the one that its key belongs
// to, unless the route can be about others and the request names one.
func (c *Call) Tenant() domain.TenantID {
	if c.about != "" {
		return c.about
	}
	if c.Principal == nil {
		return ""
	}
	return c.Principal.Tenant
}

// Path returns a segment of the path by its name.
func (c *Call) Path(name string) string { return c.Request.PathValue(name) }

// Remote is the address of the client's connection.
func (c *Call) Remote() string { return c.Request.RemoteAddr }

// Location names the resource that was made.
func (c *Call) Location(parts ...string) {
	path := prefixV1
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	c.header.Set("Location", path)
}

// context returns the request's context with what logs need.
func (x *exchange) context(r *http.Request) context.Context {
	return obs.WithRequest(r.Context(), &x.req)
}
