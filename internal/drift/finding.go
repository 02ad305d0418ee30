// Package drift compares what inventory observed with what is expected, and
// keeps the findings with what people decided about them.
//
// Invariant: the same comparison gives the same findings with the same IDs. A
// finding speaks of one value; what was accepted is that value and no other.
// What coverage does not prove is never a finding. Each step of a finding is
// in the audit log and in the tenant's evidence.
//
// It must not change inventory, call an unread type a removal, or let one
// tenant see another's findings.
package drift

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
)

// FindingID is "fnd_" and the first 32 hex digits of the SHA-256 over tenant,
// scope, baseline, type, id, keyed path, from-hash and to-hash.
type FindingID string

// BaselineID is "bl_" and 16 hex digits; stable over a baseline's versions.
type BaselineID string

// State is where a finding stands.
type State string

// The states. New and reopened wait for somebody.
const (
	New          State = "new"
	Reopened     State = "reopened"
	Acknowledged State = "acknowledged"
	Accepted     State = "accepted" // this value, until a time
	Denied       State = "denied"   // must be undone; stays open until it is
	Resolved     State = "resolved"
)

// Why a finding was resolved or reopened.
const (
	BecauseReturned   = "returned"           // the value is as before
	BecauseSuperseded = "superseded"         // another value took its place
	BecauseGone       = "object_gone"        // the object is gone
	BecauseBaseline   = "baseline"           // the baseline says otherwise now
	BecauseExpired    = "acceptance_expired" // nobody renewed it
	BecauseAgain      = "again"              // it came back after it was resolved
	BecauseValue      = "other_value"        // a value that is not the one that was decided on
	BecauseRevoked    = "acceptance_revoked"
)

// Finding is one drift.
type Finding struct {
	ID       FindingID
	Baseline BaselineID
	Version  int64 // of the row; a triage that names another is refused
	Source   string
	diff.Change
	// Text says in plain words what became of the value, without secrets; of whole
	// objects only in what state they are.
	Text   string
	State  State
	Reason string // why it was reopened or resolved, one of the constants
	// Flap counts how often the value changed and came back.
	Flap     int
	Assignee domain.PrincipalID
	// FirstRun found it, Run is where its state last changed by observation,
	// Before the run that saw the expected value last. The change lies between
	// Before's and FirstRun's times.
	FirstRun, Run, Before inventory.RunID
	FirstSeen, UpdatedAt  domain.Micros
	// Since is when it came into its state.
	Since domain.Micros
	// Until, By, Approver and Note are of the acceptance or the last triage.
	Until    domain.Micros
	By       domain.PrincipalID
	Approver string
	Note     string
	// Reopens is the finding on the same value that this one follows.
	Reopens FindingID
	// Group is what equal changes have in common in all tenants, hex.
	Group string
	// Unverified says that later runs could not tell whether it still holds.
	Unverified bool
}
