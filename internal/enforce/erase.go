package enforce

import (
	"context"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/evidence"
)

// erasedTarget stands where an erased subject stood.
const erasedTarget = "(erased)"

const (
	ended        = `tenant_id = $1 AND target_kind = $2 AND target = $3 AND (expires_at <= $4 OR revoked_at <> 0)`
	countEnded   = `SELECT count(*) FROM enforcement WHERE ` + ended
	eraseEnded   = `UPDATE enforcement SET target = $5, revoke_reason = CASE WHEN revoke_reason = '' THEN '' ELSE $5 END WHERE ` + ended
	countInForce = `SELECT count(*) FROM enforcement WHERE tenant_id = $1 AND target_kind = $2 AND target = $3 AND expires_at > $4 AND revoked_at = 0`

	over       = `tenant_id = $1 AND kind = $2 AND value = $3 AND (removed_at <> 0 OR (expires_at <> 0 AND expires_at <= $4))`
	countOver  = `SELECT count(*) FROM allowlist WHERE ` + over
	eraseOver  = `UPDATE allowlist SET value = $5, reason = $5 WHERE ` + over
	holdsLeaf  = `SELECT idx FROM enforcement WHERE tenant_id = $1 AND idx >= $2 AND idx <= $3 AND expires_at > $4 AND revoked_at = 0`
	holdsUntil = `SELECT idx FROM approval WHERE tenant_id = $1 AND idx >= $2 AND idx <= $3 AND expires_at > $4 AND status = $5`
)

// EraseSubject takes a subject's value out of enforcements and allow-list
// entries that have ended. Those in force need it, and are kept; the rows
// themselves stay, as they say what was done.
func (s *Service) EraseSubject(ctx context.Context, tx *db.Tx, tenant domain.TenantID, subject domain.Subject, dry bool) ([]evidence.Copy, error) {
	kind, value := string(subject.Kind), subject.Value
	listed, err := Canonical(Kind(kind), value)
	if err != nil {
		listed = value // no entry can have this form; the count says so
	}
	var out []evidence.Copy
	for _, c := range []struct {
		what, count, erase, value, kept string
	}{
		{"targets of ended enforcements", countEnded, eraseEnded, value, ""},
		{"targets of enforcements in force", countInForce, "", value, "in force: whoever carries them out needs the target; erase again when they have ended"},
		{"ended allow-list entries", countOver, eraseOver, listed, ""},
		{"allow-list entries in force", countLive, "", listed, "in force: they keep the subject from being blocked; remove them and erase again"},
	} {
		var n int64
		if _, err := tx.Get(ctx, c.count, []any{string(tenant), kind, c.value, int64(tx.Now)}, &n); err != nil {
			return nil, fmt.Errorf("count %s: %w", c.what, err)
		}
		if n == 0 {
			continue
		}
		out = append(out, evidence.Copy{What: c.what, Rows: n, Kept: c.kept})
		if dry || c.erase == "" {
			continue
		}
		if _, err := tx.Exec(ctx, c.erase, string(tenant), kind, c.value, int64(tx.Now), erasedTarget); err != nil {
			return nil, fmt.Errorf("erase %s: %w", c.what, err)
		}
	}
	return out, nil
}

const countLive = `SELECT count(*) FROM allowlist WHERE tenant_id = $1 AND kind = $2 AND value = $3 AND removed_at = 0 AND (expires_at = 0 OR expires_at > $4)`

// InForce returns the decisions that an enforcement in force or an open approval
// rests on.
func (s *Service) InForce(ctx context.Context, tx *db.Tx, tenant domain.TenantID, first, last uint64) ([]uint64, error) {
	var out []uint64
	take := func(row db.Scanner) error {
		var idx int64
		err := row.Scan(&idx)
		out = append(out, uint64(idx))
		return err
	}
	args := []any{string(tenant), int64(first), int64(last), int64(tx.Now)}
	if err := tx.ForEach(ctx, holdsLeaf, args, take); err != nil {
		return nil, fmt.Errorf("find enforcements in force: %w", err)
	}
	if err := tx.ForEach(ctx, holdsUntil, append(args, Waiting), take); err != nil {
		return nil, fmt.Errorf("find open approvals: %w", err)
	}
	return out, nil
}

const (
	eraseLeafTarget = `UPDATE enforcement SET target = $4, revoke_reason = CASE WHEN revoke_reason = '' THEN '' ELSE $4 END
		WHERE tenant_id = $1 AND idx = $2 AND (expires_at <= $3 OR revoked_at <> 0)`
	// The hash is made of the targets too, and short ones can be guessed.
	eraseLeafApproval = `UPDATE approval SET mitigations_hash = '' WHERE tenant_id = $1 AND idx = $2 AND (expires_at <= $3 OR status <> $4)`
)

// EraseLeaves takes the targets out of what decisions set in force and what has
// ended since: a decision about a user may have ended a session of theirs.
func (s *Service) EraseLeaves(ctx context.Context, tx *db.Tx, tenant domain.TenantID, leaves []uint64) error {
	for _, i := range leaves {
		if _, err := tx.Exec(ctx, eraseLeafTarget, string(tenant), int64(i), int64(tx.Now), erasedTarget); err != nil {
			return fmt.Errorf("erase targets of decision %d: %w", i, err)
		}
		if _, err := tx.Exec(ctx, eraseLeafApproval, string(tenant), int64(i), int64(tx.Now), Waiting); err != nil {
			return fmt.Errorf("erase the approval of decision %d: %w", i, err)
		}
	}
	return nil
}
