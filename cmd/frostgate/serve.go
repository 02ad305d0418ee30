package main

import (
	"fmt"
	"time"

	"frostgate.io/frostgate/internal/app"
	"frostgate.io/frostgate/internal/obs"
)

// serveCmd passes what was set on to app.LoadConfig, which knows the
// environment, the file, the defaults and what is valid.
type serveCmd struct {
	Listen               string `help:"Address to serve on (127.0.0.1:8080); port 0 takes a free one." placeholder:"HOST:PORT"`
	Database             string `help:"sqlite:PATH (frostgate.db in the data folder) or postgres://..." placeholder:"URL"`
	Config               string `help:"Configuration file (YAML)." placeholder:"FILE"`
	Env                  string `help:"prod refuses what is not safe; dev is for a laptop." placeholder:"prod|dev"`
	LogLevel             string `help:"debug, info, warn or error (info)." placeholder:"LEVEL"`
	PolicyEnforce        string `help:"false lets decisions ignore policy; only with --env=dev." placeholder:"BOOL"`
	MetricsOpen          string `help:"true serves /metrics without a key." placeholder:"BOOL"`
	WebhooksAllowPrivate string `help:"true lets webhooks reach private addresses; only with --env=dev." placeholder:"BOOL"`
	TLSCert              string `help:"PEM certificate." name:"tls-cert" placeholder:"FILE"`
	TLSKey               string `help:"PEM key." name:"tls-key" placeholder:"FILE"`
	TrustedProxy         string `help:"Network of the proxy that ends TLS." placeholder:"CIDR"`
	WitnessPolicy        string `help:"Policy file that names the witnesses of the log of logs and their quorum." name:"evidence-witness-policy" placeholder:"FILE"`
	GCPercent            string `help:"Garbage collection target (400): more memory, less CPU." name:"gc-percent" placeholder:"N"`
}

// Help is what serve --help says above its flags.
func (*serveCmd) Help() string {
	return "Every flag is also a variable of the environment, FROSTGATE_ and its name in capitals: --log-level is FROSTGATE_LOG_LEVEL. " +
		"With _FILE at the end, the variable names a file that holds the value (FROSTGATE_DATABASE_FILE). " +
		"A flag goes before the environment, the environment before the configuration file."
}

func (c *serveCmd) flags(dataDir string) map[string]string {
	flags := map[string]string{}
	for key, v := range map[string]string{
		"data_dir": dataDir, "listen": c.Listen, "database": c.Database, "config": c.Config, "env": c.Env, "log_level": c.LogLevel,
		"policy.enforce": c.PolicyEnforce, "metrics_open": c.MetricsOpen, "webhooks.allow_private": c.WebhooksAllowPrivate,
		"tls.cert": c.TLSCert, "tls.key": c.TLSKey, "trusted_proxy": c.TrustedProxy, "evidence.witness_policy": c.WitnessPolicy, "gc_percent": c.GCPercent,
	} {
		if v != "" {
			flags[key] = v
		}
	}
	return flags
}

// Run serves until it is told to stop, then drains.
func (c *serveCmd) Run(p *program) error {
	cfg, err := app.LoadConfig(c.flags(p.cli.DataDir), p.environ)
	if err != nil {
		return p.refused(err)
	}
	cfg.Version = version
	level, err := obs.ParseLevel(cfg.LogLevel)
	if err != nil {
		return errUsage{err}
	}
	if err := app.Run(p.ctx, cfg, obs.NewLogger(p.err, level)); err != nil {
		return p.refused(err)
	}
	return nil
}

// refused says why the server does not run.
func (p *program) refused(err error) error {
	fmt.Fprintf(p.err, "frostgate: %s\n", message(err))
	return errQuiet(app.ExitCode(err))
}

func microTime(us int64) string { return clockOf(time.UnixMicro(us)) }
