package main

import (
	"fmt"
	"io"
	"strings"

	"frostgate.io/frostgate/internal/drift/plain"
	frostgate "frostgate.io/frostgate/sdk/go"
)

type driftGroupsCmd struct {
	List driftGroupsListCmd `cmd:"" default:"withargs" help:"List equal changes: what came back first, then by severity, then those in most tenants."`
	Show driftGroupsShowCmd `cmd:"" help:"Show in which tenants a change is."`
}

type driftGroupsListCmd struct {
	limited
	Tenant   string   `help:"A tenant of your organisation, or all in which you may." default:"all" placeholder:"ID|all"`
	State    []string `help:"new, reopened, acknowledged, accepted, denied, resolved; without it, all that are not resolved."`
	Severity []string `help:"informational, low, medium, high, critical."`
	Type     string   `help:"Type: its name, what people call it, or a part."`
}

// shownGroup is a group for reading.
type shownGroup struct {
	frostgate.DriftGroup
	What   string `json:"what"`
	Object string `json:"object"`
}

// Run lists groups.
func (c *driftGroupsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	f := frostgate.DriftFilter{Tenant: c.Tenant, States: c.State, Severity: c.Severity, Type: c.Type}
	groups, err := frostgate.Collect(cl.DriftGroups(p.ctx, f, c.page()), c.Limit)
	if err != nil {
		return err
	}
	rows := make([]any, len(groups))
	for i := range groups {
		if rows[i] = groups[i]; p.cli.Output != "json" {
			g := &groups[i]
			rows[i] = shownGroup{*g, changeText(g.Kind, g.Path, g.Change, g.From, g.To), groupObject(g)}
		}
	}
	return p.table(rows, "GROUP=key", "tenants", "findings", "waiting", "severity", "TYPE=label", "object", "what", "SINCE=first_seen")
}

// groupObject names one object of a group, and says how many findings more there
// are: equal changes may be of objects that have nothing else in common.
func groupObject(g *frostgate.DriftGroup) string {
	name := or(g.Sample.Name, g.Sample.ObjectID)
	if g.Findings > 1 {
		name += fmt.Sprintf(" and %d more", g.Findings-1)
	}
	return name
}

type driftGroupsShowCmd struct {
	Tenant string `help:"A tenant of your organisation, or all in which you may." default:"all" placeholder:"ID|all"`
	Key    string `arg:"" help:"Group."`
}

// Run shows a group's tenants.
func (c *driftGroupsShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	g, err := cl.DriftGroup(p.ctx, c.Tenant, c.Key)
	if err != nil {
		return err
	}
	rows := make([]any, len(g.Tenants))
	for i := range g.Tenants {
		rows[i] = g.Tenants[i]
	}
	err = p.table(rows, "tenant_id", "name", "findings", "NEW=by_state.new", "BACK=by_state.reopened", "ACKNOWLEDGED=by_state.acknowledged", "ACCEPTED=by_state.accepted",
		"DENIED=by_state.denied")
	if err != nil || p.cli.Output != "table" || p.cli.Out != "" {
		return err
	}
	return groupObjects(p, cl, c.Tenant, c.Key)
}

// groupNamed is how many findings of a group are listed by name.
const groupNamed = 200

