package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"frostgate.io/frostgate/internal/auth"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// BootstrapFile is what the first start leaves for the operator.
const BootstrapFile = "bootstrap.json"

// Bootstrap is the content of bootstrap.json: where the server is and the first
// key, which has all scopes. Delete the file once the key is kept elsewhere.
type Bootstrap struct {
	URL      string `json:"url"`
	TenantID string `json:"tenant_id"`
	AdminKey string `json:"admin_key"`
}

// publisher writes bootstrap.json from within the transaction of the first
// start: a key that nobody can read is never left behind.
func publisher(dataDir, url string) func(auth.First) error {
	return func(f auth.First) error {
		return writeBootstrap(dataDir, Bootstrap{URL: url, TenantID: string(f.Tenant.ID), AdminKey: f.Key.Reveal()})
	}
}

// refreshURL keeps the file's URL true on later starts. A file that is gone or
// was edited into something else is left alone.
func refreshURL(dataDir, url string) error {
	b, err := ReadBootstrap(dataDir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || b.URL == url {
		return nil //nolint:nilerr // the operator's file now, not ours
	}
	b.URL = url
	return writeBootstrap(dataDir, b)
}

// ReadBootstrap reads bootstrap.json.
func ReadBootstrap(dataDir string) (Bootstrap, error) {
	var b Bootstrap
	raw, err := os.ReadFile(filepath.Join(dataDir, BootstrapFile))
	if err != nil {
		return b, err
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fmt.Errorf("%s: %w", BootstrapFile, err)
	}
	return b, nil
}

func writeBootstrap(dataDir string, b Bootstrap) error {
	raw, err := json.Marshal(b, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	// One fixed name: what a killed start left behind is overwritten, not kept.
	f, err := os.OpenFile(filepath.Join(dataDir, "."+BootstrapFile+".new"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", BootstrapFile, err)
	}
	_, err = f.Write(append(raw, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dataDir, BootstrapFile))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", BootstrapFile, err), os.Remove(f.Name()))
	}
	return nil
}
