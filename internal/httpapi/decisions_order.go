package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
)

// The orders of decisions and approvals.
const (
	orderNewest  = "newest"
	orderGravest = "gravest"

	gravestList = "decisions-gravest"
)

func orderParam(doc string) Param {
	return Param{Name: "order", Enum: []string{orderNewest, orderGravest}, Doc: doc}
}

// decisionPage reads a page in the order that is asked for.
func (s *Server) decisionPage(ctx context.Context, c *Call, f decision.Filter, limit int) (rows []*decision.Row, next string, err error) {
	if c.Query.text("order") != orderGravest {
		at, err := before(c, decisionList)
		if err != nil {
			return nil, "", err
		}
		if rows, err = s.deps.Decide.List(ctx, c.Tenant(), f, at, limit); err == nil && len(rows) == limit {
			next = db.EncodeCursor(decisionList, rows[limit-1].Index)
		}
		return rows, next, err
	}
	var after *decision.GravePlace
	if cursor := c.Query.text("cursor"); cursor != "" {
		after = &decision.GravePlace{}
		if err := db.DecodeCursor(gravestList, cursor, &after.Rank, &after.Score, &after.Index); err != nil {
			return nil, "", err
		}
	}
	if rows, err = s.deps.Decide.Gravest(ctx, c.Tenant(), f, after, limit); err == nil && len(rows) == limit {
		last := rows[limit-1]
		next = db.EncodeCursor(gravestList, last.Rank(), int64(last.Score), last.Index)
	}
	return rows, next, err
}
