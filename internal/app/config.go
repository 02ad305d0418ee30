package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"frostgate.io/frostgate/internal/fault"

	"go.yaml.in/yaml/v3"
)

// Config is everything an operator can set. Each field's comment is its manual;
// the key in the configuration file is in the settings table below, the
// environment variable is FROSTGATE_ and the key in capitals with underscores.
type Config struct {
	// DataDir holds the embedded database, the key folder and bootstrap.json.
	DataDir string
	// Listen is the address to serve on; port 0 takes any free one.
	Listen string
	// Database is sqlite:PATH or postgres://...; empty is frostgate.db in DataDir.
	Database string
	// Env is dev or prod. prod refuses what is unsafe outside a laptop.
	Env string
	// LogLevel is debug, info, warn or error.
	LogLevel string
	// PolicyEnforce false makes decisions ignore policy. Only env=dev admits it.
	PolicyEnforce bool
	// MetricsOpen serves /metrics without a key.
	MetricsOpen bool
	// WebhooksAllowPrivate lets webhooks reach private addresses and plain HTTP.
	WebhooksAllowPrivate bool
	// TLSCert and TLSKey are PEM files; both or none.
	TLSCert, TLSKey string
	// TrustedProxy is the network of the TLS-terminating proxy in front, in CIDR
	// form; connections from elsewhere are refused.
	TrustedProxy string
	// WitnessPolicy is a file that names the witnesses of the root log and their
	// quorum (docs/formats/receipt.md); empty: nothing becomes witnessed.
	WitnessPolicy string
	// GCPercent is the garbage collector's target (GOGC). More memory, less CPU.
	GCPercent int
	// Version is the build's version; it is not configurable.
	Version string
}

// setting is one key: how it is read and what it must be.
type setting struct {
	key string // dotted key of the configuration file
	fix string // what a valid value looks like
	set func(c *Config, v string) error
}

func settings() []setting {
	text := func(at func(*Config) *string) func(*Config, string) error {
		return func(c *Config, v string) error { *at(c) = v; return nil }
	}
	boolean := func(at func(*Config) *bool) func(*Config, string) error {
		return func(c *Config, v string) error {
			b, err := strconv.ParseBool(v)
			*at(c) = b
			return err
		}
	}
	return []setting{
		{"data_dir", "a folder, for example ./state", text(func(c *Config) *string { return &c.DataDir })},
		{"listen", "host:port, for example 127.0.0.1:8080", text(func(c *Config) *string { return &c.Listen })},
		{"database", "sqlite:PATH or postgres://user@host/database", text(func(c *Config) *string { return &c.Database })},
		{"env", "dev or prod", text(func(c *Config) *string { return &c.Env })},
		{"log_level", "debug, info, warn or error", text(func(c *Config) *string { return &c.LogLevel })},
		{"policy.enforce", "true or false", boolean(func(c *Config) *bool { return &c.PolicyEnforce })},
		{"metrics_open", "true or false", boolean(func(c *Config) *bool { return &c.MetricsOpen })},
		{"webhooks.allow_private", "true or false", boolean(func(c *Config) *bool { return &c.WebhooksAllowPrivate })},
		{"tls.cert", "a PEM file", text(func(c *Config) *string { return &c.TLSCert })},
		{"tls.key", "a PEM file", text(func(c *Config) *string { return &c.TLSKey })},
		{"trusted_proxy", "a network such as 10.1.2.0/24", text(func(c *Config) *string { return &c.TrustedProxy })},
		{"evidence.witness_policy", "a policy file", text(func(c *Config) *string { return &c.WitnessPolicy })},
		{"gc_percent", "a number from 50 to 2000", func(c *Config, v string) (err error) { c.GCPercent, err = strconv.Atoi(v); return err }},
	}
}

// DefaultConfig returns the defaults.
func DefaultConfig() Config {
	return Config{
		DataDir: "./state", Listen: "127.0.0.1:8080", Env: "prod", LogLevel: "info", PolicyEnforce: true, GCPercent: 400,
	}
}

// clientVariables are FROSTGATE_ variables of the command line, the agent and
// the tests: not the server's, but no typing errors either.
var clientVariables = []string{
	"FROSTGATE_URL", "FROSTGATE_API_KEY", "FROSTGATE_API_KEY_FILE", "FROSTGATE_CONFIG",
	"FROSTGATE_TESTDATA", "FROSTGATE_TEST_POSTGRES", "FROSTGATE_PG_BINDIR", "FROSTGATE_PG_DURABLE", "FROSTGATE_PG_INSTALL",
	"FROSTGATE_SKIP", "FROSTGATE_FAULT_CYCLES", "FROSTGATE_FAULT_SEED", "FROSTGATE_CACHE", "FROSTGATE_TOOLS",
}

// LoadConfig reads the configuration: flags win over the environment, which
// wins over the file, which wins over the defaults. Flags have the names of the
// keys. Every unknown key and every bad value is an error that names the key,
// where it stands and the fix (fault.Invalid).
func LoadConfig(flags map[string]string, environ []string) (Config, error) {
	c := DefaultConfig()
	vars, err := serverVariables(environ)
	if err != nil {
		return c, err
	}
	path := flags["config"]
	if path == "" {
		path = vars["config"].value
	}
	values := map[string]value{}
	if path != "" {
		if values, err = readConfigFile(path); err != nil {
			return c, err
		}
	}
	for k, v := range vars {
		values[k] = v
	}
	for k, v := range flags {
		values[k] = value{v, "flag --" + strings.ReplaceAll(strings.ReplaceAll(k, "_", "-"), ".", "-")}
	}
	delete(values, "config")
	for _, s := range settings() {
		v, ok := values[s.key]
		if !ok {
			continue
		}
		delete(values, s.key)
		if err := s.set(&c, v.value); err != nil {
			return c, configFault(s.key, "%s: %s is not valid: want %s", v.from, strconv.Quote(v.value), s.fix)
		}
	}
	for k, v := range values {
		return c, configFault(k, "%s: unknown key %s; known keys: %s", v.from, k, strings.Join(keys(), ", "))
	}
	err = c.Validate()
	return c, err
}

