package main

import (
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/db"
	"frostgate.io/frostgate/internal/signing"
)

// makeStore makes the store beside a key folder whose check value is under the
// folder's first master key, as a server that never started since leaves it.
func makeStore(t *testing.T, dir string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: "sqlite:" + filepath.Join(dir, "frostgate.db")}, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, err := signing.Open(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CheckStore(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestMasterKeyCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := signing.Open(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	makeStore(t, dir)
	for _, step := range []struct {
		args []string
		code int
	}{
		{[]string{"master-key", "destroy", c.MasterID()}, exitFailed}, // the current one
		{[]string{"master-key", "rotate"}, exitOK},
		{[]string{"master-key", "destroy", c.MasterID()}, exitFailed}, // in use
		{[]string{"master-key", "reseal"}, exitOK},
		{[]string{"master-key", "destroy", c.MasterID()}, exitOK},
		{[]string{"master-key", "destroy", c.MasterID()}, exitOK},
		{[]string{"master-key", "list"}, exitOK},
	} {
		if code, out, errOut := local(t, append(step.args, "--data-dir", dir)...); code != step.code {
			t.Errorf("%v: exit %d, want %d:\n%s%s", step.args, code, step.code, out, errOut)
		}
	}
	keys, err := signing.MasterKeys(dir)
	if err != nil || len(keys) != 2 || keys[0].State != signing.Destroyed || keys[1].State != signing.Current {
		t.Errorf("keys: %+v, %v", keys, err)
	}
}
