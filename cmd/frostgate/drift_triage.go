package main

import (
	"fmt"
	"io"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// triageArgs say what is decided on: findings, or a group of equal changes.
type triageArgs struct {
	tenantFlag
	IDs    []string `arg:"" optional:"" name:"id" help:"Findings; as much of their IDs as tells them from others."`
	Group  string   `help:"Instead of findings: a group of equal changes, in all tenants in which you may (or in --tenant)." placeholder:"KEY"`
	Except []string `help:"Of a group: findings or tenants that stay as they are." placeholder:"ID"`
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

func (a *triageArgs) triageGroup(p *program, cl *frostgate.Client, act frostgate.DriftTriage) error {
	t := frostgate.DriftGroupTriage{Action: act.Action, Until: act.Until, Note: act.Note, Approver: act.Approver, Assignee: act.Assignee}
	if a.Tenant != "" && a.Tenant != frostgate.AllTenants {
		t.Tenants = []string{a.Tenant}
	}
	for _, id := range a.Except {
		if len(id) > 3 && id[:3] == "tn_" {
			t.ExceptTenants = append(t.ExceptTenants, id)
		} else {
			t.Except = append(t.Except, id)
		}
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
		if err == nil && p.cli.Out == "" {
			err = groupObjects(p, cl, or(a.Tenant, frostgate.AllTenants), a.Group)
		}
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
	}
	for _, k := range got.Kept {
		if _, err := fmt.Fprintf(w, "  %s  %s stays as it is\n", k.Tenant, k.Finding); err != nil {
			return err
		}
	}
	return nil
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
