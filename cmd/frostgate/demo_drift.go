package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"frostgate.io/frostgate/internal/inventory/samples"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// observation is a tenant's export that the tour observes twice.
type observation struct {
	name          string // of the source
	before, after func(dir string) error
}

// driftSamples lists what is observed: real releases of public baselines where a
// folder holds them, else an invented tenant.
func driftSamples(events string) (list []observation, from string) {
	var names []string
	for _, real := range []struct{ name, folder, before, after string }{
		{"intune", "openintunebaseline", "windows-v3.6", "windows-v3.7"},
		{"entra", "ca-baseline-j0eyv", "2026.2.1", "2026.6.1"},
	} {
		root := filepath.Join(filepath.Dir(filepath.Clean(events)), "drift", real.folder)
		if events == "" || !isFolder(filepath.Join(root, real.before)) || !isFolder(filepath.Join(root, real.after)) {
			continue
		}
		list = append(list, observation{real.name, copyOf(filepath.Join(root, real.before)), copyOf(filepath.Join(root, real.after))})
		names = append(names, fmt.Sprintf("%s %s, then %s", real.folder, real.before, real.after))
	}
	if len(list) > 0 {
		return list, "real releases: " + strings.Join(names, "; ")
	}
	return []observation{{"sample", samples.WriteBefore, samples.WriteAfter}}, "an invented tenant's export, twice"
}

func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

// copyOf makes a folder a copy of another: what was in it goes.
func copyOf(from string) func(string) error {
	return func(dir string) error {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		return os.CopyFS(dir, os.DirFS(from))
	}
}

// drift observes exports twice and shows what changed in between.
func (t *tour) drift(events string) error {
	t.heading(7, "A tenant's configuration, observed twice: what drifted")
	list, from := driftSamples(events)
	line := labelled(t.p.out, t.paint, t.width)
	line("observed", "%s", from)
	rows := [][]string{{"SOURCE", "OBJECTS", "ADDED", "REMOVED", "CHANGED", "UNKNOWN", "NOT READ", "DUPLICATES", "NEW FINDINGS"}}
	for _, o := range list {
		run, err := t.observeTwice(o)
		if err != nil {
			return fmt.Errorf("observe %s: %w", o.name, err)
		}
		if len(run.Drift) != 1 || run.Drift[0].New == 0 {
			return fmt.Errorf("no drift between two observations of %s", o.name)
		}
		d := run.Drift[0]
		rows = append(rows, counts(run.Source, run.Objects, d.Added, d.Removed, d.Changed, d.Unknown, d.Quarantined, d.Duplicates, d.New))
	}
	fmt.Fprintln(t.p.out)
	if err := writeAligned(t.p.out, rows, 0); err != nil {
		return err
	}
	return t.gravest()
}

func counts(first string, rest ...int) []string {
	row := []string{first}
	for _, n := range rest {
		row = append(row, fmt.Sprint(n))
	}
	return row
}

// observeTwice leaves the second state of the export in the folder, for who
// wants to change something and observe it again.
func (t *tour) observeTwice(o observation) (run *frostgate.InventoryRunDetail, err error) {
	dir := filepath.Join(t.exports, o.name)
	c := inventoryRunCmd{Path: dir, Source: "directory", Name: o.name}
	for _, write := range []func(string) error{o.before, o.after} {
		if err := write(dir); err != nil {
			return nil, err
		}
		in, err := c.open(t.p)
		if err != nil {
			return nil, err
		}
		run, _, err = in.send(t.p.ctx, t.client, frostgate.NewInventoryRun{Source: c.Source, Name: c.Name})
		in.close()
		if err != nil {
			return nil, err
		}
	}
	t.observed = append(t.observed, dir)
	return run, nil
}

// gravest shows the findings on top of the list.
func (t *tour) gravest() error {
	found, err := frostgate.Collect(t.client.DriftFindings(t.p.ctx, frostgate.DriftFilter{}, frostgate.Page{}), 3)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.New("the drift that was found is not listed")
	}
	fmt.Fprintf(t.p.out, "\nOn top of the list:\n")
	for i := range found {
		findingLine(t.p.out, t.paint, t.width, &found[i])
	}
	return nil
}
