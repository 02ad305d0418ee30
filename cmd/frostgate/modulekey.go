package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"frostgate.io/frostgate/receipt"
	frostgate "frostgate.io/frostgate/sdk/go"
)

// identityFile is a module's key file.
type identityFile struct {
	Tenant string `json:"tenant_id"`
	Module string `json:"module_id"`
	VKey   string `json:"vkey"` // public
	Seed   []byte `json:"seed"` // private
}

func newIdentity(tenant, module string) (*frostgate.ModuleIdentity, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return &frostgate.ModuleIdentity{Tenant: tenant, Module: module, Key: private}, nil
}

// saveIdentity makes a key file that only its owner reads, and never overwrites
// one.
func saveIdentity(file string, id *frostgate.ModuleIdentity) error {
	vkey, _, err := id.VerifierKey()
	if err != nil {
		return err
	}
	text, err := json.Marshal(identityFile{id.Tenant, id.Module, vkey, id.Key.Seed()}, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	err = writeDurably(file, append(text, '\n'), os.O_EXCL)
	if errors.Is(err, fs.ErrExist) {
		return usagef("%s exists; a key is never overwritten: move it away first", file)
	}
	return err
}

func readIdentity(file string) (*frostgate.ModuleIdentity, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, errUsage{err}
	}
	var k identityFile
	if err := json.Unmarshal(text, &k, json.RejectUnknownMembers(true)); err != nil || len(k.Seed) != ed25519.SeedSize {
		return nil, usagef("%s is no key file of a module", file)
	}
	id := &frostgate.ModuleIdentity{Tenant: k.Tenant, Module: k.Module, Key: ed25519.NewKeyFromSeed(k.Seed)}
	if vkey, _, err := id.VerifierKey(); err != nil || vkey != k.VKey {
		return nil, usagef("%s is damaged: its public key is not that of its private one", file)
	}
	return id, nil
}

// nextCounter raises the counter in a file, or sets it to atLeast, and makes
// that durable. Two programs that share the file may get the same one; the
// server takes the first.
func nextCounter(file string, atLeast uint64) (uint64, error) {
	last := uint64(0)
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		if last, err = strconv.ParseUint(strings.TrimSpace(string(text)), 10, 53); err != nil {
			return 0, usagef("%s holds no counter", file)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return 0, err
	}
	next := last + 1
	if atLeast != 0 {
		if atLeast <= last {
			return 0, usagef("--counter %d: %s says that %d was used", atLeast, file, last)
		}
		next = atLeast
	}
	if next > receipt.MaxInt {
		return 0, usagef("counter %d is beyond the last one; register the module anew", next)
	}
	fresh := file + ".new"
	if err := writeDurably(fresh, fmt.Appendf(nil, "%d\n", next), os.O_TRUNC); err != nil {
		return 0, err
	}
	if err := os.Rename(fresh, file); err != nil {
		return 0, err
	}
	return next, syncDir(file)
}

// writeDurably writes a file that only its owner reads and waits for the disk.
func writeDurably(file string, text []byte, how int) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|how, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return syncDir(file)
}

// syncDir makes a new name in the file's folder durable.
func syncDir(file string) error {
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
