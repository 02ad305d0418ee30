package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/tenant"
)

// The cookies that hold a session. With TLS the name has the prefix that makes
// browsers refuse it from anywhere but this very host (RFC 6265bis, section 4.1.3.2).
const (
	cookieSecure = "__Host-frostgate"
	cookiePlain  = "frostgate_session"
)

// signedInAs carries the key_id of the session that a tab believes is its own.
const signedInAs = "Signed-In-As"

// session is who is signed in, and until when.
type session struct {
	identity
	Roles     []roleView `json:"roles" doc:"Of the person; the key's scopes may be fewer than theirs."`
	CreatedAt Time       `json:"created_at"`
	ExpiresAt Time       `json:"expires_at" doc:"Sign in again then; using the session doesn't move it."`
}

func (s *Server) sessionRoutes() []*Route {
	return []*Route{
		{
			Method: http.MethodPost, Path: prefixV1 + "/session", Access: anyKey, Class: tenant.ClassWrite, Tag: "keys",
			Summary: "Sign in a browser: exchange the key for a session in a cookie",
			Doc: "The cookie is HttpOnly and SameSite=Strict; over TLS it is Secure and bound to the host. The session may do what the key may, " +
				"for 12 hours, and ends with the key. A session can't open another. All tabs of a browser share the cookie: a tab that sends the " +
				"key_id it was told in the header " + signedInAs + " gets 409, and changes nothing, once the cookie is the session of another key.",
			endpoint: read(s.openSession),
		},
		{
			Method: http.MethodGet, Path: prefixV1 + "/session", Access: anyKey, Class: tenant.ClassRead, Tag: "keys",
			Summary: "Who is signed in", Doc: "404 for a request with an API key: it has no session.", endpoint: read(s.showSession),
		},
		{
			Method: http.MethodDelete, Path: prefixV1 + "/session", Access: anyKey, Class: tenant.ClassWrite, Tag: "keys",
			Summary: "Sign out", Doc: "The session ends at once, and the cookie goes.", endpoint: act(s.closeSession),
		},
	}
}

// authenticate tells who calls: by the key in the headers, else by the session
// in the cookie. A session in a header is refused: scripts have keys.
func (s *Server) authenticate(ctx context.Context, r *http.Request) (*domain.Principal, error) {
	text, err := presentedSession(r)
	if err != nil {
		return nil, err
	}
	if text != "" {
		in, err := s.deps.People.Session(ctx, text)
		if err != nil {
			return nil, err
		}
		return in.Principal, sameSession(r.Header, in.Principal)
	}
	key, err := presentedKey(r)
	if err != nil {
		return nil, err
	}
	return s.deps.Auth.Authenticate(ctx, key)
}

// sameSession refuses a request of a tab that shows another person's session
// than the cookie's: somebody signed in in another tab meanwhile.
func sameSession(h http.Header, p *domain.Principal) error {
	for _, key := range h.Values(signedInAs) {
		if key != string(p.Key) {
			return fault.New(fault.Conflict, "Another key signed in in this browser meanwhile. Nothing was changed.").At(signedInAs)
		}
	}
	return nil
}

// presentedSession takes the session from the cookie; empty when a key is sent
// or there is none.
func presentedSession(r *http.Request) (string, error) {
	if len(r.Header["X-Api-Key"]) > 0 || len(r.Header["Authorization"]) > 0 {
		return "", nil
	}
	found := r.CookiesNamed(cookieName(r))
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0].Value, nil
	}
	return "", fault.New(fault.Invalid, "The request carries more than one session.").At("Cookie")
}

func cookieName(r *http.Request) string {
	if overTLS(r) {
		return cookieSecure
	}
	return cookiePlain
}

// overTLS says whether the browser came over TLS, here or at the proxy: a plain
// port that is not loopback's takes connections of the trusted proxy only.
func overTLS(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

func (s *Server) openSession(ctx context.Context, c *Call) (session, error) {
	if text, err := presentedSession(c.Request); err != nil || text != "" {
		return session{}, fault.New(fault.Invalid, "Sign in with an API key: a session can't open another.").At("X-API-Key")
	}
	key, err := presentedKey(c.Request)
	if err != nil {
		return session{}, err
	}
	text, opened, err := s.deps.People.OpenSession(ctx, key, c.actor())
	if err != nil {
		return session{}, err
	}
	for _, old := range c.Request.CookiesNamed(cookieName(c.Request)) { // the browser has no use for it any more
		if err := s.deps.People.CloseSession(ctx, old.Value, c.actor()); err != nil {
			s.log.WarnContext(ctx, "the session before could not be closed", "error", err)
		}
	}
	c.header.Add("Set-Cookie", s.cookie(c.Request, string(text), opened.ExpiresAt).String())
	return s.sessionOf(ctx, opened)
}

func (s *Server) showSession(ctx context.Context, c *Call) (session, error) {
	text, err := presentedSession(c.Request)
	if err != nil {
		return session{}, err
	}
	if text == "" {
		return session{}, fault.New(fault.NotFound, "This request has an API key and no session.")
	}
	in, err := s.deps.People.Session(ctx, text)
	if err != nil {
		return session{}, err
	}
	return s.sessionOf(ctx, in)
}

func (s *Server) closeSession(ctx context.Context, c *Call) error {
	text, err := presentedSession(c.Request)
	if err != nil {
		return err
	}
	if text == "" {
		return fault.New(fault.NotFound, "This request has an API key and no session.")
	}
	if err := s.deps.People.CloseSession(ctx, text, c.actor()); err != nil {
		return err
	}
	gone := s.cookie(c.Request, "", 0)
	gone.MaxAge = -1
	c.header.Add("Set-Cookie", gone.String())
	return nil
}

func (s *Server) cookie(r *http.Request, value string, until domain.Micros) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName(r), Value: value, Path: "/", HttpOnly: true, Secure: overTLS(r), SameSite: http.SameSiteStrictMode,
	}
	if until != 0 {
		c.MaxAge = max(1, int((until-s.clock.Now())/1_000_000))
	}
	return c
}

func (s *Server) sessionOf(ctx context.Context, in *auth.Session) (session, error) {
	self, err := s.deps.People.Self(ctx, in.Principal)
	if err != nil {
		return session{}, err
	}
	return session{
		identity: s.identityOf(in.Principal), Roles: principalOf(self).Roles, CreatedAt: Time(in.CreatedAt), ExpiresAt: Time(in.ExpiresAt),
	}, nil
}
