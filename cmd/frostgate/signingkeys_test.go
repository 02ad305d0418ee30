package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/signing"
)

// local runs the command line without a server.
func local(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{ctx: t.Context(), in: strings.NewReader(""), out: &stdout, err: &stderr}
	code = p.run(args)
	return code, stdout.String(), stderr.String()
}

func TestKeyCommandsWorkOnTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if code, _, errOut := local(t, "signing-keys", "list", "--data-dir", dir); code != exitUsage || !strings.Contains(errOut, "has no keys") {
		t.Errorf("no folder: %d %s", code, errOut)
	}
	c, err := signing.Open(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	makeStore(t, dir)
	first := c.LogKeys()[0].ID()
	for _, step := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"signing-keys", "list"}, exitOK, first},
		{[]string{"signing-keys", "issue"}, exitOK, "restart it"},
		{[]string{"signing-keys", "issue"}, exitOK, "issued already"},
		{[]string{"signing-keys", "retire", "ffffffff"}, exitFailed, "no log key"},
		{[]string{"signing-keys", "retire", first}, exitFailed, "start the server once"},
		{[]string{"signing-keys", "revoke", first}, exitUsage, "--reason"},
		{[]string{"signing-keys", "revoke", first, "--reason", `a "quote"`}, exitFailed, "printable ASCII"},
		{[]string{"master-key", "rotate"}, exitOK, "Back the key folder up"},
		{[]string{"master-key", "list"}, exitOK, "old"},
		{[]string{"master-key", "destroy", c.MasterID()}, exitFailed, "still sealed"},
		{[]string{"master-key", "destroy", "00000000"}, exitFailed, "no master key"},
	} {
		code, out, errOut := local(t, append(step.args, "--data-dir", dir)...)
		if code != step.code || !strings.Contains(out+errOut, step.want) {
			t.Errorf("%v: exit %d, want %d with %q:\n%s%s", step.args, code, step.code, step.want, out, errOut)
		}
		checkNoSecret(t, dir, out+errOut)
	}
	if code, out, _ := local(t, "signing-keys", "list", "--data-dir", dir, "-o", "csv"); code != exitOK || strings.Count(out, "\n") != 3 {
		t.Errorf("csv: %d %s", code, out)
	}
}

// checkNoSecret holds what was printed against every private key.
func checkNoSecret(t *testing.T, dir, printed string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "keys", "*.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if line := strings.TrimSpace(string(b)); strings.Contains(printed, line[len(line)-30:]) {
			t.Errorf("%s was printed", filepath.Base(f))
		}
	}
}
