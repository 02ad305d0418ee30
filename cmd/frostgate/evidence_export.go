package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"

	"frostgate.io/frostgate/internal/evidence"
	frostgate "frostgate.io/frostgate/sdk/go"
)

type evidenceExportCmd struct {
	Dir   string `arg:"" help:"Folder to write; an earlier export in it is verified and brought up to date."`
	Root  bool   `help:"The log of logs, in place of your tenant's log." xor:"log"`
	Log   string `help:"Log ID; without it, that of your tenant." xor:"log"`
	Trust string `help:"File with the log's public keys, one a line. Get it from somewhere other than the server." placeholder:"KEYFILE"`
}

// Help says what comes of it.
func (*evidenceExportCmd) Help() string {
	return "Writes a log as plain files (C2SP tlog-tiles) that any static web server hands out and any reader of that format checks. " +
		"All is verified before the checkpoint is written, last; a run that was cut off goes on where it stopped. " +
		"Entries hold nothing personal: payloads stay on the server."
}

// Run exports through the API, so that it works against any server.
func (c *evidenceExportCmd) Run(p *program) error {
	trust, err := readTrust(c.Trust)
	if err != nil {
		return err
	}
	// Thousands of files: a full quota passes, so waiting for it is right.
	cl, err := p.client(frostgate.WithRetries(8))
	if err != nil {
		return err
	}
	src := serverLog{client: cl, log: c.Log}
	if !c.Root && c.Log == "" {
		if src.log, err = p.ownLog(cl); err != nil {
			return err
		}
	}
	e, err := evidence.Export(p.ctx, src, c.Dir, trust)
	if err != nil {
		return err
	}
	if p.cli.Output != "table" {
		return p.one(map[string]any{
			"log": e.Origin, "signer": e.Signer, "pinned": e.Signer != "", "from": e.From, "size": e.To, "root": e.Root.String(),
			"fetched": e.Fetched, "kept": e.Kept,
		}, "log", "signer", "pinned", "from", "size", "root", "fetched", "kept")
	}
	return p.emit(func(w io.Writer) error {
		fmt.Fprintf(w, "%s: %d entries of %s are in %s, %d of them new (%d files fetched, %d kept and verified).\n",
			p.paint().good("EXPORTED"), e.To, printable(e.Origin), c.Dir, e.To-e.From, e.Fetched, e.Kept)
		if e.Signer == "" {
			fmt.Fprintf(w, "%s: the log is whole in itself, but no key is pinned; name one with --trust KEYFILE.\n", p.paint().warn("UNPINNED"))
		} else {
			fmt.Fprintf(w, "Signed by %s.\n", e.Signer)
		}
		return nil
	})
}

// ownLog finds the log of the key's tenant.
func (p *program) ownLog(cl *frostgate.Client) (string, error) {
	me, err := cl.Whoami(p.ctx)
	if err != nil {
		return "", err
	}
	t, err := cl.Tenant(p.ctx, me.TenantID)
	if err != nil {
		return "", fmt.Errorf("find your tenant's log (name it with --log to go without): %w", err)
	}
	return t.LogID, nil
}

// serverLog reads a log from a server; no ID is the log of logs.
type serverLog struct {
	client *frostgate.Client
	log    string
}

// Checkpoint reads the signed tree head.
func (s serverLog) Checkpoint(ctx context.Context) ([]byte, error) {
	if s.log == "" {
		text, err := s.client.RootCheckpoint(ctx)
		return []byte(text), err
	}
	text, err := s.client.Checkpoint(ctx, s.log)
	return []byte(text), err
}

// File reads a tile or a bundle of entries.
func (s serverLog) File(ctx context.Context, path string) (b []byte, err error) {
	if s.log == "" {
		b, err = s.client.RootFile(ctx, path)
	} else {
		b, err = s.client.LogFile(ctx, s.log, path)
	}
	var prob *frostgate.Problem
	if errors.As(err, &prob) && prob.Status == http.StatusNotFound {
		err = errors.Join(fs.ErrNotExist, err)
	}
	return b, err
}
