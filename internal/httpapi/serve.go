package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// serve is the way of each request of a route, in order: who, may they, is the
// tenant open, is there quota, is the input what the contract says, the work,
// the answer.
func (s *Server) serve(rt *Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := w.(*exchange)
		x.route = rt
		c := &Call{Request: r, ID: x.req.ID, header: x.Header()}
		ctx := x.context(r)
		if rt.Access != public {
			p, err := s.admit(ctx, x, r, rt)
			if err != nil {
				s.refuse(x, r, p, err)
				return
			}
			c.Principal = p
		}
		if err := s.run(ctx, x, r, c); err != nil {
			s.refuse(x, r, c.Principal, err)
		}
	})
}

// admit says who calls and that they may. It returns the principal with an
// error too, when it is known, for the audit.
func (s *Server) admit(ctx context.Context, x *exchange, r *http.Request, rt *Route) (*domain.Principal, error) {
	p, err := s.authenticate(ctx, r)
	if err != nil {
		return p, err
	}
	x.req.Tenant = p.Tenant
	if err := s.allows(rt, p); err != nil {
		return p, err
	}
	return p, s.takeQuota(x.Header(), p.Tenant, rt.Class, 1)
}

// allows checks the route's scope and, where decisions are made, the tenant.
func (s *Server) allows(rt *Route, p *domain.Principal) error {
	switch rt.Access {
	case anyKey:
	case scoped:
		if !p.Has(rt.Scope) {
			return fault.New(fault.Forbidden, "This needs the scope %s, which the key does not hold.", rt.Scope).At(string(rt.Scope))
		}
	default:
		return fault.New(fault.Forbidden, "Nobody may use this route.")
	}
	if rt.Decides {
		return s.mayDecide(p.Tenant)
	}
	return nil
}

// stillAdmitted asks again who calls and whether they may, with the key that
// the request came with: streams and batches can outlive a key, a role or an
// active tenant. It costs a look-up in memory, and a read where the request is
// about another tenant.
func (s *Server) stillAdmitted(ctx context.Context, rt *Route, c *Call) (*domain.Principal, error) {
	p, err := s.authenticate(ctx, c.Request)
	if err != nil {
		return nil, err
	}
	if err := s.allows(rt, p); err != nil || c.about == "" || c.about == p.Tenant {
		return p, err
	}
	return p, s.deps.People.AuthorizeIn(ctx, p, c.about, rt.Scope)
}

// mayDecide refuses what would be recorded for a tenant that is not active:
// decisions and inventory. Reads stay.
func (s *Server) mayDecide(id domain.TenantID) error {
	t, err := s.deps.Tenants.Lookup(id)
	if err != nil {
		return err
	}
	const state = "The tenant is %s: no decisions are made for it and no inventory is taken in. What is recorded stays readable. "
	switch t.Status {
	case tenant.Active:
		return nil
	case tenant.Suspended:
		return fault.New(fault.TenantSuspended, state+"An owner of the organisation resumes it with PATCH %s/tenants/%s and {\"status\":\"active\"}.", t.Status, prefixV1, id)
	}
	return fault.New(fault.TenantSuspended, state+"This is final: send events to another tenant.", t.Status)
}

// presentedKey takes the key from X-API-Key or Authorization: Bearer.
func presentedKey(r *http.Request) (string, error) {
	keys := r.Header["X-Api-Key"]
	auth := r.Header["Authorization"]
	if len(keys) > 1 || len(auth) > 1 {
		return "", fault.New(fault.Invalid, "The request carries more than one key.").At("X-API-Key")
	}
	key := ""
	if len(keys) == 1 {
		key = strings.TrimSpace(keys[0])
	}
	if len(auth) == 1 {
		scheme, bearer, _ := strings.Cut(auth[0], " ")
		bearer = strings.TrimSpace(bearer)
		switch {
		case !strings.EqualFold(scheme, "Bearer"):
			return "", fault.New(fault.Unauthenticated, "Authorization must be: Bearer KEY.").At("Authorization")
		case key != "" && key != bearer:
			return "", fault.New(fault.Invalid, "X-API-Key and Authorization carry different keys.").At("Authorization")
		}
		key = bearer
	}
	if key == "" {
		return "", fault.New(fault.Unauthenticated, "No API key was sent: use the header X-API-Key or Authorization: Bearer.").At("X-API-Key")
	}
	return key, nil
}

// about reads what the request is about, and why.
func (s *Server) about(ctx context.Context, rt *Route, r *http.Request, c *Call) (err error) {
	if c.Query, err = parseQuery(r.URL.RawQuery, rt.Query); err != nil {
		return err
	}
	switch id := c.Query.text("tenant"); {
	case rt.Anywhere:
		if c.about, err = s.tenantFor(ctx, rt, c); err != nil {
			return err
		}
	case rt.Mutates && rt.Access == scoped && id != "" && id != allTenants:
		// Before an answer is found that is remembered: it is of the other tenant.
		if _, err = s.tenantAsked(ctx, c, rt.Scope); err != nil {
			return err
		}
	}
	if domain.HasHidden(c.Query.text("reason")) {
		return fault.New(fault.Invalid, "The reason holds characters that nobody sees.").At("reason")
	}
	c.reason, err = reasonOf(r.Header)
	return err
}

