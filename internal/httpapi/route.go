package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/tenant"
)

// Access says who may use a route. Its zero value lets nobody in, so that a
// forgotten field denies.
type Access uint8

// The kinds of access.
const (
	nobody Access = iota
	scoped        // a key that holds the route's scope
	anyKey        // any valid key
	public        // no key
)

// Route is one row of the table: what is served, to whom, and how.
type Route struct {
	Method  string
	Path    string   // canonical
	Aliases []string // paths that original clients use
	Access  Access
	Scope   domain.Scope // exactly one when Access is scoped
	Class   tenant.Class // quota class; empty on public routes: no tenant to count for
	Tag     string       // the resource, for the documentation
	Summary string
	Doc     string // optional second paragraph
	Query   []Param
	// Decides marks the routes that take in what a tenant sends: events to be
	// decided, inventory. A suspended tenant gets 403 there, while reads stay.
	Decides bool
	// Mutates marks what takes an Idempotency-Key.
	Mutates  bool
	takesKey bool // takes an Idempotency-Key that its feature remembers
	// Anywhere marks what can be about another tenant of the key's organisation,
	// where the key's owner holds the scope: it takes ?tenant=. The handler sees
	// that tenant as Call.Tenant.
	Anywhere bool
	// byDecision marks what names a decision in its path, whose ID tells the
	// tenant: it takes tenant=all too.
	byDecision bool
	endpoint
}

// endpoint is the code behind a route and the shapes it speaks.
type endpoint struct {
	status   int
	req, res reflect.Type // JSON bodies; nil when there is none
	reqDoc   reflect.Type // documents a raw JSON request body
	reqMedia string       // of any other raw request body
	resMedia string       // of a raw response body
	call     func(ctx context.Context, c *Call, in any) (any, error)
	decode   func(body []byte) (any, error)
	raw      func(ctx context.Context, x *exchange, c *Call) error
}

// read is an endpoint without a request body.
func read[Out any](fn func(context.Context, *Call) (Out, error)) endpoint {
	return endpoint{
		status: http.StatusOK,
		res:    reflect.TypeFor[Out](),
		call:   func(ctx context.Context, c *Call, _ any) (any, error) { return fn(ctx, c) },
	}
}

// write is an endpoint with a JSON body.
func write[In, Out any](status int, fn func(context.Context, *Call, In) (Out, error)) endpoint {
	return endpoint{
		status: status,
		req:    reflect.TypeFor[In](),
		res:    reflect.TypeFor[Out](),
		decode: func(body []byte) (any, error) { return decodeInto[In](body) },
		call: func(ctx context.Context, c *Call, in any) (any, error) {
			return fn(ctx, c, in.(In))
		},
	}
}

// act is an endpoint without bodies: 204 when it worked.
func act(fn func(context.Context, *Call) error) endpoint {
	return endpoint{
		status: http.StatusNoContent,
		call:   func(ctx context.Context, c *Call, _ any) (any, error) { return nil, fn(ctx, c) },
	}
}

// text is an endpoint that writes its own response.
func text(media string, fn func(ctx context.Context, x *exchange, c *Call) error) endpoint {
	return endpoint{status: http.StatusOK, resMedia: media, raw: fn}
}

// withBody says what a raw endpoint's JSON looks like.
func withBody[Out any](e endpoint) endpoint {
	e.res = reflect.TypeFor[Out]()
	return e
}

// withBodies says what a raw endpoint's JSON looks like, both ways. Its request
// is read by the feature, so that unknown members may be kept.
func withBodies[In, Out any](e endpoint) endpoint {
	e.reqDoc = reflect.TypeFor[In]()
	return withBody[Out](e)
}

// paths returns the canonical path and the aliases.
func (rt *Route) paths() []string { return append([]string{rt.Path}, rt.Aliases...) }

// pathParams lists the names in braces.
func pathParams(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") && part != "{$}" {
			names = append(names, strings.Trim(part, "{}."))
		}
	}
	return names
}
