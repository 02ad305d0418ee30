// Package normal turns raw configuration objects, as a source exported them,
// into the one form that inventory stores and drift compares: it recognises an
// object's type and identity, leaves out what changes without anybody changing
// it, replaces secrets by keyed hashes, brings sets into one order, and writes
// canonical JSON (RFC 8785).
//
// Invariant: pure. The same bytes, types and secret key give the same object,
// whatever the order of members and of elements of sets. What it can't read it
// refuses with a reason; it never guesses.
//
// It must not do I/O, read the time, or let a secret's value through.
package normal

import "crypto/sha256"

// Hash is a SHA-256.
type Hash = [sha256.Size]byte

// Record is one raw object on its way in, as a source read it.
type Record struct {
	// Place says where it was, for people and for coverage: a path relative to
	// the source's root, with forward slashes; empty for uploads without files.
	Place string
	// Type and ID are what the source itself says; empty: recognise them.
	Type, ID string
	// JSON is one JSON document in UTF-8.
	JSON []byte
}

// Object is a normalised object.
type Object struct {
	// Type is the inventory type: the collection's path for Microsoft Graph
	// ("deviceManagement/configurationPolicies"), group/version/kind for
	// Kubernetes ("apps/v1/Deployment"), the resource type for AWS
	// ("AWS::IAM::Role"), "json" for anything else.
	Type string
	// ID is the identity within the type: the Graph id, namespace/name, the ARN.
	ID string
	// Name is what people call it; may be empty.
	Name string
	// Template is what with Type and Name identifies it in another tenant, for
	// types that have templates; else empty.
	Template string
	// Canonical is the normalised object as canonical JSON, without its own
	// identity. It is valid until the next call on the Normaliser.
	Canonical []byte
	// Hash is the SHA-256 of Canonical.
	Hash Hash
}
