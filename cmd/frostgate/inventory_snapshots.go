package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	frostgate "frostgate.io/frostgate/sdk/go"
)

type inventorySnapshotsCmd struct {
	List inventorySnapshotsListCmd `cmd:"" default:"withargs" help:"List snapshots, the newest first."`
	Show inventorySnapshotsShowCmd `cmd:"" help:"Show what a snapshot covers."`
}

type inventorySnapshotsListCmd struct {
	limited
	tenantFlag
	Source string `help:"Source, for example directory/default."`
}

// Run lists snapshots.
func (c *inventorySnapshotsListCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	return list(p, cl.InventorySnapshots(p.ctx, c.Tenant, c.Source, c.page()), c.Limit, "HASH=root", "source", "at", "objects", "run", "imported")
}

type inventorySnapshotsShowCmd struct {
	tenantFlag
	Root string `arg:"" help:"Hash of the snapshot."`
}

// Run shows a snapshot.
func (c *inventorySnapshotsShowCmd) Run(p *program) error {
	return act(p, func(cl *frostgate.Client) (*frostgate.InventorySnapshotDetail, error) {
		return cl.InventorySnapshot(p.ctx, c.Tenant, c.Root)
	})
}

type inventoryExportCmd struct {
	tenantFlag
	Root string `arg:"" help:"Hash of the snapshot." placeholder:"HASH"`
}

// Run writes a snapshot to --out or standard output. A file gets its name only
// once the snapshot is whole.
func (c *inventoryExportCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	if p.cli.Out == "" {
		_, err := cl.ExportInventorySnapshot(p.ctx, c.Tenant, c.Root, p.out)
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(p.cli.Out), "."+filepath.Base(p.cli.Out)+".*")
	if err != nil {
		return errUsage{err}
	}
	defer func() { // nothing is left there once it has its name
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	n, err := cl.ExportInventorySnapshot(p.ctx, c.Tenant, c.Root, f)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), p.cli.Out); err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%d bytes written to %s.\n", n, p.cli.Out)
	return nil
}

type inventoryImportCmd struct {
	File string `arg:"" help:"A file that inventory export wrote; - is standard input." placeholder:"FILE"`
}

// Run stores a snapshot.
func (c *inventoryImportCmd) Run(p *program) error {
	in := p.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return usagef("read the snapshot: %w", err)
		}
		defer f.Close()
		in = f
	}
	cl, err := p.client()
	if err != nil {
		return err
	}
	got, err := cl.ImportInventorySnapshot(p.ctx, in)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(got, "root", "source", "objects")
	}
	return p.emit(func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "Snapshot %s of %s with %s is stored. `frostgate drift baselines create NAME --source %s --snapshot %s` makes it what is expected.\n",
			got.Root, printable(got.Source), counted(got.Objects, "object"), printable(got.Source), got.Root)
		return err
	})
}