// run checks the input and does the work.
func (s *Server) run(ctx context.Context, x *exchange, r *http.Request, c *Call) (err error) {
	rt := x.route
	if err := s.about(ctx, rt, r, c); err != nil {
		return err
	}
	if rt.raw != nil {
		return rt.raw(ctx, x, c)
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.RequestTime)
	defer cancel()
	buf := s.buffers.take()
	defer s.buffers.put(buf)
	if *buf, err = readBody(x, r, *buf, maxBody); err != nil {
		return err
	}
	c.body = *buf
	var in any
	switch {
	case rt.req != nil:
		if err := wantJSON(r); err != nil {
			return err
		}
		if err := checkBody(c.body, s.schemas[rt]); err != nil {
			return err
		}
		if in, err = rt.decode(c.body); err != nil {
			return err
		}
	case len(c.body) > 0:
		return fault.New(fault.Invalid, "This route takes no body.").At("body")
	}
	work := func() (*reply, error) {
		out, err := rt.call(ctx, c, in)
		if err != nil {
			return nil, err
		}
		return newReply(rt, c, out)
	}
	if rt.Mutates {
		work = s.once(ctx, c, rt, work)
	}
	rep, err := work()
	if err != nil {
		return err
	}
	rep.write(x, r)
	return nil
}

// refuse answers with the problem of err, and tells the log and the audit.
func (s *Server) refuse(x *exchange, r *http.Request, p *domain.Principal, err error) {
	prob := s.problems.of(err, x.req.ID)
	x.code = fault.Code(prob.Code)
	ctx := x.context(r)
	if x.status != 0 {
		// The answer has begun: only cutting the connection tells the client.
		s.log.ErrorContext(ctx, "response broke off", "error", err, "route", x.pattern())
		panic(http.ErrAbortHandler)
	}
	switch {
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		// The client went away; there is nobody to answer.
		x.code = ""
	case prob.Status >= http.StatusInternalServerError && prob.Status != http.StatusServiceUnavailable:
		s.log.ErrorContext(ctx, "request failed", "error", err, "route", x.pattern())
	case prob.Status == http.StatusServiceUnavailable:
		s.log.WarnContext(ctx, "request refused", "error", err, "route", x.pattern())
	case prob.Status == http.StatusUnauthorized, prob.Status == http.StatusForbidden:
		s.denied(x, r, p, prob, err)
	}
	prob.write(x)
}

func (x *exchange) pattern() string {
	if x.route == nil {
		return "unknown"
	}
	return x.route.Path
}

// finish ends each exchange: a panic becomes a 500, then metrics and the
// access log.
func (s *Server) finish(x *exchange, r *http.Request) {
	cause := recover()
	if cause != nil && cause != http.ErrAbortHandler { //nolint:errorlint // the sentinel itself, as net/http compares it
		s.log.ErrorContext(x.context(r), "panic in a request", "panic", cause, "route", x.pattern(), "stack", string(debug.Stack()))
		if x.status == 0 {
			p := s.problems.of(fault.New(fault.Internal, ""), x.req.ID)
			x.code = fault.Internal
			p.write(x)
		} else {
			cause = http.ErrAbortHandler
		}
	}
	took := clock.Monotonic().Sub(x.start)
	s.metrics.observe(x, took)
	if s.log.Enabled(r.Context(), slog.LevelDebug) {
		s.log.DebugContext(x.context(r), "request", "method", r.Method, "route", x.pattern(),
			"status", x.status, "bytes", x.bytes, "took_us", took.Microseconds(), "code", string(x.code))
	}
	if cause == http.ErrAbortHandler { //nolint:errorlint // as above
		panic(http.ErrAbortHandler)
	}
}

// serveUnknown answers what no route serves: 405 where another method would.
func (s *Server) serveUnknown(w http.ResponseWriter, r *http.Request) {
	x := w.(*exchange)
	var allow []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/" && pattern != "" {
			allow = append(allow, m)
			if m == http.MethodGet {
				allow = append(allow, http.MethodHead)
			}
		}
	}
	if len(allow) > 0 {
		x.Header().Set("Allow", strings.Join(allow, ", "))
		s.refuse(x, r, nil, fault.New(codeMethod, "%s is not allowed here; allowed: %s", clip(r.Method), strings.Join(allow, ", ")))
		return
	}
	s.refuse(x, r, nil, fault.New(fault.NotFound, "There is nothing at this path; /docs lists what there is."))
}

// plainPath says whether a path is absolute and as short as it can be.
func plainPath(p string) bool {
	if p == "" || p[0] != '/' {
		return false
	}
	clean := path.Clean(p)
	return clean == p || clean != "/" && clean+"/" == p
}

// checkLimits holds the request's head against the limits.
func checkLimits(r *http.Request) error {
	over := func(name string, limit int, what string) error {
		e := fault.New(fault.Invalid, "The %s is over the limit of %d.", what, limit)
		e.Limit = name
		return e
	}
	if len(r.URL.EscapedPath()) > maxPath {
		return over(limitPath, maxPath, "length of the path in bytes")
	}
	if len(r.URL.RawQuery) > maxQuery {
		return over(limitQuery, maxQuery, "length of the query in bytes")
	}
	n, size := 0, 0
	for name, values := range r.Header {
		for _, v := range values {
			n++
			size += len(name) + len(v)
		}
	}
	if n > maxHeaders {
		return over(limitHeaders, maxHeaders, "number of headers")
	}
	if size > maxHeaderBytes {
		return over(limitHeaderBytes, maxHeaderBytes, "size of the headers in bytes")
	}
	return nil
}

func faultOrigin(err error) error {
	return fault.Wrap(codeOrigin, err, "A page of another origin may not change anything here.")
}

// extend moves the deadlines of a long request; zero leaves one as it is.
func extend(x *exchange, read, write time.Duration) {
	rc := http.NewResponseController(x)
	now := clock.Monotonic()
	// Not every transport has deadlines (httptest recorders); then there is
	// no connection to hold either.
	if read > 0 {
		_ = rc.SetReadDeadline(now.Add(read))
	}
	if write > 0 {
		_ = rc.SetWriteDeadline(now.Add(write))
	}
}
