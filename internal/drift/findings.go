package drift

import (
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory"
)

// Filter narrows a list of findings; empty fields don't.
type Filter struct {
	// States are the states wanted; none: those that wait (new and reopened),
	// unless AnyState.
	States     []State
	AnyState   bool
	Severities []diff.Severity
	Kinds      []diff.Kind
	Types      []string
	Source     string // kind/name
	Baseline   BaselineID
	// Run is the run that found it first, or in which it last changed.
	Run      inventory.RunID
	ObjectID string
	Group    string // hex, see Finding.Group
	Assignee domain.PrincipalID
	// Text is part of a name, an object's ID or a path, in any case.
	Text string
	// IDPrefix is the beginning of a finding's ID, with or without "fnd_".
	IDPrefix string
}

// Row is a finding in a list: with the tenant it belongs to, without the
// operations, and with values cut to what a list shows.
type Row struct {
	Tenant domain.TenantID
	Finding
}

// Event is one step of a finding.
type Event struct {
	Version  int64 // of the finding after it
	At       domain.Micros
	By       domain.PrincipalID // evidence.SystemPrincipal: the server
	Action   string             // found, an Action, or one of the observed steps
	State    State              // after it
	Reason   string
	Note     string
	Assignee domain.PrincipalID
	Approver string
	Until    domain.Micros
	Run      inventory.RunID // for what a run observed
	Artifact int64           // entry of the tenant's log that records it, -1: none yet
}
