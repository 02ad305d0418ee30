package notify

import (
	"context"

	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

const (
	selectWebhook = `SELECT webhook_id, url, filter, status, next_idx, attempt, next_at, last_status, last_error,
		delivered, given_up, created_by, created_at, secret FROM webhook`

	insertWebhook = `INSERT INTO webhook (tenant_id, webhook_id, url, secret, filter, status, next_idx, attempt, next_at,
		last_status, last_error, delivered, given_up, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, 'active', $6, 0, 0, 0, '', 0, 0, $7, $8)`

	countWebhooks = `SELECT count(*) FROM webhook WHERE tenant_id = $1 AND status <> 'deleted'`

	// The secret goes with the webhook; the row stays for the record.
	deleteWebhook = `UPDATE webhook SET status = 'deleted', secret = $3 WHERE tenant_id = $1 AND webhook_id = $2`

	// A row that was deleted or disabled meanwhile keeps its state.
	saveWebhook = `UPDATE webhook SET status = $3, next_idx = $4, attempt = $5, next_at = $6, last_status = $7, last_error = $8,
		delivered = $9, given_up = $10 WHERE tenant_id = $1 AND webhook_id = $2 AND status IN ('active', 'failing')`

	insertFailure = `INSERT INTO webhook_failure (tenant_id, webhook_id, idx, message_id, attempts, last_status, last_error, given_up_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

	selectFailure = `SELECT idx, message_id, attempts, last_status, last_error, given_up_at FROM webhook_failure
		WHERE tenant_id = $1 AND webhook_id = $2 AND idx < $3 ORDER BY idx DESC LIMIT $4`

	selectAllLive = `SELECT tenant_id, webhook_id FROM webhook WHERE status IN ('active', 'failing') ORDER BY tenant_id, webhook_id`
)

// row is a webhook with its sealed secret.
type row struct {
	Webhook
	secret []byte
}

func scanRow(s db.Scanner) (row, error) {
	var r row
	var filter string
	err := s.Scan(&r.ID, &r.URL, &filter, &r.Status, &r.NextIndex, &r.Attempt, &r.NextAt, &r.LastStatus, &r.LastError,
		&r.Delivered, &r.GivenUp, &r.CreatedBy, &r.CreatedAt, &r.secret)
	if err == nil {
		err = json.Unmarshal([]byte(filter), &r.Filter, json.RejectUnknownMembers(true))
	}
	return r, err
}

// getRow reads one webhook; a deleted one isn't found.
func getRow(ctx context.Context, tx *db.Tx, id string) (r row, err error) {
	found := false
	err = tx.ForEach(ctx, selectWebhook+" WHERE tenant_id = $1 AND webhook_id = $2 AND status <> 'deleted'",
		[]any{string(tx.Tenant), id}, func(s db.Scanner) (err error) {
			found = true
			r, err = scanRow(s)
			return err
		})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "no webhook %q", id)
	}
	return r, err
}
