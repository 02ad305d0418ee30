package main

import (
	"fmt"
	"io"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type inventoryGraphCmd struct {
	Neighbours  graphNeighboursCmd `cmd:"" help:"What an object refers to, and what refers to it."`
	BlastRadius graphRadiusCmd     `cmd:"" help:"What feels a change of an object."`
	Unassigned  graphUnassignedCmd `cmd:"" help:"Objects that are assigned to nobody and so have no effect."`
	Broken      graphBrokenCmd     `cmd:"" help:"References to objects that are not there."`
}

// objectArgs name an object.
type objectArgs struct {
	tenantFlag
	ID     string `arg:"" help:"ID of the object in its source, or its name."`
	Type   string `help:"Its type, where the ID fits several."`
	Source string `help:"Its source, where the ID fits several."`
	Limit  int    `help:"Most objects to show; all are counted." default:"50"`
}

func (a *objectArgs) key() frostgate.InventoryKey {
	return frostgate.InventoryKey{Tenant: a.Tenant, Source: a.Source, Type: a.Type, ID: a.ID}
}

// objectText names an object for reading.
func objectText(o *frostgate.GraphObject) string {
	out := or(o.Label, o.Type) + " " + or(o.Name, o.ID)
	if o.Name != "" && o.Name != o.ID {
		out += " (" + o.ID + ")"
	}
	if o.State == "missing" {
		out += ", which is missing"
	}
	return printable(out)
}

type graphNeighboursCmd struct{ objectArgs }

// Run shows the neighbours of an object.
func (c *graphNeighboursCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	n, err := cl.Neighbours(p.ctx, c.key(), c.Limit)
	if err != nil {
		return err
	}
	if p.cli.Output == "json" {
		return p.one(n)
	}
	if p.cli.Output == "csv" {
		return p.table(neighbourRows(n), "direction", "relation", "object.type", "object.id", "object.name", "object.state")
	}
	return p.emit(func(w io.Writer) error {
		fmt.Fprintln(w, p.paint().bold(objectText(&n.Object)))
		linksText(w, "refers to", n.To, n.ToCount)
		linksText(w, "is referred to by", n.From, n.FromCount)
		return nil
	})
}

// neighbourRow is a neighbour with the direction of the reference.
type neighbourRow struct {
	Direction string `json:"direction"`
	frostgate.GraphLink
}

func neighbourRows(n *frostgate.GraphNeighbours) []any {
	var rows []any
	for _, l := range n.To {
		rows = append(rows, neighbourRow{"to", l})
	}
	for _, l := range n.From {
		rows = append(rows, neighbourRow{"from", l})
	}
	return rows
}

func linksText(w io.Writer, head string, links []frostgate.GraphLink, count int) {
	if count == 0 {
		fmt.Fprintf(w, "  %s nothing\n", head)
		return
	}
	fmt.Fprintf(w, "  %s:\n", head)
	for i := range links {
		fmt.Fprintf(w, "    %s: %s\n", printable(links[i].Relation), objectText(&links[i].Object))
	}
	if more := count - len(links); more > 0 {
		fmt.Fprintf(w, "    and %d more (--limit)\n", more)
	}
}

type graphRadiusCmd struct {
	objectArgs
	Depth int `help:"How far to go." default:"5"`
}

// Run shows what feels a change of an object.
func (c *graphRadiusCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	r, err := cl.BlastRadius(p.ctx, c.key(), c.Depth, c.Limit)
	if err != nil {
		return err
	}
	switch p.cli.Output {
	case "json":
		return p.one(r)
	case "csv":
		rows := make([]any, len(r.Affected))
		for i := range r.Affected {
			rows[i] = r.Affected[i]
		}
		return p.table(rows, "distance", "object.type", "object.id", "object.name", "object.state")
	}
	return p.emit(func(w io.Writer) error { return radiusText(w, r, p.paint()) })
}

func radiusText(w io.Writer, r *frostgate.BlastRadius, paint painter) error {
	fmt.Fprintf(w, "%s: %s\n", paint.bold(objectText(&r.Object)), counted(r.Total, "object")+" would feel a change of it")
	for i := range r.Affected {
		a := &r.Affected[i]
		if _, err := fmt.Fprintf(w, "  %d  %s  %s\n", a.Distance, objectText(&a.Object), paint.dim(printable(wayText(&r.Object, a.Path)))); err != nil {
			return err
		}
	}
	if more := r.Total - len(r.Affected); more > 0 {
		_, err := fmt.Fprintf(w, "  and %d more (--limit)\n", more)
		return err
	}
	return nil
}

// wayText says why an object feels a change of start, from that object back to
// start: each clause is a reference as it stands, who refers first.
func wayText(start *frostgate.GraphObject, path []frostgate.GraphStep) string {
	var clauses []string
	for j := len(path) - 1; j >= 0; j-- {
		nearer := start
		if j > 0 {
			nearer = &path[j-1].Object
		}
		here, there := or(path[j].Object.Name, path[j].Object.ID), or(nearer.Name, nearer.ID)
		switch {
		case path[j].Relation == "":
			continue
		case !path[j].Backwards:
			clauses = append(clauses, there+" "+path[j].Relation+" "+here)
		case len(clauses) == 0: // its own line names it
			clauses = append(clauses, path[j].Relation+" "+there)
		default:
			clauses = append(clauses, here+" "+path[j].Relation+" "+there)
		}
	}
	return strings.Join(clauses, ", ")
}

type gapsArgs struct {
	limited
	tenantFlag
	Source string `help:"Source, for example directory/default; needed where there are several."`
}

type graphUnassignedCmd struct{ gapsArgs }

// Run lists objects without effect.
func (c *graphUnassignedCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.Unassigned(p.ctx, c.Tenant, c.Source, c.page()), c.Limit, "TYPE=label", "name", "id", "state", "KIND=type")
}

type graphBrokenCmd struct{ gapsArgs }

// Run lists references that lead nowhere.
func (c *graphBrokenCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.BrokenReferences(p.ctx, c.Tenant, c.Source, c.page()), c.Limit, "TYPE=from.label", "NAME=from.name", "from.id", "relation", "MISSING TYPE=to.label", "MISSING=to.id")
}
