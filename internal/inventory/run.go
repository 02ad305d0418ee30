// Package inventory records what configuration a tenant has: runs observe it,
// items say what was last seen, snapshots keep each observation for ever.
//
// Invariant: a run is invisible until it is closed, and closed it is evidence
// and never changes. Items are derived from closed runs alone and can be made
// again from them. Everything belongs to one tenant.
//
// Configuration may name people: the owner of a group, the user that a policy
// excludes. Snapshots are evidence, so erasing a subject leaves them as they are;
// it says how many items name the subject (see EraseSubject). Secrets are never
// kept, only hashes of them under a key of the tenant's: see Secrets. Contents
// that no snapshot needs, which aborted runs leave, are removed.
//
// It must not compare observations for people (internal/drift does), keep a
// secret's value, or call a read error a removal.
package inventory

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/inventory/manifest"
)

// RunID names a run: "run_" and 26 lower-case base32 characters, ordered by time.
type RunID string

// RunState is where a run stands.
type RunState string

// The states of a run.
const (
	Open    RunState = "open"    // taking objects; invisible to all but lists of runs
	Closed  RunState = "closed"  // recorded
	Aborted RunState = "aborted" // ended without a result; Error says why
)

// Source is where observations come from: what kind of reader, and which of
// the tenant's sources of that kind. Runs of different sources never mix.
type Source struct {
	Kind string // "directory", "upload", "kubernetes", "aws"; see the map in internal/inventory/source
	Name string // "default" unless the tenant has several
}

// String is the form that is stored and shown: kind/name.
func (s Source) String() string { return s.Kind + "/" + s.Name }

// Begin says what a run is going to observe.
type Begin struct {
	Source Source
	// Types are the types asked for; none: all that the source has. Named types
	// are vouched for: if the run ends well and has no object of one, there is
	// none.
	Types []string
	// Filters narrow the selection, by the source's own names for them.
	Filters map[string]string
}

// Run is one observation of one selection.
type Run struct {
	ID     RunID
	Seq    int64 // 1, 2, ... within the tenant
	Source Source
	// Scope is the hash of source, types, filters and normaliser versions.
	Scope     string
	State     RunState
	StartedAt domain.Micros
	ClosedAt  domain.Micros
	By        domain.PrincipalID
	Error     string
	// Root is the snapshot's hash, hex; empty unless closed.
	Root string
	// Artifact is the entry of the tenant's log that records the run, -1: none.
	Artifact int64
	Objects  int
	// Against the source's run before: how the observation differs.
	New, Changed, Missing, Unknown int
	Quarantined, Duplicates        int
	Coverage                       []manifest.Coverage // in Get, not in lists
	// Projected says that items show it, Compared that drift has looked at it.
	Projected, Compared bool
}

// ItemState says what is known of an item.
type ItemState string

// The states of an item.
const (
	Present ItemState = "present" // in the source's last run
	Missing ItemState = "missing" // gone, and coverage proves it
	Unseen  ItemState = "unknown" // not seen in the last run, which does not prove that it is gone
)

// Item is the last observed state of one object.
type Item struct {
	Source    string
	Type, ID  string
	Name      string
	Template  string
	Hash      string // of the content last seen, hex
	State     ItemState
	FirstSeen RunID // first run that saw it
	ChangedIn RunID // last run in which its content or state changed
	LastSeen  RunID // last run that saw it
	// When these runs were closed.
	FirstAt, ChangedAt, SeenAt domain.Micros
}
