package enforce

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// Trail tells what was enforced and asked for because of a decision, and how it
// ended.
func (s *Service) Trail(ctx context.Context, tx *db.Tx, of *domain.TrailOf) (out []domain.TrailItem, err error) {
	args := []any{string(tx.Tenant), int64(of.Index)}
	add := func(at domain.Micros, kind, ref string, actor domain.PrincipalID, detail map[string]string) {
		out = append(out, domain.TrailItem{At: at, Kind: kind, Ref: ref, Actor: actor, Index: int64(of.Index), Detail: detail, Scope: domain.ScopeEnforceRead})
	}
	err = tx.ForEach(ctx, selectEnforcement+" WHERE tenant_id = $1 AND idx = $2 ORDER BY ordinal", args, func(row db.Scanner) error {
		var e Enforcement
		if err := row.Scan(e.fields()...); err != nil {
			return err
		}
		what := map[string]string{"action": e.Action, "target_kind": e.TargetKind, "target": e.Target, "rule": e.Rule}
		add(e.CreatedAt, "enforcement_created", e.ID, "", what)
		switch {
		case e.RevokedAt != 0:
			add(e.RevokedAt, "enforcement_revoked", e.ID, e.RevokedBy, map[string]string{"reason": e.RevokeReason})
		case e.ExpiresAt <= tx.Now && e.ExpiresAt > e.CreatedAt:
			add(e.ExpiresAt, "enforcement_expired", e.ID, "", nil)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = tx.ForEach(ctx, selectApproval+" WHERE tenant_id = $1 AND idx = $2", args, func(row db.Scanner) error {
		var a Approval
		if err := row.Scan(a.fields()...); err != nil {
			return err
		}
		add(a.CreatedAt, "approval_requested", a.ID, "", map[string]string{"mitigations_hash": string(a.MitigationsHash)})
		switch {
		case a.Status != Waiting: // when is not recorded
			add(0, "approval_decided", a.ID, "", map[string]string{"status": string(a.Status)})
		case a.ExpiresAt <= tx.Now:
			add(a.ExpiresAt, "approval_expired", a.ID, "", nil)
		}
		return nil
	})
	return out, err
}
