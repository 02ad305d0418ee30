package frostgate

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
)

// Event is what is sent for a decision.
type Event struct {
	Source    string    `json:"source,omitempty"`
	TenantID  string    `json:"tenant_id,omitempty"` // must be the key's tenant when given
	Timestamp time.Time `json:"timestamp,omitzero"`  // without it, the event is new each time
	EventType string    `json:"event_type,omitempty"`
	// SourceEventID keeps identical events apart.
	SourceEventID  string `json:"source_event_id,omitempty"`
	Event          any    `json:"event,omitempty"` // a JSON object
	Persona        string `json:"persona,omitempty"`
	Classification string `json:"classification,omitempty"`
	MissionID      string `json:"mission_id,omitempty"`
}

// Decision is the answer to one event.
type Decision struct {
	EventID          string           `json:"event_id"`
	DecisionID       string           `json:"decision_id"`
	TenantID         string           `json:"tenant_id"`
	ReceivedAt       time.Time        `json:"received_at"`
	Replayed         bool             `json:"replayed"`
	ThreatLevel      string           `json:"threat_level"`
	Score            int              `json:"score"`
	AnomalyScore     float64          `json:"anomaly_score"`
	Mitigations      []Mitigation     `json:"mitigations"`
	Gating           string           `json:"gating"`
	ActionTaken      string           `json:"action_taken"`
	ExplanationBrief string           `json:"explanation_brief"`
	ClockDriftMS     int64            `json:"clock_drift_ms"`
	Explain          Explain          `json:"explain"`
	Policy           Policy           `json:"policy"`
	Ruleset          Version          `json:"ruleset"`
	Approval         *ApprovalRef     `json:"approval,omitempty"`
	Diff             Diff             `json:"diff"`
	Receipt          *receipt.Receipt `json:"receipt,omitempty"`

	// Raw is the answer exactly as it came.
	Raw jsontext.Value `json:"-"`
}

// Mitigation is an action that a decision proposes.
type Mitigation struct {
	Action        string  `json:"action"`
	Target        string  `json:"target"`
	TargetKind    string  `json:"target_kind"`
	TTL           int64   `json:"ttl"` // seconds
	Reason        string  `json:"reason"`
	Confidence    float64 `json:"confidence"`
	Reversible    bool    `json:"reversible"`
	Gating        string  `json:"gating"`
	EnforcementID string  `json:"enforcement_id,omitempty"`
}

// Explain says why a decision is as it is.
type Explain struct {
	Summary         string           `json:"summary"`
	RulesTriggered  []string         `json:"rules_triggered"`
	Trace           []RuleHit        `json:"trace,omitempty"`
	Steps           []Step           `json:"steps,omitempty"`
	Counterfactuals []Counterfactual `json:"counterfactuals"`
	AnomalyScore    float64          `json:"anomaly_score"`
	Score           int              `json:"score"`
	TieD            TieD             `json:"tie_d"`
	StateFacts      []StateFact      `json:"state_facts"`
	// Anomaly is what the anomaly score rests on; nil in older decisions.
	Anomaly *AnomalyFacts `json:"anomaly,omitempty"`
}

// AnomalyFacts says how unusual an event was among those before it.
type AnomalyFacts struct {
	Model       string `json:"model"`
	StateDigest string `json:"state_digest"`
	// Learning says that the score is 0 for want of history.
	Learning bool             `json:"learning"`
	Features []AnomalyFinding `json:"features"`
}

// AnomalyFinding is what one feature found; one that is not named found nothing.
type AnomalyFinding struct {
	Name     string  `json:"name"`
	Learning bool    `json:"learning"`
	Seen     int64   `json:"seen"`  // how often the value, or one as great, was seen before
	Total    int64   `json:"total"` // of how many events
	Rarity   float64 `json:"rarity"`
	Weight   float64 `json:"weight"`
}

// RuleHit is one rule that was looked at, with the values it saw.
type RuleHit struct {
	Rule    string            `json:"rule"`
	Title   string            `json:"title"`
	Matched bool              `json:"matched"`
	Points  int               `json:"points"`
	Values  map[string]string `json:"values"`

	// Of detections (Sigma rules) only.
	Level      string   `json:"level,omitempty"`
	Techniques []string `json:"techniques,omitempty"` // ATT&CK, for example T1110.003
	Author     string   `json:"author,omitempty"`
	// Suppressed says why a rule that matched gives no points: "rate_cap",
	// "same_technique", or "tuned:" and a filter's ID.
	Suppressed string `json:"suppressed,omitempty"`
}

// Step is something that doctrine, impact, a mission or an allow-list did.
type Step struct {
	Stage  string            `json:"stage"`
	What   string            `json:"what"`
	Values map[string]string `json:"values"`
}

// Counterfactual is a smallest change that would have changed the decision.
type Counterfactual struct {
	Change         string `json:"change"`
	NewGating      string `json:"new_gating"`
	NewThreatLevel string `json:"new_threat_level"`
}

// TieD is the threat impact estimate of a decision.
type TieD struct {
	ROEApplied        bool    `json:"roe_applied"`
	DisruptionLimited bool    `json:"disruption_limited"`
	AORequired        bool    `json:"ao_required"`
	Persona           string  `json:"persona"`
	Classification    string  `json:"classification"`
	ServiceImpact     float64 `json:"service_impact"`
	UserImpact        float64 `json:"user_impact"`
	GatingDecision    string  `json:"gating_decision"`
	PolicyVersion     string  `json:"policy_version"`
	PolicyHash        string  `json:"policy_hash"`
	MissionID         string  `json:"mission_id"`
	ImpactModel       string  `json:"impact_model"`
}

// StateFact is a count over earlier events that the decision used.
type StateFact struct {
	Window string    `json:"window"`
	Key    string    `json:"key"`
	Value  int64     `json:"value"`
	Since  time.Time `json:"since,omitzero"`
}

// Policy is the policy's answer about the event's own action.
type Policy struct {
	Allow   bool     `json:"allow"`
	Reasons []string `json:"reasons"`
	Outcome string   `json:"outcome"`
	Hash    string   `json:"hash"`
	Version string   `json:"version"`
}

// Version names an immutable document.
type Version struct {
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

// ApprovalRef names the approval that a decision waits for.
type ApprovalRef struct {
	ID        string    `json:"id"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Diff compares with the previous decision of the same source and event type.
type Diff struct {
	PreviousDecisionID string   `json:"previous_decision_id"`
	Changes            []Change `json:"changes"`
}

// Change is one field that differs.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}
