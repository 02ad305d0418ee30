package drift

import (
	"frostgate.io/frostgate/internal/domain"
)

// Action is what a person does with a finding.
type Action string

// The actions.
const (
	Acknowledge Action = "acknowledge" // seen; it leaves the list of what waits
	Accept      Action = "accept"      // this value is right, until a time
	Deny        Action = "deny"        // this value is wrong and must be undone
	Reopen      Action = "reopen"      // look at it again; an acceptance ends
	Assign      Action = "assign"      // who looks at it
	Comment     Action = "comment"
)

// Bounds of a triage.
const (
	// MaxTriage is how many findings one call may name. A call by filter takes
	// as many steps of this size as it needs, each with an entry of its own.
	MaxTriage = 1000
	// MaxAcceptDays bounds how long a value may be accepted.
	MaxAcceptDays = 366
)

// TriageRequest is one act on findings: those named, or those of a filter.
type TriageRequest struct {
	Action Action
	IDs    []FindingID
	// Versions are the versions that the caller saw; where one is no longer the
	// finding's, the whole call is refused with fault.Conflict.
	Versions map[FindingID]int64
	// Filter takes all findings that it lists and whose state allows the action.
	// It excludes IDs.
	Filter *Filter
	Until  domain.Micros // of an acceptance; required there
	// Note is the reason of accept and deny, where it is required, or a comment.
	Note     string
	Approver string             // of an acceptance, optional
	Assignee domain.PrincipalID // of assign; empty: nobody
}

// TriageResult is what a triage did.
type TriageResult struct {
	// Findings are the findings after it, without values and operations.
	Findings []Finding
	// Artifacts are the entries of the tenant's log that record it.
	Artifacts []int64
	// Skipped counts findings of a filter whose state did not allow the action.
	Skipped int
}
