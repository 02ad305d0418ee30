package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/tenant"
)

// enforcement is an allowed mitigation in force until it expires or is revoked.
type enforcement struct {
	ID           string `json:"id"`
	Decision     string `json:"decision_id" doc:"The decision that set it in force."`
	Action       string `json:"action"`
	TargetKind   string `json:"target_kind"`
	Target       string `json:"target"`
	Rule         string `json:"rule" doc:"The rule that proposed it."`
	RuleTitle    string `json:"rule_title,omitempty" doc:"What the rule is called, when it is known still."`
	Active       bool   `json:"active"`
	CreatedAt    Time   `json:"created_at"`
	ExpiresAt    Time   `json:"expires_at"`
	RevokedAt    Time   `json:"revoked_at,omitzero"`
	RevokedBy    string `json:"revoked_by,omitempty"`
	RevokeReason string `json:"revoke_reason,omitempty"`
}

// revocation says why an enforcement ends before its time.
type revocation struct {
	Reason string `json:"reason" minlen:"1" maxlen:"500" doc:"Why; it is kept with the enforcement and in the audit."`
}

// allowEntry is a target that is never blocked.
type allowEntry struct {
	ID        string `json:"id"`
	Kind      string `json:"kind" enum:"ip|range|user|host|session|country|asn"`
	Value     string `json:"value"`
	Reason    string `json:"reason"`
	CreatedBy string `json:"created_by"`
	CreatedAt Time   `json:"created_at"`
	ExpiresAt Time   `json:"expires_at,omitzero" doc:"Absent: it does not expire."`
	RemovedAt Time   `json:"removed_at,omitzero"`
	RemovedBy string `json:"removed_by,omitempty"`
}

type newAllowEntry struct {
	Kind      string `json:"kind" enum:"ip|range|user|host|session|country|asn"`
	Value     string `json:"value" minlen:"1" maxlen:"256"`
	Reason    string `json:"reason" minlen:"1" maxlen:"500"`
	ExpiresAt Time   `json:"expires_at,omitzero" doc:"Absent: it does not expire."`
}

// approval is a decision that waits for a human.
type approval struct {
	ID              string `json:"id"`
	Decision        string `json:"decision_id"`
	MitigationsHash string `json:"mitigations_hash" doc:"Hash of exactly what would be approved."`
	Status          string `json:"status"`
	CreatedAt       Time   `json:"created_at"`
	ExpiresAt       Time   `json:"expires_at"`

	For *waitingFor `json:"for,omitempty" doc:"What waits; absent where the key may not read the ring."`
}

func (s *Server) enforceRoutes() []*Route {
	const base = prefixV1 + "/enforcements"
	const allow = prefixV1 + "/allowlists"
	return anywhere(append(s.heldRoutes(), []*Route{
		{
			Method: http.MethodGet, Path: base, Aliases: []string{"/enforcements"},
			Access: scoped, Scope: domain.ScopeEnforceRead, Class: tenant.ClassRead, Tag: "enforcements",
			Summary: "Mitigations that are or were in force",
			Query: pageParams(
				Param{Name: "active", Kind: paramBool, Doc: "In force now, or not any more."},
				Param{Name: "state", Enum: strs([]enforce.State{enforce.InForce, enforce.Expired, enforce.Revoked})},
				Param{Name: "action"}, Param{Name: "target"}, Param{Name: "target_kind"}, Param{Name: "q", Doc: "A part of the target."}),
			endpoint: read(s.listEnforcements),
		}, {
			Method: http.MethodGet, Path: base + "/{id}", Aliases: []string{"/enforcements/{id}"},
			Access: scoped, Scope: domain.ScopeEnforceRead, Class: tenant.ClassRead, Tag: "enforcements",
			Summary: "One enforcement", endpoint: read(s.getEnforcement),
		}, {
			Method: http.MethodPost, Path: base + "/{id}/revoke", Aliases: []string{"/enforcements/{id}/revoke"},
			Access: scoped, Scope: domain.ScopeEnforceWrite, Class: tenant.ClassWrite, Tag: "enforcements", Mutates: true,
			Summary: "End an enforcement before its time", Doc: "Revoking again changes nothing; one that is over answers 409.",
			endpoint: write(http.StatusOK, s.revokeEnforcement),
		}, {
			Method: http.MethodGet, Path: allow, Aliases: []string{"/allowlists"},
			Access: scoped, Scope: domain.ScopeEnforceRead, Class: tenant.ClassRead, Tag: "allowlists",
			Summary: "Targets that are never blocked",
			Query: pageParams(
				Param{Name: "kind", Enum: []string{"ip", "range", "user", "host", "session", "country", "asn"}},
				Param{Name: "q", Doc: "A part of the value or the reason."},
				Param{Name: "ended", Kind: paramBool, Doc: "true: also entries that were removed or are over."}),
			endpoint: read(s.listAllow),
		}, {
			Method: http.MethodPost, Path: allow, Aliases: []string{"/allowlists"},
			Access: scoped, Scope: domain.ScopeEnforceWrite, Class: tenant.ClassWrite, Tag: "allowlists", Mutates: true,
			Summary: "Never block a target", endpoint: write(http.StatusCreated, s.addAllow),
		}, {
			Method: http.MethodDelete, Path: allow + "/{id}", Aliases: []string{"/allowlists/{id}"},
			Access: scoped, Scope: domain.ScopeEnforceWrite, Class: tenant.ClassWrite, Tag: "allowlists", Mutates: true,
			Summary: "Remove an entry", Doc: "The entry stays readable as removed.", endpoint: act(s.removeAllow),
			Query: []Param{{Name: "reason", Doc: "Why, at most 500 bytes; the audit keeps it."}},
		}, {
			Method: http.MethodGet, Path: prefixV1 + "/approvals",
			Access: scoped, Scope: domain.ScopeEnforceRead, Class: tenant.ClassRead, Tag: "approvals",
			Summary: "Decisions that wait for a human", Query: pageParams(orderParam("Default newest. gravest: by threat and score, then what waits longest.")), endpoint: read(s.listApprovals),
		},
	}...)...)
}

