// Package httpapi is FrostGate's HTTP surface: it decodes, authorises, calls
// one method of a feature and encodes.
//
// Invariants: the table in routes.go is the whole surface and the whole
// authorisation matrix, and api/openapi.yaml is generated from it; a request
// without a valid key, with a key that lacks the route's scope, or with input
// the contract doesn't describe is refused before any feature sees it; every
// refusal is an RFC 9457 problem with a request ID; the text of an unknown
// error never leaves the process.
//
// It must not hold SQL or rules, and its wire types stay in it.
package httpapi
