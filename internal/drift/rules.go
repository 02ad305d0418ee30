package drift

import (
	"frostgate.io/frostgate/internal/domain"
)

// Rules are one version of a tenant's severity rules.
type Rules struct {
	Version   int64  // 0: the built-in ones
	Document  string // YAML, as its author wrote it
	CreatedAt domain.Micros
	By        domain.PrincipalID
	Artifact  int64 // entry of the tenant's log that records it, -1: none
}
