package decision

import (
	"context"
	"slices"
	"strconv"

	"frostgate.io/frostgate/internal/domain"
)

// GravePlace is a decision's place among the gravest: by level, by score, the
// newest first.
type GravePlace struct {
	Rank, Score, Index int64
}

// levelRank makes a level a number, the gravest the largest.
const levelRank = `CASE level WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END`

// Rank is the place of the row's level in levelRank.
func (r *Row) Rank() int64 {
	return int64(max(0, slices.Index([]domain.ThreatLevel{domain.LevelNone, domain.LevelLow, domain.LevelMedium, domain.LevelHigh, domain.LevelCritical}, r.Level)))
}

// Gravest returns decisions by level and score, the newest first among equals,
// behind a place (nil: from the gravest), up to limit.
func (s *Service) Gravest(ctx context.Context, tenant domain.TenantID, f Filter, after *GravePlace, limit int) ([]*Row, error) {
	cond, args, err := s.where(ctx, tenant, &f)
	if err != nil {
		return nil, err
	}
	if after != nil {
		n := len(args)
		args = append(args, after.Rank, after.Score, after.Index)
		cond += " AND (" + levelRank + ", score, idx) < ($" + strconv.Itoa(n+1) + ", $" + strconv.Itoa(n+2) + ", $" + strconv.Itoa(n+3) + ")"
	}
	args = append(args, limit)
	query := "SELECT " + rowColumns + " FROM decision WHERE tenant_id = $1" + cond +
		" ORDER BY " + levelRank + " DESC, score DESC, idx DESC LIMIT $" + strconv.Itoa(len(args))
	return s.rowsOf(ctx, tenant, query, args)
}
