package enforce

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

const countWaiting = `SELECT count(*) FROM approval WHERE tenant_id = $1 AND status = $2 AND expires_at > $3`

// CountApprovals says how many approvals wait and have not run out.
func (s *Service) CountApprovals(ctx context.Context, tenant domain.TenantID) (n int, err error) {
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		_, err := tx.Get(ctx, countWaiting, []any{string(tenant), Waiting, int64(tx.Now)}, &n)
		return err
	})
	return n, err
}

const approvalGraveList = "approvals-gravest"

// graveWaiting are approvals with how grave their decisions are, as decision.Row.Rank
// says it.
const graveWaiting = `SELECT a.approval_id, a.idx, a.mitigations_hash, a.status, a.created_at, a.expires_at,
	CASE d.level WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END AS grave, coalesce(d.score, 0) AS score
	FROM approval a LEFT JOIN decision d ON d.tenant_id = a.tenant_id AND d.idx = a.idx
	WHERE a.tenant_id = $1 AND a.status = $2 AND a.expires_at > $3`

// GravestApprovals returns the approvals that wait and have not run out: the
// gravest threat first, then the highest score, then what waits longest.
func (s *Service) GravestApprovals(ctx context.Context, tenant domain.TenantID, p Page) (items []Approval, next string, err error) {
	limit := db.PageSize(p.Limit)
	grave, score, idx := int64(9), int64(0), int64(0) // above the gravest
	if err := db.DecodeCursor(approvalGraveList, p.Cursor, &grave, &score, &idx); err != nil {
		return nil, "", err
	}
	query := "SELECT * FROM (" + graveWaiting + ") w WHERE grave < $4 OR (grave = $4 AND (score < $5 OR (score = $5 AND idx > $6)))" +
		" ORDER BY grave DESC, score DESC, idx LIMIT " + strconv.Itoa(limit+1)
	var places [][2]int64
	err = s.db.InReadTx(ctx, tenant, func(tx *db.Tx) error {
		return tx.ForEach(ctx, query, []any{string(tenant), Waiting, int64(tx.Now), grave, score, idx}, func(row db.Scanner) error {
			a, place := Approval{Tenant: tenant}, [2]int64{}
			err := row.Scan(append(a.fields(), &place[0], &place[1])...)
			items, places = append(items, a), append(places, place)
			return err
		})
	})
	if err != nil {
		return nil, "", err
	}
	if len(items) > limit {
		items = items[:limit]
		next = db.EncodeCursor(approvalGraveList, places[limit-1][0], places[limit-1][1], items[limit-1].Index)
	}
	return items, next, nil
}
