package frostgate

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Mission is a signed, time-boxed set of limits under which decisions run.
type Mission struct {
	MissionID      string    `json:"mission_id,omitempty"` // empty: the server makes one
	Title          string    `json:"title"`
	StartsAt       time.Time `json:"starts_at"`
	ExpiresAt      time.Time `json:"expires_at"`
	AllowedActions []string  `json:"allowed_actions"`
	BudgetCap      *int64    `json:"budget_cap,omitzero"`       // mitigations in all; nil: no cap
	BlastRadiusCap *float64  `json:"blast_radius_cap,omitzero"` // impact without approval, 0 to 1; nil: no cap
	Persona        string    `json:"persona,omitempty"`
	Classification string    `json:"classification,omitempty"`
}

// MissionRecord is an envelope as the server keeps it.
type MissionRecord struct {
	Mission
	Hash      string    `json:"hash"`
	Signature string    `json:"signature"`
	Status    string    `json:"status"` // active, ended
	Valid     bool      `json:"valid"`  // decisions may use it now
	Reason    string    `json:"reason,omitempty"`
	Spent     int64     `json:"spent"`
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}

// Missions lists mission envelopes.
func (c *Client) Missions(ctx context.Context, p Page) iter.Seq2[MissionRecord, error] {
	return all[MissionRecord](ctx, c, in("missions"), query{}, p)
}

// Mission reads one envelope.
func (c *Client) Mission(ctx context.Context, id string) (*MissionRecord, error) {
	out := &MissionRecord{}
	return out, c.get(ctx, in("missions", id), nil, out)
}

// CreateMission makes an envelope, which the server signs.
func (c *Client) CreateMission(ctx context.Context, m Mission, opts ...CallOption) (*MissionRecord, error) {
	out := &MissionRecord{}
	return out, c.post(ctx, in("missions"), m, out, opts...)
}

// EndMission ends an envelope before its time.
func (c *Client) EndMission(ctx context.Context, id, reason string, opts ...CallOption) (*MissionRecord, error) {
	out := &MissionRecord{}
	body := map[string]string{}
	if reason != "" {
		body["reason"] = reason
	}
	return out, c.post(ctx, in("missions", id, "end"), body, out, opts...)
}

// Rings reads the classification rings and what each demands.
func (c *Client) Rings(ctx context.Context) (jsontext.Value, error) {
	return c.document(ctx, in("rings"))
}

// RingIsolation has the server check that rings share nothing.
func (c *Client) RingIsolation(ctx context.Context) (jsontext.Value, error) {
	return c.document(ctx, in("rings", "isolation"))
}

// ROEPolicy reads the rules of engagement in force.
func (c *Client) ROEPolicy(ctx context.Context) (jsontext.Value, error) {
	return c.document(ctx, in("roe", "policy"))
}

// ROERequest asks what the rules of engagement make of mitigations.
type ROERequest struct {
	Persona        string          `json:"persona,omitempty"`
	Classification string          `json:"classification,omitempty"`
	MissionID      string          `json:"mission_id,omitempty"`
	Mitigations    []ROEMitigation `json:"mitigations"`
}

// ROEMitigation is one mitigation to judge.
type ROEMitigation struct {
	Action     string `json:"action"`
	Target     string `json:"target"`
	TargetKind string `json:"target_kind"`
}

// EvaluateROE judges mitigations without deciding or recording anything.
func (c *Client) EvaluateROE(ctx context.Context, r ROERequest) (jsontext.Value, error) {
	var raw jsontext.Value
	// Nothing is changed, so repeating is safe.
	err := c.post(ctx, in("roe", "evaluate"), r, &raw, func(rq *request) { rq.once = false })
	return raw, err
}

// DocumentRef names an immutable document.
type DocumentRef struct {
	Hash    string `json:"hash"`
	Kind    string `json:"kind"` // scenarios, policy, doctrine, detections, tuning, ruleset, mission
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Ruleset is an immutable bundle that decides.
type Ruleset struct {
	DocumentRef
	Platform  bool          `json:"platform"` // every tenant reads it
	CreatedAt time.Time     `json:"created_at"`
	CreatedBy string        `json:"created_by,omitempty"`
	Documents []DocumentRef `json:"documents,omitempty"`
	// Detections are its documents of rules, and the one of their tuning.
	Detections []DocumentRef `json:"detections,omitempty"`
}

// ActiveRuleset is the ruleset in force. Generation moves with each switch.
type ActiveRuleset struct {
	Ruleset         Ruleset   `json:"ruleset"`
	Generation      int64     `json:"generation"`
	FollowsPlatform bool      `json:"follows_platform"`
	UpdatedBy       string    `json:"updated_by,omitempty"`
	UpdatedAt       time.Time `json:"updated_at"`
}

// Rulesets lists the rulesets that the tenant may use.
func (c *Client) Rulesets(ctx context.Context, p Page) iter.Seq2[Ruleset, error] {
	return all[Ruleset](ctx, c, in("rulesets"), query{}, p)
}

// Ruleset reads a ruleset by its hash.
func (c *Client) Ruleset(ctx context.Context, hash string) (*Ruleset, error) {
	out := &Ruleset{}
	return out, c.get(ctx, in("rulesets", hash), nil, out)
}

// Active reads the ruleset in force.
func (c *Client) Active(ctx context.Context) (*ActiveRuleset, error) {
	out := &ActiveRuleset{}
	return out, c.get(ctx, in("rulesets", "active"), nil, out)
}

// Activate switches the tenant to a ruleset between two events. A generation
// that is not the present one is refused; nil switches in any case.
func (c *Client) Activate(ctx context.Context, hash string, generation *int64, opts ...CallOption) (*ActiveRuleset, error) {
	out := &ActiveRuleset{}
	body := struct {
		Hash       string `json:"hash"`
		Generation *int64 `json:"generation,omitzero"`
	}{hash, generation}
	return out, c.post(ctx, in("rulesets", "active"), body, out, opts...)
}

// Document is an immutable document with its exact bytes.
type Document struct {
	DocumentRef
	Platform  bool      `json:"platform"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"`
	Content   string    `json:"content"`
}

// Document reads a document by its hash.
func (c *Client) Document(ctx context.Context, hash string) (*Document, error) {
	out := &Document{}
	return out, c.get(ctx, in("documents", hash), nil, out)
}
