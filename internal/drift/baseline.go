package drift

import (
	"context"

	"frostgate.io/frostgate/internal/domain"
)

// BaselineKind is where a baseline takes what it expects from.
type BaselineKind string

// The kinds of baselines.
const (
	LastRun  BaselineKind = "last_run" // the source's run before
	Pinned   BaselineKind = "snapshot" // one snapshot of the tenant
	Golden   BaselineKind = "golden"   // the last run of another tenant of the organisation
	Template BaselineKind = "template" // a document that says what is wanted
)

// BaselineSpec is what one version of a baseline expects.
type BaselineSpec struct {
	// Root is the snapshot of a pinned baseline, hex.
	Root string
	// Tenant and TenantSource are what a golden baseline looks at.
	Tenant       domain.TenantID
	TenantSource string
	// Document is a template's text, as its author wrote it.
	Document string
}

// Baseline is what one source's runs are compared with, as of one version.
type Baseline struct {
	ID      BaselineID
	Source  string // kind/name
	Kind    BaselineKind
	Name    string // unique among the source's baselines
	Active  bool
	Version int64 // 1, 2, ...: an edit makes the next one; the ID stays
	Spec    BaselineSpec
	// Artifact is the entry of the tenant's log that records this version.
	Artifact  int64
	CreatedAt domain.Micros
	UpdatedAt domain.Micros // of the latest step, this version's or a later switch
	By        domain.PrincipalID
	Note      string // why this version was made
}

// BaselineDraft is what a caller says of a new baseline or a new version.
type BaselineDraft struct {
	Source string
	Kind   BaselineKind // of a new one; a version keeps it
	Name   string       // of a version: empty keeps it
	Spec   BaselineSpec
	Note   string
	// KeepLastRun leaves the source's automatic baseline active beside the new
	// one; else the new one takes its place.
	KeepLastRun bool
	// Inactive makes it without comparing anything with it yet.
	Inactive bool
	// If is the version that the caller saw; an edit of another is refused. 0: any.
	If int64
}

// Access says whether whoever asks may do what is asked in a tenant: nil, or
// the refusal. A missing one refuses: what is not shown to be allowed is not.
type Access func(ctx context.Context, tenant domain.TenantID) error
