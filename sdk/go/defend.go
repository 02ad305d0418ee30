package frostgate

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Defend sends one event and returns its decision, which is durable by then.
// An event without a timestamp is sent once only, unless the call has an
// Idempotency-Key.
func (c *Client) Defend(ctx context.Context, ev Event, opts ...CallOption) (*Decision, error) {
	body, err := json.Marshal(ev, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return c.DefendJSON(ctx, body, opts...)
}

// DefendJSON is Defend for a request that is already JSON; its bytes are sent
// unchanged.
func (c *Client) DefendJSON(ctx context.Context, body []byte, opts ...CallOption) (*Decision, error) {
	rq := &request{method: http.MethodPost, path: in("defend"), body: body}
	for _, o := range opts {
		o(rq)
	}
	rq.once = rq.idempotencyKey == "" && !repeatable(body)
	rep, err := c.do(ctx, rq)
	if err != nil {
		return nil, err
	}
	d := &Decision{}
	if err := decode(rep.body, d); err != nil {
		return nil, err
	}
	d.Raw = rep.body
	return d, nil
}

// repeatable tells whether the server recognises the event when it comes
// again: only its timestamp gives it an identity.
func repeatable(event []byte) bool {
	var e struct {
		Timestamp jsontext.Value `json:"timestamp"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return true // it is refused each time
	}
	return len(e.Timestamp) > 2 && e.Timestamp.Kind() == '"'
}
