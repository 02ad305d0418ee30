package domain

// TrailOf is the decision whose surroundings are asked for, with what says
// whether something concerned it.
type TrailOf struct {
	LogID       string
	Index       uint64
	Decision    DecisionID
	Event       EventID
	At          Micros // received
	Severity    string
	Gating      Gating
	ActionTaken string
	EventType   string
	Rules       []string
	// Actions are those of the mitigations. Opened is false when the payload is
	// gone, which leaves them unknown.
	Actions []string
	Opened  bool
}

// TrailItem is one thing that happened around a decision.
type TrailItem struct {
	At    Micros // 0: when it happened is not recorded
	Kind  string // for example enforcement_revoked
	Actor PrincipalID
	Ref   string // the ID of what it happened to or is recorded in
	// Index is the entry of the tenant's log that proves it, -1: none does.
	Index  int64
	Detail map[string]string
	// Scope is what a reader needs beside the right to read evidence.
	Scope Scope
}
