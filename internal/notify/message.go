package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"

	"frostgate.io/frostgate/internal/domain"

	"github.com/go-json-experiment/json"
)

// Item is one decision as a webhook sees it.
type Item struct {
	ID          domain.DecisionID `json:"decision_id"`
	Index       int64             `json:"index"`
	Time        domain.Micros     `json:"-"`
	Severity    string            `json:"severity"` // info, low, medium, high, critical
	Title       string            `json:"title"`
	Summary     string            `json:"summary"`
	ActionTaken string            `json:"action_taken"`
	Gating      domain.Gating     `json:"gating"`
	Actions     []string          `json:"actions"` // of the mitigations
	Rules       []string          `json:"rules"`
	EventType   string            `json:"event_type"`
	Source      string            `json:"source"`
	URL         string            `json:"url"`
}

// Source gives the committed decisions of a tenant in log order.
type Source interface {
	// After returns up to limit items whose index is greater than idx, by index.
	After(ctx context.Context, tenant domain.TenantID, idx int64, limit int) ([]Item, error)
	// Size is the index that the tenant's next decision will have.
	Size(ctx context.Context, tenant domain.TenantID) (int64, error)
}

// Types of messages.
const (
	typeDecision = "decision.created"
	typeTest     = "webhook.test"
)

// envelope is the body that Standard Webhooks recommends: type, timestamp, data.
type envelope struct {
	Type      string          `json:"type"`
	Timestamp string          `json:"timestamp"`
	TenantID  domain.TenantID `json:"tenant_id"`
	Data      any             `json:"data"`
}

// body renders a message; the same item gives the same bytes on every attempt.
func body(kind string, tenant domain.TenantID, at domain.Micros, data any) ([]byte, error) {
	return json.Marshal(envelope{
		Type: kind, TenantID: tenant, Data: data,
		Timestamp: time.UnixMicro(int64(at)).UTC().Format("2006-01-02T15:04:05.000000Z"),
	}, json.Deterministic(true))
}

// messageID is the webhook-id of an item: the same for every attempt.
func messageID(webhook string, idx int64) string {
	return "msg_" + webhook + "_" + strconv.FormatInt(idx, 10)
}

// sign makes the webhook-signature: v1 and HMAC-SHA256 of "id.timestamp.body".
func sign(key []byte, id string, unix int64, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + strconv.FormatInt(unix, 10) + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}
