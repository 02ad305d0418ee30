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

// DecisionItem is the part of a decision that stands in the clear.
type DecisionItem struct {
	DecisionID     string    `json:"decision_id"`
	Index          int64     `json:"index"`
	ReceivedAt     time.Time `json:"received_at"`
	EventTime      time.Time `json:"event_time"`
	Source         string    `json:"source"`
	EventType      string    `json:"event_type"`
	ThreatLevel    string    `json:"threat_level"`
	Score          int       `json:"score"`
	AnomalyScore   float64   `json:"anomaly_score"`
	Gating         string    `json:"gating"`
	ActionTaken    string    `json:"action_taken"`
	PolicyAllow    bool      `json:"policy_allow"`
	Changed        bool      `json:"changed"`
	Rules          []string  `json:"rules"`
	RuleTitles     []string  `json:"rule_titles,omitempty"` // in the order of Rules; empty where not known
	Persona        string    `json:"persona"`
	Classification string    `json:"classification"`
	MissionID      string    `json:"mission_id,omitempty"`
	KeyID          string    `json:"key_id"`
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
	Event    RecordedEvent `json:"event"`
	Decision Decision      `json:"decision"`
	// Raw is the answer exactly as it came.
	Raw jsontext.Value `json:"-"`
}

// RecordedEvent is an event as it was recorded.
type RecordedEvent struct {
	EventID        string         `json:"event_id"`
	Source         string         `json:"source"`
	EventType      string         `json:"event_type"`
	Timestamp      string         `json:"timestamp"` // as sent
	Time           time.Time      `json:"time"`
	ReceivedAt     time.Time      `json:"received_at"`
	Persona        string         `json:"persona"`
	Classification string         `json:"classification"`
	MissionID      string         `json:"mission_id"`
	SourceEventID  string         `json:"source_event_id"`
	Payload        jsontext.Value `json:"payload,omitempty"`
	Extra          jsontext.Value `json:"extra,omitempty"`
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

// Stats are counts over a window that ends now.
type Stats struct {
	Window     string           `json:"window"`
	Clock      string           `json:"clock"`
	From       time.Time        `json:"from,omitzero"`
	To         time.Time        `json:"to"`
	Total      int64            `json:"total"`
	Denied     int64            `json:"denied"`
	BySeverity map[string]int64 `json:"by_severity"`
	ByGating   map[string]int64 `json:"by_gating"`
	ByAction   map[string]int64 `json:"by_action"`
	ByRule     map[string]int64 `json:"by_rule"`
	BySource   map[string]int64 `json:"by_source"`
	Buckets    []StatsBucket    `json:"buckets"`
}

// StatsBucket is the count of one slice of time.
type StatsBucket struct {
	Start      time.Time        `json:"start"`
	Total      int64            `json:"total"`
	BySeverity map[string]int64 `json:"by_severity"`
}

// Stats counts decisions in a window (1h, 24h, 7d, 30d, all) by a clock
// (received, event).
func (c *Client) Stats(ctx context.Context, window, clock string) (*Stats, error) {
	out := &Stats{}
	return out, c.get(ctx, in("stats"), query{}.str("window", window).str("clock", clock), out)
}

// LogKey is what a verifier pins.
type LogKey struct {
	VerifierKey string `json:"vkey"`
	Origin      string `json:"origin"`
	// VerifierKeys are all that are not revoked, the active one first: receipts
	// from before a rotation need the older ones.
	VerifierKeys []string `json:"vkeys,omitempty"`
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
