package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// triageArgs say what is decided on: findings, or a group of equal changes.
type triageArgs struct {
	tenantFlag
	IDs    []string `arg:"" optional:"" name:"id" help:"Findings; as much of their IDs as tells them from others."`
	Group  string   `help:"Instead of findings: a group of equal changes, in all tenants in which you may (or in --tenant)." placeholder:"KEY"`
	Except []string `help:"Of a group: findings (as much of their IDs as tells them from others) or tenants (ID or name) that stay as they are." placeholder:"ID"`
}

// triage does one act.
func (a *triageArgs) triage(p *program, act frostgate.DriftTriage) error {
	if (len(a.IDs) > 0) == (a.Group != "") {
		return usagef("name findings, or a group with --group")
	}
	if a.Group == "" && len(a.Except) > 0 {
		return usagef("--except goes with --group")
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	if a.Group != "" {
		return a.triageGroup(p, cl, act)
	}
	if act.Tenant, act.IDs, err = findingsOf(p, cl, a.Tenant, a.IDs); err != nil {
		return err
	}
	got, err := cl.TriageDrift(p.ctx, act)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(got)
	}
	return p.emit(func(w io.Writer) error { return triagedText(w, got) })
}

func triagedText(w io.Writer, got *frostgate.DriftTriaged) error {
	ids := make([]string, len(got.Findings))
	for i := range got.Findings {
		ids[i] = got.Findings[i].ID
	}
	short := shortFindings(ids)
	for i := range got.Findings {
		f := &got.Findings[i]
		who := ""
		if f.Assignee != "" {
			who = ", assigned to " + f.Assignee
		}
		if _, err := fmt.Fprintf(w, "%s  %s%s: %s%s\n", short[i], printable(or(f.Name, f.ObjectID)), inBrackets(printable(f.Path)), findingState(f), printable(who)); err != nil {
			return err
		}
	}
	if len(got.Entries) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "Recorded in entry %s of the log.\n", entriesText(got.Entries))
	return err
}

func entriesText(entries []int64) string {
	out := fmt.Sprint(entries[0])
	if n := len(entries); n > 1 {
		out += fmt.Sprintf(" to %d", entries[n-1])
	}
	return out
}

// exceptions turns what was typed into whole IDs of tenants and findings of the
// group. What fits nothing is refused: the group would be decided on with it.
func (a *triageArgs) exceptions(p *program, cl *frostgate.Client) (tenants, findings []string, err error) {
	in := or(a.Tenant, frostgate.AllTenants)
	for _, typed := range a.Except {
		switch {
		case strings.HasPrefix(typed, "tn_"):
			tenants = append(tenants, typed)
			continue
		case strings.HasPrefix(typed, "fnd_") && len(typed) == fullFinding:
			findings = append(findings, typed)
			continue
		}
		id, err := groupTenant(p, cl, in, a.Group, typed)
		if err != nil {
			return nil, nil, err
		}
		if id != "" {
			tenants = append(tenants, id)
			continue
		}
		found, err := frostgate.Collect(cl.DriftFindings(p.ctx, frostgate.DriftFilter{Tenant: in, Group: a.Group, Prefix: typed}, frostgate.Page{Size: 2}), 2)
		switch {
		case err != nil:
			return nil, nil, err
		case len(found) == 0:
			return nil, nil, fmt.Errorf("nothing was changed: --except %q is neither a finding of the group nor a tenant that has one (`frostgate drift groups show %s` lists both)", typed, a.Group)
		case len(found) > 1:
			return nil, nil, usagef("--except %q may be %s or %s: write more of it", typed, found[0].ID, found[1].ID)
		}
		findings = append(findings, found[0].ID)
	}
	return tenants, findings, nil
}

// groupTenant is the ID of a group's tenant by its name; empty: none has it.
func groupTenant(p *program, cl *frostgate.Client, in, group, name string) (id string, err error) {
	if strings.HasPrefix(name, "fnd_") {
		return "", nil
	}
	g, err := cl.DriftGroup(p.ctx, in, group)
	if err != nil {
		return "", err
	}
	for _, t := range g.Tenants {
		switch {
		case !strings.EqualFold(t.Name, name):
		case id != "":
			return "", usagef("--except %q is the name of %s and %s: write the ID", name, id, t.Tenant)
		default:
			id = t.Tenant
		}
	}
	return id, nil
}

