// Package samples is an invented tenant, observed twice: a folder of exports as
// IntuneManagement writes them, and what of it is different a night later. The
// demo shows it, tests use it.
//
// Invariant: nothing in it is anybody's data; names and addresses are made up
// or reserved for documentation (RFC 5737).
package samples

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

//go:embed tenant
var tenant embed.FS

// gone is what the second observation has no more, beside what it writes anew.
const gone = "DeviceConfiguration/Kiosk-in-the-lobby.json"

// What the second observation shows against the first, in objects. In three
// more nothing differs but order, times and the spelling of "no filter".
const (
	Objects  = 25
	Added    = 1
	Removed  = 1
	Changed  = 7
	Metadata = 1 // of Changed
)

// WriteBefore writes the tenant as first observed into a folder.
func WriteBefore(dir string) error { return write("before", dir) }

// WriteAfter makes a folder of WriteBefore what the second observation finds.
func WriteAfter(dir string) error {
	if err := write("after", dir); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, filepath.FromSlash(gone))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write the sample tenant: %w", err)
	}
	return nil
}

func write(state, dir string) error {
	root := path.Join("tenant", state)
	err := fs.WalkDir(tenant, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(name[len(root):]))
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		body, err := tenant.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, body, 0o600)
	})
	if err != nil {
		return fmt.Errorf("write the sample tenant: %w", err)
	}
	return nil
}
