package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// act runs a call and prints what it gives.
func act[T any](p *program, call func(*frostgate.Client) (T, error), columns ...string) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	v, err := call(cl)
	if err != nil {
		return err
	}
	return p.one(v, columns...)
}

// done runs a call that gives nothing and says so.
func (p *program) done(said string, call func(*frostgate.Client) error) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	if err := call(cl); err != nil {
		return err
	}
	fmt.Fprintln(p.err, said)
	return nil
}

type idArg struct {
	ID string `arg:"" help:"ID."`
}

type tenantsCmd struct {
	List     tenantsListCmd     `cmd:"" help:"List tenants."`
	Get      tenantsGetCmd      `cmd:"" help:"Show a tenant."`
	Create   tenantsCreateCmd   `cmd:"" help:"Make a tenant."`
	Suspend  tenantsSuspendCmd  `cmd:"" help:"Stop decisions; reads stay."`
	Resume   tenantsResumeCmd   `cmd:"" help:"Allow decisions again."`
	Settings tenantsSettingsCmd `cmd:"" help:"Show or change settings."`
}

type tenantsListCmd struct{ limited }

// Run lists tenants.
func (c *tenantsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Tenants(p.ctx, c.page()), c.Limit, "id", "name", "status", "log_id", "created_at")
}

type tenantsGetCmd struct{ idArg }

// Run shows a tenant.
func (c *tenantsGetCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.Tenant, error) { return cl.Tenant(p.ctx, c.ID) })
}

type tenantsCreateCmd struct {
	Name string `arg:"" help:"Name."`
}

// Run makes a tenant.
func (c *tenantsCreateCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.Tenant, error) { return cl.CreateTenant(p.ctx, c.Name) })
}

type tenantsSuspendCmd struct{ idArg }

// Run suspends a tenant.
func (c *tenantsSuspendCmd) Run(p *program) error { return p.tenantStatus(c.ID, "suspended") }

type tenantsResumeCmd struct{ idArg }

// Run resumes a tenant.
func (c *tenantsResumeCmd) Run(p *program) error { return p.tenantStatus(c.ID, "active") }

func (p *program) tenantStatus(id, status string) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.Tenant, error) {
		return cl.ChangeTenant(p.ctx, id, frostgate.TenantChange{Status: status})
	}, "id", "name", "status")
}

type tenantsSettingsCmd struct {
	ID  string            `arg:"" help:"Tenant ID."`
	Set map[string]string `help:"Change a setting: persona=guardian, rates.defend.per_second=100. An empty value goes back to the default." placeholder:"NAME=VALUE"`
}

// Run shows settings, changed first where asked.
func (c *tenantsSettingsCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	var t *frostgate.Tenant
	if len(c.Set) == 0 {
		t, err = cl.Tenant(p.ctx, c.ID)
	} else {
		var doc jsontext.Value
		if doc, err = c.document(p, cl); err != nil {
			return err
		}
		t, err = cl.ChangeTenant(p.ctx, c.ID, frostgate.TenantChange{Settings: doc})
	}
	if err != nil {
		return err
	}
	return p.one(t.Settings)
}

// document reads the settings in force where a value is empty: their kinds say
// what stands for the default.
func (c *tenantsSettingsCmd) document(p *program, cl *frostgate.Client) (jsontext.Value, error) {
	if !slices.Contains(slices.Collect(maps.Values(c.Set)), "") {
		return settingsDocument(c.Set, nil)
	}
	t, err := cl.Tenant(p.ctx, c.ID)
	if err != nil {
		return nil, err
	}
	inForce, err := parseAny(t.Settings)
	if err != nil {
		return nil, err
	}
	return settingsDocument(c.Set, inForce)
}

