package signing

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"frostgate.io/frostgate/internal/clock"
	"frostgate.io/frostgate/internal/domain"
	"frostgate.io/frostgate/internal/fault"
)

// MasterState is what a master key is for.
type MasterState string

// The states of a master key.
const (
	// Current seals everything new.
	Current MasterState = "current"
	// Old opens what it sealed, until all of it is sealed anew.
	Old MasterState = "old"
	// Destroying is between the decision and the file's end.
	Destroying MasterState = "destroying"
	// Destroyed opens nothing any more, in no backup either.
	Destroyed MasterState = "destroyed"
)

// MasterKey is one key under which data keys and secrets are sealed. The ID
// is derived from the key and says nothing about it.
type MasterKey struct {
	ID    string        `json:"id"`
	State MasterState   `json:"state"`
	Since domain.Micros `json:"since"`
}

// Vault is where master keys are kept. Files are the only vault now; one over a
// key management service keeps each key encrypted by that service and asks it
// at start only, so that sealing stays local.
type Vault interface {
	// Create keeps a new key under a slot that was never used.
	Create(slot int, id string, key [32]byte) error
	// Read gives a kept key.
	Read(slot int, id string) ([32]byte, error)
	// Destroy makes a key unreadable for ever; one that is gone is fine.
	Destroy(slot int, id string) error
}

// fileVault keeps master keys in the key folder: the first in master.key, the
// others in master-ID.key.
type fileVault struct{ f *folder }

var _ Vault = fileVault{}

func (fileVault) name(slot int, id string) string {
	if slot == 0 {
		return masterFile
	}
	return "master-" + id + ".key"
}

// Create writes the file.
func (v fileVault) Create(slot int, id string, key [32]byte) error {
	return v.f.put(v.name(slot, id), base64.StdEncoding.EncodeToString(key[:])+"\n")
}

// Read reads the file.
func (v fileVault) Read(slot int, id string) ([32]byte, error) {
	return readRandom(filepath.Join(v.f.dir, v.name(slot, id)))
}

// Destroy overwrites and removes the file.
func (v fileVault) Destroy(slot int, id string) error { return v.f.destroy(v.name(slot, id)) }

// masterState is the state file of the master keys. A folder without one has
// master.key, current.
const masterState = "master.state"

type masterKeys struct {
	V    int         `json:"v"`
	Keys []MasterKey `json:"keys"`
}

func (m *masterKeys) find(id string) int {
	return slices.IndexFunc(m.Keys, func(k MasterKey) bool { return k.ID == id })
}

func (m *masterKeys) current() int {
	return slices.IndexFunc(m.Keys, func(k MasterKey) bool { return k.State == Current })
}

func (m *masterKeys) validate() error {
	if m.V != 1 || len(m.Keys) == 0 {
		return fmt.Errorf("want version 1 and at least one key")
	}
	current := 0
	for i, k := range m.Keys {
		if raw, err := hex.DecodeString(k.ID); err != nil || len(raw) != masterIDSize || m.find(k.ID) != i {
			return fmt.Errorf("key %d: bad ID", i+1)
		}
		switch k.State {
		case Current:
			current++
		case Old, Destroying, Destroyed:
		default:
			return fmt.Errorf("key %d: unknown state", i+1)
		}
	}
	if current != 1 {
		return fmt.Errorf("%d keys are current, want one", current)
	}
	return nil
}

// masterIDSize is how much of a master key's ID stands in sealed values.
const masterIDSize = 4

// masterID is a MAC under the key, so that the ID shows the right file without
// helping to find the key.
func masterID(key [32]byte) string {
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte("frostgate/master-id/v1"))
	return hex.EncodeToString(h.Sum(nil)[:masterIDSize])
}

func (f *folder) readMasterKeys(v Vault) (*masterKeys, error) {
	m := &masterKeys{}
	found, err := f.readState(masterState, m)
	if err != nil {
		return nil, err
	}
	if !found {
		key, err := v.Read(0, "")
		if err != nil {
			return nil, err
		}
		return &masterKeys{V: 1, Keys: []MasterKey{{ID: masterID(key), State: Current}}}, nil
	}
	if err := m.validate(); err != nil {
		return nil, fault.New(fault.Invalid, "%s is damaged: %v; restore it from your backup", filepath.Join(f.dir, masterState), err)
	}
	return m, nil
}

// loadMasters reads every master key that still opens something.
func (c *Custody) loadMasters(f *folder, v Vault) error {
	m, err := f.readMasterKeys(v)
	if err != nil {
		return err
	}
	c.masters = make([]master, len(m.Keys))
	for i, k := range m.Keys {
		c.masters[i] = master{MasterKey: k}
		if k.State == Destroying || k.State == Destroyed {
			continue
		}
		key, err := v.Read(i, k.ID)
		if err != nil {
			return err
		}
		if masterID(key) != k.ID {
			return fault.New(fault.Invalid, "the file of master key %s in %s holds another key; restore it from your backup", k.ID, f.dir)
		}
		c.masters[i].key, c.masters[i].held = key, true
	}
	c.current = m.current()
	return nil
}

