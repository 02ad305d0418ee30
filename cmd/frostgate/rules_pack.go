package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxRulePack is what the server takes.
const maxRulePack = 64 << 20

// packRules reads an archive, or makes one of a folder or a rule file. Its bytes
// depend on names and contents only.
func packRules(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return packFolder(os.DirFS(path), path)
	}
	if st.Size() > maxRulePack {
		return nil, fmt.Errorf("%s has %d bytes, the server takes %d", path, st.Size(), maxRulePack)
	}
	if isRuleFile(path) {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return packed(func(t *tar.Writer) error { return packFile(t, filepath.Base(path), data) })
	}
	return os.ReadFile(path)
}

func isRuleFile(name string) bool {
	return strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")
}

// packFolder takes the YAML files of a folder and those below it. The server
// leaves out what is no rule, and says so.
func packFolder(folder fs.FS, name string) ([]byte, error) {
	n := 0
	out, err := packed(func(t *tar.Writer) error {
		return fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || !isRuleFile(name) {
				return err
			}
			data, err := fs.ReadFile(folder, name)
			if err != nil {
				return err
			}
			n++
			return packFile(t, name, data)
		})
	})
	if err == nil && n == 0 {
		err = fmt.Errorf("%s holds no rule files (*.yml, *.yaml)", name)
	}
	return out, err
}

func packed(fill func(*tar.Writer) error) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	t := tar.NewWriter(z)
	if err := fill(t); err != nil {
		return nil, err
	}
	for _, c := range []io.Closer{t, z} {
		if err := c.Close(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func packFile(t *tar.Writer, name string, data []byte) error {
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := t.Write(data)
	return err
}
