package signing

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// SealedStates is the file in the key folder that says that every log's state
// in the store carries this server's HMAC: a state without one is then not
// taken for that of an older version.
const SealedStates = "states.sealed"

// StatesSealed tells whether the file is there.
func StatesSealed(dataDir string) (bool, error) {
	_, err := os.Lstat(filepath.Join(dataDir, Folder, SealedStates))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// MarkStatesSealed makes the file.
func MarkStatesSealed(dataDir string) error {
	dir := filepath.Join(dataDir, Folder)
	if err := writeFile(filepath.Join(dir, SealedStates), "every log state in the store carries this server's HMAC\n"); err != nil {
		return fmt.Errorf("mark the log states as sealed: %w", err)
	}
	return syncDir(dir)
}
