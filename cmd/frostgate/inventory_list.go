package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	frostgate "frostgate.io/frostgate/sdk/go"
)

// tenantFlag asks about another tenant of the organisation.
type tenantFlag struct {
	Tenant string `help:"A tenant of your organisation; without it, the key's." placeholder:"ID"`
}

type inventoryListCmd struct {
	limited
	tenantFlag
	Type   string `help:"Type: its name, what people call it, or a part that fits one (conditional access)."`
	Source string `help:"Source, for example directory/default."`
	State  string `help:"present, missing, unknown."`
	Search string `help:"Text in name or ID." short:"q"`
}

// Run lists what was last observed.
func (c *inventoryListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	q := frostgate.InventoryItemQuery{Tenant: c.Tenant, Source: c.Source, Type: c.Type, State: c.State, Text: c.Search}
	return list(p, cl.InventoryItems(p.ctx, q, c.page()), c.Limit, "TYPE=label", "name", "id", "state", "SEEN=seen_at", "source", "changed_in", "KIND=type")
}

type inventoryShowCmd struct {
	tenantFlag
	ID     string `arg:"" help:"ID of the object in its source, or its name."`
	Type   string `help:"Its type, where the ID fits several."`
	Source string `help:"Its source, where the ID fits several."`
}

// Run shows one object.
func (c *inventoryShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	it, err := cl.InventoryItem(p.ctx, frostgate.InventoryKey{Tenant: c.Tenant, Source: c.Source, Type: c.Type, ID: c.ID})
	if problem := (*frostgate.Problem)(nil); errors.As(err, &problem) && problem.Status == 404 {
		return fmt.Errorf("%w\n`frostgate inventory list -q TEXT` finds objects by a part of the name", err)
	}
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(it)
	}
	return p.emit(func(w io.Writer) error { return itemText(w, it, p.paint(), p.width()) })
}

// itemText writes an object for reading.
func itemText(w io.Writer, it *frostgate.InventoryItemDetail, paint painter, width int) error {
	line := labelled(w, paint, width)
	fmt.Fprintln(w, paint.bold(printable(or(it.Name, it.ID))))
	line("type", "%s (%s)", it.Label, it.Type)
	line("id", "%s", it.ID)
	line("source", "%s", it.Source)
	line("state", "%s", itemState(it.State))
	line("last seen", "%s in %s", clockOf(it.SeenAt), it.LastSeen)
	line("first seen", "in %s", it.FirstSeen)
	for _, v := range it.Changes {
		line("changed", "%s in %s (was %s)", clockOf(v.At), v.Run, v.State)
	}
	if len(it.Content) == 0 {
		_, err := fmt.Fprintln(w, "\nIts content is not kept any more.")
		return err
	}
	fmt.Fprintln(w)
	return writeJSON(w, it.Content)
}

func itemState(state string) string {
	switch state {
	case "missing":
		return "missing: the source was read to its end without it"
	case "unknown":
		return "unknown: the last run did not show it, which does not prove that it is gone"
	}
	return state
}

type inventoryCoverageCmd struct {
	tenantFlag
	Source string `help:"Source, for example directory/default."`
}

// Run shows how completely each type was read.
func (c *inventoryCoverageCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	rows, err := frostgate.Collect(cl.InventoryCoverage(p.ctx, c.Tenant, c.Source), 0)
	if err != nil {
		return err
	}
	if err := list(p, func(yield func(frostgate.InventoryCoverage, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}, 0, "source", "TYPE=label", "status", "objects", "quarantined", "duplicates", "AS OF=at", "error", "run", "KIND=type", "normaliser"); err != nil {
		return err
	}
	if n := incomplete(rows); n > 0 && p.cli.Output == "table" {
		fmt.Fprintf(p.err, "%s not read completely: what is absent there counts as unknown, never as removed. `frostgate inventory runs show RUN` says why.\n", counted(n, "type"))
	}
	return nil
}

func incomplete(rows []frostgate.InventoryCoverage) (n int) {
	for _, r := range rows {
		if r.Status != "complete" && r.Status != "skipped" {
			n++
		}
	}
	return n
}

type inventoryRunsCmd struct {
	List inventoryRunsListCmd `cmd:"" default:"withargs" help:"List runs, the newest first."`
	Show inventoryRunsShowCmd `cmd:"" help:"Show a run: what it covered, what it could not read, what drifted."`
}

type inventoryRunsListCmd struct {
	limited
	tenantFlag
	Source string `help:"Source, for example directory/default."`
	State  string `help:"open, closed, aborted."`
}

// Run lists runs.
func (c *inventoryRunsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	q := frostgate.InventoryRunQuery{Tenant: c.Tenant, Source: c.Source, State: c.State}
	return list(p, cl.InventoryRuns(p.ctx, q, c.page()), c.Limit, "id", "started_at", "source", "state", "objects", "new", "changed", "missing", "unknown",
		"quarantined", "duplicates", "by", "error", "snapshot")
}

type inventoryRunsShowCmd struct {
	tenantFlag
	idArg
}

// Run shows a run.
func (c *inventoryRunsShowCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	r, err := cl.InventoryRun(p.ctx, c.Tenant, c.ID)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(r)
	}
	return p.emit(func(w io.Writer) error { return runText(w, r, p.paint(), p.width()) })
}