// MasterKeys lists the master keys of a data folder, the oldest first.
func MasterKeys(dataDir string) ([]MasterKey, error) {
	f, err := openFolder(filepath.Join(dataDir, Folder), false)
	if err != nil {
		return nil, err
	}
	defer f.close()
	m, err := f.readMasterKeys(fileVault{f})
	if err != nil {
		return nil, err
	}
	return m.Keys, nil
}

// RotateMaster makes a new master key, under which the server seals from its
// next start on, after sealing anew what the store holds.
func RotateMaster(dataDir string, clk clock.Clock) (MasterKey, error) {
	f, err := openFolder(filepath.Join(dataDir, Folder), true)
	if err != nil {
		return MasterKey{}, err
	}
	defer f.close()
	return f.rotateMaster(clk)
}

// rotateMaster writes the key before the state: what a crash leaves between
// the two has sealed nothing and is never read.
func (f *folder) rotateMaster(clk clock.Clock) (MasterKey, error) {
	v := fileVault{f}
	m, err := f.readMasterKeys(v)
	if err != nil {
		return MasterKey{}, err
	}
	if err := errors.Join(f.sweep(), f.dropUnusedMasters(m)); err != nil {
		return MasterKey{}, err
	}
	var key [32]byte
	id := m.Keys[0].ID
	for m.find(id) >= 0 {
		clk.Random(key[:])
		id = masterID(key)
	}
	if err := v.Create(len(m.Keys), id, key); err != nil {
		return MasterKey{}, err
	}
	was := m.current()
	m.Keys[was].State, m.Keys[was].Since = Old, clk.Now()
	k := MasterKey{ID: id, State: Current, Since: clk.Now()}
	m.Keys = append(m.Keys, k)
	return k, f.writeState(masterState, m)
}

// dropUnusedMasters removes keys that a crashed rotation left behind.
func (f *folder) dropUnusedMasters(m *masterKeys) error {
	names, err := filepath.Glob(filepath.Join(globSafe(f.dir), "master-*.key"))
	if err != nil {
		return err
	}
	for _, path := range names {
		name := filepath.Base(path)
		id := strings.TrimSuffix(strings.TrimPrefix(name, "master-"), ".key")
		if m.find(id) >= 0 {
			continue
		}
		if err := f.destroy(name); err != nil {
			return err
		}
	}
	return nil
}

// globSafe escapes what a pattern would read.
func globSafe(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// DestroyMaster ends an old master key for ever: what is still sealed under it,
// in backups too, can't be opened any more. used tells how many values of the
// store are sealed under it; any refuses.
func DestroyMaster(ctx context.Context, dataDir, id string, clk clock.Clock, used func(ctx context.Context, id string) (int64, error)) (MasterKey, error) {
	f, err := openFolder(filepath.Join(dataDir, Folder), true)
	if err != nil {
		return MasterKey{}, err
	}
	defer f.close()
	return f.destroyMaster(ctx, id, clk, used)
}

func (f *folder) destroyMaster(ctx context.Context, id string, clk clock.Clock, used func(context.Context, string) (int64, error)) (MasterKey, error) {
	v := fileVault{f}
	m, err := f.readMasterKeys(v)
	if err != nil {
		return MasterKey{}, err
	}
	i := m.find(id)
	switch {
	case i < 0:
		return MasterKey{}, fault.New(fault.NotFound, "no master key %q in the folder", id)
	case m.Keys[i].State == Current:
		return MasterKey{}, fault.New(fault.Conflict, "master key %s is the current one; rotate first", id)
	case m.Keys[i].State == Destroyed:
		return m.Keys[i], v.Destroy(i, id)
	}
	n, err := used(ctx, id)
	if err != nil {
		return MasterKey{}, err
	}
	if n > 0 {
		return MasterKey{}, fault.New(fault.Conflict, "%d values of the store are still sealed under master key %s; start the server once, it seals them anew", n, id)
	}
	// Three steps, so that the folder never says destroyed while the file is there.
	m.Keys[i].State, m.Keys[i].Since = Destroying, clk.Now()
	if err := f.writeState(masterState, m); err != nil {
		return MasterKey{}, err
	}
	if err := v.Destroy(i, id); err != nil {
		return MasterKey{}, err
	}
	m.Keys[i].State = Destroyed
	return m.Keys[i], f.writeState(masterState, m)
}

// master is a master key as the custody holds it.
type master struct {
	MasterKey
	key  [32]byte
	held bool
}
