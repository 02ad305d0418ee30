package main

import (
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type missionsCmd struct {
	List   missionsListCmd   `cmd:"" help:"List mission envelopes."`
	Get    missionsGetCmd    `cmd:"" help:"Show one envelope."`
	Create missionsCreateCmd `cmd:"" help:"Make an envelope."`
	End    missionsEndCmd    `cmd:"" help:"End an envelope before its time."`
}

type missionsListCmd struct{ limited }

// Run lists missions.
func (c *missionsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Missions(p.ctx, c.page()), c.Limit, "mission_id", "title", "status", "valid", "spent", "starts_at", "expires_at", "allowed_actions", "persona", "classification")
}

type missionsGetCmd struct {
	ID string `arg:"" help:"Mission ID."`
}

// Run shows a mission.
func (c *missionsGetCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.MissionRecord, error) { return cl.Mission(p.ctx, c.ID) })
}

type missionsCreateCmd struct {
	Title          string        `arg:"" help:"What it is for."`
	For            time.Duration `help:"How long it holds." default:"8h"`
	Starts         time.Time     `help:"When it begins (2026-11-21, or RFC 3339); without it, now." placeholder:"TIME"`
	Allow          []string      `help:"Allowed actions, for example block_ip." required:"" placeholder:"ACTION"`
	Budget         *int64        `help:"How many mitigations it may make; without it, no cap."`
	BlastRadius    *float64      `help:"Impact from 0 to 1 above which approval is needed; without it, no cap."`
	Persona        string        `help:"guardian or sentinel."`
	Classification string        `help:"UNCLASS, CUI, SECRET, TOPSECRET."`
}

// Run makes a mission.
func (c *missionsCreateCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	start := c.Starts
	if start.IsZero() {
		start = time.Now().UTC()
	}
	m, err := cl.CreateMission(p.ctx, frostgate.Mission{
		Title: c.Title, StartsAt: start, ExpiresAt: start.Add(c.For), AllowedActions: c.Allow, BudgetCap: c.Budget,
		BlastRadiusCap: c.BlastRadius, Persona: c.Persona, Classification: c.Classification,
	})
	if err != nil {
		return err
	}
	return p.one(m)
}

type missionsEndCmd struct {
	ID     string `arg:"" help:"Mission ID."`
	Reason string `help:"Why; it is kept in the audit."`
}

// Run ends a mission.
func (c *missionsEndCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	m, err := cl.EndMission(p.ctx, c.ID, c.Reason)
	if err != nil {
		return err
	}
	return p.one(m)
}

type ringsCmd struct {
	List      ringsListCmd      `cmd:"" help:"Show the rings and what each demands."`
	Isolation ringsIsolationCmd `cmd:"" help:"Have the server check that rings share nothing."`
}

type ringsListCmd struct{}

// Run shows the rings.
func (*ringsListCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.Rings(p.ctx) })
}

type ringsIsolationCmd struct{}

// Run shows the check and fails when rings share something.
func (*ringsIsolationCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	raw, err := cl.RingIsolation(p.ctx)
	if err != nil {
		return err
	}
	if err := p.one(raw); err != nil {
		return err
	}
	var verdict struct {
		OK bool `json:"ok"`
	}
	if err := json.Unmarshal(raw, &verdict); err != nil || !verdict.OK {
		return errors.Join(errors.New("the rings are not isolated"), err)
	}
	return nil
}

type roeCmd struct {
	Policy   roePolicyCmd   `cmd:"" help:"Show the rules of engagement in force."`
	Evaluate roeEvaluateCmd `cmd:"" help:"Ask what they make of mitigations, without deciding anything."`
}

type roePolicyCmd struct{}

// Run shows the doctrine.
func (*roePolicyCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.ROEPolicy(p.ctx) })
}

type roeEvaluateCmd struct {
	Mitigations    []string `arg:"" help:"ACTION:KIND:TARGET, for example block_ip:ip:203.0.113.7."`
	Persona        string   `help:"guardian or sentinel."`
	Classification string   `help:"UNCLASS, CUI, SECRET, TOPSECRET."`
	Mission        string   `help:"Mission ID."`
}

// Run judges mitigations.
func (c *roeEvaluateCmd) Run(p *program) error {
	rq := frostgate.ROERequest{Persona: c.Persona, Classification: c.Classification, MissionID: c.Mission}
	for _, m := range c.Mitigations {
		parts := strings.SplitN(m, ":", 3)
		if len(parts) != 3 {
			return usagef("a mitigation looks like block_ip:ip:203.0.113.7, got %q", m)
		}
		rq.Mitigations = append(rq.Mitigations, frostgate.ROEMitigation{Action: parts[0], TargetKind: parts[1], Target: parts[2]})
	}
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.EvaluateROE(p.ctx, rq) })
}

type rulesetsCmd struct {
	List     rulesetsListCmd     `cmd:"" help:"List rulesets."`
	Active   rulesetsActiveCmd   `cmd:"" help:"Show the ruleset in force."`
	Show     rulesetsShowCmd     `cmd:"" help:"Show a ruleset by its hash."`
	Activate rulesetsActivateCmd `cmd:"" help:"Switch to a ruleset between two events."`
}

type rulesetsListCmd struct{ limited }

// Run lists rulesets.
func (c *rulesetsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	active, err := cl.Active(p.ctx)
	if err != nil {
		return err
	}
	type row struct {
		frostgate.Ruleset
		Active bool `json:"active"`
	}
	rows := func(yield func(row, error) bool) {
		for rs, err := range cl.Rulesets(p.ctx, c.page()) {
			if !yield(row{rs, rs.Hash == active.Ruleset.Hash}, err) {
				return
			}
		}
	}
	return list(p, iter.Seq2[row, error](rows), c.Limit, "hash", "active", "name", "version", "platform", "created_at", "created_by")
}

type rulesetsActiveCmd struct{}

// Run shows the active ruleset.
func (*rulesetsActiveCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.ActiveRuleset, error) { return cl.Active(p.ctx) })
}

type rulesetsShowCmd struct {
	Hash string `arg:"" help:"Hash of the ruleset."`
}

// Run shows a ruleset.
func (c *rulesetsShowCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.Ruleset, error) { return cl.Ruleset(p.ctx, c.Hash) })
}

type rulesetsActivateCmd struct {
	Hash       string `arg:"" help:"Hash of the ruleset."`
	Generation *int64 `help:"Generation that you saw; the switch is refused when somebody was faster."`
}

// Run switches the ruleset.
func (c *rulesetsActivateCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.ActiveRuleset, error) {
		return cl.Activate(p.ctx, c.Hash, c.Generation)
	})
}
