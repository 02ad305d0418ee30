package frostgate

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Mission is a signed, time-boxed set of limits under which decisions run.
type Mission struct {
	MissionID      string    `json:"mission_id,omitempty"`
	Title          string    `json:"title"`
	StartsAt       time.Time `json:"starts_at,omitzero"`
	ExpiresAt      time.Time `json:"expires_at,omitzero"`
	AllowedActions []string  `json:"allowed_actions,omitempty"`
	BudgetCap      int64     `json:"budget_cap,omitempty"`
	BlastRadiusCap float64   `json:"blast_radius_cap,omitempty"`
	Persona        string    `json:"persona,omitempty"`
	Classification string    `json:"classification,omitempty"`
	Status         string    `json:"status,omitempty"`
	EndedAt        time.Time `json:"ended_at,omitzero"`
}

// Missions lists mission envelopes.
func (c *Client) Missions(ctx context.Context, p Page) iter.Seq2[Mission, error] {
	return all[Mission](ctx, c, in("missions"), query{}, p)
}

// Mission reads one envelope as the server has it, signature included.
func (c *Client) Mission(ctx context.Context, id string) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("missions", id), nil, &raw)
}

// CreateMission makes an envelope.
func (c *Client) CreateMission(ctx context.Context, m Mission, opts ...CallOption) (*Mission, error) {
	out := &Mission{}
	return out, c.post(ctx, in("missions"), m, out, opts...)
}

// EndMission ends an envelope before its time.
func (c *Client) EndMission(ctx context.Context, id string, opts ...CallOption) (*Mission, error) {
	out := &Mission{}
	return out, c.post(ctx, in("missions", id, "end"), struct{}{}, out, opts...)
}

// Rings reads the classification rings and what each demands.
func (c *Client) Rings(ctx context.Context) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("rings"), nil, &raw)
}

// RingIsolation has the server check that rings share nothing.
func (c *Client) RingIsolation(ctx context.Context) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("rings", "isolation"), nil, &raw)
}

// ROEPolicy reads the rules of engagement in force.
func (c *Client) ROEPolicy(ctx context.Context) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("roe", "policy"), nil, &raw)
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
	return raw, c.post(ctx, in("roe", "evaluate"), r, &raw, func(rq *request) { rq.once = false })
}

// Ruleset is an immutable bundle that decides.
type Ruleset struct {
	Hash      string    `json:"hash"`
	Version   string    `json:"version"`
	Active    bool      `json:"active"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	CreatedBy string    `json:"created_by,omitempty"`
}

// Rulesets lists the tenant's rulesets.
func (c *Client) Rulesets(ctx context.Context, p Page) iter.Seq2[Ruleset, error] {
	return all[Ruleset](ctx, c, in("rulesets"), query{}, p)
}

// Ruleset reads a ruleset by its hash, or the active one for "active".
func (c *Client) Ruleset(ctx context.Context, hash string) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.get(ctx, in("rulesets", hash), nil, &raw)
}

// ActivateRuleset switches the tenant to a ruleset between two events.
func (c *Client) ActivateRuleset(ctx context.Context, hash string, opts ...CallOption) (jsontext.Value, error) {
	var raw jsontext.Value
	return raw, c.post(ctx, in("rulesets", "active"), map[string]string{"hash": hash}, &raw, opts...)
}
