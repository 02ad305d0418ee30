package app

import (
	"context"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/decision"
	"frostgate.io/frostgate/internal/detect"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/enforce"
	"frostgate.io/frostgate/internal/governance"
	"frostgate.io/frostgate/internal/notify"
	"frostgate.io/frostgate/internal/tenant"
)

// tenantDefaults gives the pipeline the settings that it needs.
type tenantDefaults struct{ tenants *tenant.Service }

func (t tenantDefaults) Defaults(_ context.Context, id domain.TenantID) (decision.Defaults, error) {
	tn, err := t.tenants.Lookup(id)
	if err != nil {
		return decision.Defaults{}, err
	}
	s := &tn.Settings
	return decision.Defaults{Persona: s.Persona, Ring: s.Ring, ClockStaleMS: s.ClockStaleMS}, nil
}

// enforcements writes what a decision sets in force in the decision's own
// transaction.
type enforcements struct{ batch *enforce.Batch }

func (e *enforcements) Describe(r *decision.Recorded) {
	plan := enforce.Plan(r.Tenant, r.LogID, int64(r.Index), r.Outcome, r.Time)
	if len(plan) > 0 {
		r.EnforcementIDs = make([]string, len(r.Outcome.Mitigations))
		for _, p := range plan {
			r.EnforcementIDs[p.Ordinal] = p.ID
		}
	}
	if a, ok := enforce.PlanApproval(r.Tenant, r.LogID, int64(r.Index), r.Outcome, r.Time, enforce.DefaultApprovalTTL); ok {
		r.Approval = &decision.Approval{ID: a.ID, ExpiresAt: a.ExpiresAt}
	}
}

func (e *enforcements) Add(r *decision.Recorded) error {
	e.batch.Add(r.Tenant, r.LogID, int64(r.Index), r.Outcome, r.Time)
	return nil
}

func (e *enforcements) Write(ctx context.Context, tx *db.Tx) error { return e.batch.Write(ctx, tx) }
func (e *enforcements) Reset(bool)                                 { e.batch.Reset() }

// decisionSource lets webhooks read the log of decisions.
type decisionSource struct {
	decisions *decision.Service
	rulesets  *governance.Service
}

func (s decisionSource) After(ctx context.Context, tenant domain.TenantID, idx int64, limit int) ([]notify.Item, error) {
	items, err := s.decisions.FeedAfter(ctx, tenant, decision.Filter{}, idx+1, limit)
	if err != nil {
		return nil, err
	}
	var names *detect.Set
	if rs, err := s.rulesets.Active(ctx, tenant); err == nil {
		names = rs.Detect // else messages have IDs: better than none
	}
	out := make([]notify.Item, len(items))
	for i, it := range items {
		it.Call(names)
		out[i] = notify.Item{
			ID: it.ID, Index: it.Index, Time: it.Time, Severity: it.Severity, Title: it.Title, Summary: it.Summary,
			ActionTaken: it.ActionTaken, Gating: it.Gating, Rules: it.Rules, EventType: it.EventType, Source: it.Source,
			URL: "/api/v1/decisions/" + string(it.ID),
		}
		if it.Score == 0 {
			continue // nothing fired, so nothing was proposed
		}
		full, err := s.decisions.Get(ctx, tenant, uint64(it.Index))
		if err != nil {
			continue // the payload may be erased; the rest is still worth telling
		}
		for _, m := range full.Outcome.Mitigations {
			out[i].Actions = append(out[i].Actions, m.Action)
		}
	}
	return out, nil
}

func (s decisionSource) Size(ctx context.Context, tenant domain.TenantID) (int64, error) {
	return s.decisions.Log.Size(ctx, tenant)
}

// wireDecisions builds what decides: governance gives rulesets and missions,
// enforcement the allow-lists and the rows beside a decision.
func (p *Parts) wireDecisions(ctx context.Context, cfg *Config, d *db.DB, clk clock.Clock) error {
	var err error
	if p.Governance, err = governance.New(governance.Deps{
		DB: d, Clock: clk, Log: p.Log, Signer: p.Custody.Signer(), VerifierKey: p.Custody.VerifierKey(), OlderKeys: p.Custody.VerifierKeys()[1:],
		Never: p.Enforce, PolicyOff: !cfg.PolicyEnforce,
	}); err != nil {
		return err
	}
	if err := p.Governance.EnsureDefaults(ctx); err != nil {
		return err
	}
	p.Decisions = decision.New(decision.Deps{
		DB: d, Clock: clk, Keys: p.Keyring, Log: p.Log, Rulesets: p.Governance, Missions: p.Governance,
		Never: p.Enforce, Tenants: tenantDefaults{p.Tenants},
		Sinks: []decision.Sink{&enforcements{p.Enforce.NewBatch()}, p.Governance},
	})
	return nil
}
