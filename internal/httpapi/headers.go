package httpapi

import "net/http"

// commonHeaders are on each response unless a route replaces them. The slices
// are shared between responses and never changed: assigning them costs no
// memory.
type commonHeaders struct {
	nosniff, csp, referrer, noStore, json, yes []string
}

func newCommonHeaders() commonHeaders {
	return commonHeaders{
		nosniff:  []string{"nosniff"},
		csp:      []string{"default-src 'none'; frame-ancestors 'none'"},
		referrer: []string{"no-referrer"},
		noStore:  []string{"no-store"},
		json:     []string{"application/json"},
		yes:      []string{"true"},
	}
}

func (c *commonHeaders) set(h http.Header) {
	h["X-Content-Type-Options"] = c.nosniff
	h["Content-Security-Policy"] = c.csp
	h["Referrer-Policy"] = c.referrer
	h["Cache-Control"] = c.noStore
}
