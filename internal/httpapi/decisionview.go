package httpapi

import (
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/receipt"
)

// decisionAnswer documents what decision.Result.AppendJSON writes; a test holds
// the one against the other.
type decisionAnswer struct {
	EventID     string             `json:"event_id" doc:"SHA-256 that identifies the event."`
	DecisionID  string             `json:"decision_id" doc:"Log and index: LOG-INDEX."`
	Tenant      string             `json:"tenant_id"`
	ReceivedAt  Time               `json:"received_at"`
	Replayed    bool               `json:"replayed" doc:"The decision was there already."`
	ThreatLevel domain.ThreatLevel `json:"threat_level"`
	Score       int                `json:"score" doc:"Points of the matched rules."`
	Anomaly     float64            `json:"anomaly_score" doc:"0 to 1."`
	Mitigations []mitigationView   `json:"mitigations"`
	Gating      domain.Gating      `json:"gating" doc:"The strictest gating of the mitigations."`
	ActionTaken string             `json:"action_taken" enum:"log_only|blocked|rate_limited|quarantined|pending_approval"`
	Brief       string             `json:"explanation_brief"`
	ClockDrift  int64              `json:"clock_drift_ms"`
	Explain     explainView        `json:"explain"`
	Policy      policyView         `json:"policy" doc:"Whether the event's own action is admitted."`
	Ruleset     rulesetRef         `json:"ruleset"`
	Approval    *approvalRef       `json:"approval,omitempty" doc:"When a human must decide."`
	Diff        diffView           `json:"diff"`
	Receipt     answerReceipt      `json:"receipt"`
}

type mitigationView struct {
	Action        string        `json:"action"`
	Target        string        `json:"target"`
	TargetKind    string        `json:"target_kind"`
	TTL           int64         `json:"ttl" doc:"Seconds."`
	Reason        string        `json:"reason" doc:"The rule that proposed it."`
	Confidence    float64       `json:"confidence" doc:"0 to 1."`
	Reversible    bool          `json:"reversible"`
	Gating        domain.Gating `json:"gating"`
	EnforcementID string        `json:"enforcement_id,omitempty" doc:"When it is in force."`
}

type explainView struct {
	Summary         string               `json:"summary"`
	Rules           []string             `json:"rules_triggered"`
	Trace           []traceView          `json:"trace,omitempty"`
	Steps           []stepView           `json:"steps,omitempty"`
	Counterfactuals []counterfactualView `json:"counterfactuals" doc:"What would have changed the outcome."`
	Anomaly         float64              `json:"anomaly_score"`
	Score           int                  `json:"score"`
	TieD            tieDView             `json:"tie_d"`
	StateFacts      []stateFact          `json:"state_facts"`
	AnomalyFacts    *anomalyView         `json:"anomaly,omitempty" doc:"What the anomaly score rests on; absent in decisions from before it was learned."`
}

// anomalyView says how unusual an event was among those before it.
type anomalyView struct {
	Model    string           `json:"model" doc:"Algorithm and version of the weights."`
	Digest   string           `json:"state_digest" doc:"SHA-256 chain over all that was learned before this event."`
	Learning bool             `json:"learning" doc:"No feature has enough history yet: the score is 0 and means nothing."`
	Features []anomalyFeature `json:"features" doc:"Those that are learning or found something unusual; one that is not named found nothing."`
}

type anomalyFeature struct {
	Name     string  `json:"name"`
	Learning bool    `json:"learning" doc:"Too little history: it does not count."`
	Seen     int64   `json:"seen" doc:"How often the value, or a number as great, was seen before."`
	Total    int64   `json:"total" doc:"Of how many events of the same entity."`
	Rarity   float64 `json:"rarity" doc:"0 ordinary, 0.5 one in a hundred, 1 one in a thousand or rarer."`
	Weight   float64 `json:"weight" doc:"Of the feature in the model; feedback changes it."`
}

type traceView struct {
	Rule    string            `json:"rule"`
	Title   string            `json:"title"`
	Matched bool              `json:"matched"`
	Points  int               `json:"points"`
	Values  map[string]string `json:"values" doc:"The values that decided."`
	// Of detections only.
	Level      string   `json:"level,omitempty" enum:"informational|low|medium|high|critical" doc:"The detection's level, as tuned."`
	Techniques []string `json:"techniques,omitempty" doc:"ATT&CK, for example T1110.003."`
	Author     string   `json:"author,omitempty" doc:"Who wrote the detection."`
	Suppressed string   `json:"suppressed,omitempty" doc:"Why it matched and gives no points: rate_cap, same_technique, or tuned: and the filter's ID."`
}

type stepView struct {
	Stage  string            `json:"stage"`
	What   string            `json:"what"`
	Values map[string]string `json:"values"`
}

type counterfactualView struct {
	Change    string             `json:"change"`
	NewGating domain.Gating      `json:"new_gating"`
	NewLevel  domain.ThreatLevel `json:"new_threat_level"`
}

