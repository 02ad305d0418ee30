package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"frostgate.io/frostgate/internal/fault"

	"github.com/go-json-experiment/json"
)

// position is how far a followed file is done.
type position struct {
	File     identity `json:"file"`
	Offset   int64    `json:"offset"`
	Skipping bool     `json:"skipping,omitzero"` // inside a line that is too long
}

// state is the content of the state file.
type state struct {
	Version int                 `json:"version"`
	Files   map[string]position `json:"files"` // by the path that is followed
}

const stateVersion = 1

// loadState reads the state file; none is the beginning. A damaged one is an
// error: starting over in silence would hide what happened.
func loadState(path string) (state, error) {
	st := state{Version: stateVersion, Files: map[string]position{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	var got state
	if err := json.Unmarshal(b, &got, json.RejectUnknownMembers(true)); err != nil {
		return st, fault.Wrap(fault.Invalid, err, "state file %s is damaged; remove it to read all files from their start (the server recognises what it has)", path)
	}
	if got.Version != stateVersion {
		return st, fault.New(fault.Unsupported, "state file %s has version %d, this program knows %d", path, got.Version, stateVersion)
	}
	if got.Files == nil {
		got.Files = st.Files
	}
	return got, nil
}

func (st state) save(path string) error {
	b, err := json.Marshal(st, json.Deterministic(true))
	if err != nil {
		return err
	}
	return writeDurably(path, b)
}

// writeDurably replaces a file so that after a crash either the old or the new
// content is there, whole.
func writeDurably(path string, content []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", tmp, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename or removal durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
