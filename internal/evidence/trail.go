package evidence

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

// maxTrailReads bounds the audited reads of one trail.
const maxTrailReads = 500

const selectTrailAudit = `SELECT audit_id, at, principal_id, action, outcome, times FROM audit
	WHERE tenant_id = $1 AND target = $2 ORDER BY at LIMIT $3`

// Trail tells what the audit holds about a decision: who read its evidence, and
// whatever else names it.
func (s *AuditStore) Trail(ctx context.Context, tx *db.Tx, of *domain.TrailOf) (out []domain.TrailItem, err error) {
	for _, target := range []string{string(of.Decision), string(of.Event)} {
		err := tx.ForEach(ctx, selectTrailAudit, []any{tx.Tenant, target, maxTrailReads}, func(row db.Scanner) error {
			it := domain.TrailItem{Index: -1, Scope: domain.ScopeAuditRead}
			var action, outcome string
			var times int64
			if err := row.Scan(&it.Ref, &it.At, &it.Actor, &action, &outcome, &times); err != nil {
				return err
			}
			it.Kind, it.Detail = "audited", map[string]string{"action": action, "outcome": outcome, "times": strconv.FormatInt(times, 10)}
			if action == "evidence.read" {
				it.Kind = "read"
			}
			out = append(out, it)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

const (
	selectTrailAnchor = `SELECT size, epoch, at FROM anchor WHERE tenant_id = $1 AND size > $2 ORDER BY size LIMIT 1`
	selectTrailGone   = `SELECT g.by_idx, g.kind, a.at FROM payload_gone g JOIN artifact a ON a.tenant_id = g.tenant_id AND a.idx = g.by_idx
		WHERE g.tenant_id = $1 AND g.first_idx <= $2 AND g.last_idx >= $2`
)

// Trail tells when the decision's entry was anchored in the log of logs, and
// which artifact took its payload away.
func (s *Sequencer) Trail(ctx context.Context, tx *db.Tx, of *domain.TrailOf) (out []domain.TrailItem, err error) {
	err = tx.ForEach(ctx, selectTrailAnchor, []any{tx.Tenant, int64(of.Index)}, func(row db.Scanner) error {
		var size, epoch int64
		var at domain.Micros
		if err := row.Scan(&size, &epoch, &at); err != nil {
			return err
		}
		out = append(out, domain.TrailItem{
			At: at, Kind: "anchored", Index: int64(of.Index),
			Detail: map[string]string{"tree_size": strconv.FormatInt(size, 10), "epoch": strconv.FormatInt(epoch, 10)},
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = tx.ForEach(ctx, selectTrailGone, []any{tx.Tenant, int64(of.Index)}, func(row db.Scanner) error {
		it := domain.TrailItem{Detail: map[string]string{}}
		var kind string
		if err := row.Scan(&it.Index, &kind, &it.At); err != nil {
			return err
		}
		it.Kind, it.Detail["artifact"] = "payload_gone", kind
		out = append(out, it)
		return nil
	})
	return out, err
}
