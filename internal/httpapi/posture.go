package httpapi

import (
	"context"
	"slices"

	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/drift"
	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/tenant"
)

// postureView is where things stand, for a person who asks first of all.
type postureView struct {
	At       Time            `json:"at"`
	Status   string          `json:"status" enum:"ready|not_ready|draining"`
	Wrong    []checkResult   `json:"wrong" doc:"Checks of the server that are not ok."`
	Enforced bool            `json:"policy_enforced" doc:"false: policy is only told (policy.enforce=false, a development setting)."`
	Tenants  []tenantPosture `json:"tenants" doc:"Those with something that needs a person first."`
}

// tenantPosture is a tenant's part. What the key's owner may not read there is
// absent.
type tenantPosture struct {
	Tenant    string          `json:"tenant_id"`
	Name      string          `json:"name"`
	Status    string          `json:"status" enum:"active|suspended|closing" doc:"Only an active one takes events."`
	Damaged   bool            `json:"log_damaged" doc:"Its log does not continue what was signed: nothing new is recorded."`
	Decisions *int64          `json:"decisions_24h,omitempty" doc:"Received in the last 24 hours, by whole hours."`
	Newest    Time            `json:"last_decision_at,omitzero"`
	Approvals *int            `json:"approvals,omitempty" doc:"Decisions that wait for a human."`
	Drift     *driftPosture   `json:"drift,omitempty"`
	Webhooks  *webhookPosture `json:"webhooks,omitempty"`
}

type driftPosture struct {
	Waiting  int `json:"waiting"`
	Grave    int `json:"grave" doc:"Of those that wait: critical and high."`
	Reopened int `json:"reopened"`
	Open     int `json:"open"`
}

type webhookPosture struct {
	Failing int   `json:"failing" doc:"Webhooks that fail now or were switched off by their receiver."`
	GivenUp int64 `json:"given_up" doc:"Messages that were given up so far."`
}

func (s *Server) postureRoute() *Route {
	return &Route{
		Method: "GET", Path: prefixV1 + "/posture", Access: scoped, Scope: domain.ScopeDecisionsRead, Class: tenant.ClassRead, Tag: "decisions",
		Summary: "Where things stand, and how much waits for a person",
		Doc:     "With tenant=all, of every tenant in which the key's owner may read decisions. What it may not read in a tenant is absent there.",
		Query:   []Param{tenantChoice(true)}, endpoint: read(s.posture),
	}
}

func (s *Server) posture(ctx context.Context, c *Call) (postureView, error) {
	tenants, err := s.tenantsAsked(ctx, c, domain.ScopeDecisionsRead)
	if err != nil {
		return postureView{}, err
	}
	state := s.readiness(ctx, false)
	out := postureView{At: Time(s.clock.Now()), Status: state.Status, Wrong: []checkResult{}, Enforced: s.policyEnforced(), Tenants: make([]tenantPosture, len(tenants))}
	for _, check := range state.Checks {
		if !check.OK {
			out.Wrong = append(out.Wrong, check)
		}
	}
	damage := s.deps.Evidence.Damage()
	drifted, err := s.driftPostures(ctx, c, tenants)
	if err != nil {
		return postureView{}, err
	}
	for i, id := range tenants {
		is, err := s.deps.Tenants.Lookup(id)
		if err != nil {
			return postureView{}, err
		}
		t := &out.Tenants[i]
		*t = tenantPosture{Tenant: string(id), Name: is.Name, Status: string(is.Status), Damaged: damage[id] != nil, Drift: drifted[id]}
		if err := s.tenantPosture(ctx, c, id, t); err != nil {
			return postureView{}, err
		}
	}
	slices.SortStableFunc(out.Tenants, func(a, b tenantPosture) int { return b.pressing() - a.pressing() })
	return out, nil
}

// policyEnforced is what the server's settings say.
func (s *Server) policyEnforced() bool {
	i := slices.IndexFunc(s.deps.Modules, func(m Module) bool { return m.Name == "policy enforcement" })
	return i < 0 || s.deps.Modules[i].On
}

// tenantPosture counts what one tenant has.
func (s *Server) tenantPosture(ctx context.Context, c *Call, id domain.TenantID, t *tenantPosture) error {
	may := s.mayIn(c, domain.ScopeEnforceRead)
	if may(ctx, id) == nil {
		n, err := s.deps.Enforce.CountApprovals(ctx, id)
		if err != nil {
			return err
		}
		t.Approvals = &n
	}
	if s.mayIn(c, domain.ScopeWebhooksRead)(ctx, id) == nil {
		hooks, err := s.deps.Notify.List(ctx, id)
		if err != nil {
			return err
		}
		t.Webhooks = &webhookPosture{}
		for _, w := range hooks {
			if w.Status == notify.Failing || w.Status == notify.Disabled {
				t.Webhooks.Failing++
			}
			t.Webhooks.GivenUp += w.GivenUp
		}
	}
	now := s.clock.Now()
	hours, err := s.deps.Decide.Usage(ctx, id, now-24*3600*1_000_000, now+1)
	if err != nil {
		return err
	}
	var n int64
	for _, h := range hours {
		n += h.Decisions
	}
	t.Decisions = &n
	page, err := s.deps.Decide.Feed(ctx, id, decision.Filter{}, -1, 1)
	if err != nil {
		return err
	}
	if len(page.Items) > 0 {
		t.Newest = Time(page.Items[0].Time)
	}
	return nil
}

// driftPostures are of the tenants in which the key's owner may read drift.
func (s *Server) driftPostures(ctx context.Context, c *Call, tenants []domain.TenantID) (map[domain.TenantID]*driftPosture, error) {
	may := s.mayIn(c, domain.ScopeDriftRead)
	open := slices.DeleteFunc(slices.Clone(tenants), func(id domain.TenantID) bool { return may(ctx, id) != nil })
	out := map[domain.TenantID]*driftPosture{}
	if len(open) == 0 {
		return out, nil
	}
	sum, err := s.deps.Drift.Summary(ctx, open)
	if err != nil {
		return nil, err
	}
	for i := range sum.Tenants {
		t := &sum.Tenants[i]
		out[t.Tenant] = &driftPosture{
			Waiting: t.Waiting, Grave: t.BySeverity[diff.Critical] + t.BySeverity[diff.High], Reopened: t.ByState[drift.Reopened], Open: t.Open,
		}
	}
	return out, nil
}

// pressing orders tenants: what is damaged, then what waits.
func (t tenantPosture) pressing() int {
	n := 0
	if t.Damaged {
		n += 1 << 40
	}
	if t.Approvals != nil {
		n += *t.Approvals << 20
	}
	if t.Webhooks != nil {
		n += t.Webhooks.Failing << 20
	}
	if t.Drift != nil {
		n += min(t.Drift.Grave, 1<<9)<<10 + min(t.Drift.Waiting, 1<<9)
	}
	return n
}
