package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"frostgate.io/frostgate/sigma"
)

// loadRules reads rules from folders, tars, archives and single files into one
// collection.
func loadRules(paths []string) (*sigma.Collection, error) {
	all := &sigma.Collection{Skipped: map[string]int{}}
	for _, path := range paths {
		c, err := loadPath(path)
		if err != nil {
			return nil, errUsage{fmt.Errorf("rules: %w", err)}
		}
		all.Add(c)
	}
	return all, nil
}

func loadPath(path string) (*sigma.Collection, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		c, err := sigma.LoadFS(os.DirFS(path), sigma.LoadOptions{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		below(c, path)
		return c, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if isTar(head[:n]) {
		c, err := sigma.LoadTar(f, sigma.LoadOptions{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return c, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, maxRuleFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxRuleFile {
		return nil, fmt.Errorf("%s is neither a tar nor a rule file: it is larger than %d bytes", path, maxRuleFile)
	}
	if filepath.Ext(path) == ".txtar" {
		return sigma.ParseArchive(path, data, sigma.LoadOptions{}), nil
	}
	return sigma.Parse(path, data), nil
}

// maxRuleFile bounds a rule file that is named by itself.
const maxRuleFile = 8 << 20

// isTar reports whether a file begins as a tar, plain or gzip.
func isTar(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || len(head) >= 262 && string(head[257:262]) == "ustar"
}

// below puts a folder in front of the names of its files, so that they can be
// opened as they are printed.
func below(c *sigma.Collection, dir string) {
	for _, r := range c.Rules {
		r.File = filepath.Join(dir, r.File)
	}
	for _, r := range c.Correlations {
		r.File = filepath.Join(dir, r.File)
	}
	for _, f := range c.Filters {
		f.File = filepath.Join(dir, f.File)
	}
	for i := range c.Refused {
		c.Refused[i].File = filepath.Join(dir, c.Refused[i].File)
	}
}

// compileRules loads and compiles; rules that can't be used are left out and
// counted on standard error, `rules check` names them.
func compileRules(p *program, paths []string) (*sigma.Set, *sigma.Collection, error) {
	c, err := loadRules(paths)
	if err != nil {
		return nil, nil, err
	}
	set, err := sigma.Compile(c, sigma.Options{})
	if err != nil {
		return nil, nil, errUsage{fmt.Errorf("rules: %w", err)}
	}
	if set.Len() == 0 && len(c.Correlations) == 0 {
		return nil, nil, usagef("there is no usable rule; `%s rules check` says why", p.self())
	}
	if n := len(refusals(c, set)); n > 0 {
		fmt.Fprintf(p.err, "Refused: %d; `%s rules check` says why.\n", n, p.self())
	}
	return set, c, nil
}

// refusals are what loading and what compiling refused.
func refusals(c *sigma.Collection, set *sigma.Set) []sigma.Refusal {
	all := append([]sigma.Refusal(nil), c.Refused...)
	seen := map[sigma.Refusal]bool{}
	for _, r := range all {
		seen[r] = true
	}
	for _, r := range set.Refused() {
		if !seen[r] {
			all = append(all, r)
		}
	}
	return all
}
