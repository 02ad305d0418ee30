package main

import (
	"fmt"
	"io"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type driftFindingsCmd struct {
	limited
	Tenant   string   `help:"A tenant of your organisation, or all; without it, the key's." placeholder:"ID|all"`
	State    []string `help:"new, reopened, acknowledged, accepted, denied, resolved; without it, new and reopened."`
	Open     bool     `help:"All that are not resolved."`
	All      bool     `help:"Of any state."`
	Severity []string `help:"informational, low, medium, high, critical."`
	Type     string   `help:"Type: its name, what people call it, or a part (conditional access)."`
	Kind     string   `help:"added, removed, changed, metadata."`
	Source   string   `help:"Source, for example directory/default."`
	Object   string   `help:"ID of the object."`
	InRun    string   `name:"run" help:"Run that found it or last changed its state."`
	Baseline string   `help:"Baseline's ID."`
	Group    string   `help:"Group of equal changes."`
	Assignee string   `help:"Who looks at it: a principal's ID, or me."`
	Search   string   `help:"Text in the object's name, its ID or the path." short:"q"`
}

// Run lists findings.
func (c *driftFindingsCmd) Run(p *program) error {
	states := c.State
	switch {
	case c.Open && (c.All || len(states) > 0), c.All && len(states) > 0:
		return usagef("--state, --open and --all exclude each other")
	case c.Open:
		states = []string{"new", "reopened", "acknowledged", "accepted", "denied"}
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	who, err := principalOf(p, cl, c.Assignee)
	if err != nil {
		return err
	}
	found, err := frostgate.Collect(cl.DriftFindings(p.ctx, frostgate.DriftFilter{
		Tenant: c.Tenant, States: states, All: c.All, Severity: c.Severity, Kind: c.Kind, Type: c.Type, Source: c.Source, ObjectID: c.Object,
		Baseline: c.Baseline, Assignee: who, Group: c.Group, Run: c.InRun, Text: c.Search,
	}, c.page()), c.Limit)
	if err != nil {
		return err
	}
	return findingTable(p, found, c.Tenant == frostgate.AllTenants)
}

// findingTable prints findings: for reading two lines each, so that what changed
// has room, else all members.
func findingTable(p *program, found []frostgate.DriftFinding, tenants bool) error {
	switch {
	case p.cli.Output != "table":
		rows := make([]any, len(found))
		for i := range found {
			rows[i] = found[i]
		}
		return p.table(rows, "id", "tenant_id", "state", "reason", "severity", "kind", "source", "type", "label", "object_id", "name", "path", "change", "from", "to",
			"first_seen", "run", "flap", "assignee", "until", "baseline", "group", "version", "unverified", "baseline_name")
	case len(found) == 0 && p.cli.Out == "":
		fmt.Fprintln(p.err, "No such findings.")
		return nil
	}
	return p.emit(func(w io.Writer) error { return findingList(w, found, tenants, p.paint(), p.width()) })
}

func findingList(w io.Writer, found []frostgate.DriftFinding, tenants bool, paint painter, width int) error {
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	for i, short := range shortFindings(ids) {
		f := &found[i]
		where := or(f.Label, f.Type)
		if tenants {
			where = f.Tenant + "  " + where
		}
		state := fmt.Sprintf("%-12s", f.State)
		if f.State == "reopened" {
			state = paint.bold(state)
		}
		object := printable(where + ": " + or(f.Name, f.ObjectID))
		if width > 0 {
			object = clip(object, max(20, width-len(short)-30))
		}
		fmt.Fprintf(w, "%s  %s  %s  %s\n", short, state, paint.level(fmt.Sprintf("%-13s", f.Severity)), object)
		for _, part := range wrap(printable(findingChange(f)), width-8) {
			fmt.Fprintf(w, "      %s\n", part)
		}
		if _, err := fmt.Fprintf(w, "      %s\n", paint.dim(printable(sinceText(f)))); err != nil {
			return err
		}
	}
	return nil
}

// findingChange is changeText, but nothing was removed that was never there.
func findingChange(f *frostgate.DriftFinding) string {
	switch {
	case f.Path != "" || !expected(f.BaselineKind):
	case f.Kind == "removed":
		return "missing: " + wantedText(f.BaselineKind)
	case f.Kind == "added":
		return "not expected: " + f.BaselineName + " has none such"
	}
	return changeText(f.Kind, f.Path, f.Change, f.From, f.To)
}

// sinceText says since when a finding is there and what was decided.
func sinceText(f *frostgate.DriftFinding) string {
	out := "since " + clockOf(f.FirstSeen)
	if expected(f.BaselineKind) {
		out += ", against " + or(f.BaselineName, f.Baseline) + " (" + f.BaselineKind + ")"
	}
	if f.Reason != "" || f.Flap > 0 || f.Unverified || f.State == "accepted" {
		out += ", " + findingState(f)
	}
	if f.Assignee != "" {
		out += ", assigned to " + f.Assignee
	}
	return out
}

// principalOf reads an ID, or me.
func principalOf(p *program, cl *frostgate.Client, text string) (string, error) {
	if text != "me" {
		return text, nil
	}
	id, err := cl.Whoami(p.ctx)
	if err != nil {
		return "", err
	}
	return id.PrincipalID, nil
}