// groupObjects lists whose findings a group has: one decision is about them all.
func groupObjects(p *program, cl *frostgate.Client, tenant, key string) error {
	filter := frostgate.DriftFilter{Tenant: tenant, Group: key, States: []string{"new", "reopened", "acknowledged", "accepted", "denied"}}
	found, err := frostgate.Collect(cl.DriftFindings(p.ctx, filter, frostgate.Page{Size: groupNamed}), groupNamed)
	if err != nil || len(found) == 0 {
		return err
	}
	ids, rows := make([]string, len(found)), make([][]string, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	for i, short := range shortFindings(ids) {
		f := &found[i]
		rows[i] = []string{short, f.Tenant, f.State, printable(or(f.Name, f.ObjectID))}
	}
	return p.emit(func(w io.Writer) error {
		fmt.Fprintln(w)
		return writeAligned(w, rows, p.width())
	})
}

type driftCompareCmd struct {
	From string   `arg:"" help:"A source of yours (directory/default), of another tenant (tn_1/directory/default), or a snapshot (HASH, tn_1/HASH)."`
	To   string   `arg:"" help:"The other side."`
	Type []string `help:"Types only: names, what people call them, or parts." placeholder:"TYPE"`
}

// comparedSide reads one side of a comparison.
func comparedSide(text string) (side frostgate.DriftSide, err error) {
	rest := text
	if strings.HasPrefix(text, "tn_") {
		side.Tenant, rest, _ = strings.Cut(text, "/")
	}
	switch {
	case rest == "" || rest == side.Tenant:
		return side, usagef("%q names a tenant: say which source, as in %s/directory/default", text, text)
	case strings.Contains(rest, "/"):
		side.Source = rest
	case len(rest) == 64 && strings.Trim(rest, "0123456789abcdef") == "":
		side.Snapshot = rest
	default:
		return side, usagef("%q is neither a source (kind/name) nor a snapshot's hash", text)
	}
	return side, nil
}

// Run compares.
func (c *driftCompareCmd) Run(p *program) error {
	from, err := comparedSide(c.From)
	if err != nil {
		return err
	}
	to, err := comparedSide(c.To)
	if err != nil {
		return err
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	got, err := cl.CompareDrift(p.ctx, frostgate.DriftCompare{From: from, To: to, Types: c.Type})
	if err != nil {
		return err
	}
	switch p.cli.Output {
	case "json":
		return p.one(got)
	case "csv":
		rows := make([]any, len(got.Items))
		for i := range got.Items {
			rows[i] = got.Items[i]
		}
		return p.table(rows, "kind", "severity", "type", "label", "name", "id_in_from", "id_in_to", "path", "from", "to")
	}
	return p.emit(func(w io.Writer) error { return comparedText(w, got, p.paint(), p.width()) })
}

// comparedText writes a comparison for reading.
func comparedText(w io.Writer, d *frostgate.DriftCompared, paint painter, width int) error {
	fmt.Fprintf(w, "%s: %d only in the second, %d only in the first, %d differ", paint.bold("Compared by type, name and template"), d.Added, d.Removed, d.Changed)
	if d.Metadata > 0 {
		fmt.Fprintf(w, " (%d only in name or description)", d.Metadata)
	}
	fmt.Fprintf(w, ", %d are equal", d.Unchanged)
	if d.Unknown > 0 {
		fmt.Fprintf(w, ", %d unknown", d.Unknown)
	}
	fmt.Fprintln(w, ".")
	if d.Secrets > 0 {
		fmt.Fprintf(w, "%s %s, hashed under different keys. What holds them counts as equal if nothing else differs.\n", paint.warn("Not compared:"), counted(d.Secrets, "secret"))
	}
	rows := [][]string{}
	for i := range d.Items {
		x := &d.Items[i]
		what := map[string]string{"added": "only in " + compareSideText(d.To), "removed": "only in " + compareSideText(d.From)}[x.Kind]
		if x.Path != "" {
			what = changeText(x.Kind, x.Path, x.Change, x.From, x.To)
		}
		rows = append(rows, []string{x.Severity, or(x.Label, x.Type), or(x.Name, or(x.IDInFrom, x.IDInTo)), what})
	}
	if err := writeAligned(w, rows, width); err != nil {
		return err
	}
	for _, a := range d.Ambiguous {
		fmt.Fprintf(w, "Left out: %s %q is the name of several objects (%d and %d).\n", printable(a.Type), printable(a.Name), a.InFrom, a.InTo)
	}
	for _, u := range d.Unknowns {
		fmt.Fprintf(w, "Unknown: %s %s: %s.\n", printable(u.Type), printable(u.ObjectID), strings.TrimSuffix(plain.Reason(u.Reason), "."))
	}
	if d.More {
		_, err := fmt.Fprintln(w, "There is more than is listed; the counts are of all.")
		return err
	}
	return nil
}

func compareSideText(s frostgate.DriftSide) string {
	return strings.Trim(s.Tenant+"/"+or(s.Source, s.Snapshot), "/")
}
