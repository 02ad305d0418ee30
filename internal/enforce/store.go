package enforce

const (
	selectAllow = `SELECT entry_id, kind, value, reason, created_by, created_at, expires_at, removed_at, removed_by FROM allowlist`

	insertAllow = `INSERT INTO allowlist (tenant_id, entry_id, kind, value, reason, created_by, created_at, expires_at, removed_at, removed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '')`

	removeAllow = `UPDATE allowlist SET removed_at = $3, removed_by = $4 WHERE tenant_id = $1 AND entry_id = $2 AND removed_at = 0`

	selectAllowOf = `SELECT entry_id, expires_at FROM allowlist
		WHERE tenant_id = $1 AND kind = $2 AND value = $3 AND removed_at = 0 AND (expires_at = 0 OR expires_at > $4)`

	countLiveAllow = `SELECT count(*) FROM allowlist WHERE tenant_id = $1 AND removed_at = 0 AND (expires_at = 0 OR expires_at > $2)`

	selectLiveAllow = `SELECT entry_id, kind, value, expires_at FROM allowlist
		WHERE tenant_id = $1 AND removed_at = 0 AND (expires_at = 0 OR expires_at > $2)`

	selectEnforcement = `SELECT enforcement_id, idx, ordinal, action, target_kind, target, rule, created_at, expires_at, revoked_at, revoked_by, revoke_reason FROM enforcement`

	revokeEnforcement = `UPDATE enforcement SET revoked_at = $4, revoked_by = $5, revoke_reason = $6
		WHERE tenant_id = $1 AND idx = $2 AND ordinal = $3 AND revoked_at = 0`

	selectApproval = `SELECT approval_id, idx, mitigations_hash, status, created_at, expires_at FROM approval`
)

func (a *Allow) fields() []any {
	return []any{&a.ID, &a.Kind, &a.Value, &a.Reason, &a.CreatedBy, &a.CreatedAt, &a.ExpiresAt, &a.RemovedAt, &a.RemovedBy}
}

func (e *Enforcement) fields() []any {
	return []any{
		&e.ID, &e.Index, &e.Ordinal, &e.Action, &e.TargetKind, &e.Target, &e.Rule,
		&e.CreatedAt, &e.ExpiresAt, &e.RevokedAt, &e.RevokedBy, &e.RevokeReason,
	}
}

func (a *Approval) fields() []any {
	return []any{&a.ID, &a.Index, &a.MitigationsHash, &a.Status, &a.CreatedAt, &a.ExpiresAt}
}
