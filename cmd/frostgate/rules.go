package main

import (
	"strings"
	"time"

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
	return list(p, cl.Missions(p.ctx, c.page()), c.Limit, "mission_id", "title", "status", "starts_at", "expires_at", "allowed_actions", "persona", "classification")
}

type missionsGetCmd struct {
	ID string `arg:"" help:"Mission ID."`
}

// Run shows a mission.
func (c *missionsGetCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.Mission(p.ctx, c.ID) })
}

type missionsCreateCmd struct {
	Title          string        `arg:"" help:"What it is for."`
	For            time.Duration `help:"How long it holds." default:"8h"`
	Starts         time.Time     `help:"When it begins (RFC 3339); without it, now." placeholder:"TIME"`
	Allow          []string      `help:"Allowed actions, for example block_ip." required:"" placeholder:"ACTION"`
	Budget         int64         `help:"How many mitigations it may make; 0: no cap."`
	BlastRadius    float64       `help:"Impact from 0 to 1 above which approval is needed." default:"1"`
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
	ID string `arg:"" help:"Mission ID."`
}

// Run ends a mission.
func (c *missionsEndCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	m, err := cl.EndMission(p.ctx, c.ID)
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

// Run shows the check.
func (*ringsIsolationCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.RingIsolation(p.ctx) })
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
	return list(p, cl.Rulesets(p.ctx, c.page()), c.Limit, "hash", "version", "active", "created_at", "created_by")
}

type rulesetsActiveCmd struct{}

// Run shows the active ruleset.
func (*rulesetsActiveCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.Ruleset(p.ctx, "active") })
}

type rulesetsShowCmd struct {
	Hash string `arg:"" help:"Hash of the ruleset."`
}

// Run shows a ruleset.
func (c *rulesetsShowCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.Ruleset(p.ctx, c.Hash) })
}

type rulesetsActivateCmd struct {
	Hash string `arg:"" help:"Hash of the ruleset."`
}

// Run switches the ruleset.
func (c *rulesetsActivateCmd) Run(p *program) error {
	return p.shown(func(cl *frostgate.Client) (jsontext.Value, error) { return cl.ActivateRuleset(p.ctx, c.Hash) })
}
