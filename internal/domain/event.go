package domain

// Persona is the temper under which doctrine limits mitigations.
type Persona string

// The personas of the default doctrine.
const (
	Guardian Persona = "guardian" // cautious
	Sentinel Persona = "sentinel" // bolder, the default
)

// Ring is a classification ring.
type Ring string

// The classification rings, from open to most protected.
const (
	Unclass   Ring = "UNCLASS"
	CUI       Ring = "CUI"
	Secret    Ring = "SECRET"
	TopSecret Ring = "TOPSECRET"
)

// Rings lists all classification rings from open to most protected.
func Rings() []Ring { return []Ring{Unclass, CUI, Secret, TopSecret} }

// SubjectKind tells what a subject value is.
type SubjectKind string

// The subject kinds that normalisation extracts.
const (
	SubjectIP   SubjectKind = "ip"
	SubjectUser SubjectKind = "user"
	SubjectHost SubjectKind = "host"
)

// Subject is a person or thing that an event speaks of; it is the unit of
// search and erasure.
type Subject struct {
	Kind  SubjectKind
	Value string
}

// Event is one normalised event. Raw values live in the payload document that
// travels beside it; this struct has what rules, policy and doctrine read.
type Event struct {
	ID            EventID
	Tenant        TenantID
	Source        string
	Type          string // "unknown" when the sender named none
	Timestamp     string // as sent, RFC 3339; empty when absent
	Time          Micros // Timestamp parsed; equals ReceivedAt when absent
	ReceivedAt    Micros // server clock at admission
	Persona       Persona
	Ring          Ring
	Mission       MissionID // empty: none
	SourceEventID string
	SourceIP      string // canonical text form; empty when absent or invalid
	User          string
	Host          string
	FailCount     int64 // 0 when absent
	HasFailCount  bool  // the payload named a count, readable or not
}

// Subjects returns the event's subjects in a fixed order, without empty ones.
func (e *Event) Subjects() []Subject {
	out := make([]Subject, 0, 3)
	if e.SourceIP != "" {
		out = append(out, Subject{SubjectIP, e.SourceIP})
	}
	if e.User != "" {
		out = append(out, Subject{SubjectUser, e.User})
	}
	if e.Host != "" {
		out = append(out, Subject{SubjectHost, e.Host})
	}
	return out
}