// runText writes a run for reading.
func runText(w io.Writer, r *frostgate.InventoryRunDetail, paint painter, width int) error {
	line := labelled(w, paint, width)
	fmt.Fprintf(w, "%s  %s, %s\n", paint.bold(r.ID), printable(r.Source), r.State)
	line("began", "%s%s", clockOf(r.StartedAt), byWhom(r.By))
	if r.Error != "" {
		line("error", "%s", r.Error)
	}
	if r.State != "closed" {
		_, err := fmt.Fprintln(w, "  Nothing of it counts: only closed runs do.")
		return err
	}
	line("closed", "%s", clockOf(r.ClosedAt))
	line("objects", "%d: %d new, %d changed, %d missing, %d unknown against the run before", r.Objects, r.New, r.Changed, r.Missing, r.Unknown)
	line("snapshot", "%s", r.Snapshot)
	for _, c := range r.Coverage {
		line("covered", "%s", coverageText(&c))
	}
	for _, q := range r.Quarantine {
		line("unreadable", "%s%s: %s", q.Place, inBrackets(q.Type), q.Reason)
	}
	for _, d := range r.Duplicate {
		line("duplicate", "%s %s%s", d.Type, d.ID, inBrackets(strings.Join(d.Places, ", ")))
	}
	for i := range r.Drift {
		line("drift", "%s", comparisonText(&r.Drift[i]))
	}
	unknownLines(line, r)
	if !r.Compared {
		line("drift", "not compared yet")
	}
	return nil
}

func byWhom(id string) string {
	if id == "" {
		return ""
	}
	return " by " + id
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// coverageText says in a sentence how completely a type was read.
func coverageText(c *frostgate.InventoryCoverage) string {
	out := fmt.Sprintf("%s: %s, %s", or(c.Label, c.Type), c.Status, counted(c.Objects, "object"))
	if c.Quarantined > 0 {
		out += fmt.Sprintf(", %d unreadable", c.Quarantined)
	}
	if c.Duplicates > 0 {
		out += fmt.Sprintf(", %d duplicate", c.Duplicates)
	}
	if c.Error != "" {
		out += ": " + c.Error
	}
	return out
}

// comparisonText says what a comparison found.
func comparisonText(d *frostgate.DriftComparison) string {
	if first(d) {
		return fmt.Sprintf("first observation of %s: nothing to compare with", d.Source)
	}
	out := fmt.Sprintf("against %s: %d added, %d removed, %d changed", or(d.BaselineName, d.Baseline), d.Added, d.Removed, d.Changed)
	if d.Metadata > 0 {
		out += fmt.Sprintf(" (%d only in name or description)", d.Metadata)
	}
	if d.Unknown > 0 {
		out += fmt.Sprintf(", %d unknown", d.Unknown)
	}
	return out + fmt.Sprintf("; %s new, %d reopened, %d resolved", counted(d.New, "finding"), d.Reopened, d.Resolved)
}

type inventoryTypesCmd struct{}

// Run lists the known types.
func (*inventoryTypesCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.InventoryTypes(p.ctx), 0, "label", "name", "normaliser")
}

type inventorySourcesCmd struct{ tenantFlag }

// Run lists the sources.
func (c *inventorySourcesCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.InventorySources(p.ctx, c.Tenant), 0, "source", "runs", "open", "AS OF=last.closed_at", "OBJECTS=last.objects", "LAST RUN=last.id", "SNAPSHOT=last.snapshot")
}