type peopleCmd struct {
	List    peopleListCmd    `cmd:"" help:"List persons and service accounts."`
	Add     peopleAddCmd     `cmd:"" help:"Add a person or service account."`
	Disable peopleDisableCmd `cmd:"" help:"Stop all keys of somebody at once."`
	Enable  peopleEnableCmd  `cmd:"" help:"Let somebody who was disabled act again."`
	Role    struct {
		Add    peopleRoleAddCmd    `cmd:"" help:"Give a role."`
		Remove peopleRoleRemoveCmd `cmd:"" help:"Take a role away."`
	} `cmd:"" help:"Roles: viewer, analyst, approver, editor, admin, owner, auditor."`
}

type peopleListCmd struct{ limited }

// Run lists people.
func (c *peopleListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.People(p.ctx, c.page()), c.Limit, "id", "kind", "name", "email", "status", "roles", "created_at")
}

type peopleAddCmd struct {
	Name    string `arg:"" help:"Name."`
	Email   string `help:"Address; it identifies nobody."`
	Service bool   `help:"A service account, not a person."`
	Role    string `help:"First role."`
	Tenant  string `help:"Tenant of the role; without it, the whole organisation."`
}

// Run adds somebody.
func (c *peopleAddCmd) Run(p *program) error {
	n := frostgate.Principal{Kind: "person", Name: c.Name, Email: c.Email}
	if c.Service {
		n.Kind = "service"
	}
	if c.Role != "" {
		n.Roles = []frostgate.Role{{TenantID: c.Tenant, Role: c.Role}}
	}
	return act(p, func(cl *frostgate.Client) (*frostgate.Principal, error) { return cl.AddPerson(p.ctx, n) })
}

type peopleDisableCmd struct{ idArg }

// Run disables somebody.
func (c *peopleDisableCmd) Run(p *program) error {
	return p.done("Disabled; all keys stopped.", func(cl *frostgate.Client) error { return cl.DisablePerson(p.ctx, c.ID) })
}

type peopleEnableCmd struct{ idArg }

// Run enables somebody.
func (c *peopleEnableCmd) Run(p *program) error {
	return p.done("Enabled.", func(cl *frostgate.Client) error { return cl.EnablePerson(p.ctx, c.ID) })
}

type roleArgs struct {
	ID     string `arg:"" help:"ID of the person or service account."`
	Role   string `arg:"" help:"Role."`
	Tenant string `help:"Tenant; without it, the whole organisation."`
}

type peopleRoleAddCmd struct{ roleArgs }

// Run gives a role.
func (c *peopleRoleAddCmd) Run(p *program) error {
	return p.done("Role given.", func(cl *frostgate.Client) error {
		return cl.GrantRole(p.ctx, c.ID, frostgate.Role{TenantID: c.Tenant, Role: c.Role})
	})
}

type peopleRoleRemoveCmd struct{ roleArgs }