// value is a raw setting and where it was found.
type value struct{ value, from string }

func keys() []string {
	var out []string
	for _, s := range settings() {
		out = append(out, s.key)
	}
	return out
}

func configFault(key, format string, args ...any) error {
	return fault.New(fault.Invalid, format, args...).At(key)
}

// serverVariables picks the server's FROSTGATE_ variables. NAME_FILE reads the
// value from a file, which keeps a secret out of the environment.
func serverVariables(environ []string) (map[string]value, error) {
	known := map[string]string{"FROSTGATE_CONFIG": "config"}
	for _, k := range keys() {
		known["FROSTGATE_"+strings.ToUpper(strings.ReplaceAll(k, ".", "_"))] = k
	}
	out := map[string]value{}
	for _, kv := range environ {
		name, v, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "FROSTGATE_") {
			continue
		}
		if key, ok := known[name]; ok {
			out[key] = value{v, "environment variable " + name}
			continue
		}
		if key, ok := known[strings.TrimSuffix(name, "_FILE")]; ok {
			b, err := os.ReadFile(v)
			if err != nil {
				return nil, configFault(key, "environment variable %s: %v", name, err)
			}
			out[key] = value{strings.TrimSpace(string(b)), "file named by " + name}
			continue
		}
		if !slices.Contains(clientVariables, name) {
			return nil, configFault(name, "environment variable %s is not known; known keys: %s", name, strings.Join(keys(), ", "))
		}
	}
	return out, nil
}

// readConfigFile reads a YAML file into dotted keys.
func readConfigFile(path string) (map[string]value, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, configFault("config", "configuration file: %v", err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(b, &root); err != nil {
		return nil, configFault("config", "%s: %v", path, err)
	}
	out := map[string]value{}
	if len(root.Content) == 0 {
		return out, nil
	}
	return out, flatten(path, "", root.Content[0], out)
}

func flatten(path, prefix string, n *yaml.Node, out map[string]value) error {
	where := func(at *yaml.Node) string { return fmt.Sprintf("%s:%d", path, at.Line) }
	if n.Kind != yaml.MappingNode {
		return configFault(prefix, "%s: want keys and values", where(n))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := prefix+n.Content[i].Value, n.Content[i+1]
		switch val.Kind {
		case yaml.MappingNode:
			if err := flatten(path, key+".", val, out); err != nil {
				return err
			}
		case yaml.ScalarNode:
			if _, twice := out[key]; twice {
				return configFault(key, "%s: %s stands twice", where(val), key)
			}
			out[key] = value{val.Value, where(val)}
		default:
			return configFault(key, "%s: %s must be a single value", where(val), key)
		}
	}
	return nil
}

// Validate refuses what can't work and, in prod, what is not safe.
func (c *Config) Validate() error {
	if c.DataDir == "" {
		return configFault("data_dir", "data_dir is empty: name a folder")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return configFault("listen", "listen %q is not host:port", c.Listen)
	}
	if c.Env != "dev" && c.Env != "prod" {
		return configFault("env", "env must be dev or prod, got %q", c.Env)
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return configFault("log_level", "log_level must be debug, info, warn or error, got %q", c.LogLevel)
	}
	if c.GCPercent < 50 || c.GCPercent > 2000 {
		return configFault("gc_percent", "gc_percent must be from 50 to 2000, got %d", c.GCPercent)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return configFault("tls.cert", "tls.cert and tls.key go together: set both or none")
	}
	if c.TrustedProxy != "" {
		if _, err := netip.ParsePrefix(c.TrustedProxy); err != nil {
			return configFault("trusted_proxy", "trusted_proxy must be a network such as 10.1.2.0/24, got %q", c.TrustedProxy)
		}
	}
	if d := c.Database; d != "" && !strings.HasPrefix(d, "sqlite:") && !strings.HasPrefix(d, "postgres://") && !strings.HasPrefix(d, "postgresql://") {
		return configFault("database", "database must be sqlite:PATH or postgres://...")
	}
	if c.Env == "prod" {
		return c.validateProd(host)
	}
	return nil
}

func (c *Config) validateProd(host string) error {
	if !c.PolicyEnforce {
		return configFault("policy.enforce", "policy.enforce=false needs env=dev: in prod policy is always enforced")
	}
	if c.WebhooksAllowPrivate {
		return configFault("webhooks.allow_private", "webhooks.allow_private=true needs env=dev: it lets tenants reach your network")
	}
	ip, err := netip.ParseAddr(host)
	loopback := host == "localhost" || (err == nil && ip.IsLoopback())
	if !loopback && c.TLSCert == "" && c.TrustedProxy == "" {
		return configFault("listen", "listen %s is reachable from outside without TLS: set tls.cert and tls.key, or trusted_proxy to the proxy that ends TLS", c.Listen)
	}
	return nil
}

// databaseURL is the store's URL with the default filled in.
func (c *Config) databaseURL() string {
	if c.Database == "" || c.Database == "sqlite:" {
		return "sqlite:" + filepath.Join(c.DataDir, "frostgate.db")
	}
	return c.Database
}

// ExitCode is the process's exit code for an error of LoadConfig or Start: 2
// for what the operator must mend in the configuration, else 1.
func ExitCode(err error) int {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == fault.Invalid {
		return 2
	}
	return 1
}
