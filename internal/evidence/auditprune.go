package evidence

import (
	"context"
	"errors"
	"fmt"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// auditPruneDoc is what an artifact says of pruned audit entries.
type auditPruneDoc struct {
	Before  domain.Micros `json:"before"`
	Entries int           `json:"entries"`
	Reason  string        `json:"reason"`
}

// pruneAudit deletes a bounded number of audit entries with the artifact that
// says how many.
func (x *Disposal) pruneAudit(ctx context.Context, tenant domain.TenantID, before domain.Micros, done *Pruned) (more bool, err error) {
	var ids []string
	err = x.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, `SELECT audit_id FROM audit WHERE tenant_id = $1 AND at < $2 ORDER BY at LIMIT $3`, []any{tenant, before, pruneChunk}, func(s db.Scanner) error {
			var id string
			err := s.Scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	if err != nil || len(ids) == 0 {
		return false, err
	}
	group, err := canonicalGroup(auditPruneOf, &auditPruneDoc{Before: before, Entries: len(ids), Reason: retentionReason})
	if err != nil {
		return false, err
	}
	rows := &goneRows{tenant: tenant, after: func(ctx context.Context, tx *db.Tx, _ uint64) error {
		for _, id := range ids {
			if n, err := tx.Exec(ctx, `DELETE FROM audit WHERE tenant_id = $1 AND audit_id = $2`, tenant, id); err != nil || n != 1 {
				return errors.Join(err, fault.New(fault.Conflict, "an audit entry is gone meanwhile"))
			}
		}
		return nil
	}}
	_, err = x.log.Append(ctx, &Unit{
		Tenant: tenant, Kind: KindAuditPrune, Time: x.db.Clock().Now(), Prev: -1, Bulk: true, Groups: []Group{group}, Rows: rows,
	})
	if err != nil {
		return false, fmt.Errorf("prune the audit: %w", err)
	}
	done.Audit += uint64(len(ids))
	return len(ids) == pruneChunk, nil
}
