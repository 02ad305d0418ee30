package main

import (
	"fmt"
	"io"
	"strings"
)

type evidenceCmd struct {
	Key        evidenceKeyCmd        `cmd:"" help:"Show the public keys that verify receipts."`
	Checkpoint evidenceCheckpointCmd `cmd:"" help:"Show the log's signed tree head."`
	Verify     evidenceVerifyCmd     `cmd:"" help:"Verify a bundle, a saved answer or a receipt offline."`
	Compare    evidenceCompareCmd    `cmd:"" help:"Hold two bundles, receipts or checkpoints of one log against each other."`
	Bundle     evidenceBundleCmd     `cmd:"" help:"Save evidence as one file that anybody can check offline."`
	Export     evidenceExportCmd     `cmd:"" help:"Write a log as plain files that anybody can check."`
	Fsck       evidenceFsckCmd       `cmd:"" help:"Check a whole log, exported or in the store, from its entries up."`
	Erase      evidenceEraseCmd      `cmd:"" help:"Destroy what was recorded about a person, host or address."`
	Erasures   evidenceErasuresCmd   `cmd:"" help:"Erasures and their certificates."`
	Rekey      evidenceRekeyCmd      `cmd:"" help:"Make new payload keys, so that backups forget what was erased."`
	Prune      evidencePruneCmd      `cmd:"" help:"Delete what the retention settings have outlived."`
}

type evidenceKeyCmd struct{}

// Run prints the keys that are not revoked, one a line; as a table it is a file
// that verify --trust reads.
func (*evidenceKeyCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	k, err := cl.EvidenceKey(p.ctx)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(k, "vkey", "origin", "vkeys")
	}
	keys := k.VerifierKeys
	if len(keys) == 0 { // a server from before keys rotated
		keys = []string{k.VerifierKey}
	}
	return p.emit(func(w io.Writer) error {
		_, err := fmt.Fprintln(w, strings.Join(keys, "\n"))
		return err
	})
}

type evidenceCheckpointCmd struct {
	Log string `arg:"" optional:"" help:"Log ID; without it, that of your tenant."`
}

// Run prints the signed text.
func (c *evidenceCheckpointCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	if c.Log == "" {
		me, err := cl.Whoami(p.ctx)
		if err != nil {
			return err
		}
		t, err := cl.Tenant(p.ctx, me.TenantID)
		if err != nil {
			return fmt.Errorf("find your tenant's log (name it to go without): %w", err)
		}
		c.Log = t.LogID
	}
	text, err := cl.Checkpoint(p.ctx, c.Log)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(map[string]string{"log": c.Log, "checkpoint": text}, "log", "checkpoint")
	}
	return p.emit(func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
}
