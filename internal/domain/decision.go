package domain

// ThreatLevel is the decision's verdict on the event.
type ThreatLevel string

// Threat levels by score: >=95, >=80, >=50, >=20, less.
const (
	LevelCritical ThreatLevel = "critical"
	LevelHigh     ThreatLevel = "high"
	LevelMedium   ThreatLevel = "medium"
	LevelLow      ThreatLevel = "low"
	LevelNone     ThreatLevel = "none"
)

// LevelFor maps summed score points to a threat level.
func LevelFor(points int) ThreatLevel {
	switch {
	case points >= 95:
		return LevelCritical
	case points >= 80:
		return LevelHigh
	case points >= 50:
		return LevelMedium
	case points >= 20:
		return LevelLow
	}
	return LevelNone
}

// Gating says whether a proposed mitigation may run.
type Gating string

// Gatings from lax to strict.
const (
	GateAllow           Gating = "allow"
	GateRequireApproval Gating = "require_approval"
	GateReject          Gating = "reject"
)

// Stricter returns the stricter of two gatings; an unknown one counts as
// reject, so that a typing error in a document fails closed.
func Stricter(a, b Gating) Gating {
	if gateRank(b) > gateRank(a) {
		return b
	}
	return a
}

func gateRank(g Gating) int {
	switch g {
	case GateAllow:
		return 0
	case GateRequireApproval:
		return 1
	}
	return 2
}

// Mitigation is an action that a decision proposes.
type Mitigation struct {
	Action     string // e.g. "block_ip", an action of the doctrine
	Target     string // e.g. an address
	TargetKind string // "ip", "user", "host", "session"
	TTLSeconds int64  // how long the enforcement lasts
	Reason     string // rule that proposed it
	Confidence Milli
	Reversible bool
	Disruptive bool
	Gating     Gating // set by the gate
}

// WindowFact is one window's state as Evaluate saw it. A window opens with its
// first matching event (Since, event time) and counts until its span is over,
// so the latest fact of a key is the whole state of that key.
type WindowFact struct {
	Window string // window name in the ruleset
	Key    string // e.g. the source address
	Count  int64  // matching events since Since, this one included
	Since  Micros // event time at which the window opened
}

// MissionFact is a mission envelope's state as Evaluate saw it.
type MissionFact struct {
	Mission MissionID
	Valid   bool     // exists, active, signature good, received_at inside its time box
	Reason  string   // why it is not valid
	Allowed []string // allowed mitigation actions; empty allows none
	// BudgetLeft is how many mitigations the envelope still admits; negative
	// means no cap.
	BudgetLeft int64
	BlastCap   Milli // greatest max(service, user) impact without approval; negative means no cap
	Persona    Persona
	Ring       Ring
}

// StateFacts is everything outside the event and the ruleset that a decision
// depends on. It is recorded, so that replay is bit-exact.
type StateFacts struct {
	Windows []WindowFact
	Mission *MissionFact // nil when the event names none
	// NeverBlock names the mitigation targets of this event that an
	// allow-list covers: "kind:value" -> allow-list entry ID.
	NeverBlock map[string]string
	// PolicyOutcome, when not empty, is a recorded outcome of policy
	// evaluation that replay feeds back (for example "timeout").
	PolicyOutcome string
	// ClockDriftMS is computed from Time and ReceivedAt with the tenant's
	// stale limit.
	ClockDriftMS int64
	// Anomaly is what the tenant's history says about this event; nil in
	// decisions from before there was such a history, and in simulations.
	Anomaly *AnomalyFact
}

// AnomalyFact says how unusual an event was among those that the tenant had in
// the event's ring before it. The anomaly score follows from it alone.
type AnomalyFact struct {
	Model  string // algorithm and version of the weights, e.g. "anomaly-1.3"
	Digest string // of the state that judged: a hash chain over all events before this one
	// Learning says that no feature of the event has enough history yet: the
	// score is 0 and means nothing.
	Learning bool
	// Features are those that are learning or found something unusual; one that
	// is not named found nothing.
	Features []AnomalyFeature
}

// AnomalyFeature is one feature's finding on an event.
type AnomalyFeature struct {
	Name     string
	Seen     int64 // how often the value, or one as great, was seen before
	Total    int64 // of how many events of the entity
	Rarity   Milli // 0 ordinary, 1000 as rare as it gets
	Weight   Milli // of the feature in the model
	Learning bool  // too little history: it does not count
}

// RuleHit is one entry of the rule-level trace.
type RuleHit struct {
	Rule    string
	Title   string
	Matched bool
	Points  int
	Values  []NamedValue // the values that decided, in rule order

	Techniques []string // ATT&CK, for example T1110.003; sorted

	// Of detections (Sigma rules) only.
	Level  string // the rule's own level
	Author string // who wrote the rule; its licence wants it shown
	// Suppressed says why a rule that matched gives no points: "rate_cap",
	// "same_technique" or "tuned:" and the filter's ID.
	Suppressed string
}

// NamedValue is a name with a printable value.
type NamedValue struct{ Name, Value string }

// PolicyResult is the policy engine's answer about the event's own action.
type PolicyResult struct {
	Allow       bool
	Reasons     []string // sorted
	Outcome     string   // "ok", or why there is no answer: "undefined", "error", "timeout", "unavailable", "disabled"
	Obligations []Obligation
	Hash        Hash
	Version     string
}

// Obligation is a policy's demand on one kind of mitigation.
type Obligation struct {
	Action string // mitigation action it applies to; "*" is every one
	Gating Gating
	Reason string
}

// TieD is the threat impact estimate for decisions; always present.
type TieD struct {
	ROEApplied        bool
	DisruptionLimited bool
	AORequired        bool
	Persona           Persona
	Ring              Ring
	ServiceImpact     Milli
	UserImpact        Milli
	Gating            Gating
	PolicyVersion     string
	PolicyHash        Hash
	Mission           MissionID
	ImpactModel       string
}

// Step is one line of the trace after detection: what policy, doctrine,
// mission, impact and gate did, and why.
type Step struct {
	Stage  string // "policy", "doctrine", "mission", "impact", "gate"
	What   string
	Values []NamedValue
}

// Counterfactual is a change that would flip the outcome.
type Counterfactual struct {
	Change    string
	NewGating Gating
	NewLevel  ThreatLevel
}

// Outcome is what Evaluate returns: a pure function of ruleset, facts and
// event. Its encoding (decision.AppendOutcome) is what gets hashed.
type Outcome struct {
	Level          ThreatLevel
	Score          int
	Anomaly        Milli
	Mitigations    []Mitigation
	Gating         Gating
	Summary        string
	Brief          string
	Rules          []string // fired rules in ruleset order
	Trace          []RuleHit
	Steps          []Step
	TieD           TieD
	Policy         PolicyResult
	RulesetVersion string
	RulesetHash    Hash
	ClockDriftMS   int64
}
