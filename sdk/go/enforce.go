package frostgate

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Enforcement is an allowed mitigation that is in force until it expires or is
// revoked.
type Enforcement struct {
	ID           string    `json:"id"`
	DecisionID   string    `json:"decision_id"`
	Action       string    `json:"action"`
	TargetKind   string    `json:"target_kind"`
	Target       string    `json:"target"`
	Rule         string    `json:"rule"`
	Active       bool      `json:"active"`
	CreatedAt    time.Time `json:"created_at"`
	ExpiresAt    time.Time `json:"expires_at"`
	RevokedAt    time.Time `json:"revoked_at,omitzero"`
	RevokedBy    string    `json:"revoked_by,omitempty"`
	RevokeReason string    `json:"revoke_reason,omitempty"`
}

// EnforcementFilter narrows a list of enforcements; empty fields do not.
type EnforcementFilter struct {
	Active                     *bool
	Action, Target, TargetKind string
}

// Enforcements lists enforcements, the newest first.
func (c *Client) Enforcements(ctx context.Context, f EnforcementFilter, p Page) iter.Seq2[Enforcement, error] {
	q := query{}.maybe("active", f.Active).str("action", f.Action).str("target", f.Target).str("target_kind", f.TargetKind)
	return all[Enforcement](ctx, c, in("enforcements"), q, p)
}

// Enforcement reads one enforcement.
func (c *Client) Enforcement(ctx context.Context, id string) (*Enforcement, error) {
	out := &Enforcement{}
	return out, c.get(ctx, in("enforcements", id), nil, out)
}

// RevokeEnforcement ends an enforcement before its time.
func (c *Client) RevokeEnforcement(ctx context.Context, id, reason string, opts ...CallOption) (*Enforcement, error) {
	out := &Enforcement{}
	return out, c.post(ctx, in("enforcements", id, "revoke"), map[string]string{"reason": reason}, out, opts...)
}

// AllowEntry is a target that is never blocked.
type AllowEntry struct {
	ID        string    `json:"id,omitempty"`
	Kind      string    `json:"kind"` // ip, range, user, host, session, country, asn
	Value     string    `json:"value"`
	Reason    string    `json:"reason"`
	CreatedBy string    `json:"created_by,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	RemovedAt time.Time `json:"removed_at,omitzero"`
	RemovedBy string    `json:"removed_by,omitempty"`
}

// Allowlist lists the targets that are never blocked; ended adds entries that
// were removed or are over.
func (c *Client) Allowlist(ctx context.Context, kind string, ended bool, p Page) iter.Seq2[AllowEntry, error] {
	return all[AllowEntry](ctx, c, in("allowlists"), query{}.str("kind", kind).flag("ended", ended), p)
}

// Allow adds a target that is never blocked; of the entry, kind, value, reason
// and expiry count.
func (c *Client) Allow(ctx context.Context, e AllowEntry, opts ...CallOption) (*AllowEntry, error) {
	out := &AllowEntry{}
	e = AllowEntry{Kind: e.Kind, Value: e.Value, Reason: e.Reason, ExpiresAt: e.ExpiresAt}
	return out, c.post(ctx, in("allowlists"), e, out, opts...)
}

// RemoveAllow takes an entry off the list.
func (c *Client) RemoveAllow(ctx context.Context, id string, opts ...CallOption) error {
	return c.change(ctx, http.MethodDelete, in("allowlists", id), nil, nil, opts)
}

// Approval is a decision whose mitigations wait for a human.
type Approval struct {
	ID              string    `json:"id"`
	DecisionID      string    `json:"decision_id"`
	MitigationsHash string    `json:"mitigations_hash"`
	Status          string    `json:"status"`
	CreatedAt       time.Time `json:"created_at"`
	ExpiresAt       time.Time `json:"expires_at"`
}

// Approvals lists what waits for a human.
func (c *Client) Approvals(ctx context.Context, p Page) iter.Seq2[Approval, error] {
	return all[Approval](ctx, c, in("approvals"), query{}, p)
}
