package signing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/fault"
	"frostgate.io/frostgate/internal/signing"

	"golang.org/x/mod/sumdb/note"
)

func issue(t *testing.T, dir string) signing.LogKey {
	t.Helper()
	ch, err := signing.Issue(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	return ch.Key
}

// use stands for a server's start: it has signed all heads.
func use(t *testing.T, dir string) *signing.Custody {
	t.Helper()
	c := open(t, dir)
	if err := c.MarkInUse(); err != nil {
		t.Fatal(err)
	}
	return c
}

func refused(t *testing.T, err error, code fault.Code, text string) {
	t.Helper()
	if fault.CodeOf(err) != code || !strings.Contains(err.Error(), text) {
		t.Errorf("error = %v, want %s with %q", err, code, text)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	dir, clk := t.TempDir(), clock.System{}
	first := open(t, dir)
	a := first.LogKeys()[0]
	_, err := signing.Retire(dir, a.ID(), clk)
	refused(t, err, fault.Conflict, "issue another")

	b := issue(t, dir)
	if again := issue(t, dir); again.VerifierKey != b.VerifierKey {
		t.Error("a second issue made a second key")
	}
	_, err = signing.Retire(dir, a.ID(), clk)
	refused(t, err, fault.Conflict, "start the server once")

	both := use(t, dir)
	if both.VerifierKey() != b.VerifierKey || both.Origin() != first.Origin() || len(both.Signers()) != 2 {
		t.Fatalf("after issue: key %s, origin %s, %d signers", both.VerifierKey(), both.Origin(), len(both.Signers()))
	}
	msg, err := note.Sign(&note.Note{Text: "x\n"}, both.Signers()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, vkey := range both.VerifierKeys() {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(msg, note.VerifierList(v)); err != nil {
			t.Errorf("%s alone does not verify: %v", vkey, err)
		}
	}

	ch, err := signing.Retire(dir, a.ID(), clk)
	if err != nil || !ch.Changed {
		t.Fatalf("retire: %+v, %v", ch, err)
	}
	if ch, err = signing.Retire(dir, a.VerifierKey, clk); err != nil || ch.Changed {
		t.Errorf("retire again: %+v, %v", ch, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "keys", "log.key")); !os.IsNotExist(err) {
		t.Errorf("the private half of a retired key is still there: %v", err)
	}
	after := open(t, dir)
	if len(after.Signers()) != 1 || len(after.VerifierKeys()) != 2 {
		t.Errorf("after retire: %d signers, %d verifier keys", len(after.Signers()), len(after.VerifierKeys()))
	}
	if found, err := signing.Exist(dir); err != nil || !found {
		t.Errorf("Exist = %t, %v", found, err)
	}

	_, err = signing.Revoke(dir, a.ID(), `quoted "reason"`, clk)
	refused(t, err, fault.Invalid, "printable")
	_, err = signing.Revoke(dir, b.ID(), "stolen", clk)
	refused(t, err, fault.Conflict, "issue another")
	_, err = signing.Revoke(dir, "00000000", "stolen", clk)
	refused(t, err, fault.NotFound, a.ID())
	if _, err := signing.Revoke(dir, a.ID(), "stolen", clk); err != nil {
		t.Fatal(err)
	}
	_, err = signing.Retire(dir, a.ID(), clk)
	refused(t, err, fault.Conflict, "revoked")
	last := open(t, dir)
	if keys := last.VerifierKeys(); len(keys) != 1 || keys[0] != b.VerifierKey {
		t.Errorf("after revoke, trusted: %v", keys)
	}
	if k := last.LogKeys()[0]; k.State != signing.Revoked || k.Reason != "stolen" {
		t.Errorf("revoked key: %+v", k)
	}
}

func TestOpenRefusesDamagedState(t *testing.T) {
	t.Parallel()
	keys := func(dir, name string) string { return filepath.Join(dir, "keys", name) }
	newest := func(dir string) string {
		all, _ := filepath.Glob(keys(dir, "log-*.key"))
		return all[0]
	}
	for name, c := range map[string]struct {
		spoil func(dir string) error
		want  string
	}{
		"state open to others": {func(d string) error { return os.Chmod(keys(d, "log.state"), 0o644) }, "chmod 600"},
		"key open to others":   {func(d string) error { return os.Chmod(newest(d), 0o604) }, "chmod 600"},
		"not JSON":             {func(d string) error { return os.WriteFile(keys(d, "log.state"), []byte("{"), 0o600) }, "can't be read"},
		"unknown member": {func(d string) error {
			return os.WriteFile(keys(d, "log.state"), []byte(`{"v":1,"keys":[],"x":1}`), 0o600)
		}, "can't be read"},
		"no keys":     {func(d string) error { return os.WriteFile(keys(d, "log.state"), []byte(`{"v":1,"keys":[]}`), 0o600) }, "damaged"},
		"key missing": {func(d string) error { return os.Remove(newest(d)) }, "missing"},
		"another key": {func(d string) error { return copyFile(keys(d, "log.key"), newest(d)) }, "another key"},
		"state is gone": {func(d string) error {
			return os.Rename(keys(d, "log.key"), filepath.Join(d, "gone"))
		}, "log.key missing"},
		"master state": {func(d string) error { return os.WriteFile(keys(d, "master.state"), []byte(`{"v":1,"keys":[]}`), 0o600) }, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			open(t, dir)
			issue(t, dir)
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			_, err := signing.Open(dir, clock.System{})
			refused(t, err, fault.Invalid, c.want)
			if private, _ := os.ReadFile(keys(dir, "log.key")); len(private) > 40 && strings.Contains(err.Error(), string(private[len(private)-40:])) {
				t.Error("the error quotes the key")
			}
		})
	}
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// Commands and servers that start at the same time see one order of changes.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := signing.Issue(dir, clock.System{}); err != nil {
				t.Errorf("issue: %v", err)
			}
			if _, err := signing.RotateMaster(dir, clock.System{}); err != nil {
				t.Errorf("rotate master: %v", err)
			}
		})
		wg.Go(func() {
			c, err := signing.Open(dir, clock.System{})
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			if n := len(c.Signers()); n != 1 && n != 2 {
				t.Errorf("%d signers", n)
			}
		})
	}
	wg.Wait()
	c := open(t, dir)
	if len(c.LogKeys()) != 2 || len(c.MasterKeys()) != 9 {
		t.Errorf("%d log keys, %d master keys", len(c.LogKeys()), len(c.MasterKeys()))
	}
}

// Nothing that a rotation prints or returns holds private key material.
func TestRotationPrintsNoSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	k := issue(t, dir)
	m, err := signing.RotateMaster(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, dir)
	printed := fmt.Sprintf("%+v %+v %+v %#v %v %v", k, m, c, c, c.LogKeys(), c.MasterKeys())
	files, err := filepath.Glob(filepath.Join(dir, "keys", "*.key"))
	if err != nil || len(files) != 5 {
		t.Fatalf("key files: %v, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.TrimSpace(string(b))
		if strings.Contains(printed, line[len(line)-30:]) {
			t.Errorf("%s stands in %s", filepath.Base(f), printed)
		}
	}
}
