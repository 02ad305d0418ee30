package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/auth"
	"frostgate.io/frostgate/internal/fault"
)

// newKey makes a key of the product's form, as a person has one.
func (f *fixture) newKey(t *testing.T, scopes string) string {
	t.Helper()
	var made createdKey
	a := f.do(t, adminA, "POST", prefixV1+"/keys", `{"name":"browser","scopes":[`+scopes+`]}`)
	if a.into(t, &made); a.status != 201 {
		t.Fatalf("create a key: %d %s", a.status, a.body)
	}
	return made.Secret
}

func signIn(t *testing.T, f *fixture, key string, headers ...string) *http.Cookie {
	t.Helper()
	a := f.do(t, key, "POST", prefixV1+"/session", "", headers...)
	if a.status != 200 {
		t.Fatalf("sign in: %d %s", a.status, a.body)
	}
	c, err := http.ParseSetCookie(a.header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge != int(auth.SessionLife.Seconds()) {
		t.Errorf("cookie %s", a.header.Get("Set-Cookie"))
	}
	if strings.Contains(string(a.body), c.Value) || strings.Contains(f.logs.String(), c.Value) {
		t.Error("the session's text stands in the answer or the log")
	}
	return c
}

// A browser signs in with a key, reads with the cookie alone, and signs out.
func TestSessionLife(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	key := f.newKey(t, `"decisions:read","defend:write"`)
	c := signIn(t, f, key)
	if c.Name != cookiePlain || c.Secure {
		t.Errorf("cookie of a plain connection: %s, secure %v", c.Name, c.Secure)
	}
	cookie := c.Name + "=" + c.Value
	var who session
	a := f.do(t, "", "GET", prefixV1+"/session", "", "Cookie", cookie)
	if a.into(t, &who); a.status != 200 || who.Principal != "pr_admin-a" || len(who.Scopes) != 2 {
		t.Errorf("who: %d %s", a.status, a.body)
	}
	if a := f.do(t, "", "GET", "/decisions", "", "Cookie", cookie); a.status != 200 {
		t.Errorf("read: %d %s", a.status, a.body)
	}
	f.do(t, "", "GET", prefixV1+"/keys", "", "Cookie", cookie).want(t, 403, fault.Forbidden)
	if a := f.do(t, "", "DELETE", prefixV1+"/session", "", "Cookie", cookie); a.status != 204 || !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("sign out: %d %s", a.status, a.header.Get("Set-Cookie"))
	}
	f.do(t, "", "GET", "/decisions", "", "Cookie", cookie).want(t, 401, fault.Unauthenticated)
	if a := f.do(t, key, "GET", "/decisions", ""); a.status != 200 {
		t.Errorf("the key ended with the session: %d %s", a.status, a.body)
	}
}

func TestSessionsOnlyTravelInCookies(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	key := f.newKey(t, `"decisions:read"`)
	c := signIn(t, f, key)
	cookie := c.Name + "=" + c.Value
	f.do(t, c.Value, "GET", "/decisions", "").want(t, 401, fault.Unauthenticated)
	f.do(t, "", "GET", "/decisions", "", "Authorization", "Bearer "+c.Value).want(t, 401, fault.Unauthenticated)
	f.do(t, "", "GET", "/decisions", "", "Cookie", c.Name+"="+key).want(t, 401, fault.Unauthenticated)
	f.do(t, "", "GET", "/decisions", "", "Cookie", cookie+"; "+cookie).want(t, 400, fault.Invalid)
	f.do(t, "", "POST", prefixV1+"/session", "", "Cookie", cookie).want(t, 400, fault.Invalid)
	f.do(t, key, "GET", prefixV1+"/session", "").want(t, 404, fault.NotFound)
	f.do(t, key, "DELETE", prefixV1+"/session", "").want(t, 404, fault.NotFound)
	f.do(t, "", "POST", prefixV1+"/session", "").want(t, 401, fault.Unauthenticated)
	// A key in a header wins: what a script sends is what it means.
	f.do(t, "nobody", "GET", "/decisions", "", "Cookie", cookie).want(t, 401, fault.Unauthenticated)
}

