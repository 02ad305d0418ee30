package notify

import (
	"context"
	"strconv"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/domain"
)

const (
	// Deleted webhooks are told of too: they delivered while they lived.
	selectTrail        = selectWebhook + ` WHERE tenant_id = $1 AND next_idx > $2 ORDER BY webhook_id`
	selectTrailFailure = `SELECT webhook_id, message_id, attempts, last_status, given_up_at FROM webhook_failure WHERE tenant_id = $1 AND idx = $2`
)

// Trail tells which webhooks were told of a decision, and which never got it. A
// delivery that worked leaves no time behind; the webhook's place in the log
// shows that it was made.
func (s *Service) Trail(ctx context.Context, tx *db.Tx, of *domain.TrailOf) (out []domain.TrailItem, err error) {
	args := []any{string(tx.Tenant), int64(of.Index)}
	lost := map[string]bool{}
	add := func(at domain.Micros, kind, webhook string, detail map[string]string) {
		out = append(out, domain.TrailItem{At: at, Kind: kind, Ref: webhook, Index: -1, Detail: detail, Scope: domain.ScopeWebhooksRead})
	}
	err = tx.ForEach(ctx, selectTrailFailure, args, func(row db.Scanner) error {
		var webhook, message string
		var attempts, status int64
		var at domain.Micros
		if err := row.Scan(&webhook, &message, &attempts, &status, &at); err != nil {
			return err
		}
		lost[webhook] = true
		add(at, "webhook_given_up", webhook, map[string]string{
			"message_id": message, "attempts": strconv.FormatInt(attempts, 10), "last_status": strconv.FormatInt(status, 10),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	it := Item{
		Severity: of.Severity, ActionTaken: of.ActionTaken, Gating: of.Gating, Actions: of.Actions, Rules: of.Rules, EventType: of.EventType,
	}
	err = tx.ForEach(ctx, selectTrail, args, func(row db.Scanner) error {
		r, err := scanRow(row)
		if err != nil || lost[r.ID] || r.CreatedAt > of.At {
			return err
		}
		message := map[string]string{"message_id": messageID(r.ID, int64(of.Index))}
		switch {
		case r.Filter.Match(&it):
			add(0, "webhook_delivered", r.ID, message)
		case !of.Opened && len(r.Filter.Actions) > 0:
			add(0, "webhook_passed", r.ID, map[string]string{"why": "the payload that its filter asks for is gone"})
		}
		return nil
	})
	return out, err
}