func (a *triageArgs) triageGroup(p *program, cl *frostgate.Client, act frostgate.DriftTriage) error {
	t := frostgate.DriftGroupTriage{Action: act.Action, Until: act.Until, Note: act.Note, Approver: act.Approver, Assignee: act.Assignee}
	if a.Tenant != "" && a.Tenant != frostgate.AllTenants {
		t.Tenants = []string{a.Tenant}
	}
	var err error
	if t.ExceptTenants, t.Except, err = a.exceptions(p, cl); err != nil {
		return err
	}
	got, err := cl.TriageDriftGroup(p.ctx, a.Group, t)
	if err != nil {
		return err
	}
	failed := 0
	for _, x := range got.Tenants {
		if x.Code != "" {
			failed++
		}
	}
	if p.cli.Output != "table" {
		err = p.one(got)
	} else {
		err = p.emit(func(w io.Writer) error { return groupTriagedText(w, got) })
	}
	if err == nil && failed > 0 {
		return errQuiet(exitFailed)
	}
	return err
}

func groupTriagedText(w io.Writer, got *frostgate.DriftGroupTriaged) error {
	fmt.Fprintf(w, "%s changed in %s.\n", counted(got.Count, "finding"), counted(len(got.Tenants), "tenant"))
	for _, t := range got.Tenants {
		what := counted(t.Count, "finding")
		if t.Code != "" {
			what = "nothing changed: " + t.Error
		}
		if _, err := fmt.Fprintf(w, "  %s  %s\n", t.Tenant, printable(what)); err != nil {
			return err
		}
		for _, o := range t.Objects {
			fmt.Fprintf(w, "    %s: %s\n", printable(or(o.Name, o.ObjectID)), becameText(&o))
		}
		if more := t.Count - len(t.Objects); more > 0 && len(t.Objects) > 0 {
			fmt.Fprintf(w, "    and %d more\n", more)
		}
	}
	if got.Skipped > 0 {
		fmt.Fprintf(w, "  %s left out: the state does not allow it\n", counted(got.Skipped, "finding"))
	}
	for _, k := range got.Kept {
		if _, err := fmt.Fprintf(w, "  %s  %s stays as it is\n", k.Tenant, k.Finding); err != nil {
			return err
		}
	}
	return nil
}

// becameText says what was decided, and what it took the place of.
func becameText(o *frostgate.DriftGroupObject) string {
	switch o.Was {
	case o.State, "new", "reopened":
		return o.State
	}
	return o.State + " (was " + o.Was + ")"
}

type driftAckCmd struct {
	triageArgs
	Comment string `help:"What there is to say; it is kept." short:"m"`
}

// Run acknowledges.
func (c *driftAckCmd) Run(p *program) error {
	return c.triage(p, frostgate.DriftTriage{Action: "acknowledge", Note: c.Comment})
}

type driftAcceptCmd struct {
	triageArgs
	For      timeSpan  `help:"How long, for example 30d; at most 366 days." placeholder:"DURATION"`
	Until    time.Time `help:"Until when (2026-12-31, or RFC 3339)." placeholder:"TIME"`
	Reason   string    `help:"Why; it is kept." required:"" short:"m"`
	Approver string    `help:"Who allowed it, if somebody else did."`
}

// Run accepts a value until a time.
func (c *driftAcceptCmd) Run(p *program) error {
	end, err := until(c.For, c.Until, time.Now())
	if err != nil {
		return err
	}
	return c.triage(p, frostgate.DriftTriage{Action: "accept", Until: end, Note: c.Reason, Approver: c.Approver})
}

type driftDenyCmd struct {
	triageArgs
	Reason string `help:"Why; it is kept." required:"" short:"m"`
}

// Run says that a value must be undone.
func (c *driftDenyCmd) Run(p *program) error {
	return c.triage(p, frostgate.DriftTriage{Action: "deny", Note: c.Reason})
}

type driftReopenCmd struct {
	triageArgs
	Reason string `help:"Why; it is kept." short:"m"`
}

// Run puts findings back on the list; an acceptance ends.
func (c *driftReopenCmd) Run(p *program) error {
	return c.triage(p, frostgate.DriftTriage{Action: "reopen", Note: c.Reason})
}

type driftAssignCmd struct {
	triageArgs
	To string `help:"Who looks at it: a principal's ID, me, or nobody." required:""`
}

// Run says who looks at findings.
func (c *driftAssignCmd) Run(p *program) error {
	to := c.To
	if to == "me" {
		cl, err := p.client()
		if err != nil {
			return err
		}
		if to, err = principalOf(p, cl, to); err != nil {
			return err
		}
	}
	if to == "nobody" {
		to = ""
	}
	return c.triage(p, frostgate.DriftTriage{Action: "assign", Assignee: &to})
}

type driftCommentCmd struct {
	triageArgs
	Text string `help:"The comment; it is kept." required:"" short:"m" name:"comment"`
}

// Run comments on findings.
func (c *driftCommentCmd) Run(p *program) error {
	return c.triage(p, frostgate.DriftTriage{Action: "comment", Note: c.Text})
}