func (s *Server) listEnforcements(ctx context.Context, c *Call) (list[enforcement], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[enforcement]{}, err
	}
	f := enforce.Filter{Action: c.Query.text("action"), Target: c.Query.text("target"), TargetKind: c.Query.text("target_kind")}
	f.Text, f.State = c.Query.text("q"), enforce.State(c.Query.text("state"))
	if active, given := c.Query.flag("active"); given {
		f.Active = &active
	}
	found, next, err := s.deps.Enforce.Enforcements(ctx, c.Tenant(), f, enforce.Page{Cursor: c.Query.text("cursor"), Limit: limit})
	if err != nil {
		return list[enforcement]{}, err
	}
	set := s.titles(ctx, c.Tenant())
	items := make([]enforcement, len(found))
	for i := range found {
		items[i] = s.enforcementTitled(&found[i], set)
	}
	return listOf(items, next), nil
}

func (s *Server) getEnforcement(ctx context.Context, c *Call) (enforcement, error) {
	e, err := s.deps.Enforce.Enforcement(ctx, c.Tenant(), c.Path("id"))
	if err != nil {
		return enforcement{}, err
	}
	return s.enforcementTitled(&e, s.titles(ctx, c.Tenant())), nil
}

func (s *Server) revokeEnforcement(ctx context.Context, c *Call, in revocation) (enforcement, error) {
	e, err := s.deps.Enforce.Revoke(ctx, c.Tenant(), c.Path("id"), in.Reason, c.actor())
	if err != nil {
		return enforcement{}, err
	}
	return s.enforcementOf(&e), nil
}

func (s *Server) enforcementOf(e *enforce.Enforcement) enforcement {
	return enforcement{
		ID: e.ID, Decision: decisionOf(e.ID), Action: e.Action, TargetKind: e.TargetKind, Target: e.Target, Rule: e.Rule,
		Active: e.Active(s.clock.Now()), CreatedAt: Time(e.CreatedAt), ExpiresAt: Time(e.ExpiresAt),
		RevokedAt: Time(e.RevokedAt), RevokedBy: string(e.RevokedBy), RevokeReason: e.RevokeReason,
	}
}

func (s *Server) listAllow(ctx context.Context, c *Call) (list[allowEntry], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[allowEntry]{}, err
	}
	ended, _ := c.Query.flag("ended")
	f := enforce.AllowFilter{Kind: enforce.Kind(c.Query.text("kind")), Ended: ended, Text: c.Query.text("q")}
	found, next, err := s.deps.Enforce.AllowList(ctx, c.Tenant(), f, enforce.Page{Cursor: c.Query.text("cursor"), Limit: limit})
	if err != nil {
		return list[allowEntry]{}, err
	}
	items := make([]allowEntry, len(found))
	for i := range found {
		items[i] = allowOf(&found[i])
	}
	return listOf(items, next), nil
}

func (s *Server) addAllow(ctx context.Context, c *Call, in newAllowEntry) (allowEntry, error) {
	a, err := s.deps.Enforce.AddAllow(ctx, c.Tenant(), enforce.NewAllow{
		Kind: enforce.Kind(in.Kind), Value: in.Value, Reason: in.Reason, ExpiresAt: domain.Micros(in.ExpiresAt),
	}, c.actor())
	if err != nil {
		return allowEntry{}, err
	}
	return allowOf(&a), nil
}

func (s *Server) removeAllow(ctx context.Context, c *Call) error {
	_, err := s.deps.Enforce.RemoveAllow(ctx, c.Tenant(), c.Path("id"), c.Query.text("reason"), c.actor())
	return err
}

func allowOf(a *enforce.Allow) allowEntry {
	return allowEntry{
		ID: a.ID, Kind: string(a.Kind), Value: a.Value, Reason: a.Reason, CreatedBy: string(a.CreatedBy), CreatedAt: Time(a.CreatedAt),
		ExpiresAt: Time(a.ExpiresAt), RemovedAt: Time(a.RemovedAt), RemovedBy: string(a.RemovedBy),
	}
}
