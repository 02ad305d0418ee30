package frostgate

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// DecisionFilter narrows a list of decisions; empty fields do not.
type DecisionFilter struct {
	Level, Severity, Gating, Action string
	Source, EventType, Rule         string
	Ring, Mission, Subject          string
	From, To                        time.Time // received
	EventFrom, EventTo              time.Time
	Changed                         bool
}

// DecisionItem is a decision in a list.
type DecisionItem struct {
	DecisionID  string    `json:"decision_id"`
	EventID     string    `json:"event_id"`
	ReceivedAt  time.Time `json:"received_at"`
	EventTime   time.Time `json:"event_time"`
	Source      string    `json:"source"`
	EventType   string    `json:"event_type"`
	ThreatLevel string    `json:"threat_level"`
	Severity    string    `json:"severity"`
	Score       int       `json:"score"`
	Gating      string    `json:"gating"`
	ActionTaken string    `json:"action_taken"`
	Title       string    `json:"title"`
	Summary     string    `json:"summary"`
	Rules       []string  `json:"rules"`
}

// Decisions lists decisions, the newest first.
func (c *Client) Decisions(ctx context.Context, f DecisionFilter, p Page) iter.Seq2[DecisionItem, error] {
	q := query{}.str("level", f.Level).str("severity", f.Severity).str("gating", f.Gating).str("action", f.Action).
		str("source", f.Source).str("event_type", f.EventType).str("rule", f.Rule).str("ring", f.Ring).
		str("mission", f.Mission).str("subject", f.Subject).time("from", f.From).time("to", f.To).
		time("event_from", f.EventFrom).time("event_to", f.EventTo).flag("changed", f.Changed)
	return all[DecisionItem](ctx, c, in("decisions"), q, p)
}

// DecisionRecord is a recorded decision with the event that it answers.
type DecisionRecord struct {
	Decision
	Event RecordedEvent `json:"event"`
}

// RecordedEvent is an event as it was recorded.
type RecordedEvent struct {
	EventID        string         `json:"event_id"`
	Source         string         `json:"source"`
	EventType      string         `json:"event_type"`
	Timestamp      string         `json:"timestamp"`
	ReceivedAt     time.Time      `json:"received_at"`
	Persona        string         `json:"persona"`
	Classification string         `json:"classification"`
	MissionID      string         `json:"mission_id"`
	SourceEventID  string         `json:"source_event_id"`
	Payload        jsontext.Value `json:"payload"`
}

// Decision reads one decision. Raw holds the whole answer.
func (c *Client) Decision(ctx context.Context, id string) (*DecisionRecord, error) {
	var raw jsontext.Value
	if err := c.get(ctx, in("decisions", id), nil, &raw); err != nil {
		return nil, err
	}
	d := &DecisionRecord{}
	if err := decode(raw, d); err != nil {
		return nil, err
	}
	d.Raw = raw
	return d, nil
}

// Receipt reads a decision's receipt, with what opens its commitments.
func (c *Client) Receipt(ctx context.Context, decisionID string) (*receipt.Receipt, jsontext.Value, error) {
	var raw jsontext.Value
	if err := c.get(ctx, in("decisions", decisionID, "receipt"), nil, &raw); err != nil {
		return nil, nil, err
	}
	r, err := receipt.FromResponse(raw)
	return r, raw, err
}

// Stats counts decisions in a window (1h, 24h, 7d, 30d, all) by a clock
// (received, event).
func (c *Client) Stats(ctx context.Context, window, clock string) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("stats"), query{}.str("window", window).str("clock", clock), &raw)
}

// Snapshot reads everything that one event's decision rests on: event, facts,
// decision and receipt.
func (c *Client) Snapshot(ctx context.Context, eventID string) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("forensics", "snapshot", eventID), nil, &raw)
}

// ChainVerdict is the outcome of recomputing a log.
type ChainVerdict struct {
	Log            string `json:"log"`
	Size           uint64 `json:"size"`
	Root           string `json:"root"`
	RecomputedRoot string `json:"recomputed_root"`
	Valid          bool   `json:"valid"`
	FirstBad       *int64 `json:"first_bad,omitempty"`
	Problem        string `json:"problem,omitempty"`
}

// VerifyChain has the server recompute the tenant's log from its entries.
func (c *Client) VerifyChain(ctx context.Context) (*ChainVerdict, error) {
	out := &ChainVerdict{}
	return out, c.get(ctx, in("forensics", "chain", "verify"), nil, out)
}

// LogKey is what a verifier pins.
type LogKey struct {
	VerifierKey string `json:"vkey"`
	Origin      string `json:"origin"`
}

// EvidenceKey reads the public key that verifies receipts. A verifier that
// should not have to trust the server gets it in another way.
func (c *Client) EvidenceKey(ctx context.Context) (*LogKey, error) {
	out := &LogKey{}
	return out, c.get(ctx, in("evidence", "key"), nil, out)
}

// Checkpoint reads a log's signed tree head.
func (c *Client) Checkpoint(ctx context.Context, log string) (string, error) {
	rep, err := c.do(ctx, &request{method: "GET", path: in("evidence", "logs", log, "checkpoint"), accept: "text/plain"})
	if err != nil {
		return "", err
	}
	return string(rep.body), nil
}
