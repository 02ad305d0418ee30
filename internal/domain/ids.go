package domain

// TenantID names one tenant, the isolation unit. Every row, key, log and
// metric belongs to one. Form: "tn_" and 20 lower-case base32 characters.
type TenantID string

// OrgID names an organisation, which owns tenants.
type OrgID string

// PrincipalID names a person or a service account.
type PrincipalID string

// KeyID names an API key; it is public and appears in audit records.
type KeyID string

// EventID is the lower-case hex SHA-256 that identifies an event (see
// EventIdentity); the same input always has the same one.
type EventID string

// DecisionID names one decision (UUIDv7).
type DecisionID string

// MissionID names a mission envelope.
type MissionID string

// Hash is a lower-case hex SHA-256 of a document's exact bytes.
type Hash string

// Micros is a time in UTC microseconds since the Unix epoch; 0 means absent.
type Micros int64

// Milli is a number in thousandths: 0 to 1000 stands for 0 to 1.
type Milli int32
