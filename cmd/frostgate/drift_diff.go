package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/drift/diff"
	"frostgate.io/frostgate/internal/inventory/manifest"
	"frostgate.io/frostgate/internal/inventory/normal"
)

type driftDiffCmd struct {
	Before   string   `arg:"" help:"Folder, file (JSON, YAML, NDJSON; gzip too) or exported snapshot; - is standard input."`
	After    string   `arg:"" help:"The same, later or elsewhere."`
	Identity string   `help:"What makes two objects the same: id, or name with type and template for sides that do not share IDs." enum:"id,name" default:"id"`
	Type     []string `help:"Only this type: its name, its label, or a part of them. May be repeated." placeholder:"TYPE"`
	Severity string   `help:"Only changes at least this grave: ${enum}." enum:"informational,low,medium,high,critical" default:"informational"`
	Rules    string   `help:"File with severity rules instead of the built-in ones." placeholder:"FILE"`
	Source   string   `help:"Kind of source that both sides are read as." default:"directory" placeholder:"KIND"`
	Strict   bool     `help:"Exit 1 also when something could not be read, is claimed twice or can't be told."`
	All      bool     `help:"Show every object with every change, however many."`
}

// Help says what the exit codes are: continuous integration goes by them.
func (c *driftDiffCmd) Help() string {
	return "Compares two states of configuration without a server. Exit code 1 when there is drift (objects added, removed or changed), 0 when there is none, 2 on any error. " +
		"What can't be told (unknown) because something could not be read is said on standard error and is no drift, unless --strict. " +
		"-o json prints the counts and all items on standard output in every case."
}

// Run compares; all its errors end with 2.
func (c *driftDiffCmd) Run(p *program) error {
	report, err := c.compare(p)
	if err != nil {
		report = &diffReport{Error: message(err), Items: []*diffItem{}}
		if p.cli.Output == "json" {
			_ = p.one(report) // the error below is what counts
		}
		return errUsage{err}
	}
	if err := c.print(p, report); err != nil {
		return errUsage{err}
	}
	c.warn(p, report)
	switch {
	case report.Error != "":
		return usagef("%s", report.Error)
	case report.Added+report.Removed+report.Changed > 0:
		return errQuiet(exitFailed)
	case c.Strict && report.Unknown+report.Quarantined+report.Duplicates > 0:
		return errQuiet(exitFailed)
	}
	return nil
}

// compare reads both sides and says what differs.
func (c *driftDiffCmd) compare(p *program) (*diffReport, error) {
	types := normal.Builtin()
	rules := diff.BuiltinSeverity()
	if c.Rules != "" {
		doc, err := os.ReadFile(c.Rules)
		if err == nil {
			rules, err = diff.ParseSeverity(doc)
		}
		if err != nil {
			return nil, fmt.Errorf("--rules: %w", err)
		}
	}
	before, after, err := c.sides(p, types)
	if err != nil {
		return nil, err
	}
	if err := adoptNamespaces(p.ctx, types, before, after); err != nil {
		return nil, err
	}
	keep, err := c.types(types, before.snap.Root, after.snap.Root)
	if err != nil {
		return nil, err
	}
	col := newDiffCollector(types, diff.Severity(c.Severity))
	opt := diff.Options{Severity: rules, Types: keep, Duplicate: col.duplicate}
	var counts diff.Counts
	if c.Identity == "name" {
		counts, err = col.byName(p.ctx, opt, before, after)
	} else {
		counts, err = diff.Snapshots(p.ctx, types, before.snap, after.snap, opt, col)
	}
	if err != nil {
		return nil, err
	}
	return col.report(p.ctx, counts, before, after, keep)
}

// types makes the filter of --type; nil keeps all. A text that fits no type of
// either side would hide everything, so it is refused.
func (c *driftDiffCmd) types(types *normal.Types, roots ...*manifest.Root) (func(string) bool, error) {
	if len(c.Type) == 0 {
		return nil, nil //nolint:nilnil // no filter is an answer
	}
	var there []string
	for _, r := range roots {
		for i := range r.Coverage {
			there = append(there, r.Coverage[i].Type)
		}
	}
	slices.Sort(there)
	there = slices.Compact(there)
	wanted := map[string]bool{}
	for _, text := range c.Type {
		fits := fittingTypes(types, there, text)
		if len(fits) == 0 {
			return nil, fmt.Errorf("--type %s: neither side has such a type; they have: %s", text, strings.Join(there, ", "))
		}
		for _, typ := range fits {
			wanted[typ] = true
		}
	}
	return func(typ string) bool { return wanted[typ] }, nil
}

// fittingTypes are the type of that name or label, else those that have the text
// in them.
func fittingTypes(types *normal.Types, there []string, text string) []string {
	want := strings.ToLower(strings.TrimSpace(text))
	var part []string
	for _, typ := range there {
		name, label := strings.ToLower(typ), strings.ToLower(types.Rules(typ).Type().Label)
		switch {
		case name == want || label == want:
			return []string{typ}
		case want != "" && (strings.Contains(name, want) || strings.Contains(label, want)):
			part = append(part, typ)
		}
	}
	return part
}

func (c *driftDiffCmd) print(p *program, r *diffReport) error {
	switch p.cli.Output {
	case "json":
		return p.one(r)
	case "csv":
		return p.emit(func(w io.Writer) error { return writeDiffCSV(w, r) })
	}
	t := &diffText{paint: p.paint(), width: p.width(), all: c.All}
	return p.emit(func(w io.Writer) error { return t.write(w, r) })
}

// warn says on standard error what a script that looks at the exit code alone
// would miss.
func (c *driftDiffCmd) warn(p *program, r *diffReport) {
	onScreen := p.cli.Output == "table" && p.width() > 0 // the same words stand above
	if r.Quarantined > 0 && !onScreen {
		fmt.Fprintf(p.err, "Not read: %s.\n", counted(r.Quarantined, "place"))
	}
	if r.Unknown > 0 && !onScreen {
		fmt.Fprintf(p.err, "Can't be told: %s.\n", counted(r.Unknown, "object"))
	}
	if r.Duplicates > 0 && !onScreen {
		fmt.Fprintf(p.err, "Left out: %s, claimed by more than one object.\n", identities(r.Duplicates))
	}
	if r.Secrets > 0 && !onScreen {
		fmt.Fprintf(p.err, "Not compared: %s, hashed under different keys.\n", counted(r.Secrets, "secret"))
	}
	for _, s := range []diffSideInfo{r.Before, r.After} {
		if s.Objects == 0 {
			fmt.Fprintf(p.err, "%s holds no object at all.\n", printable(s.Path))
		}
	}
}

func identities(n int) string {
	if n == 1 {
		return "1 identity"
	}
	return fmt.Sprintf("%d identities", n)
}

// contents gives objects of a snapshot by hash.
func contents(ctx context.Context, s *manifest.Snapshot, hashes []manifest.Hash, each func(manifest.Hash, []byte) error) error {
	if len(hashes) == 0 {
		return nil
	}
	return s.Store.Contents(ctx, hashes, each)
}
