package main

import (
	"fmt"

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

// shownFinding is a finding for reading: with an ID that is short enough to type
// and its change on one line.
type shownFinding struct {
	frostgate.DriftFinding
	Short string `json:"short_id"`
	What  string `json:"what"`
	Who   string `json:"object"`
}

func findingTable(p *program, found []frostgate.DriftFinding, tenants bool) error {
	if p.cli.Output == "table" && len(found) == 0 && p.cli.Out == "" {
		fmt.Fprintln(p.err, "No such findings.")
		return nil
	}
	ids := make([]string, len(found))
	rows := make([]any, len(found))
	for i := range found {
		ids[i], rows[i] = found[i].ID, found[i]
	}
	if p.cli.Output == "json" {
		return p.table(rows)
	}
	short := shortFindings(ids)
	for i, f := range found {
		rows[i] = shownFinding{f, short[i], changeText(f.Kind, f.Path, f.Change, f.From, f.To), or(f.Name, f.ObjectID)}
	}
	if p.cli.Output == "csv" {
		return p.table(rows, "id", "tenant_id", "state", "reason", "severity", "kind", "source", "type", "label", "object_id", "name", "path", "from", "to",
			"first_seen", "run", "flap", "assignee", "until", "baseline", "group", "version", "unverified")
	}
	columns := []string{"ID=short_id", "state", "severity", "TYPE=label", "object", "what", "SINCE=first_seen", "flap", "assignee", "until"}
	if tenants {
		columns = append([]string{"TENANT=tenant_id"}, columns...)
	}
	return p.table(rows, columns...)
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