// tieDView is the threat impact estimate for decisions.
type tieDView struct {
	ROEApplied        bool          `json:"roe_applied"`
	DisruptionLimited bool          `json:"disruption_limited"`
	AORequired        bool          `json:"ao_required"`
	Persona           string        `json:"persona"`
	Classification    string        `json:"classification"`
	ServiceImpact     float64       `json:"service_impact"`
	UserImpact        float64       `json:"user_impact"`
	Gating            domain.Gating `json:"gating_decision"`
	PolicyVersion     string        `json:"policy_version"`
	PolicyHash        string        `json:"policy_hash"`
	Mission           string        `json:"mission_id"`
	ImpactModel       string        `json:"impact_model"`
}

// stateFact is a window's state as the decision saw it.
type stateFact struct {
	Window string `json:"window"`
	Key    string `json:"key"`
	Value  int64  `json:"value"`
	Since  Time   `json:"since"`
}

type policyView struct {
	Allow   bool     `json:"allow"`
	Reasons []string `json:"reasons"`
	Outcome string   `json:"outcome" doc:"ok, or why there is no answer."`
	Hash    string   `json:"hash"`
	Version string   `json:"version"`
}

type rulesetRef struct {
	Version string `json:"version"`
	Hash    string `json:"hash"`
}

type approvalRef struct {
	ID        string `json:"id"`
	ExpiresAt Time   `json:"expires_at"`
}

type diffView struct {
	Previous *string      `json:"previous_decision_id" doc:"The decision before of the same source and event type; null: there was none."`
	Changes  []changeView `json:"changes"`
}

type changeView struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// answerReceipt is the receipt in an answer, see package receipt.
type answerReceipt struct {
	Level    string      `json:"level" enum:"committed|anchored|witnessed"`
	Log      string      `json:"log"`
	Index    uint64      `json:"index"`
	LeafHash string      `json:"leaf_hash"`
	Entry    string      `json:"entry,omitempty" doc:"The exact bytes that the leaf commits to."`
	Proof    string      `json:"proof,omitempty" doc:"c2sp.org/tlog-proof with the signed checkpoint."`
	Anchor   *anchorView `json:"anchor,omitempty" doc:"From the level anchored on: the checkpoint in the log of logs."`
	URL      string      `json:"url"`
}

// anchorView documents receipt.Anchor.
type anchorView struct {
	Slot  uint64   `json:"slot" doc:"The tenant's leaf in the epoch."`
	Path  []string `json:"path" doc:"Inclusion proof of the checkpoint in the epoch's tree, base64."`
	Entry string   `json:"entry" doc:"The exact bytes of the root log's entry."`
	Proof string   `json:"proof" doc:"c2sp.org/tlog-proof of the entry with the root log's checkpoint."`
}

// decisionView is a decision with the event that it is about.
type decisionView struct {
	Event    eventView               `json:"event"`
	Decision encoded[decisionAnswer] `json:"decision"`
}

type eventView struct {
	ID             string         `json:"event_id"`
	Source         string         `json:"source"`
	EventType      string         `json:"event_type"`
	Timestamp      string         `json:"timestamp,omitempty" doc:"As sent."`
	Time           Time           `json:"time"`
	ReceivedAt     Time           `json:"received_at"`
	Persona        string         `json:"persona"`
	Classification string         `json:"classification"`
	Mission        string         `json:"mission_id,omitempty"`
	SourceEventID  string         `json:"source_event_id,omitempty"`
	Payload        jsontext.Value `json:"payload,omitempty" doc:"As observed; numbers keep their digits."`
	Extra          jsontext.Value `json:"extra,omitempty" doc:"Members of the request that have no meaning here."`
}

// snapshotView is all that a decision stood on.
type snapshotView struct {
	decisionView
	Facts   factsView        `json:"facts"`
	Receipt *receipt.Receipt `json:"receipt" doc:"With openings of what the entry commits to."`
}

type factsView struct {
	Windows       []stateFact       `json:"windows"`
	NeverBlock    map[string]string `json:"never_block,omitempty" doc:"Targets on an allow-list, with the entry."`
	PolicyOutcome string            `json:"policy_outcome,omitempty"`
	ClockDriftMS  int64             `json:"clock_drift_ms"`
}

type feedItem struct {
	ID          string   `json:"decision_id"`
	Index       int64    `json:"index"`
	Time        Time     `json:"timestamp" doc:"When the event was received."`
	EventTime   Time     `json:"event_time"`
	Severity    string   `json:"severity" enum:"info|low|medium|high|critical"`
	Title       string   `json:"title"`
	Summary     string   `json:"summary"`
	ActionTaken string   `json:"action_taken" enum:"log_only|blocked|rate_limited|quarantined|pending_approval"`
	Confidence  float64  `json:"confidence"`
	Score       int      `json:"score"`
	Gating      string   `json:"gating"`
	PolicyAllow bool     `json:"policy_allow"`
	Changed     bool     `json:"changed"`
	Source      string   `json:"source"`
	EventType   string   `json:"event_type"`
	Rules       []string `json:"rules"`
	Ring        string   `json:"classification"`
	Persona     string   `json:"persona"`
}

