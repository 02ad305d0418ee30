package main

import (
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/drift/diff"
)

// diffReport is what a comparison found. All counts are of objects, but for
// Changes (values), Groups (of equal changes) and Secrets (values).
type diffReport struct {
	Added       int          `json:"added"`
	Removed     int          `json:"removed"`
	Changed     int          `json:"changed"`
	Metadata    int          `json:"metadata"` // of Changed: nothing but name or description differs
	Unknown     int          `json:"unknown"`
	Quarantined int          `json:"quarantined"` // places
	Duplicates  int          `json:"duplicates"`  // identities
	Unchanged   int          `json:"unchanged"`
	Changes     int          `json:"changes"`
	Groups      int          `json:"groups"`
	Secrets     int          `json:"secrets_not_compared"`
	Below       int          `json:"below_severity,omitzero"` // objects left out by --severity
	Error       string       `json:"error,omitempty"`
	Before      diffSideInfo `json:"before,omitzero"`
	After       diffSideInfo `json:"after,omitzero"`
	Items       []*diffItem  `json:"items"`

	groups []diffGroup
}

// diffSideInfo says what a side was.
type diffSideInfo struct {
	Path    string `json:"path"`
	Objects int    `json:"objects"`
	Types   int    `json:"types"`
	Files   int    `json:"files,omitzero"`
	Ignored int    `json:"ignored,omitzero"` // files that are no configuration
}

// diffItem is one object that differs, or something that can't be compared.
type diffItem struct {
	Kind     string      `json:"kind"` // added, removed, changed, unknown, quarantined, duplicate
	Metadata bool        `json:"metadata,omitzero"`
	Type     string      `json:"type,omitempty"`
	Label    string      `json:"label,omitempty"` // the type in plain words
	ID       string      `json:"id,omitempty"`
	Name     string      `json:"name,omitempty"`
	Severity string      `json:"severity,omitempty"`
	Place    string      `json:"place,omitempty"`
	Side     string      `json:"side,omitempty"` // before, after, both: of what can't be compared
	Reason   string      `json:"reason,omitempty"`
	Changes  []diffValue `json:"changes,omitempty"`
}

// diffValue is one value that differs. Path is empty for the object as a whole.
type diffValue struct {
	Path     string         `json:"path"`
	Severity string         `json:"severity"`
	From     jsontext.Value `json:"from,omitzero"` // absent: there was none
	To       jsontext.Value `json:"to,omitzero"`
	Ops      []diff.Op      `json:"ops"`
}

// diffGroup is one change that one or more objects have.
type diffGroup struct {
	sample  diffValue
	kind    string          // of its objects
	labels  map[string]bool // types
	objects int
	last    *diffItem // that was counted
}
