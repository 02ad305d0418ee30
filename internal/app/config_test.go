package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/fault"
)

func TestConfigPrecedence(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "frostgate.yaml")
	write(t, file, "listen: 127.0.0.1:1\nlog_level: warn\nenv: dev\npolicy:\n  enforce: false\n")
	c, err := LoadConfig(map[string]string{"config": file, "listen": "127.0.0.1:3"}, []string{"FROSTGATE_LISTEN=127.0.0.1:2", "FROSTGATE_LOG_LEVEL=error", "HOME=/"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" || c.LogLevel != "error" || c.Env != "dev" || c.PolicyEnforce || c.GCPercent != DefaultConfig().GCPercent {
		t.Errorf("%+v", c)
	}
	secret := filepath.Join(t.TempDir(), "url")
	write(t, secret, "postgres://u:p@h/d\n")
	if c, err = LoadConfig(nil, []string{"FROSTGATE_DATABASE_FILE=" + secret}); err != nil || c.Database != "postgres://u:p@h/d" {
		t.Errorf("database from a file: %q %v", c.Database, err)
	}
}

func TestConfigRefusals(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "frostgate.yaml")
	for _, c := range []struct {
		name, yaml string
		flags      map[string]string
		env        []string
		field      string
		says       []string
	}{
		{name: "unknown key", yaml: "lisen: x\n", field: "lisen", says: []string{"frostgate.yaml:1", "lisen", "known keys"}},
		{name: "unknown nested key", yaml: "a: 1\npolicy:\n  enforced: true\n", says: []string{"unknown key"}},
		{name: "twice", yaml: "listen: a:1\nlisten: b:2\n", says: []string{"frostgate.yaml"}},
		{name: "list", yaml: "listen: [1]\n", field: "listen", says: []string{"frostgate.yaml:1", "single value"}},
		{name: "bad yaml", yaml: "a: [", says: []string{"frostgate.yaml"}},
		{name: "bad bool", env: []string{"FROSTGATE_POLICY_ENFORCE=perhaps"}, field: "policy.enforce", says: []string{"FROSTGATE_POLICY_ENFORCE", "true or false"}},
		{name: "unknown variable", env: []string{"FROSTGATE_LISSEN=x"}, says: []string{"FROSTGATE_LISSEN"}},
		{name: "missing file", flags: map[string]string{"config": "/nonexistent/f.yaml"}, field: "config", says: []string{"nonexistent"}},
		{name: "bad listen", flags: map[string]string{"listen": "8080"}, field: "listen"},
		{name: "bad env", flags: map[string]string{"env": "staging"}, field: "env"},
		{name: "bad level", flags: map[string]string{"log_level": "loud"}, field: "log_level"},
		{name: "half tls", flags: map[string]string{"tls.cert": "x"}, field: "tls.cert"},
		{name: "bad proxy", flags: map[string]string{"trusted_proxy": "10.0.0.1"}, field: "trusted_proxy"},
		{name: "bad database", flags: map[string]string{"database": "mysql://x"}, field: "database"},
		{name: "policy off in prod", flags: map[string]string{"policy.enforce": "false"}, field: "policy.enforce", says: []string{"env=dev"}},
		{name: "open without tls", flags: map[string]string{"listen": "0.0.0.0:80"}, field: "listen", says: []string{"tls.cert"}},
		{name: "private webhooks in prod", flags: map[string]string{"webhooks.allow_private": "true"}, field: "webhooks.allow_private"},
		{name: "gc", flags: map[string]string{"gc_percent": "9"}, field: "gc_percent"},
	} {
		flags := map[string]string{}
		for k, v := range c.flags {
			flags[k] = v
		}
		if c.yaml != "" {
			write(t, file, c.yaml)
			flags["config"] = file
		}
		_, err := LoadConfig(flags, c.env)
		f, ok := err.(*fault.Error) //nolint:errorlint // LoadConfig promises this type
		if !ok || f.Code != fault.Invalid || ExitCode(err) != 2 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.field != "" && f.Field != c.field {
			t.Errorf("%s: field %q, want %q", c.name, f.Field, c.field)
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q does not say %q", c.name, err, s)
			}
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
