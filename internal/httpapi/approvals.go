package httpapi

import (
	"context"

	"frostgate.io/frostgate/internal/enforce"
)

// approvalPage are decisions that wait for a human.
type approvalPage struct {
	Items      []approval `json:"items" doc:"The page, in the list's order."`
	NextCursor string     `json:"next_cursor,omitempty" doc:"Pass it as cursor to get the next page; absent on the last one."`
	Total      int        `json:"total" doc:"All that wait, on whatever page."`
}

func (s *Server) listApprovals(ctx context.Context, c *Call) (approvalPage, error) {
	limit, err := c.Query.limit()
	if err != nil {
		return approvalPage{}, err
	}
	read := s.deps.Enforce.Approvals
	if c.Query.text("order") == orderGravest {
		read = s.deps.Enforce.GravestApprovals
	}
	found, next, err := read(ctx, c.Tenant(), enforce.Page{Cursor: c.Query.text("cursor"), Limit: limit})
	if err != nil {
		return approvalPage{}, err
	}
	out := approvalPage{Items: make([]approval, len(found)), NextCursor: next}
	for i, a := range found {
		out.Items[i] = approval{
			ID: a.ID, Decision: decisionOf(a.ID), MitigationsHash: string(a.MitigationsHash), Status: a.Status,
			CreatedAt: Time(a.CreatedAt), ExpiresAt: Time(a.ExpiresAt),
		}
	}
	if err := s.tellWhatWaits(ctx, c, out.Items); err != nil {
		return approvalPage{}, err
	}
	out.Total, err = s.deps.Enforce.CountApprovals(ctx, c.Tenant())
	return out, err
}