// Run takes a role away.
func (c *peopleRoleRemoveCmd) Run(p *program) error {
	return p.done("Role taken away.", func(cl *frostgate.Client) error {
		return cl.RemoveRole(p.ctx, c.ID, frostgate.Role{TenantID: c.Tenant, Role: c.Role})
	})
}

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"List keys."`
	Create keysCreateCmd `cmd:"" help:"Make a key; its secret is shown once."`
	Rotate keysRotateCmd `cmd:"" help:"Make a successor; the old key works for the overlap."`
	Revoke keysRevokeCmd `cmd:"" help:"End a key at once."`
}

type keysListCmd struct{ limited }

// Run lists keys.
func (c *keysListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Keys(p.ctx, c.page()), c.Limit, "id", "name", "principal_id", "status", "created_at", "expires_at", "last_used_at", "scopes")
}

type keysCreateCmd struct {
	Name      string        `arg:"" help:"What it is for."`
	Scopes    []string      `help:"What it may do, for example defend:write." required:"" placeholder:"SCOPE"`
	Principal string        `help:"For whom; without it, yourself."`
	Tenant    string        `help:"In which tenant; without it, your key's."`
	Personas  []string      `help:"Personas that events may name."`
	Rings     []string      `help:"Rings that events may name."`
	Missions  []string      `help:"Missions that events may name."`
	For       time.Duration `help:"How long it works; without it, until revoked." placeholder:"DURATION"`
}

// Run makes a key.
func (c *keysCreateCmd) Run(p *program) error {
	n := frostgate.NewKey{
		Name: c.Name, Scopes: c.Scopes, PrincipalID: c.Principal, TenantID: c.Tenant,
		Limits: frostgate.KeyLimits{Personas: c.Personas, Rings: c.Rings, Missions: c.Missions},
	}
	if c.For > 0 {
		n.ExpiresAt = time.Now().Add(c.For).UTC()
	}
	return p.secret(func(cl *frostgate.Client) (*frostgate.Key, error) { return cl.CreateKey(p.ctx, n) })
}

// secret prints a key with its secret, and says that it is the only time.
func (p *program) secret(call func(*frostgate.Client) (*frostgate.Key, error)) error {
	if err := act(p, call); err != nil {
		return err
	}
	fmt.Fprintln(p.err, "The key is shown this once; keep it now.")
	return nil
}

type keysRotateCmd struct {
	idArg
	Overlap time.Duration `help:"How long the old key still works." default:"24h"`
}

// Run rotates a key.
func (c *keysRotateCmd) Run(p *program) error {
	return p.secret(func(cl *frostgate.Client) (*frostgate.Key, error) { return cl.RotateKey(p.ctx, c.ID, c.Overlap) })
}

type keysRevokeCmd struct {
	idArg
	Reason string `help:"Why; it is kept in the audit."`
}

// Run revokes a key.
func (c *keysRevokeCmd) Run(p *program) error {
	return p.done("Revoked.", func(cl *frostgate.Client) error { return cl.RevokeKey(p.ctx, c.ID, c.Reason) })
}

type webhooksCmd struct {
	List   webhooksListCmd   `cmd:"" help:"List webhooks."`
	Add    webhooksAddCmd    `cmd:"" help:"Tell an address of decisions from now on; its secret is shown once."`
	Remove webhooksRemoveCmd `cmd:"" help:"End a webhook."`
	Test   webhooksTestCmd   `cmd:"" help:"Send a test message now."`
}

type webhooksListCmd struct{}

// Run lists webhooks.
func (*webhooksListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Webhooks(p.ctx), 0, "id", "url", "status", "delivered", "given_up", "last_status", "last_error", "filter")
}

type webhooksAddCmd struct {
	URL         string   `arg:"" name:"address" help:"https address that takes Standard Webhooks messages."`
	MinSeverity string   `help:"info, low, medium, high, critical."`
	Gating      []string `help:"allow, require_approval, reject."`
	Actions     []string `help:"Actions taken or proposed."`
	Rules       []string `help:"Rules that fired."`
	EventTypes  []string `help:"Types of events."`
}

// Run adds a webhook.
func (c *webhooksAddCmd) Run(p *program) error {
	w := frostgate.Webhook{URL: c.URL, Filter: &frostgate.WebhookFilter{
		MinSeverity: c.MinSeverity, Gating: c.Gating, Actions: c.Actions, Rules: c.Rules, EventTypes: c.EventTypes,
	}}
	return act(p, func(cl *frostgate.Client) (*frostgate.Webhook, error) { return cl.AddWebhook(p.ctx, w) })
}

type webhooksRemoveCmd struct{ idArg }

// Run removes a webhook.
func (c *webhooksRemoveCmd) Run(p *program) error {
	return p.done("Removed.", func(cl *frostgate.Client) error { return cl.RemoveWebhook(p.ctx, c.ID) })
}

type webhooksTestCmd struct{ idArg }

// Run sends a test message and fails when it was not taken.
func (c *webhooksTestCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	raw, err := cl.TestWebhook(p.ctx, c.ID)
	if err != nil {
		return err
	}
	if err := p.one(raw); err != nil {
		return err
	}
	if !strings.Contains(string(raw), `"delivered":true`) {
		return errQuiet(exitFailed)
	}
	return nil
}
