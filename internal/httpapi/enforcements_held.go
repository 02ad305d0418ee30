package httpapi

import (
	"context"
	"net/http"

	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/tenant"
)

// held is one action against one target, as all enforcements in force make it.
type held struct {
	Action       string      `json:"action"`
	TargetKind   string      `json:"target_kind"`
	Target       string      `json:"target"`
	Enforcements int64       `json:"enforcements" doc:"How many are in force: each decision sets one."`
	Since        Time        `json:"since" doc:"When the first of them was set."`
	Until        Time        `json:"until" doc:"When the last of them expires."`
	Last         enforcement `json:"last" doc:"Of the newest decision."`
}

// heldTotals is what is in force now, in numbers.
type heldTotals struct {
	Enforcements int64       `json:"enforcements"`
	Targets      int64       `json:"targets" doc:"Actions against different targets."`
	Ends         Time        `json:"first_ends,omitzero" doc:"When the first of them expires."`
	Actions      []heldCount `json:"actions"`
}

type heldCount struct {
	Action       string `json:"action"`
	Enforcements int64  `json:"enforcements"`
	Targets      int64  `json:"targets"`
}

// targetRevocation ends all that is in force of an action against a target.
type targetRevocation struct {
	Action     string `json:"action" minlen:"1" maxlen:"128"`
	TargetKind string `json:"target_kind" minlen:"1" maxlen:"64"`
	Target     string `json:"target" minlen:"1" maxlen:"512"`
	Reason     string `json:"reason" minlen:"1" maxlen:"500" doc:"Why; it is kept with each enforcement and in the audit."`
}

type targetRevoked struct {
	Revoked int      `json:"revoked"`
	More    bool     `json:"more" doc:"Some are left: call again."`
	IDs     []string `json:"ids"`
}

// allowQuestion asks what an allow-list entry would mean.
type allowQuestion struct {
	Kind  string `json:"kind" enum:"ip|range|user|host|session|country|asn"`
	Value string `json:"value" minlen:"1" maxlen:"256"`
}

// allowCover is what an entry would have spared, going by the newest enforcements.
type allowCover struct {
	Kind      string   `json:"kind"`
	Value     string   `json:"value" doc:"As it would be stored and compared."`
	CoveredBy string   `json:"covered_by,omitempty" doc:"An entry that covers it already."`
	Looked    int64    `json:"looked_at" doc:"Enforcements that were looked at, the newest."`
	Since     Time     `json:"since,omitzero" doc:"When the oldest of them was set."`
	All       bool     `json:"all" doc:"They are all there are."`
	Count     int64    `json:"spared" doc:"Of them the entry would have spared."`
	InForce   int64    `json:"in_force" doc:"Of these in force now; an entry does not end them."`
	Targets   []spared `json:"targets" doc:"The newest 50."`
}

type spared struct {
	Action     string `json:"action"`
	TargetKind string `json:"target_kind"`
	Target     string `json:"target"`
	Count      int64  `json:"spared"`
	InForce    int64  `json:"in_force"`
	Last       Time   `json:"last"`
}

func (s *Server) heldRoutes() []*Route {
	const base = prefixV1 + "/enforcements"
	row := func(method, path, tag, summary string, scope domain.Scope, e endpoint, params ...Param) *Route {
		return &Route{
			Method: method, Path: path, Access: scoped, Scope: scope, Class: tenant.ClassRead, Tag: tag, Summary: summary, Query: params, endpoint: e,
		}
	}
	revoke := row(http.MethodPost, base+"/revoke", "enforcements", "End all that is in force of an action against a target, up to 500 at a time",
		domain.ScopeEnforceWrite, write(http.StatusOK, s.revokeTarget))
	revoke.Class, revoke.Mutates = tenant.ClassWrite, true
	check := row(http.MethodPost, prefixV1+"/allowlists/check", "allowlists", "Check a value, and tell what an entry would have spared; nothing is written",
		domain.ScopeEnforceRead, write(http.StatusOK, s.checkAllow))
	return []*Route{
		row(http.MethodGet, base+"/targets", "enforcements", "What is in force now, by action and target", domain.ScopeEnforceRead, read(s.listHeld), pageParams(
			Param{Name: "action"}, Param{Name: "target"}, Param{Name: "target_kind"}, Param{Name: "q", Doc: "A part of the target."})...),
		row(http.MethodGet, base+"/totals", "enforcements", "What is in force now, in numbers", domain.ScopeEnforceRead, read(s.heldTotals)),
		revoke, check,
	}
}

func (s *Server) listHeld(ctx context.Context, c *Call) (list[held], error) {
	limit, err := c.Query.limit()
	if err != nil {
		return list[held]{}, err
	}
	f := enforce.Filter{Action: c.Query.text("action"), Target: c.Query.text("target"), TargetKind: c.Query.text("target_kind"), Text: c.Query.text("q")}
	found, next, err := s.deps.Enforce.Targets(ctx, c.Tenant(), f, enforce.Page{Cursor: c.Query.text("cursor"), Limit: limit})
	if err != nil {
		return list[held]{}, err
	}
	set := s.titles(ctx, c.Tenant())
	items := make([]held, len(found))
	for i := range found {
		h := &found[i]
		items[i] = held{h.Action, h.TargetKind, h.Target, h.Count, Time(h.Since), Time(h.Until), s.enforcementTitled(&h.Last, set)}
	}
	return listOf(items, next), nil
}

// enforcementTitled is an enforcement with what its rule is called.
func (s *Server) enforcementTitled(e *enforce.Enforcement, set *detect.Set) enforcement {
	out := s.enforcementOf(e)
	if set != nil {
		out.RuleTitle = set.Title(e.Rule)
	}
	return out
}

func (s *Server) heldTotals(ctx context.Context, c *Call) (heldTotals, error) {
	found, err := s.deps.Enforce.Totals(ctx, c.Tenant())
	out := heldTotals{Actions: []heldCount{}}
	for _, t := range found {
		out.Enforcements, out.Targets = out.Enforcements+t.Enforcements, out.Targets+t.Targets
		if out.Ends == 0 || Time(t.Ends) < out.Ends {
			out.Ends = Time(t.Ends)
		}
		out.Actions = append(out.Actions, heldCount{t.Action, t.Enforcements, t.Targets})
	}
	return out, err
}

func (s *Server) revokeTarget(ctx context.Context, c *Call, in targetRevocation) (targetRevoked, error) {
	ended, more, err := s.deps.Enforce.RevokeTarget(ctx, c.Tenant(), in.Action, in.TargetKind, in.Target, in.Reason, c.actor())
	if err != nil {
		return targetRevoked{}, err
	}
	out := targetRevoked{len(ended), more, make([]string, len(ended))}
	for i := range ended {
		out.IDs[i] = ended[i].ID
	}
	return out, nil
}

func (s *Server) checkAllow(ctx context.Context, c *Call, in allowQuestion) (allowCover, error) {
	found, err := s.deps.Enforce.Cover(ctx, c.Tenant(), enforce.Kind(in.Kind), in.Value)
	if err != nil {
		return allowCover{}, err
	}
	out := allowCover{
		Kind: string(found.Kind), Value: found.Value, CoveredBy: found.CoveredBy, Looked: found.Looked, Since: Time(found.Since), All: found.All,
		Count: found.Count, InForce: found.InForce, Targets: make([]spared, len(found.Targets)),
	}
	for i, t := range found.Targets {
		out.Targets[i] = spared{t.Action, t.TargetKind, t.Target, t.Count, t.InForce, Time(t.Last)}
	}
	return out, nil
}
