package main

import (
	"fmt"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/signing"
)

type masterKeyCmd struct {
	List    masterKeyListCmd    `cmd:"" help:"List the keys that seal data keys and secrets in the store."`
	Rotate  masterKeyRotateCmd  `cmd:"" help:"Make a new master key."`
	Reseal  masterKeyResealCmd  `cmd:"" help:"Seal the store of a stopped server anew; its next start does the same."`
	Destroy masterKeyDestroyCmd `cmd:"" help:"Destroy an old master key: backups that need it can't be read any more."`
}

// Help is what master-key --help says above its commands.
func (*masterKeyCmd) Help() string {
	return "Rotate, restart the server (it seals the store anew), and keep the old key as long as you keep backups that need it. " +
		"Then stop the server and destroy the key: what those backups and old copies of the store hold can't be opened any more."
}

type masterKeyRow struct {
	ID    string    `json:"id"`
	State string    `json:"state"`
	Since time.Time `json:"since,omitzero"`
}

func listedMaster(k signing.MasterKey) masterKeyRow {
	return masterKeyRow{k.ID, string(k.State), sinceTime(k.Since)}
}

type masterKeyListCmd struct{ onFolder }

// Run lists the master keys of the folder.
func (c *masterKeyListCmd) Run(p *program) error {
	cfg, err := p.dataFolder(c.Config, "")
	if err != nil {
		return err
	}
	keys, err := signing.MasterKeys(cfg.DataDir)
	if err != nil {
		return err
	}
	rows := make([]any, len(keys))
	for i, k := range keys {
		rows[i] = listedMaster(k)
	}
	return p.table(rows, "id", "state", "since")
}

type masterKeyRotateCmd struct{ onFolder }

// Run makes a new master key.
func (c *masterKeyRotateCmd) Run(p *program) error {
	cfg, err := p.dataFolder(c.Config, "")
	if err != nil {
		return err
	}
	k, err := signing.RotateMaster(cfg.DataDir, clock.System{})
	if err != nil {
		return err
	}
	if err := p.one(listedMaster(k), "id", "state", "since"); err != nil {
		return err
	}
	fmt.Fprintln(p.err, "Rotated. The server's next start seals the store anew; until then, and for older backups, the old key is needed. Back the key folder up now.")
	return nil
}

// onStore says which store of a stopped server is worked on.
type onStore struct {
	onFolder
	Database string `help:"As for serve: sqlite:PATH or postgres://...; without it, that of the data folder." placeholder:"URL"`
}

type masterKeyResealCmd struct{ onStore }

// Run seals the store anew.
func (c *masterKeyResealCmd) Run(p *program) error {
	cfg, err := p.dataFolder(c.Config, c.Database)
	if err != nil {
		return err
	}
	n, err := app.ResealStore(p.ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%d values sealed anew.\n", n)
	return nil
}

type masterKeyDestroyCmd struct {
	onStore
	ID string `arg:"" help:"Key ID."`
}

// Run destroys an old master key.
func (c *masterKeyDestroyCmd) Run(p *program) error {
	cfg, err := p.dataFolder(c.Config, c.Database)
	if err != nil {
		return err
	}
	k, err := app.DestroyMaster(p.ctx, cfg, c.ID)
	if err != nil {
		return err
	}
	if err := p.one(listedMaster(k), "id", "state", "since"); err != nil {
		return err
	}
	fmt.Fprintln(p.err, "Destroyed: the file was overwritten and removed. Copies of it in backups of the key folder are yours to destroy; disks that write elsewhere may keep old blocks for a while.")
	return nil
}
