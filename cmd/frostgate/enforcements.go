package main

import (
	"fmt"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type enforcementsCmd struct {
	List   enforcementsListCmd   `cmd:"" help:"List enforcements, the newest first."`
	Get    enforcementsGetCmd    `cmd:"" help:"Show one enforcement."`
	Revoke enforcementsRevokeCmd `cmd:"" help:"End an enforcement before its time."`
}

type enforcementsListCmd struct {
	limited
	All    bool   `help:"Also those that are over."`
	Action string `help:"Action, for example block_ip."`
	Target string `help:"Target, for example an address."`
}

// Run lists enforcements.
func (c *enforcementsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	f := frostgate.EnforcementFilter{Action: c.Action, Target: c.Target}
	if !c.All {
		yes := true
		f.Active = &yes
	}
	return list(p, cl.Enforcements(p.ctx, f, c.page()), c.Limit, "id", "action", "target", "rule", "active", "created_at", "expires_at", "revoke_reason")
}

type enforcementsGetCmd struct {
	ID string `arg:"" help:"Enforcement ID."`
}

// Run shows an enforcement.
func (c *enforcementsGetCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	e, err := cl.Enforcement(p.ctx, c.ID)
	if err != nil {
		return err
	}
	return p.one(e)
}

type enforcementsRevokeCmd struct {
	ID     string `arg:"" help:"Enforcement ID."`
	Reason string `help:"Why; it is kept." required:""`
}

// Run revokes an enforcement.
func (c *enforcementsRevokeCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	e, err := cl.RevokeEnforcement(p.ctx, c.ID, c.Reason)
	if err != nil {
		return err
	}
	return p.one(e)
}

type allowlistsCmd struct {
	List   allowlistsListCmd   `cmd:"" help:"List targets that are never blocked."`
	Add    allowlistsAddCmd    `cmd:"" help:"Never block a target."`
	Remove allowlistsRemoveCmd `cmd:"" help:"Take an entry off the list."`
}

type allowlistsListCmd struct {
	limited
	Kind  string `help:"ip, range, user, host, session, country, asn."`
	Ended bool   `help:"Also entries that were removed or are over."`
}

// Run lists the entries.
func (c *allowlistsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Allowlist(p.ctx, c.Kind, c.Ended, c.page()), c.Limit, "id", "kind", "value", "reason", "created_by", "created_at", "expires_at", "removed_at")
}

type allowlistsAddCmd struct {
	Kind    string        `arg:"" help:"${enum}." enum:"ip,range,user,host,session,country,asn"`
	Value   string        `arg:"" help:"The target."`
	Reason  string        `help:"Why; it is kept." required:""`
	For     time.Duration `help:"How long, for example 24h; without it, until removed." placeholder:"DURATION"`
	Expires time.Time     `help:"Until when (2026-11-21, or RFC 3339)." placeholder:"TIME"`
}

// Run adds an entry.
func (c *allowlistsAddCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	until := c.Expires
	if c.For > 0 {
		until = time.Now().Add(c.For).UTC()
	}
	e, err := cl.Allow(p.ctx, frostgate.AllowEntry{Kind: c.Kind, Value: c.Value, Reason: c.Reason, ExpiresAt: until})
	if err != nil {
		return err
	}
	return p.one(e)
}

type allowlistsRemoveCmd struct {
	ID string `arg:"" help:"Entry ID."`
}

// Run removes an entry.
func (c *allowlistsRemoveCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	if err := cl.RemoveAllow(p.ctx, c.ID); err != nil {
		return err
	}
	fmt.Fprintln(p.err, "Removed.")
	return nil
}

type approvalsCmd struct {
	List approvalsListCmd `cmd:"" help:"List what waits for a human."`
}

type approvalsListCmd struct{ limited }

// Run lists approvals.
func (c *approvalsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Approvals(p.ctx, c.page()), c.Limit, "id", "decision_id", "status", "created_at", "expires_at")
}
