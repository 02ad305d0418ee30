// Package manifest is the form of a snapshot: a root document that says what
// was covered and lists chunks, chunks that list (type, id, hash) in order, and
// contents by hash. Everything is addressed by the SHA-256 of its bytes, so the
// root's hash stands for the whole observation, and two observations share what
// they have in common.
//
// Invariant: equal observations have equal roots, whatever the order in which
// objects came in. Pure: bytes come from and go to functions of the caller.
//
// It must not read clocks, stores or files.
package manifest

import (
	"context"

	"frostgate.io/frostgate/internal/inventory/normal"
)

// Hash is a SHA-256.
type Hash = normal.Hash

// Entry is one object of a snapshot. Entries are ordered by Type, then ID, both
// as bytes; no two have the same.
type Entry struct {
	Type, ID string
	Hash     Hash // of the canonical content
}

// Status is how completely a type was read.
type Status string

// The statuses of coverage.
const (
	Complete Status = "complete" // every page, without error
	Partial  Status = "partial"  // some objects are known to be missing or unreadable
	Failed   Status = "failed"   // the type could not be read
	Skipped  Status = "skipped"  // it was not asked for
)

// Coverage says how completely one type was read.
type Coverage struct {
	Type    string `json:"type"`
	Status  Status `json:"status"`
	Objects int    `json:"objects"` // entries of the snapshot
	// Quarantined and Duplicates count what was seen and is not among the entries.
	Quarantined int    `json:"quarantined,omitzero"`
	Duplicates  int    `json:"duplicates,omitzero"`
	Error       string `json:"error,omitempty"`
	// Normaliser is the version of the type's normaliser; types compare only
	// under equal ones.
	Normaliser string `json:"normaliser"`
	// Places are the folders in which the type's objects lay, sorted; none for
	// sources without folders.
	Places []string `json:"places,omitempty"`
}

// Quarantined is something that could not be read as an object.
type Quarantined struct {
	Place  string `json:"place"`
	Type   string `json:"type,omitempty"` // empty: it may be of any type
	Reason string `json:"reason"`
}

// Duplicate is an identity that more than one object claimed: none of them is
// among the entries.
type Duplicate struct {
	Type   string   `json:"type"`
	ID     string   `json:"id"`
	Places []string `json:"places,omitempty"`
	Hashes []string `json:"hashes"` // of the claimants, hex, sorted
}

// Root is a snapshot's root document. Its canonical JSON is what is hashed: it
// holds nothing that differs between equal observations.
type Root struct {
	V int `json:"v"` // 1
	// Source is kind and name ("directory/default"); Filters what narrowed the
	// selection; Selected the types asked for, sorted, none for all.
	Source   string            `json:"source"`
	Filters  map[string]string `json:"filters,omitempty"`
	Selected []string          `json:"selected,omitempty"`
	// Secrets names the key under which secrets were hashed.
	Secrets string `json:"secrets"`
	// Folders are the folders that were read to their end, sorted.
	Folders     []string      `json:"folders,omitempty"`
	Coverage    []Coverage    `json:"coverage"` // by type
	Quarantined []Quarantined `json:"quarantined,omitempty"`
	Duplicates  []Duplicate   `json:"duplicates,omitempty"`
	Chunks      []ChunkRef    `json:"chunks"` // in order of their entries
	Objects     int           `json:"objects"`
}

// ChunkRef names a chunk of entries.
type ChunkRef struct {
	Type string `json:"type"` // a chunk holds entries of one type
	// First is the ID of its first entry.
	First string `json:"first"`
	Count int    `json:"count"`
	Hash  string `json:"hash"` // of the chunk's bytes, hex
}

// Store gives bytes by hash. Get calls each once for every hash that exists, in
// any order; body must not be kept. A hash that does not exist is an error: a
// snapshot without its parts is damaged.
type Store interface {
	Chunks(ctx context.Context, hashes []Hash, each func(h Hash, body []byte) error) error
	Contents(ctx context.Context, hashes []Hash, each func(h Hash, body []byte) error) error
}

// Snapshot is a root with the store that has its parts.
type Snapshot struct {
	Root  *Root
	Hash  Hash // of the root document
	Store Store
}
