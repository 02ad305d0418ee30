package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyFilesAreNeverOverwritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "module.key")
	id, err := newIdentity("tn_a", "mod_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := saveIdentity(file, id); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(file)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", st, err)
	}
	got, err := readIdentity(file)
	if err != nil || !got.Key.Equal(id.Key) || got.Tenant != "tn_a" || got.Module != "mod_1" {
		t.Fatalf("%+v, %v", got, err)
	}
	other, err := newIdentity("tn_a", "mod_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := saveIdentity(file, other); err == nil {
		t.Fatal("overwritten")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{}", strings.Replace(string(text), "mod_1", "mod_2", 1), strings.Replace(string(text), `"seed"`, `"sead"`, 1)} {
		damaged := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(damaged, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readIdentity(damaged); err == nil {
			t.Errorf("%q is read as a key", bad)
		}
	}
}

func TestCountersOnlyGrow(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c")
	for _, c := range []struct{ atLeast, want uint64 }{{0, 1}, {0, 2}, {2, 0}, {10, 10}, {9, 0}, {0, 11}, {1<<53 - 1, 1<<53 - 1}, {0, 0}} {
		got, err := nextCounter(file, c.atLeast)
		if (err == nil) != (c.want != 0) || got != c.want {
			t.Errorf("at least %d: %d, %v, want %d", c.atLeast, got, err, c.want)
		}
	}
	if err := os.WriteFile(file, []byte("many\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := nextCounter(file, 0); err == nil {
		t.Error("read a counter from no number")
	}
}
