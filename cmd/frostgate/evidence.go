package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	frostgate "frostgate.io/frostgate/sdk/go"
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

type evidenceKeyCmd struct {
	Active bool `help:"Only the keys that sign now, not those that only verify what they signed before."`
}

// Run prints the keys that are not revoked; as a table it is a file that verify
// --trust reads, one key a line, with what it is as a comment above it.
func (c *evidenceKeyCmd) Run(p *program) error {
	cl, err := p.client()
	if err != nil {
		return err
	}
	k, err := cl.EvidenceKey(p.ctx)
	if err != nil {
		return err
	}
	if len(k.VerifierKeys) == 0 { // a server from before keys rotated
		k.VerifierKeys = []string{k.VerifierKey}
	}
	known := map[string]frostgate.SigningKey{}
	for s, err := range cl.SigningKeys(p.ctx) {
		if frostgate.CodeOf(err) == "not_found" { // a server from before, too
			break
		}
		if err != nil {
			return err
		}
		known[s.VerifierKey] = s
	}
	if c.Active {
		k.VerifierKeys = slices.DeleteFunc(k.VerifierKeys, func(key string) bool { return known[key].State == "retired" })
	}
	if p.cli.Output != "table" {
		return p.one(k, "vkey", "origin", "vkeys")
	}
	return p.emit(func(w io.Writer) error { return writeKeys(w, k.VerifierKeys, known) })
}

// writeKeys writes a file of keys to pin.
func writeKeys(w io.Writer, keys []string, known map[string]frostgate.SigningKey) error {
	var b strings.Builder
	for _, key := range keys {
		if s, ok := known[key]; ok {
			fmt.Fprintf(&b, "# %s\n", keyComment(&s))
		}
		fmt.Fprintln(&b, key)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// keyComment says what a key is good for, and since when.
func keyComment(s *frostgate.SigningKey) string {
	since := s.Since
	if since.IsZero() {
		since = s.IssuedAt
	}
	out := printable(s.State)
	if !since.IsZero() {
		out += " since " + since.UTC().Format(time.RFC3339)
	}
	switch s.State {
	case "retiring":
		out += ", signs beside the active one"
	case "retired":
		out += ", only for evidence saved before"
	}
	return out
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
