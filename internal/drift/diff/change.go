// Package diff compares snapshots: a merge-join over their manifests finds
// which objects differ, a keyed structural diff says where. It decides what is
// drift, what is unknown, and how grave it is.
//
// Invariant: pure and deterministic: the same two snapshots give the same
// changes in the same order. What coverage does not prove is unknown, never
// removed. One meaningful value changed is one change.
//
// It must not do I/O of its own, read the time, or show a secret's value.
package diff

import (
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/inventory/manifest"
)

// Kind is what happened to an object or to a value in it.
type Kind string

// The kinds of changes.
const (
	Added    Kind = "added"    // the object is new
	Removed  Kind = "removed"  // the object is gone, and coverage proves it
	Changed  Kind = "changed"  // a value in it differs
	Metadata Kind = "metadata" // only what describes it differs: its name, its description
)

// Op is an RFC 6902 operation; Path is an RFC 6901 pointer into the canonical
// object of before.
type Op struct {
	Op    string         `json:"op"`
	Path  string         `json:"path"`
	Value jsontext.Value `json:"value,omitzero"` // canonical JSON
}

// Change is one difference: the smallest value that differs, or a whole object.
// Sets of plain values and lists in order are one value.
type Change struct {
	Type, ID, Name string
	Kind           Kind
	// Path is the stable keyed path within the object, empty for the object as a
	// whole: /settings/[settingDefinitionId=x]/settingInstance/…
	Path string
	// From and To are the values before and after as canonical JSON; nil: absent.
	From, To []byte
	// FromHash and ToHash are SHA-256 of From and To, zero for absent. For whole
	// objects they are the objects' hashes.
	FromHash, ToHash manifest.Hash
	Ops              []Op
	Severity         Severity
}

// Severity says how grave a change is.
type Severity string

// The severities.
const (
	Informational Severity = "informational"
	Low           Severity = "low"
	Medium        Severity = "medium"
	High          Severity = "high"
	Critical      Severity = "critical"
)

// Unknown is an object whose presence or absence can't be told.
type Unknown struct {
	Type, ID string
	// Reason says why: quarantine, partial, failed, skipped, scope, normaliser,
	// folder, baseline (not read completely there).
	Reason string
}

// Counts are what a comparison found, in objects.
type Counts struct {
	Added, Removed, Changed int
	Metadata                int // of Changed: nothing but metadata differs
	Unknown                 int
	Quarantined, Duplicates int
	Unchanged               int
	// Secrets are values hashed under different keys, which can't be compared.
	Secrets int
}
