package enforce

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

func idOf(by evidence.Actor) domain.PrincipalID {
	if by.Principal == nil {
		return evidence.SystemPrincipal
	}
	return by.Principal.ID
}

// audit records a change in its own transaction.
func (s *Service) audit(ctx context.Context, tx *db.Tx, by evidence.Actor, action, target string, detail map[string]string) error {
	e := by.Entry(tx.Tenant, action, target)
	e.Detail = detail
	return evidence.Audit(ctx, tx, s.db.Clock(), e)
}
