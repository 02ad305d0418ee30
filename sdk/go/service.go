package frostgate

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// AuditRecord is one entry of the audit.
type AuditRecord struct {
	ID        string            `json:"id"`
	At        time.Time         `json:"at"`
	Principal string            `json:"principal"`
	KeyID     string            `json:"key_id,omitempty"`
	Action    string            `json:"action"`
	Target    string            `json:"target,omitempty"`
	Outcome   string            `json:"outcome"`
	RequestID string            `json:"request_id,omitempty"`
	Remote    string            `json:"remote,omitempty"`
	Times     int64             `json:"times"`
	Detail    map[string]string `json:"detail,omitempty"`
}

// AuditFilter narrows the audit; empty fields do not.
type AuditFilter struct {
	Action                   string // or a prefix that ends in a dot
	Principal, KeyID, Target string
	Outcome                  string // ok, denied
	From, To                 time.Time
}

// Audit lists who changed, read or was denied what, the newest first.
func (c *Client) Audit(ctx context.Context, f AuditFilter, p Page) iter.Seq2[AuditRecord, error] {
	q := query{}.str("action", f.Action).str("principal", f.Principal).str("key_id", f.KeyID).str("target", f.Target).
		str("outcome", f.Outcome).time("from", f.From).time("to", f.To)
	return all[AuditRecord](ctx, c, in("audit"), q, p)
}

// Usage is what was decided in a span of time.
type Usage struct {
	From  time.Time   `json:"from"`
	To    time.Time   `json:"to"`
	Total int64       `json:"total"`
	Hours []UsageHour `json:"hours"`
}

// UsageHour is what was decided in one hour.
type UsageHour struct {
	Start     time.Time `json:"start"`
	Decisions int64     `json:"decisions"`
}

// Usage counts decisions by hour, as they are metered; without times, the last
// 30 days.
func (c *Client) Usage(ctx context.Context, from, to time.Time) (*Usage, error) {
	out := &Usage{}
	return out, c.get(ctx, in("usage"), query{}.time("from", from).time("to", to), out)
}

// Webhook is an address that is told of decisions.
type Webhook struct {
	ID         string         `json:"id,omitempty"`
	URL        string         `json:"url"`
	Filter     *WebhookFilter `json:"filter,omitempty"`
	Status     string         `json:"status,omitempty"`
	Delivered  int64          `json:"delivered"`
	GivenUp    int64          `json:"given_up"`
	LastStatus int            `json:"last_status,omitzero"`
	LastError  string         `json:"last_error,omitempty"`
	CreatedAt  time.Time      `json:"created_at,omitzero"`
	// Secret verifies deliveries; only the answer to create has it.
	Secret string `json:"secret,omitempty"`
}

// WebhookFilter narrows what a webhook gets; empty fields do not.
type WebhookFilter struct {
	MinSeverity string   `json:"min_severity,omitempty"`
	Gating      []string `json:"gating,omitempty"`
	Actions     []string `json:"actions,omitempty"`
	Rules       []string `json:"rules,omitempty"`
	EventTypes  []string `json:"event_types,omitempty"`
}

// Webhooks lists the tenant's webhooks.
func (c *Client) Webhooks(ctx context.Context) iter.Seq2[Webhook, error] {
	return all[Webhook](ctx, c, in("webhooks"), query{}, Page{})
}

// AddWebhook adds one; of w, address and filter count.
func (c *Client) AddWebhook(ctx context.Context, w Webhook, opts ...CallOption) (*Webhook, error) {
	out := &Webhook{}
	body := struct {
		URL    string         `json:"url"`
		Filter *WebhookFilter `json:"filter,omitempty"`
	}{w.URL, w.Filter}
	return out, c.post(ctx, in("webhooks"), body, out, opts...)
}

// RemoveWebhook ends one.
func (c *Client) RemoveWebhook(ctx context.Context, id string, opts ...CallOption) error {
	return c.change(ctx, http.MethodDelete, in("webhooks", id), nil, nil, opts)
}

// TestWebhook has the server send a test message.
func (c *Client) TestWebhook(ctx context.Context, id string, opts ...CallOption) (jsontext.Value, error) {
	var raw jsontext.Value
	err := c.post(ctx, in("webhooks", id, "test"), nil, &raw, opts...)
	return raw, err
}

// Health is whether a server takes requests.
type Health struct {
	Status string        `json:"status"`
	Checks []HealthCheck `json:"checks"`
}

// HealthCheck is the state of one part.
type HealthCheck struct {
	Name      string  `json:"name"`
	OK        bool    `json:"ok"`
	LatencyMS float64 `json:"latency_ms"`
	Reason    string  `json:"reason,omitempty"`
	Advisory  bool    `json:"advisory"` // told only: the server stays ready
}

// Ready reads the server's readiness, without a key. A server that answers but
// is not ready is no error.
func (c *Client) Ready(ctx context.Context) (*Health, error) {
	rq := &request{method: http.MethodGet, path: "/health/ready"}
	hr, err := http.NewRequestWithContext(ctx, rq.method, c.base+rq.path, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(hr)
	if err != nil {
		return nil, &UnreachableError{URL: c.base, Err: err}
	}
	rep, err := readReply(res)
	if err != nil {
		return nil, &UnreachableError{URL: c.base, Err: err}
	}
	out := &Health{}
	if err := decode(rep.body, out); err != nil || out.Status == "" {
		return nil, errors.Join(errors.New("what answers is no FrostGate server"), err)
	}
	return out, nil
}

// DetailedHealth reads checks with reasons, and which modules are on.
func (c *Client) DetailedHealth(ctx context.Context) (jsontext.Value, error) {
	return c.document(ctx, "/health/detailed")
}

// ContractStatus says whether the served contract is the committed one.
type ContractStatus struct {
	Version   string `json:"version"`
	Hash      string `json:"hash"`
	Committed string `json:"committed_hash"`
	Equal     bool   `json:"equal"`
}

// Contract reads the state of the server's contract.
func (c *Client) Contract(ctx context.Context) (*ContractStatus, error) {
	out := &ContractStatus{}
	return out, c.get(ctx, in("contracts", "status"), nil, out)
}