// A tab that shows one person's session writes and reads nothing as another who
// signed in meanwhile in the same browser.
func TestTabOfAnotherSession(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	first, second := f.newKey(t, `"decisions:read","defend:write"`), f.newKey(t, `"decisions:read","defend:write"`)
	keyOf := func(c *http.Cookie) (who session) {
		f.do(t, "", "GET", prefixV1+"/session", "", "Cookie", c.Name+"="+c.Value).into(t, &who)
		return who
	}
	a, b := signIn(t, f, first), signIn(t, f, second)
	ofA, cookie := string(keyOf(a).Key), b.Name+"="+b.Value
	if ofA == "" || ofA == string(keyOf(b).Key) {
		t.Fatal("the two sessions have one key")
	}
	for _, rt := range [][3]string{{"GET", "/decisions", ""}, {"POST", "/defend", `{"source":"s","event_type":"x"}`}, {"GET", prefixV1 + "/session", ""}} {
		f.do(t, "", rt[0], rt[1], rt[2], "Cookie", cookie, signedInAs, ofA).want(t, 409, fault.Conflict)
		if got := f.do(t, "", rt[0], rt[1], rt[2], "Cookie", cookie, signedInAs, string(keyOf(b).Key)); got.status != 200 {
			t.Errorf("%s %s: %d %s", rt[0], rt[1], got.status, got.body)
		}
	}
	if got := f.do(t, first, "GET", "/decisions", "", signedInAs, "ky_other"); got.status != 200 {
		t.Errorf("a script's key has no tab: %d %s", got.status, got.body)
	}
}

// Another site can't use the cookie of a browser that is signed in.
func TestSessionAgainstOtherSites(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	c := signIn(t, f, f.newKey(t, `"decisions:read","defend:write"`))
	cookie := c.Name + "=" + c.Value
	for _, site := range []string{"cross-site", "same-site"} {
		a := f.do(t, "", "POST", "/defend", `{"source":"s"}`, "Cookie", cookie, "Sec-Fetch-Site", site, "Origin", "https://evil.example")
		if a.status != 403 {
			t.Errorf("%s: %d %s", site, a.status, a.body)
		}
	}
	if a := f.do(t, "", "POST", "/defend", `{"source":"s"}`, "Cookie", cookie, "Sec-Fetch-Site", "same-origin"); a.status != 200 {
		t.Errorf("same origin: %d %s", a.status, a.body)
	}
}

// Behind a proxy that ends TLS the cookie is bound to the host.
func TestSessionOverTLS(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	c := signIn(t, f, f.newKey(t, `"decisions:read"`), "X-Forwarded-Proto", "https")
	if c.Name != cookieSecure || !c.Secure {
		t.Errorf("cookie over TLS: %s, secure %v", c.Name, c.Secure)
	}
	if a := f.do(t, "", "GET", "/decisions", "", "Cookie", c.Name+"="+c.Value, "X-Forwarded-Proto", "https"); a.status != 200 {
		t.Errorf("read: %d %s", a.status, a.body)
	}
	f.do(t, "", "GET", "/decisions", "", "Cookie", c.Name+"="+c.Value).want(t, 401, fault.Unauthenticated)
}

// Who signs in anew in a browser ends the session that it had.
func TestSigningInAnewEndsTheSessionBefore(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Config{})
	key := f.newKey(t, `"decisions:read"`)
	first := signIn(t, f, key)
	second := signIn(t, f, key, "Cookie", first.Name+"="+first.Value)
	f.do(t, "", "GET", prefixV1+"/session", "", "Cookie", first.Name+"="+first.Value).want(t, 401, fault.Unauthenticated)
	if a := f.do(t, "", "GET", prefixV1+"/session", "", "Cookie", second.Name+"="+second.Value); a.status != 200 {
		t.Errorf("the new one: %d %s", a.status, a.body)
	}
}