// decisionRow is the part of a decision that stands in the clear.
type decisionRow struct {
	ID          string             `json:"decision_id"`
	Index       int64              `json:"index"`
	ReceivedAt  Time               `json:"received_at"`
	EventTime   Time               `json:"event_time"`
	Source      string             `json:"source"`
	EventType   string             `json:"event_type"`
	ThreatLevel domain.ThreatLevel `json:"threat_level"`
	Score       int                `json:"score"`
	Anomaly     float64            `json:"anomaly_score"`
	Gating      domain.Gating      `json:"gating"`
	ActionTaken string             `json:"action_taken"`
	PolicyAllow bool               `json:"policy_allow"`
	Changed     bool               `json:"changed"`
	Rules       []string           `json:"rules"`
	RuleTitles  []string           `json:"rule_titles,omitempty" doc:"What the rules are called in the ruleset in force, in their order; empty for what is no detection or not known any more."`
	Persona     string             `json:"persona"`
	Ring        string             `json:"classification"`
	Mission     string             `json:"mission_id,omitempty"`
	Key         string             `json:"key_id"`
}

type statsView struct {
	Window     string           `json:"window"`
	Clock      string           `json:"clock"`
	From       Time             `json:"from,omitzero" doc:"Absent: everything."`
	To         Time             `json:"to"`
	Total      int64            `json:"total"`
	Denied     int64            `json:"denied" doc:"Events whose own action the policy denied."`
	BySeverity map[string]int64 `json:"by_severity"`
	ByGating   map[string]int64 `json:"by_gating"`
	ByAction   map[string]int64 `json:"by_action"`
	ByRule     map[string]int64 `json:"by_rule"`
	BySource   map[string]int64 `json:"by_source" doc:"The 100 largest."`
	Buckets    []statsBucket    `json:"buckets"`
	// Titles of what is in ByRule.
	Titles map[string]string `json:"rule_titles" doc:"What the rules of by_rule are called, where the ruleset in force has them."`
}

type statsBucket struct {
	Start      Time             `json:"start"`
	Total      int64            `json:"total"`
	BySeverity map[string]int64 `json:"by_severity"`
	ByGating   map[string]int64 `json:"by_gating"`
}

func viewOf(r *decision.Result) decisionView {
	e := r.Event
	return decisionView{
		Event: eventView{
			ID: string(e.ID), Source: e.Source, EventType: e.Type, Timestamp: e.Timestamp, Time: Time(e.Time), ReceivedAt: Time(e.ReceivedAt),
			Persona: string(e.Persona), Classification: string(e.Ring), Mission: string(e.Mission), SourceEventID: e.SourceEventID,
			Payload: object(r.Payload), Extra: object(r.Extra),
		},
		Decision: r.AppendJSON(nil, decision.Full),
	}
}

func factsOf(f *domain.StateFacts) factsView {
	out := factsView{Windows: make([]stateFact, len(f.Windows)), NeverBlock: f.NeverBlock, PolicyOutcome: f.PolicyOutcome, ClockDriftMS: f.ClockDriftMS}
	for i, w := range f.Windows {
		out.Windows[i] = stateFact{w.Window, w.Key, w.Count, Time(w.Since)}
	}
	return out
}

func feedOf(it *decision.Item) feedItem {
	return feedItem{
		ID: string(it.ID), Index: it.Index, Time: Time(it.Time), EventTime: Time(it.EventTime), Severity: it.Severity, Title: it.Title,
		Summary: it.Summary, ActionTaken: it.ActionTaken, Confidence: fraction(it.Confidence), Score: it.Score, Gating: string(it.Gating),
		PolicyAllow: it.PolicyAllow, Changed: it.Changed, Source: it.Source, EventType: it.EventType, Rules: strs(it.Rules),
		Ring: string(it.Ring), Persona: string(it.Persona),
	}
}

func rowOf(r *decision.Row, logID string) decisionRow {
	return decisionRow{
		ID: string(decision.DecisionID(logID, uint64(r.Index))), Index: r.Index, ReceivedAt: Time(r.ReceivedAt), EventTime: Time(r.EventAt),
		Source: r.Source, EventType: r.EventType, ThreatLevel: r.Level, Score: r.Score, Anomaly: fraction(r.Anomaly), Gating: r.Gating,
		ActionTaken: r.ActionTaken, PolicyAllow: r.PolicyAllow, Changed: r.Changed, Rules: strs(r.Rules), Persona: string(r.Persona),
		Ring: string(r.Ring), Mission: string(r.Mission), Key: string(r.Key),
	}
}
