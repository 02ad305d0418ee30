package main

import (
	"fmt"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/signing"
)

type signingKeysCmd struct {
	List   signingKeysListCmd   `cmd:"" help:"List the keys that sign the evidence logs."`
	Issue  signingKeysIssueCmd  `cmd:"" help:"Make a new key; it signs beside the present one."`
	Retire signingKeysRetireCmd `cmd:"" help:"End an older key's signing; what it signed stays valid."`
	Revoke signingKeysRevokeCmd `cmd:"" help:"End all trust in a key that others may have."`
}

// Help is what signing-keys --help says above its commands.
func (*signingKeysCmd) Help() string {
	return "These commands work on the key folder of the data folder on this machine. The server reads it at its start: issue, restart, " +
		"let verifiers and witnesses pin the new key, retire the old one, restart."
}

// signingKey is a key as it is listed.
type signingKey struct {
	ID     string    `json:"id"`
	State  string    `json:"state"`
	Since  time.Time `json:"since,omitzero"`
	InUse  bool      `json:"in_use"`
	Reason string    `json:"reason,omitempty"`
	Key    string    `json:"vkey"`
}

func listedKey(k signing.LogKey) signingKey {
	return signingKey{k.ID(), string(k.State), sinceTime(k.Since), k.InUse || !k.Signs(), k.Reason, k.VerifierKey}
}

func sinceTime(at domain.Micros) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(at)).UTC()
}

// dataFolder is the folder that serve would use.
func (p *program) dataFolder(config, database string) (app.Config, error) {
	flags := map[string]string{}
	for key, v := range map[string]string{"data_dir": p.cli.DataDir, "config": config, "database": database} {
		if v != "" {
			flags[key] = v
		}
	}
	cfg, err := app.LoadConfig(flags, p.environ)
	if err != nil {
		return cfg, errUsage{err}
	}
	if found, err := signing.Exist(cfg.DataDir); err != nil || !found {
		return cfg, usagef("data folder %s has no keys; name the server's with --data-dir", cfg.DataDir)
	}
	return cfg, nil
}

type onFolder struct {
	Config string `help:"The server's configuration file, where it names the data folder." placeholder:"FILE"`
}

type signingKeysListCmd struct{ onFolder }

// Run lists the keys of the folder.
func (c *signingKeysListCmd) Run(p *program) error {
	cfg, err := p.dataFolder(c.Config, "")
	if err != nil {
		return err
	}
	keys, err := signing.Keys(cfg.DataDir)
	if err != nil {
		return err
	}
	rows := make([]any, len(keys))
	for i, k := range keys {
		rows[i] = listedKey(k)
	}
	return p.table(rows, "id", "state", "since", "in_use", "reason", "vkey")
}

type signingKeysIssueCmd struct{ onFolder }

// Run issues a key.
func (c *signingKeysIssueCmd) Run(p *program) error {
	return p.changeKey(c.Config, func(dir string) (signing.Change, error) { return signing.Issue(dir, clock.System{}) },
		"Issued. "+nextStart+" Then hand its public key to your verifiers and witnesses, and retire the older key.",
		"A rotation is under way: this key was issued already. Retire the older key before you issue another.")
}

const nextStart = "A running server goes on as it started: restart it for this to take effect."

type signingKeysRetireCmd struct {
	onFolder
	ID string `arg:"" help:"Key ID."`
}

// Run retires a key.
func (c *signingKeysRetireCmd) Run(p *program) error {
	return p.changeKey(c.Config, func(dir string) (signing.Change, error) { return signing.Retire(dir, c.ID, clock.System{}) },
		"Retired; its private half is destroyed. "+nextStart, "It was retired already.")
}

type signingKeysRevokeCmd struct {
	onFolder
	ID     string `arg:"" help:"Key ID."`
	Reason string `help:"Why; it stands in the log of logs for everybody to read." required:"" placeholder:"TEXT"`
}

// Run revokes a key.
func (c *signingKeysRevokeCmd) Run(p *program) error {
	return p.changeKey(c.Config, func(dir string) (signing.Change, error) { return signing.Revoke(dir, c.ID, c.Reason, clock.System{}) },
		"Revoked; its private half is destroyed. "+nextStart+" Tell your verifiers to unpin it; missions that only it signed must be made again.",
		"It was revoked already; the first reason stays.")
}

// changeKey runs a change of the folder, prints the key and says what is next.
func (p *program) changeKey(config string, fn func(dir string) (signing.Change, error), done, already string) error {
	cfg, err := p.dataFolder(config, "")
	if err != nil {
		return err
	}
	ch, err := fn(cfg.DataDir)
	if err != nil {
		return err
	}
	if err := p.one(listedKey(ch.Key), "id", "state", "since", "reason", "vkey"); err != nil {
		return err
	}
	if !ch.Changed {
		done = already
	}
	fmt.Fprintln(p.err, done)
	return nil
}
