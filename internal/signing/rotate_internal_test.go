package signing

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"frostgate.io/frostgate/internal/clock"

	"github.com/google/go-cmp/cmp"
)

var errKilled = errors.New("killed")

// killed runs a change that ends after step n as a crash would: nothing is put
// right. It tells whether the change got to its end.
func killed(t *testing.T, dir string, n int, fn func(*folder) error) (finished bool) {
	t.Helper()
	f, err := openFolder(filepath.Join(dir, Folder), true)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	f.step = func(string) error {
		if n--; n < 0 {
			return errKilled
		}
		return nil
	}
	if err := errors.Join(f.sweep(), fn(f)); err != nil {
		if !errors.Is(err, errKilled) {
			t.Fatalf("not killed, but failed: %v", err)
		}
		return false
	}
	return true
}

// The folder opens after a crash at every step of every change, and the same
// change asked for again gets to the same end.
func TestEveryCrashPoint(t *testing.T) {
	t.Parallel()
	clk := clock.System{}
	revokeReason := "stolen"
	changes := []struct {
		name    string
		prepare func(t *testing.T, dir string) (id string)
		do      func(f *folder, id string) error
		want    []string // states of log keys, then of master keys
	}{
		{"issue", none, func(f *folder, _ string) error { _, err := f.issue(clk); return err }, []string{"retiring", "active", "|", "current"}},
		{"retire", rotated, func(f *folder, id string) error { _, err := f.retire(id, clk); return err }, []string{"retired", "active", "|", "current"}},
		{"revoke", rotated, func(f *folder, id string) error { _, err := f.revoke(id, revokeReason, clk); return err }, []string{"revoked", "active", "|", "current"}},
		{"destroy master", masterRotated, func(f *folder, id string) error {
			_, err := f.destroyMaster(context.Background(), id, clk, func(context.Context, string) (int64, error) { return 0, nil })
			return err
		}, []string{"active", "|", "destroyed", "current"}},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for n := 0; ; n++ {
				dir := t.TempDir()
				mustOpen(t, dir)
				id := c.prepare(t, dir)
				finished := killed(t, dir, n, func(f *folder) error { return c.do(f, id) })
				after := mustOpen(t, dir)
				if sealed := after.Seal("p", "t", []byte("x")); len(sealed) == 0 || len(after.Signers()) == 0 {
					t.Fatalf("step %d: nothing signs or seals", n)
				}
				if !killed(t, dir, 99, func(f *folder) error { return c.do(f, id) }) {
					t.Fatalf("step %d: the second call was killed", n)
				}
				if diff := cmp.Diff(c.want, states(mustOpen(t, dir))); diff != "" {
					t.Errorf("step %d, after the second call: %s", n, diff)
				}
				if extra, _ := filepath.Glob(filepath.Join(dir, Folder, "*.new")); len(extra) > 0 {
					t.Errorf("step %d: left over: %v", n, extra)
				}
				if finished {
					if n < 3 {
						t.Errorf("only %d steps were seen", n)
					}
					return
				}
			}
		})
	}
}

// A master rotation that crashed is a new key or none; what a server sealed in
// between always opens.
func TestMasterRotationCrash(t *testing.T) {
	t.Parallel()
	for n := 0; ; n++ {
		dir := t.TempDir()
		sealed := [][]byte{mustOpen(t, dir).Seal("p", "t", []byte("x"))}
		finished := killed(t, dir, n, func(f *folder) error { _, err := f.rotateMaster(clock.System{}); return err })
		sealed = append(sealed, mustOpen(t, dir).Seal("p", "t", []byte("x")))
		if _, err := RotateMaster(dir, clock.System{}); err != nil {
			t.Fatal(err)
		}
		c := mustOpen(t, dir)
		for i, s := range append(sealed, c.Seal("p", "t", []byte("x"))) {
			if _, err := c.Open("p", "t", s); err != nil {
				t.Errorf("step %d: value %d: %v", n, i, err)
			}
		}
		files, err := filepath.Glob(filepath.Join(dir, Folder, "master*.key"))
		if err != nil || len(files) != len(c.masters) {
			t.Errorf("step %d: files %v for %d keys", n, files, len(c.masters))
		}
		if finished {
			return
		}
	}
}

func none(*testing.T, string) string { return "" }

// rotated issues a key and lets a server use it; it gives the older one's ID.
func rotated(t *testing.T, dir string) string {
	t.Helper()
	if _, err := Issue(dir, clock.System{}); err != nil {
		t.Fatal(err)
	}
	c := mustOpen(t, dir)
	if err := c.MarkInUse(); err != nil {
		t.Fatal(err)
	}
	return c.keys[0].ID()
}

func masterRotated(t *testing.T, dir string) string {
	t.Helper()
	if _, err := RotateMaster(dir, clock.System{}); err != nil {
		t.Fatal(err)
	}
	return mustOpen(t, dir).masters[0].ID
}

func mustOpen(t *testing.T, dir string) *Custody {
	t.Helper()
	c, err := Open(dir, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func states(c *Custody) (out []string) {
	for _, k := range c.LogKeys() {
		out = append(out, string(k.State))
	}
	out = append(out, "|")
	for _, k := range c.MasterKeys() {
		out = append(out, fmt.Sprint(k.State))
	}
	return out
}

// Whatever stands in a state file, it is read whole or refused.
func FuzzLogState(f *testing.F) {
	vkey := "frostgate.local/0a1b2c3d+29bd2d4a+AWdjVtrcDqkeQCxzxvjBRrIsqQS2rDjZAT/5Y3lSVNrB"
	f.Add([]byte(`{"v":1,"keys":[{"key":"` + vkey + `","state":"active","since":0}]}`))
	f.Add([]byte(`{"v":1,"keys":[{"key":"x","state":"active","since":0},{"key":"x","state":"retired","since":1,"reason":"r"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := &logKeys{}
		if decodeState(b, l) != nil || l.validate() != nil {
			return
		}
		if l.in(Active) < 0 {
			t.Error("no active key")
		}
		for i := range l.Keys {
			if name := l.file(i); filepath.Base(name) != name {
				t.Errorf("key %d leaves the folder: %q", i, name)
			}
		}
	})
}
